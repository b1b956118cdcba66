import {Malformed} from '../../malformed.ts'
import type {Fields} from './fields.ts'
import type {Hdf5Source} from './source.ts'

/** Where an object of a global heap stands: its address, and its length in bytes. */
interface Entry {
  readonly address: number
  readonly length: number
}

/** Variable-length values (specification III.E), by the address of their collection and their number in it. */
export class GlobalHeap {
  readonly #source: Hdf5Source
  readonly #collections = new Map<number, ReadonlyMap<number, Entry>>()

  constructor(source: Hdf5Source) {
    this.#source = source
  }

  /** @throws Malformed where there is none, or it is longer than `limit` bytes */
  async read(collection: number, index: number, limit: number): Promise<Fields> {
    const known = this.#collections.get(collection)
    const entries = known ?? (await readCollection(this.#source, collection))
    if (!known) this.#collections.set(collection, entries)
    const entry = entries.get(index)
    const byte = this.#source.base + collection
    if (!entry) throw new Malformed(`Object ${index} is missing from a global heap.`, byte)
    if (entry.length > limit) throw new Malformed(`A value has ${entry.length} bytes; at most ${limit} are read.`, byte)
    return this.#source.read(entry.address, entry.length)
  }
}

async function readCollection(source: Hdf5Source, address: number): Promise<ReadonlyMap<number, Entry>> {
  const width = source.widths.length
  const head = await source.read(address, 8 + width)
  head.signature('GCOL')
  head.version('A global heap', 1)
  head.skip(3)
  const end = address + head.length()
  const entries = new Map<number, Entry>()
  let at = address + 8 + width
  while (at + 8 + width <= end) {
    const fields = await source.read(at, 8 + width)
    const index = fields.u16()
    fields.skip(6)
    const length = fields.length()
    if (index === 0) break
    entries.set(index, {address: at + 8 + width, length})
    at += 8 + width + Math.ceil(length / 8) * 8
  }
  return entries
}
