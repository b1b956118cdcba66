import {type Artifact, sliceOf} from '../../artifact.ts'
import type {Scan, TensorEntry} from '../../format.ts'
import {Malformed} from '../../malformed.ts'
import {Cursor} from '../cursor.ts'
import {readPickles} from '../pickle.ts'
import {flaxTensor} from './flax.ts'
import {isArrayKey, type NumpyNumbers, numpyArray, type Part} from './numpy-array.ts'
import {recordBytes} from './numpy-record.ts'
import {unknownExtension} from './rules.ts'
import {readToken, type Token, textOf} from './walk.ts'

/** Deeper than any library nests: msgpack-python itself ends at 1024. */
const maxDepth = 200
/** Longest text that is kept, for keys and types. */
const textLimit = 1024
/** Sizes of an array that are kept. */
const maxSizes = 64

/** A value that the cursor stands behind. */
interface Passed {
  readonly token: Token
  /** Of a short list of whole numbers from 0 on. */
  readonly sizes: readonly number[] | null
  readonly begin: number
}

type Extension = Extract<Token, {kind: 'extension'}>

/** Walks over values of MessagePack, and collects the tensors that libraries keep in them. */
export class Content {
  readonly tensors: TensorEntry[] = []
  readonly #artifact: Artifact
  readonly #scan: Scan
  readonly #cursor: Cursor

  constructor(artifact: Artifact, scan: Scan, cursor: Cursor = new Cursor(artifact.bytes)) {
    this.#artifact = artifact
    this.#scan = scan
    this.#cursor = cursor
  }

  /**
   * Walks over one value and everything inside of it.
   * @param name keys on the way to it, for the names of tensors
   */
  async whole(name: string, depth: number): Promise<void> {
    await this.#bytesAt(await this.#value(name, depth), name, depth)
  }

  /** The caller looks into it where it is bytes: only there is known whether an array has them. */
  async #value(name: string, depth: number): Promise<Passed> {
    if (depth > maxDepth) throw new Malformed(`It is nested deeper than ${maxDepth}.`, this.#cursor.at)
    const begin = this.#cursor.at
    const token = await readToken(this.#cursor, this.#scan.work)
    let sizes: readonly number[] | null = null
    if (token.kind === 'map') await this.#map(token.count, name, depth)
    else if (token.kind === 'list') sizes = await this.#list(token.count, name, depth)
    else if (token.kind === 'extension') await this.#extension(token, name)
    return {token, sizes, begin}
  }

  async #map(count: number, name: string, depth: number): Promise<void> {
    const parts = new Map<string, Part>()
    for (let pair = 0; pair < count; pair++) {
      const key = await this.#value(name, depth + 1)
      const label = (await textOf(key.token, this.#cursor, textLimit)) ?? ''
      const below = name === '' ? label : `${name}/${label}`
      const value = await this.#value(below, depth + 1)
      if (isArrayKey(label) && !parts.has(label)) parts.set(label, await this.#partOf(value, label))
      else await this.#bytesAt(value, below, depth)
    }
    if (parts.size === 0) return
    const array = numpyArray(parts, this.#cursor.at)
    if (array?.kind === 'pickle') await this.#inside(array, name)
    else if (array) this.tensors.push({name, dtype: array.dtype, shape: array.shape, data: this.#placeOf(array)})
    else for (const [label, part] of parts) await this.#bytesAt(part, name === '' ? label : `${name}/${label}`, depth)
  }

  async #partOf({token, sizes, begin}: Passed, label: string): Promise<Part> {
    const text = await textOf(token, this.#cursor, textLimit)
    if (label !== 'type' || token.kind !== 'list') return {token, text, sizes, record: null}
    const fields = new Cursor(this.#artifact.bytes, begin, this.#cursor.at)
    const itemBytes = await recordBytes(fields, this.#scan.work)
    const record = itemBytes === null ? null : {name: 'record', itemBytes, objects: false, littleEndian: false}
    return {token, text, sizes, record}
  }

  #placeOf({data, littleEndian}: NumpyNumbers): TensorEntry['data'] {
    return littleEndian ? {...data, bytes: this.#artifact.bytes} : null
  }

  async #list(count: number, name: string, depth: number): Promise<readonly number[] | null> {
    let sizes: number[] | null = []
    for (let index = 0; index < count; index++) {
      const item = await this.#value(`${name}/${index}`, depth + 1)
      const {token} = item
      if (sizes !== null && token.kind === 'integer' && token.value !== null && token.value >= 0 && index < maxSizes) {
        sizes.push(token.value)
      } else sizes = null
      await this.#bytesAt(item, `${name}/${index}`, depth)
    }
    return sizes
  }

  async #extension({code, begin, end}: Extension, name: string): Promise<void> {
    // A moment in time, the one extension of the specification itself.
    if (code === -1) return
    const {bytes, path} = this.#artifact
    const tensor = await flaxTensor({code, name, bytes, begin, end}, this.#scan.work)
    if (tensor !== null) {
      if (tensor !== 'number') this.tensors.push(tensor)
      return
    }
    const what = `It holds a value of the extension type ${code}, which is neither of MessagePack nor of Flax.`
    this.#scan.see({rule: unknownExtension, what, place: {path, byte: begin}, sure: 'likely'})
    await this.#inside({begin, end}, name)
  }

  /** Bytes inside are MessagePack again (thinc writes attributes so), or anything: then they are looked at as a file. */
  async #bytesAt({token}: Pick<Passed, 'token'>, name: string, depth: number): Promise<void> {
    if (token.kind !== 'bytes' || token.begin === token.end) return
    const {begin, end} = token
    const bytes = sliceOf(this.#artifact.bytes, begin, end)
    const inner: Artifact = {path: [...this.#artifact.path, name], bytes, loader: 'any', siblings: null}
    if (!(await isWhole(inner, this.#scan))) return this.#inside({begin, end}, name)
    // What is one value of MessagePack may be a program to a reader of pickles.
    await readPickles(inner, this.#scan)
    const content = new Content(inner, this.#scan)
    await content.whole(name, depth + 1)
    for (const tensor of content.tensors) this.tensors.push(tensor)
  }

  async #inside({begin, end}: {begin: number; end: number}, name: string): Promise<void> {
    await this.#scan.inside(this.#artifact, name, sliceOf(this.#artifact.bytes, begin, end))
  }
}

/** Whether bytes are exactly one value. */
async function isWhole({bytes}: Artifact, {work}: Scan): Promise<boolean> {
  const cursor = new Cursor(bytes)
  try {
    for (let left = 1; left > 0; left--) {
      const token = await readToken(cursor, work)
      if (token.kind === 'map') left += 2 * token.count
      if (token.kind === 'list') left += token.count
    }
  } catch (error) {
    if (error instanceof Malformed) return false
    throw error
  }
  return cursor.left === 0
}
