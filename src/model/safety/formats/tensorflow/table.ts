import type {Bytes} from '../../../../runtime/files.ts'
import type {Work} from '../../limits.ts'
import {Malformed} from '../../malformed.ts'

/** An entry of a sorted table. */
export interface TableEntry {
  readonly key: string
  readonly value: Uint8Array
}

const footerBytes = 48
/** Larger than any block of an index that TensorFlow writes (256 KiB, and one entry more). */
const blockLimit = 16 * 2 ** 20
const trailerBytes = 5

/**
 * Entries of a LevelDB table, in order. Source: leveldb/doc/table_format.md. TensorFlow writes its indexes without
 * compression; a compressed block is refused.
 * @throws Malformed, OverLimit
 */
export async function* readTable(bytes: Bytes, work: Work): AsyncGenerator<TableEntry> {
  if (bytes.size < footerBytes) throw new Malformed('A table ends before its footer.')
  const footer = new Block(await bytes.slice(bytes.size - footerBytes, bytes.size))
  footer.varint()
  footer.varint()
  const index = await readBlock(bytes, footer.varint(), footer.varint())
  for (const {value} of entriesOf(index, work)) {
    const handle = new Block(value)
    yield* entriesOf(await readBlock(bytes, handle.varint(), handle.varint()), work)
  }
}

async function readBlock(bytes: Bytes, offset: number, size: number): Promise<Uint8Array> {
  if (size > blockLimit || offset + size + trailerBytes > bytes.size) {
    throw new Malformed(`A block of ${size} bytes at byte ${offset} does not fit into the table.`)
  }
  const block = await bytes.slice(offset, offset + size + 1)
  if (block[size] !== 0) throw new Malformed(`A block is compressed by the method ${block[size]}.`, offset)
  return block.subarray(0, size)
}

/** Keys are written without what they share with the one before. */
function* entriesOf(content: Uint8Array, work: Work): Generator<TableEntry> {
  if (content.length < 4) throw new Malformed('A block of a table is too short.')
  const restarts = new DataView(content.buffer, content.byteOffset).getUint32(content.length - 4, true)
  const end = content.length - 4 - 4 * restarts
  if (end < 0) throw new Malformed(`A block of a table claims ${restarts} restart points.`)
  const block = new Block(content.subarray(0, end))
  let key = new Uint8Array(0)
  while (block.left > 0) {
    work.step()
    const shared = block.varint()
    const own = block.varint()
    const valueBytes = block.varint()
    if (shared > key.length) throw new Malformed('A key shares more than the one before has.')
    const next = new Uint8Array(shared + Math.min(own, block.left))
    next.set(key.subarray(0, shared))
    next.set(block.take(own), shared)
    key = next
    yield {key: new TextDecoder('utf-8').decode(key), value: block.take(valueBytes)}
  }
}

class Block {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }

  /** Base-128, at most 2^53. */
  varint(): number {
    let value = 0
    for (let shift = 1; shift <= 2 ** 49; shift *= 128) {
      const byte = this.take(1)[0] ?? 0
      value += (byte & 0x7f) * shift
      if (byte < 0x80) return value
    }
    throw new Malformed('A number in a table is too long.')
  }

  take(count: number): Uint8Array {
    if (count > this.left) throw new Malformed('A field ends behind its block.')
    this.#at += count
    return this.#bytes.subarray(this.#at - count, this.#at)
  }
}
