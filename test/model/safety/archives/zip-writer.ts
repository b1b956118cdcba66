import {crc32, deflateRawSync} from 'node:zlib'

/** A member, and where its headers lie. */
export interface Lying {
  readonly name: string
  readonly content?: string | Uint8Array
  readonly method?: number
  /** Packed bytes as they stand, instead of those of `content`. */
  readonly packed?: Uint8Array
  readonly flags?: number
  /** Fields of the local header that say something else than the directory. */
  readonly local?: Fields
  readonly central?: Fields
  /** Bytes before the local header, and behind the data. */
  readonly before?: Uint8Array
  readonly after?: Uint8Array
  /** Only with a local header, or only in the directory. */
  readonly only?: 'local' | 'central'
  /** Of the local header that the directory points to, counted from the beginning of the file. */
  readonly offset?: number
  readonly externalAttributes?: number
}

export interface Fields {
  readonly name?: string
  readonly flags?: number
  readonly method?: number
  readonly crc?: number
  readonly packedSize?: number
  readonly size?: number
}

export interface Ending {
  readonly prefix?: Uint8Array
  readonly comment?: Uint8Array
  readonly suffix?: Uint8Array
  /** Fields of the end record. */
  readonly entries?: number
  readonly disk?: number
  readonly directoryOffset?: number
  readonly beforeDirectory?: Uint8Array
  readonly withoutDirectory?: true
}

/** A ZIP archive whose headers say what they are told to. */
export function zip(members: readonly Lying[], ending: Ending = {}): Buffer {
  const {prefix = new Uint8Array(0), comment = new Uint8Array(0), suffix = new Uint8Array(0)} = ending
  const parts: Uint8Array[] = [prefix]
  const directory: Buffer[] = []
  let at = prefix.length
  const put = (bytes: Uint8Array) => {
    parts.push(bytes)
    at += bytes.length
  }
  for (const member of members) {
    if (member.before) put(member.before)
    const honest = honestFields(member)
    const offset = member.offset ?? at
    if (member.only !== 'central') {
      put(localHeader({...honest, ...member.local}))
      put(packedOf(member))
      if (member.after) put(member.after)
    }
    if (member.only !== 'local') directory.push(centralHeader({...honest, ...member.central}, member, offset))
  }
  if (ending.beforeDirectory) put(ending.beforeDirectory)
  if (ending.withoutDirectory) return Buffer.concat([...parts, suffix])
  const listed = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(ending.disk ?? 0, 4)
  end.writeUInt16LE(ending.entries ?? directory.length, 8)
  end.writeUInt16LE(ending.entries ?? directory.length, 10)
  end.writeUInt32LE(listed.length, 12)
  end.writeUInt32LE(ending.directoryOffset ?? at, 16)
  end.writeUInt16LE(comment.length, 20)
  return Buffer.concat([...parts, listed, end, comment, suffix])
}

/** A data descriptor with its signature. */
export function descriptor(content: string): Buffer {
  const bytes = Buffer.alloc(16)
  bytes.write('PK\x07\x08', 'latin1')
  bytes.writeUInt32LE(crc32(content), 4)
  bytes.writeUInt32LE(content.length, 8)
  bytes.writeUInt32LE(content.length, 12)
  return bytes
}

/** The end record of an archive whose directory begins at `offset`. */
export function endRecord(entries: number, size: number, offset: number, commentLength = 0): Buffer {
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(entries, 8)
  end.writeUInt16LE(entries, 10)
  end.writeUInt32LE(size, 12)
  end.writeUInt32LE(offset, 16)
  end.writeUInt16LE(commentLength, 20)
  return end
}

function honestFields(member: Lying): Required<Fields> {
  const content = contentOf(member)
  return {
    name: member.name,
    flags: member.flags ?? 0x800,
    method: member.method ?? 0,
    crc: crc32(content),
    packedSize: packedOf(member).length,
    size: content.length,
  }
}

function contentOf({content = ''}: Lying): Uint8Array {
  return typeof content === 'string' ? Buffer.from(content, 'latin1') : content
}

function packedOf(member: Lying): Uint8Array {
  if (member.packed) return member.packed
  return member.method === 8 ? deflateRawSync(contentOf(member)) : contentOf(member)
}

function localHeader(fields: Required<Fields>): Buffer {
  return Buffer.concat([Buffer.from('PK\x03\x04\x14\x00', 'latin1'), common(fields), Buffer.from(fields.name)])
}

function centralHeader(fields: Required<Fields>, {externalAttributes}: Lying, offset: number): Buffer {
  const places = Buffer.alloc(14)
  places.writeUInt32LE(externalAttributes ?? 0, 6)
  places.writeUInt32LE(offset, 10)
  const made = Buffer.from([0x50, 0x4b, 1, 2, 20, externalAttributes === undefined ? 0 : 3, 20, 0])
  return Buffer.concat([made, common(fields), places, Buffer.from(fields.name)])
}

function common({name, flags, method, crc, packedSize, size}: Required<Fields>): Buffer {
  const fields = Buffer.alloc(24)
  fields.writeUInt16LE(flags, 0)
  fields.writeUInt16LE(method, 2)
  fields.writeUInt16LE(0x21, 6)
  fields.writeUInt32LE(crc >>> 0, 8)
  fields.writeUInt32LE(packedSize, 12)
  fields.writeUInt32LE(size, 16)
  fields.writeUInt16LE(Buffer.byteLength(name), 20)
  return fields
}
