import {Malformed} from '../../malformed.ts'
import {type Attribute, readAttributes, readCommitted} from './attributes.ts'
import type {Fields} from './fields.ts'
import type {GlobalHeap} from './global-heap.ts'
import {type Link, readLinks} from './group.ts'
import {type Message, messageTypes, readHeader} from './header.ts'
import {openLocalHeap} from './local-heap.ts'
import type {Hdf5Source} from './source.ts'
import {type Datatype, type Layout, parseDataspace, parseDatatype, parseFilters, parseLayout} from './types.ts'

/** One object of the file, at the first name that leads to it. */
export type Hdf5Object = {
  /** From the root: `/model_weights/dense/kernel`. */
  readonly path: string
  /** Offset of its header in the file. */
  readonly at: number
  readonly attributes: readonly Attribute[]
} & (
  | {readonly kind: 'group'; readonly links: readonly Link[]}
  | {
      readonly kind: 'dataset'
      readonly datatype: Datatype
      readonly shape: readonly number[] | null
      readonly layout: Layout
      readonly filters: readonly number[]
      /** Files beside it that hold its elements. */
      readonly externalFiles: readonly string[]
      /** Files whose datasets it is put together from; `.` is the file itself. */
      readonly virtualFiles: readonly string[]
    }
  | {readonly kind: 'named datatype'}
)

/** Every object that hard links reach from the root, each once. @throws Malformed, OverLimit */
export async function* walkHdf5(source: Hdf5Source, heap: GlobalHeap): AsyncGenerator<Hdf5Object> {
  const seen = new Set([source.root])
  const queue = [{path: '', address: source.root}]
  for (let next = queue.pop(); next; next = queue.pop()) {
    source.work.step()
    const object = await readObject(source, next, heap)
    yield object
    if (object.kind !== 'group') continue
    for (const link of object.links.toReversed()) {
      if (link.kind !== 'hard' || seen.has(link.address)) continue
      seen.add(link.address)
      queue.push({path: `${next.path}/${link.name}`, address: link.address})
    }
  }
}

async function readObject(
  source: Hdf5Source,
  {path, address}: {path: string; address: number},
  heap: GlobalHeap,
): Promise<Hdf5Object> {
  const messages = await readHeader(source, address)
  refuseShared(messages)
  const attributes = await readAttributes(source, messages)
  const common = {path: path === '' ? '/' : path, at: source.base + address, attributes}
  const links = await readLinks(source, messages)
  if (links !== null) return {...common, kind: 'group', links}
  const find = (type: number) => messages.find(message => message.type === type)
  const layout = find(messageTypes.layout)
  const type = find(messageTypes.datatype)
  const space = find(messageTypes.dataspace)
  if (!layout || !type || !space) return {...common, kind: 'named datatype'}
  const parsed = parseLayout(layout.fields)
  return {
    ...common,
    kind: 'dataset',
    datatype: parseDatatype(type.shared ? await readCommitted(source, type.fields) : type.fields),
    shape: parseDataspace(space.fields),
    layout: parsed,
    filters: filtersOf(find(messageTypes.filters)),
    externalFiles: await readExternalFiles(source, find(messageTypes.externalFiles)?.fields),
    virtualFiles: parsed.kind === 'virtual' ? await readVirtualFiles(heap, parsed) : [],
  }
}

/** A dataspace or filter may stand in a table of the whole file (SOHM), which no library makes unasked. */
function refuseShared(messages: readonly Message[]): void {
  const own = new Set<number>(Object.values(messageTypes))
  for (const {type, shared, fields} of messages) {
    if (!shared || type === messageTypes.datatype || !own.has(type)) continue
    throw new Malformed('Part of an object stands in the table of shared messages, which is not read.', fields.at)
  }
}

function filtersOf(message: Message | undefined): readonly number[] {
  return message ? parseFilters(message.fields) : []
}

/** External data files message, version 1 (specification IV.A.2.h). */
async function readExternalFiles(source: Hdf5Source, fields: Fields | undefined): Promise<readonly string[]> {
  if (fields === undefined) return []
  fields.version('A list of external files', 1)
  fields.skip(5)
  const used = fields.u16()
  const names = await openLocalHeap(source, fields.definedAddress('the names of external files'))
  const files: string[] = []
  for (let index = 0; index < used; index++) {
    files.push(await names(fields.length()))
    fields.skip(2 * source.widths.length)
  }
  return files
}

const virtualLimit = 2 ** 20

/**
 * The first source of a virtual dataset (specification III.E, global heap block for virtual datasets): selections of
 * varying form stand between one source and the next, and one file outside is enough.
 */
async function readVirtualFiles(
  heap: GlobalHeap,
  layout: Extract<Layout, {kind: 'virtual'}>,
): Promise<readonly string[]> {
  const fields = await heap.read(layout.heap, layout.index, virtualLimit)
  fields.version('A virtual dataset', 0, 1)
  if (fields.length() === 0) return []
  return [fields.zeroEnded()]
}
