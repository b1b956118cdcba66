import {Malformed} from '../../malformed.ts'
import type {Fields} from './fields.ts'
import type {Hdf5Source} from './source.ts'
import {readTree, widthFor} from './tree.ts'

/** Dense links and attributes (specification III.G). */
export interface FractalHeap {
  /** The object that a heap id of a record names. @throws Malformed */
  read(id: Fields): Promise<Fields>
}

interface Shape {
  readonly address: number
  readonly idBytes: number
  readonly hugeTree: number | null
  readonly columns: number
  readonly startBytes: number
  readonly maxDirectBytes: number
  readonly offsetWidth: number
  readonly lengthWidth: number
  readonly root: number | null
  readonly rootRows: number
}

/** @throws Malformed; also for heaps with filters, which no version of h5py makes for links and attributes */
export async function openFractalHeap(source: Hdf5Source, address: number): Promise<FractalHeap> {
  const shape = await readShape(source, address)
  const huge = new Map<number, {address: number; length: number}>()
  return {
    async read(id) {
      const first = id.u8()
      switch ((first >> 4) & 3) {
        case 0:
          return readManaged(source, shape, id.uint(shape.offsetWidth), id.uint(shape.lengthWidth))
        case 1:
          return readHuge(source, shape, {id, huge})
        case 2: {
          const short = shape.idBytes - 1 <= 16
          const length = short ? (first & 15) + 1 : (first & 15) * 256 + id.u8() + 1
          return id.part(length)
        }
        default:
          throw new Malformed('A heap id has an unknown type.', id.at)
      }
    },
  }
}

async function readShape(source: Hdf5Source, address: number): Promise<Shape> {
  const {offset, length} = source.widths
  const fields = await source.read(address, 22 + 12 * length + 3 * offset)
  fields.signature('FRHP')
  fields.version('A fractal heap', 0)
  const idBytes = fields.u16()
  const filterBytes = fields.u16()
  fields.skip(1)
  const maxManaged = fields.u32()
  fields.skip(length)
  const hugeTree = fields.address()
  fields.skip(9 * length + offset)
  const columns = fields.u16()
  const startBytes = fields.length()
  const maxDirectBytes = fields.length()
  const offsetBits = fields.u16()
  fields.skip(2)
  const root = fields.address()
  const rootRows = fields.u16()
  if (filterBytes > 0) throw new Malformed('A heap of links or attributes is compressed.', source.base + address)
  if (![columns, startBytes, maxDirectBytes].every(isPowerOfTwo) || maxDirectBytes < startBytes || offsetBits > 64) {
    throw new Malformed('A fractal heap has an impossible form.', source.base + address)
  }
  const lengthWidth = Math.min(widthFor(maxDirectBytes), widthFor(Math.max(1, maxManaged)))
  const offsetWidth = Math.ceil(offsetBits / 8)
  return {address, idBytes, hugeTree, columns, startBytes, maxDirectBytes, offsetWidth, lengthWidth, root, rootRows}
}

function isPowerOfTwo(value: number): boolean {
  return value > 0 && Number.isInteger(Math.log2(value))
}

/** Walks the doubling table from the root to the direct block that holds `offset`. */
async function readManaged(source: Hdf5Source, shape: Shape, offset: number, length: number): Promise<Fields> {
  const {columns, startBytes, maxDirectBytes, offsetWidth} = shape
  const directRows = Math.log2(maxDirectBytes) - Math.log2(startBytes) + 2
  let block = shape.root
  let rows = shape.rootRows
  let within = offset
  for (let depth = 0; depth < 64; depth++) {
    if (block === null)
      throw new Malformed('A heap id leads to a block that does not exist.', source.base + shape.address)
    if (rows === 0) return source.read(block + within, length)
    const row = within < startBytes * columns ? 0 : Math.floor(Math.log2(within / (startBytes * columns))) + 1
    const rowBytes = startBytes * 2 ** Math.max(0, row - 1)
    const rowStart = row === 0 ? 0 : columns * startBytes * 2 ** (row - 1)
    if (row >= rows) throw new Malformed('A heap id leads behind its heap.', source.base + shape.address)
    const column = Math.floor((within - rowStart) / rowBytes)
    const head = 5 + source.widths.offset + offsetWidth
    const fields = await source.read(block, head + (row * columns + column + 1) * source.widths.offset)
    fields.signature('FHIB')
    fields.skip(head - 4 + (row * columns + column) * source.widths.offset)
    block = fields.address()
    within -= rowStart + column * rowBytes
    rows = row < directRows ? 0 : Math.log2(rowBytes) - Math.log2(startBytes * columns) + 1
  }
  throw new Malformed('A fractal heap is nested without end.', source.base + shape.address)
}

interface Huge {
  readonly id: Fields
  readonly huge: Map<number, {address: number; length: number}>
}

/** Objects too large for blocks: their place stands in the id itself, or in a B-tree of its own (record type 1). */
async function readHuge(source: Hdf5Source, shape: Shape, {id, huge}: Huge): Promise<Fields> {
  const {offset, length} = source.widths
  if (shape.idBytes >= 1 + offset + length) return source.read(id.definedAddress('a huge object'), id.length())
  if (huge.size === 0 && shape.hugeTree !== null) {
    for (const record of await readTree(source, shape.hugeTree, 1)) {
      const place = {address: record.definedAddress('a huge object'), length: record.length()}
      huge.set(record.length(), place)
    }
  }
  const found = huge.get(id.uint(Math.min(shape.idBytes - 1, length)))
  if (!found) throw new Malformed('A heap id names a huge object that does not exist.', id.at)
  return source.read(found.address, found.length)
}
