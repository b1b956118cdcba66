import type {Bytes} from '../../../../runtime/files.ts'
import type {Work} from '../../limits.ts'
import {Malformed} from '../../malformed.ts'
import {Fields, type Widths} from './fields.ts'

/** An open HDF5 file: where it begins, how it writes addresses, and its root group. */
export interface Hdf5Source {
  readonly work: Work
  readonly widths: Widths
  /** Offset of the superblock in the file; addresses count from here. */
  readonly base: number
  /** Bytes behind the superblock's offset. */
  readonly size: number
  /** Address of the root group's object header. */
  readonly root: number
  /** Address of the superblock extension's object header. */
  readonly extension: number | null
  /** Address of a driver information block: the file is one of several. */
  readonly driver: number | null
  /** @throws Malformed where fewer than `length` bytes follow */
  read(address: number, length: number): Promise<Fields>
  /** At most `length` bytes: up to the end of the file. */
  readUpTo(address: number, length: number): Promise<Fields>
}

export const signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a] as const

/** Of one block of metadata. Beyond it is no structure that a library writes. */
const blockLimit = 32 * 2 ** 20

/** What a read costs beside its bytes: the same block may be asked for again and again. */
const readSteps = 50

/** Offsets at which the library looks for a superblock: 0, 512, 1024, 2048 … (format specification 3.0, II.A). */
export function* superblockOffsets(size: number): Generator<number> {
  yield 0
  for (let offset = 512; offset + signature.length <= size; offset *= 2) yield offset
}

export function hasSignature(bytes: Uint8Array, offset = 0): boolean {
  return signature.every((byte, index) => bytes[offset + index] === byte)
}

/**
 * Reads the superblock, versions 0 to 3. Addresses count from where it stands, as the library takes them, whatever base
 * address it writes.
 * @throws Malformed
 */
export async function openHdf5(file: Bytes, work: Work): Promise<Hdf5Source> {
  const base = await findSuperblock(file)
  const bytes = pagesOf(file)
  const block = await bytes.slice(base, Math.min(file.size, base + 256))
  const version = block[8] ?? 0
  const widthAt = version < 2 ? 13 : 9
  const widths: Widths = {offset: widthOf(block[widthAt], base), length: widthOf(block[widthAt + 1], base)}
  const readUpTo = async (address: number, length: number): Promise<Fields> => {
    work.step(readSteps + (length >> 5))
    if (length > blockLimit) throw new Malformed(`A block claims ${length} bytes.`, base + address)
    return new Fields(await bytes.slice(base + address, base + address + length), base + address, widths)
  }
  const read = async (address: number, length: number): Promise<Fields> => {
    if (base + address + length > file.size) {
      throw new Malformed(`A block of ${length} bytes begins at byte ${base + address}, and the file ends first.`)
    }
    return readUpTo(address, length)
  }
  const superblock = readSuperblock(new Fields(block, base, widths))
  if (superblock.end > file.size - base) {
    const expected = base + superblock.end
    throw new Malformed(`It has ${file.size} bytes, and its superblock says that it ends at byte ${expected}.`, base)
  }
  return {work, widths, base, size: file.size - base, ...superblock, read, readUpTo}
}

async function findSuperblock(file: Bytes): Promise<number> {
  for (const offset of superblockOffsets(file.size)) {
    if (hasSignature(await file.slice(offset, offset + signature.length))) return offset
  }
  throw new Malformed('No HDF5 signature stands where the library looks for it.')
}

function widthOf(width: number | undefined, base: number): number {
  if (width === 2 || width === 4 || width === 8) return width
  throw new Malformed(`Its offsets or lengths have ${width} bytes; 2, 4 or 8 are possible.`, base)
}

interface Superblock {
  readonly root: number
  readonly extension: number | null
  readonly driver: number | null
  /** Address behind the last byte. */
  readonly end: number
}

function readSuperblock(fields: Fields): Superblock {
  fields.skip(signature.length)
  const version = fields.version('The superblock', 0, 1, 2, 3)
  if (version >= 2) {
    fields.skip(3)
    const written = fields.address() ?? 0
    const extension = fields.address()
    const end = fields.definedAddress('the end of the file') - written
    return {root: fields.definedAddress('the root group'), extension, driver: null, end}
  }
  fields.skip(version === 0 ? 15 : 19)
  const written = fields.address() ?? 0
  fields.address()
  const end = fields.definedAddress('the end of the file') - written
  const driver = fields.address()
  fields.skip(fields.widths.offset)
  return {root: fields.definedAddress('the root group'), extension: null, driver, end}
}

const pageBytes = 64 * 1024
const maxPages = 64

/** Metadata lies in small pieces near each other: read by pages, the last few of which are kept. */
function pagesOf(bytes: Bytes): Bytes {
  const pages = new Map<number, Uint8Array>()
  const page = async (number: number): Promise<Uint8Array> => {
    const kept = pages.get(number)
    if (kept) return kept
    const read = await bytes.slice(number * pageBytes, (number + 1) * pageBytes)
    const [oldest] = pages.keys()
    if (pages.size >= maxPages && oldest !== undefined) pages.delete(oldest)
    pages.set(number, read)
    return read
  }
  const slice = async (start: number, end: number): Promise<Uint8Array> => {
    const first = Math.floor(start / pageBytes)
    const last = Math.floor(Math.max(start, end - 1) / pageBytes)
    if (last - first > 1) return bytes.slice(start, end)
    const head = await page(first)
    const from = start - first * pageBytes
    if (last === first) return head.subarray(from, end - first * pageBytes)
    const tail = await page(last)
    const joined = new Uint8Array(Math.max(0, head.length - from) + Math.min(tail.length, end - last * pageBytes))
    joined.set(head.subarray(from))
    joined.set(tail.subarray(0, end - last * pageBytes), Math.max(0, head.length - from))
    return joined
  }
  return {size: bytes.size, slice}
}
