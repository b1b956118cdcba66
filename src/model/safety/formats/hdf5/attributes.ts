import {Malformed} from '../../malformed.ts'
import type {Fields} from './fields.ts'
import {openFractalHeap} from './fractal-heap.ts'
import type {GlobalHeap} from './global-heap.ts'
import {type Message, messageTypes, readHeader} from './header.ts'
import type {Hdf5Source} from './source.ts'
import {readTree} from './tree.ts'
import {type Datatype, parseDataspace, parseDatatype} from './types.ts'

/** One attribute of an object; its value is read when it is asked for. */
export interface Attribute {
  readonly name: string
  /** Offset of its message in the file. */
  readonly at: number
  readonly datatype: Datatype
  readonly shape: readonly number[] | null
  readonly data: Fields
}

/** Attributes in the header, and those in dense storage. @throws Malformed, OverLimit */
export async function readAttributes(source: Hdf5Source, messages: readonly Message[]): Promise<readonly Attribute[]> {
  const attributes: Attribute[] = []
  for (const {type, fields} of messages) {
    if (type === messageTypes.attribute) {
      attributes.push(await parseAttribute(source, fields))
    } else if (type === messageTypes.attributeInfo) await readDense(source, fields, attributes)
  }
  return attributes
}

async function readDense(source: Hdf5Source, info: Fields, attributes: Attribute[]): Promise<void> {
  info.version('An attribute info message', 0)
  if (info.u8() & 1) info.skip(2)
  const heapAddress = info.address()
  const names = info.address()
  if (heapAddress === null || names === null) return
  const heap = await openFractalHeap(source, heapAddress)
  for (const record of await readTree(source, names, 8)) {
    const id = record.part(8)
    if (record.u8() & 2) throw new Malformed('An attribute stands in the table of shared messages.', record.at)
    attributes.push(await parseAttribute(source, await heap.read(id)))
  }
}

/** Attribute message, versions 1 to 3 (specification IV.A.2.m). */
async function parseAttribute(source: Hdf5Source, fields: Fields): Promise<Attribute> {
  const {at} = fields
  const version = fields.version('An attribute', 1, 2, 3)
  const second = fields.u8()
  const flags = version === 1 ? 0 : second
  const nameBytes = fields.u16()
  const typeBytes = fields.u16()
  const spaceBytes = fields.u16()
  if (version === 3) fields.skip(1)
  const next = (count: number) => (version === 1 ? fields.padded(count) : fields.part(count))
  const name = next(nameBytes).zeroEnded()
  const type = next(typeBytes)
  const space = next(spaceBytes)
  const datatype = parseDatatype(flags & 1 ? await readCommitted(source, type) : type)
  if (flags & 2) throw new Malformed('A dataspace stands in the table of shared messages.', at)
  return {name, at, datatype, shape: parseDataspace(space), data: fields.part(fields.left)}
}

/** A committed datatype: the message is the address of the object that holds it (specification IV.A.2, shared). */
export async function readCommitted(source: Hdf5Source, reference: Fields): Promise<Fields> {
  const {at} = reference
  const version = reference.version('A shared message', 1, 2, 3)
  const type = reference.u8()
  if (version === 3 && type === 1) throw new Malformed('A datatype stands in the table of shared messages.', at)
  if (version === 1) reference.skip(6)
  const messages = await readHeader(source, reference.definedAddress('a committed datatype'))
  const found = messages.find(message => message.type === messageTypes.datatype)
  if (!found || found.shared) throw new Malformed('A committed datatype is missing.', at)
  return found.fields
}

/** Of the texts of one attribute: Keras configurations of large models have a few MB. */
const textLimit = 32 * 2 ** 20
const maxTexts = 1_000_000

/**
 * The texts of an attribute, in order; null where it holds something else.
 * @throws Malformed
 */
export async function readTexts(
  heap: GlobalHeap,
  {datatype, shape, data}: Attribute,
): Promise<readonly string[] | null> {
  if (datatype.kind !== 'fixed text' && datatype.kind !== 'variable text') return null
  const count = shape === null ? 0 : shape.reduce((product, size) => product * size, 1)
  if (count > maxTexts || count * datatype.size > data.left) {
    throw new Malformed(`An attribute claims ${count} texts, and has room for fewer.`, data.at)
  }
  const texts: string[] = []
  let total = 0
  for (let index = 0; index < count; index++) {
    const element = data.part(datatype.size)
    const text = datatype.kind === 'fixed text' ? element.zeroEnded() : await readVariable(heap, element)
    total += text.length
    if (total > textLimit) throw new Malformed(`The texts of an attribute are longer than ${textLimit} bytes.`, data.at)
    texts.push(text)
  }
  return texts
}

async function readVariable(heap: GlobalHeap, element: Fields): Promise<string> {
  const length = element.u32()
  const collection = element.address()
  const index = element.u32()
  if (collection === null || collection === 0) return ''
  const value = await heap.read(collection, index, textLimit)
  return value.part(Math.min(length, value.left)).zeroEnded()
}
