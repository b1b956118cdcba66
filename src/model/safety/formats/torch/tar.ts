import {formatCount} from '../../../../core/quantity.ts'
import type {Bytes} from '../../../../runtime/files.ts'
import {type Artifact, type ArtifactPath, sliceOf} from '../../artifact.ts'
import type {Format, Reading, Sample, Scan} from '../../format.ts'
import {Malformed} from '../../malformed.ts'
import {type PickleEnd, runPickle} from '../../pickle/run.ts'
import {asInteger, asTuple, type Value} from '../../pickle/value.ts'
import {Cursor} from '../cursor.ts'
import type {TarLayout} from '../tar-layout.ts'
import {legacyBroken} from './rules.ts'
import {typeOfStorage} from './types.ts'

/**
 * Checkpoints of torch 0.1.1 and earlier, which `torch.load` still takes: a tar of `sys_info`, `pickle`, `tensors` and
 * `storages`. In the last two, pickles and numbers take turns; `torch.load` unpickles every one of them before it sees
 * the object (`torch/serialization.py`, `legacy_load`).
 */
export const torchTar: TarLayout = {
  name: 'torch checkpoint (tar)',
  matches: tar => ['pickle', 'tensors', 'storages'].every(name => tar.members.some(member => member.name === name)),
  loaderOf: ({name}) => (isMixed(name) ? 'raw tensor' : 'torch'),
  read: () => Promise.resolve({is: 'torch checkpoint (tar)', holds: 'weights'}),
}

/** The two of its members in which pickles and numbers take turns. */
export const torchTarPart: Format = {
  name: 'torch checkpoint (part of a tar)',
  pickles: true,
  recognise: ({name, loader, head}: Sample) => loader === 'raw tensor' && isMixed(name) && head[0] === 0x80,
  read: readPart,
}

function isMixed(name: string): boolean {
  return name === 'tensors' || name === 'storages'
}

async function readPart(artifact: Artifact, scan: Scan): Promise<Reading> {
  const {bytes, path} = artifact
  const name = path.at(-1) ?? ''
  const part = new Part(bytes, path, scan)
  try {
    await part.read(name)
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    scan.see({rule: legacyBroken, what: error.message, place: {path, byte: part.at}, sure: 'certain'})
    await scan.inside(artifact, `bytes from ${part.at} on`, sliceOf(bytes, part.at, bytes.size), 'torch')
  }
  return {is: `${name} of a torch checkpoint`, holds: 'weights'}
}

class Part {
  at = 0
  readonly #path: ArtifactPath
  readonly #bytes: Bytes
  readonly #scan: Scan

  constructor(bytes: Bytes, path: ArtifactPath, scan: Scan) {
    this.#bytes = bytes
    this.#path = path
    this.#scan = scan
  }

  /** @throws Malformed where it breaks off */
  async read(name: string): Promise<void> {
    const count = asInteger(await this.#pickle())
    if (count === null || count < 0) throw new Malformed('It does not say how many entries it has.', this.at)
    for (let index = 0; index < count; index++) {
      this.#scan.work.member()
      const entry = asTuple(await this.#pickle())
      if (entry?.length !== 3) throw new Malformed(`Entry ${formatCount(index)} is no tuple of three.`, this.at)
      await (name === 'storages' ? this.#storage(entry[2]) : this.#tensor())
    }
    if (name === 'storages') await this.#pickle()
    if (this.at < this.#bytes.size) {
      throw new Malformed(`${formatCount(this.#bytes.size - this.at)} bytes follow the last entry.`, this.at)
    }
  }

  /** A count of elements, and their bytes. */
  async #storage(type: Value | undefined): Promise<void> {
    const element = typeOfStorage(type)
    if (!element) throw new Malformed('An entry has a class that is no storage of torch.', this.at)
    const cursor = new Cursor(this.#bytes, this.at)
    await cursor.need(8)
    const elements = cursor.size()
    cursor.skip(elements * element.bytes)
    this.at = cursor.at
  }

  /** The number of axes in 8 bytes, sizes and strides, and the offset. */
  async #tensor(): Promise<void> {
    const cursor = new Cursor(this.#bytes, this.at)
    await cursor.need(8)
    const axes = cursor.u32()
    cursor.skip(4 + 16 * axes + 8)
    this.at = cursor.at
  }

  async #pickle(): Promise<Value> {
    const {observations, end} = await runPickle(this.#bytes, this.at, {
      path: this.#path,
      loader: 'torch',
      work: this.#scan.work,
    })
    for (const observation of observations) this.#scan.see(observation)
    this.at = end.at
    return whole(end)
  }
}

function whole(end: PickleEnd): Value {
  if (end.kind === 'stop') return end.value
  throw new Malformed(end.kind === 'refused' ? `A pickle in it is broken. ${end.what}` : 'A pickle in it breaks off.')
}
