import {assertNever} from '../../../../core/assert.ts'
import {formatCount} from '../../../../core/quantity.ts'
import type {Artifact} from '../../artifact.ts'
import type {Scan, TensorEntry} from '../../format.ts'
import {Malformed} from '../../malformed.ts'
import {quote} from '../../observation.ts'
import {runPickle} from '../../pickle/run.ts'
import type {Value} from '../../pickle/value.ts'
import {sideFile, sideFileMissing, sideFileOutside} from './rules.ts'
import {type StreamedArray, wrapperOf} from './wrapper.ts'

/** Passes over the arrays of one joblib stream, and keeps what they are. */
export class JoblibArrays {
  readonly tensors: TensorEntry[] = []
  /** Arrays in the stream and beside it. */
  count = 0
  /** Where the first pickle of objects stands. */
  objectsFrom = Number.POSITIVE_INFINITY
  readonly #artifact: Artifact
  readonly #scan: Scan

  constructor(artifact: Artifact, scan: Scan) {
    this.#artifact = artifact
    this.#scan = scan
  }

  /**
   * For `PickleOptions.afterBuild`: where the stream goes on behind the object that BUILD has finished.
   * @throws Malformed where joblib would refuse
   */
  async behind(object: Value, at: number): Promise<number | null> {
    const wrapper = wrapperOf(object, at)
    if (wrapper === null) return null
    this.#scan.work.step()
    this.count++
    switch (wrapper.kind) {
      case 'in the stream':
        return wrapper.array.type.objects ? this.#objects(at) : this.#numbers(wrapper.array, at)
      case 'in a file':
        await this.#seeFile(wrapper.file, at)
        return null
      default:
        return assertNever(wrapper)
    }
  }

  async #numbers({type, shape, dataBytes, padded}: StreamedArray, at: number): Promise<number> {
    const {bytes} = this.#artifact
    const [padding] = padded ? await bytes.slice(at, at + 1) : [0]
    if (padding === undefined) throw new Malformed('It ends before an array of joblib.', at)
    const begin = at + (padded ? 1 + padding : 0)
    const end = begin + dataBytes
    if (end > bytes.size) {
      const [needed, held] = [formatCount(dataBytes), formatCount(Math.max(0, bytes.size - begin))]
      throw new Malformed(`An array of joblib needs ${needed} bytes; ${held} are left.`, at)
    }
    const data = type.littleEndian ? {begin, end, bytes} : null
    this.tensors.push({name: `array ${this.count - 1}`, dtype: type.name, shape, data})
    return end
  }

  /** A pickle of its own stands in the stream, for which joblib’s rule on arrays does not hold. */
  async #objects(at: number): Promise<number> {
    const {bytes, path} = this.#artifact
    this.objectsFrom = Math.min(this.objectsFrom, at)
    const {observations, end} = await runPickle(bytes, at, {path, loader: 'joblib', work: this.#scan.work})
    for (const observation of observations) this.#scan.see(observation)
    if (end.kind === 'stop') return end.at
    const why = end.kind === 'refused' ? end.what : 'It ends too early.'
    throw new Malformed(`The pickle of an array of objects is broken. ${why}`, end.at)
  }

  async #seeFile(file: string, at: number): Promise<void> {
    const {path, siblings} = this.#artifact
    const place = {path, byte: at}
    const found = siblings ? (await siblings.find(file)).kind : 'absent'
    const name = quote(file)
    const rule =
      found === 'outside' || found === 'link' ? sideFileOutside : found === 'file' ? sideFile : sideFileMissing
    const what = {
      outside: `It reads an array from ${name}, outside the model folder.`,
      link: `It reads an array from ${name}, which is a link.`,
      file: `It reads an array from ${name}.`,
      absent: `It reads an array from ${name}, which is not there.`,
      folder: `It reads an array from ${name}, which is a folder.`,
    }[found]
    this.#scan.see({rule, what, place, sure: 'certain'})
  }
}
