import {Malformed} from '../../malformed.ts'
import type {Fields} from './fields.ts'
import {openFractalHeap} from './fractal-heap.ts'
import {type Message, messageTypes} from './header.ts'
import {openLocalHeap} from './local-heap.ts'
import type {Hdf5Source} from './source.ts'
import {readTree} from './tree.ts'

/** One name in a group. */
export type Link = {readonly name: string; readonly at: number} & (
  | {readonly kind: 'hard'; readonly address: number}
  | {readonly kind: 'soft'; readonly path: string}
  | {readonly kind: 'external'; readonly file: string; readonly path: string}
  | {readonly kind: 'user-defined'; readonly type: number}
)

/** The links of an object, null where it is no group: old style (symbol table), compact and dense. @throws Malformed */
export async function readLinks(source: Hdf5Source, messages: readonly Message[]): Promise<readonly Link[] | null> {
  let isGroup = false
  const links: Link[] = []
  for (const {type, fields} of messages) {
    if (type === messageTypes.symbolTable) await readSymbolTable(source, fields, links)
    else if (type === messageTypes.link) links.push(parseLink(fields))
    else if (type === messageTypes.linkInfo) await readDenseLinks(source, fields, links)
    else continue
    isGroup = true
  }
  return isGroup ? links : null
}

async function readDenseLinks(source: Hdf5Source, info: Fields, links: Link[]): Promise<void> {
  info.version('A link info message', 0)
  if (info.u8() & 1) info.skip(8)
  const heapAddress = info.address()
  const names = info.address()
  if (heapAddress === null || names === null) return
  const heap = await openFractalHeap(source, heapAddress)
  for (const record of await readTree(source, names, 5)) {
    record.skip(4)
    links.push(parseLink(await heap.read(record)))
  }
}

/** Link message, version 1 (specification IV.A.2.g). */
function parseLink(fields: Fields): Link {
  const {at} = fields
  fields.version('A link', 1)
  const flags = fields.u8()
  const type = flags & 8 ? fields.u8() : 0
  if (flags & 4) fields.skip(8)
  if (flags & 16) fields.skip(1)
  const name = fields.text(fields.uint(1 << (flags & 3)))
  if (type === 0) return {kind: 'hard', name, at, address: fields.definedAddress('an object')}
  const value = fields.part(fields.u16())
  if (type === 1) return {kind: 'soft', name, at, path: value.text(value.left)}
  if (type !== 64) return {kind: 'user-defined', name, at, type}
  value.skip(1)
  return {kind: 'external', name, at, file: value.zeroEnded(), path: value.zeroEnded()}
}

/** Old-style group: a version 1 B-tree of symbol table nodes, and a local heap with the names. */
async function readSymbolTable(source: Hdf5Source, fields: Fields, links: Link[]): Promise<void> {
  const root = fields.definedAddress('a B-tree')
  const names = await openLocalHeap(source, fields.definedAddress('a local heap'))
  const visited = new Set<number>()
  const queue = [root]
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    if (visited.has(node)) throw new Malformed('A B-tree leads back to itself.', source.base + node)
    visited.add(node)
    const signs = await source.read(node, 4)
    if (signs.text(4) === 'TREE') {
      for (const child of (await readChildren(source, node)).reverse()) queue.push(child)
    } else {
      for (const link of await readSymbols(source, node, names)) links.push(link)
    }
  }
}

async function readChildren(source: Hdf5Source, node: number): Promise<number[]> {
  const {offset, length} = source.widths
  const head = await source.read(node, 8 + 2 * offset)
  head.skip(4)
  const type = head.u8()
  if (type !== 0) throw new Malformed(`A group's B-tree has nodes of type ${type}.`, source.base + node)
  head.skip(1)
  const count = head.u16()
  const fields = await source.read(node + 8 + 2 * offset, count * (offset + length))
  const children: number[] = []
  for (let index = 0; index < count; index++) {
    fields.skip(length)
    children.push(fields.definedAddress('a node of a B-tree'))
  }
  return children
}

async function readSymbols(
  source: Hdf5Source,
  node: number,
  names: (offset: number) => Promise<string>,
): Promise<readonly Link[]> {
  const {offset} = source.widths
  const head = await source.read(node, 8)
  head.signature('SNOD')
  head.version('A symbol table node', 1)
  head.skip(1)
  const count = head.u16()
  const fields = await source.read(node + 8, count * (2 * offset + 24))
  const links: Link[] = []
  for (let index = 0; index < count; index++) {
    source.work.step()
    const {at} = fields
    const name = await names(fields.uint(offset))
    const address = fields.address()
    const cached = fields.u32()
    fields.skip(4)
    const scratch = fields.part(16)
    if (cached === 2) links.push({kind: 'soft', name, at, path: await names(scratch.u32())})
    else if (address === null) throw new Malformed('The address of an object is undefined.', at)
    else links.push({kind: 'hard', name, at, address})
  }
  return links
}
