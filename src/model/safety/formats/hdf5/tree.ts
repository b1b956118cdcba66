import {Malformed} from '../../malformed.ts'
import type {Fields} from './fields.ts'
import type {Hdf5Source} from './source.ts'

/** Deeper than any tree of fewer than 2^64 records. */
const maxDepth = 64

interface Level {
  readonly maxRecords: number
  /** Of all records in and below a node of this level. */
  readonly maxTotal: number
  readonly totalWidth: number
}

interface Shape {
  readonly nodeBytes: number
  readonly recordBytes: number
  readonly levels: readonly Level[]
  readonly countWidth: number
}

/**
 * All records of a version 2 B-tree (specification III.A.2), whatever their order.
 * @param type of its records: 5 and 8 are names of links and attributes, 1 huge objects of a heap
 * @throws Malformed, OverLimit
 */
export async function readTree(source: Hdf5Source, address: number, type: number): Promise<readonly Fields[]> {
  const header = await source.read(address, 22 + source.widths.offset + source.widths.length)
  header.signature('BTHD')
  header.version('A B-tree', 0)
  const seen = header.u8()
  if (seen !== type) throw new Malformed(`A B-tree holds records of type ${seen} where ${type} is needed.`, header.at)
  const nodeBytes = header.u32()
  const recordBytes = header.u16()
  const depth = header.u16()
  header.skip(2)
  const root = header.address()
  const count = header.u16()
  if (root === null) return []
  const shape = shapeOf(source, {nodeBytes, recordBytes, depth, at: header.at})
  const records: Fields[] = []
  const visited = new Set<number>()
  const visit = async (node: number, held: number, level: number): Promise<void> => {
    if (visited.has(node)) throw new Malformed('A B-tree leads back to itself.', source.base + node)
    visited.add(node)
    const fields = await source.readUpTo(node, nodeBytes)
    fields.signature(level === 0 ? 'BTLF' : 'BTIN')
    fields.skip(2)
    source.work.step(held + 1)
    for (let index = 0; index < held; index++) records.push(fields.part(recordBytes))
    if (level === 0) return
    for (let index = 0; index <= held; index++) {
      const child = fields.definedAddress('a node of a B-tree')
      const childCount = fields.uint(shape.countWidth)
      if (level > 1) fields.skip(shape.levels[level - 1]?.totalWidth ?? 0)
      await visit(child, childCount, level - 1)
    }
  }
  await visit(root, count, depth)
  return records
}

/** How wide a node writes the counts of its children follows from how many could fit. */
function shapeOf(source: Hdf5Source, tree: {nodeBytes: number; recordBytes: number; depth: number; at: number}): Shape {
  const {nodeBytes, recordBytes, depth, at} = tree
  if (recordBytes === 0 || depth > maxDepth) throw new Malformed('A B-tree has an impossible form.', at)
  const leaf = Math.floor((nodeBytes - 10) / recordBytes)
  if (leaf < 1) throw new Malformed('A node of a B-tree cannot hold a record.', at)
  const countWidth = widthFor(leaf)
  const levels: Level[] = [{maxRecords: leaf, maxTotal: leaf, totalWidth: 0}]
  for (let level = 1; level <= depth; level++) {
    const below = levels[level - 1]
    const pointer = source.widths.offset + countWidth + (below?.totalWidth ?? 0)
    const maxRecords = Math.floor((nodeBytes - 10 - pointer) / (recordBytes + pointer))
    if (maxRecords < 1) throw new Malformed('A node of a B-tree cannot hold a record.', at)
    const maxTotal = (maxRecords + 1) * (below?.maxTotal ?? 0) + maxRecords
    if (!Number.isSafeInteger(maxTotal)) throw new Malformed('A B-tree has an impossible depth.', at)
    levels.push({maxRecords, maxTotal, totalWidth: widthFor(maxTotal)})
  }
  return {nodeBytes, recordBytes, levels, countWidth}
}

/** Bytes that the library reserves for numbers up to `limit` (`H5VM_limit_enc_size`). */
export function widthFor(limit: number): number {
  return Math.floor(Math.floor(Math.log2(limit)) / 8) + 1
}
