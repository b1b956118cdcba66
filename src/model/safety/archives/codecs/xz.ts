import {createHash, type Hash} from 'node:crypto'
import {crc32} from 'node:zlib'
import {Malformed} from '../../malformed.ts'
import {NotRead, noteChecksum, type Source} from './codec.ts'
import {Crc64} from './crc64.ts'
import {Feed} from './feed.ts'
import {lzma2, lzma2Dictionary} from './lzma2.ts'

const magic = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]

/** Streams of xz that follow each other, with padding between them (xz-file-format 1.2.1). */
export async function* xz(source: Source): AsyncGenerator<Uint8Array, void> {
  const feed = new Feed(source.bytes, source.at)
  try {
    do {
      yield* stream(feed, source)
      source.members++
      source.at = feed.position
      await skipPadding(feed)
    } while (await startsStream(feed))
  } catch (error) {
    source.at = feed.position
    throw error
  }
}

/** Section 2.2: multiples of four bytes of zero may follow a stream. */
async function skipPadding(feed: Feed): Promise<void> {
  while (true) {
    await feed.fill(4)
    if (feed.ready < 4 || feed.window.subarray(feed.at, feed.at + 4).some(byte => byte !== 0)) return
    feed.take(4)
  }
}

async function startsStream(feed: Feed): Promise<boolean> {
  await feed.fill(magic.length)
  return magic.every((byte, index) => feed.window[feed.at + index] === byte)
}

async function* stream(feed: Feed, source: Source): AsyncGenerator<Uint8Array, void> {
  const start = feed.position
  await feed.need(12)
  const header = feed.take(12)
  if (!magic.every((byte, index) => header[index] === byte)) throw new Malformed('It has no header of xz.', start)
  const [zero = 0, kind = 0] = header.subarray(6)
  if (zero !== 0 || kind > 15) throw new NotRead('Its header has flags of a later version of xz.', start + 6)
  checkCrc(header.subarray(6, 8), header.subarray(8), source, start + 8)
  const blocks: BlockSizes[] = []
  while (true) {
    await feed.need(1)
    if (feed.window[feed.at] === 0) break
    const sizes: BlockSizes = {unpadded: 0, unpacked: 0}
    yield* block(feed, source, kind, sizes)
    blocks.push(sizes)
  }
  await readIndex(feed, source, blocks)
  await readFooter(feed, source, kind)
}

interface BlockSizes {
  unpadded: number
  unpacked: number
}

/** Section 3. */
async function* block(feed: Feed, source: Source, kind: number, sizes: BlockSizes): AsyncGenerator<Uint8Array, void> {
  const start = feed.position
  const length = ((feed.window[feed.at] ?? 0) + 1) * 4
  await feed.need(length)
  const header = feed.take(length).slice()
  checkCrc(header.subarray(0, -4), header.subarray(-4), source, start + length - 4)
  const dictionary = parseBlockHeader(header.subarray(0, -4), start)
  const check = checkOf(kind)
  for await (const chunk of lzma2(feed, dictionary)) {
    sizes.unpacked += chunk.length
    check.add(chunk)
    yield chunk
  }
  const packed = feed.position - start
  sizes.unpadded = packed + check.length
  const padding = -packed & 3
  await feed.need(padding + check.length)
  feed.take(padding)
  const written = feed.take(check.length)
  const computed = check.bytes()
  if (computed && !computed.every((byte, index) => byte === written[index])) {
    noteChecksum(source, 'The checksum of a block does not fit.', feed.position - check.length)
  }
}

/** The size of the dictionary. Sizes that the header may name are those of the index again. */
function parseBlockHeader(header: Uint8Array, start: number): number {
  const numbers = new Numbers(header, 2, start)
  const flags = header[1] ?? 0
  if ((flags & 0x3c) !== 0) throw new NotRead('A block has flags of a later version of xz.', start + 1)
  if ((flags & 0x40) !== 0) numbers.next()
  if ((flags & 0x80) !== 0) numbers.next()
  if ((flags & 3) !== 0) {
    const filter = numbers.next()
    throw new NotRead(`A block is filtered by ${filterNames.get(filter) ?? `filter ${filter}`}.`, start)
  }
  const id = numbers.next()
  const length = numbers.next()
  if (id !== 0x21) throw new NotRead(`A block is packed by ${filterNames.get(id) ?? `filter ${id}`}.`, start)
  const property = header[numbers.at]
  if (length !== 1 || property === undefined) throw new Malformed('A block lacks the size of its dictionary.', start)
  return lzma2Dictionary(property, start)
}

