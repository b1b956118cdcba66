import {Malformed} from '../../malformed.ts'
import type {Fields} from './fields.ts'
import type {Hdf5Source} from './source.ts'

/** One message of an object header (format specification 3.0, IV.A.2). */
export interface Message {
  readonly type: number
  readonly fields: Fields
  /** Its content stands elsewhere: a committed datatype, or the file's table of shared messages. */
  readonly shared: boolean
}

export const messageTypes = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  link: 0x06,
  externalFiles: 0x07,
  layout: 0x08,
  filters: 0x0b,
  attribute: 0x0c,
  sharedTable: 0x0f,
  continuation: 0x10,
  symbolTable: 0x11,
  driver: 0x14,
  attributeInfo: 0x15,
} as const

const maxMessages = 100_000
const maxChunks = 4096

/** All messages of the object header at an address, through its continuations. @throws Malformed, OverLimit */
export async function readHeader(source: Hdf5Source, address: number): Promise<readonly Message[]> {
  const start = await source.readUpTo(address, 4)
  const second = start.left === 4 && String.fromCharCode(...start.take(4)) === 'OHDR'
  return second ? readSecond(source, address) : readFirst(source, address)
}

/** @throws Malformed where a chunk is chained twice, or too many are */
class Chunks {
  readonly queue: {address: number; length: number}[] = []
  readonly #seen = new Set<number>()

  add(fields: Fields): void {
    const {at} = fields
    const address = fields.definedAddress('a continuation')
    if (this.#seen.has(address)) throw new Malformed('A continuation of an object header leads back to itself.', at)
    if (this.#seen.size >= maxChunks) throw new Malformed('An object header has no end of continuations.', at)
    this.#seen.add(address)
    this.queue.push({address, length: fields.length()})
  }
}

/** Version 1: a prefix of 12 bytes, padded to 16, then messages with 8 bytes before each. */
async function readFirst(source: Hdf5Source, address: number): Promise<readonly Message[]> {
  const prefix = await source.read(address, 16)
  prefix.version('An object header', 1)
  prefix.skip(1 + 2 + 4)
  const messages: Message[] = []
  const chunks = new Chunks()
  chunks.queue.push({address: address + 16, length: prefix.u32()})
  for (let chunk = chunks.queue.shift(); chunk; chunk = chunks.queue.shift()) {
    const fields = await source.read(chunk.address, chunk.length)
    while (fields.left >= 8) {
      source.work.step()
      const type = fields.u16()
      const length = fields.u16()
      const shared = (fields.u8() & 2) !== 0
      fields.skip(3)
      collect(messages, chunks, {type, fields: fields.part(length), shared})
    }
  }
  return messages
}

/** Version 2: `OHDR`, then messages with 4 or 6 bytes before each; every chunk ends with a checksum. */
async function readSecond(source: Hdf5Source, address: number): Promise<readonly Message[]> {
  const prefix = await source.readUpTo(address, 64)
  prefix.signature('OHDR')
  prefix.version('An object header', 2)
  const flags = prefix.u8()
  if (flags & 0x20) prefix.skip(16)
  if (flags & 0x10) prefix.skip(4)
  const length = prefix.uint(1 << (flags & 3))
  const messages: Message[] = []
  const chunks = new Chunks()
  const first = await source.read(prefix.at - source.base, length)
  readMessages(first, flags, {source, messages, chunks})
  for (let chunk = chunks.queue.shift(); chunk; chunk = chunks.queue.shift()) {
    if (chunk.length < 8) throw new Malformed('A continuation of an object header is too short.', source.base + address)
    const fields = await source.read(chunk.address, chunk.length - 4)
    fields.signature('OCHK')
    readMessages(fields, flags, {source, messages, chunks})
  }
  return messages
}

interface Collected {
  readonly source: Hdf5Source
  readonly messages: Message[]
  readonly chunks: Chunks
}

function readMessages(fields: Fields, flags: number, {source, messages, chunks}: Collected): void {
  const before = flags & 4 ? 6 : 4
  while (fields.left >= before) {
    source.work.step()
    const type = fields.u8()
    const length = fields.u16()
    const shared = (fields.u8() & 2) !== 0
    if (before === 6) fields.skip(2)
    collect(messages, chunks, {type, fields: fields.part(length), shared})
  }
}

function collect(messages: Message[], chunks: Chunks, message: Message): void {
  if (message.type === messageTypes.continuation) chunks.add(message.fields)
  else messages.push(message)
  if (messages.length > maxMessages) throw new Malformed('An object header has no end of messages.', message.fields.at)
}