/** Section 5.3. */
const filterNames = new Map([
  [3, 'Delta'],
  [4, 'BCJ x86'],
  [5, 'BCJ PowerPC'],
  [6, 'BCJ IA-64'],
  [7, 'BCJ ARM'],
  [8, 'BCJ ARM Thumb'],
  [9, 'BCJ SPARC'],
  [10, 'BCJ ARM64'],
  [11, 'BCJ RISC-V'],
])

/** Section 4: how many blocks there are, and their sizes. */
async function readIndex(feed: Feed, source: Source, blocks: readonly BlockSizes[]): Promise<void> {
  const start = feed.position
  const bytes: number[] = []
  const byte = async () => {
    await feed.need(1)
    const [value = 0] = feed.take(1)
    bytes.push(value)
    return value
  }
  const number = async () => {
    let value = 0
    for (let index = 0; index < 9; index++) {
      const next = await byte()
      value += (next & 127) * 128 ** index
      if (next < 128) return value
    }
    throw new Malformed('A number of the index does not end.', feed.position)
  }
  await byte()
  const count = await number()
  if (count !== blocks.length) {
    throw new Malformed(`The index lists ${count} blocks, and there are ${blocks.length}.`, start)
  }
  let fits = true
  for (const {unpadded, unpacked} of blocks) {
    if ((await number()) !== unpadded || (await number()) !== unpacked) fits = false
  }
  while (bytes.length % 4 !== 0) await byte()
  await feed.need(4)
  checkCrc(Uint8Array.from(bytes), feed.take(4), source, feed.position - 4)
  if (!fits) noteChecksum(source, 'The index lists other sizes than the blocks have.', start)
}

/** Section 2.1.2. */
async function readFooter(feed: Feed, source: Source, kind: number): Promise<void> {
  const start = feed.position
  await feed.need(12)
  const footer = feed.take(12)
  if (footer[10] !== 0x59 || footer[11] !== 0x5a) throw new Malformed('The stream has no footer.', start)
  checkCrc(footer.subarray(4, 10), footer.subarray(0, 4), source, start)
  if (footer[9] !== kind) noteChecksum(source, 'Header and footer of the stream disagree.', start + 8)
}

function checkCrc(bytes: Uint8Array, written: Uint8Array, source: Source, at: number): void {
  const view = new DataView(written.buffer, written.byteOffset, written.byteLength)
  if (view.getUint32(0, true) !== crc32(bytes)) noteChecksum(source, 'The CRC-32 of a header does not fit.', at)
}

/** Numbers of seven bits a byte (section 1.2). */
class Numbers {
  at: number
  readonly #bytes: Uint8Array
  readonly #start: number

  constructor(bytes: Uint8Array, at: number, start: number) {
    this.#bytes = bytes
    this.at = at
    this.#start = start
  }

  next(): number {
    let value = 0
    for (let index = 0; index < 9; index++) {
      const byte = this.#bytes[this.at++]
      if (byte === undefined) break
      value += (byte & 127) * 128 ** index
      if (byte < 128) return value
    }
    throw new Malformed('The header of a block breaks off.', this.#start)
  }
}

interface Check {
  readonly length: number
  add(bytes: Uint8Array): void
  /** Null for a check that is not known, which xz passes over as well. */
  bytes(): Uint8Array | null
}

/** Section 2.1.1.2. Sizes of the kinds that are reserved are fixed, too. */
function checkOf(kind: number): Check {
  switch (kind) {
    case 1: {
      let crc = 0
      return {
        length: 4,
        add: bytes => {
          crc = crc32(bytes, crc)
        },
        bytes: () => new Uint8Array(new Uint32Array([crc]).buffer),
      }
    }
    case 4: {
      const crc = new Crc64()
      return {length: 8, add: bytes => crc.add(bytes), bytes: () => crc.bytes}
    }
    case 10: {
      const hash: Hash = createHash('sha256')
      return {length: 32, add: bytes => hash.update(bytes), bytes: () => hash.digest()}
    }
    default:
      return {
        length: [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64][kind] ?? 0,
        add: () => {},
        bytes: () => null,
      }
  }
}
