/**
 * The records of a ZIP archive, as bytes. Source: PKWARE APPNOTE.TXT 6.3.10, sections 4.3 to 4.5. Pure: whoever calls
 * has made sure that the bytes are there.
 */

export const localSignature = 0x04034b50
export const centralSignature = 0x02014b50
export const descriptorSignature = 0x08074b50
export const endSignature = 0x06054b50
export const end64Signature = 0x06064b50
export const locator64Signature = 0x07064b50

export const localBytes = 30
export const centralBytes = 46
export const endBytes = 22
export const end64Bytes = 56
export const locator64Bytes = 20

/** Bits of the general purpose flags (4.4.4). */
export const flag = {encrypted: 1, descriptor: 8, strong: 64, utf8: 2048, masked: 8192} as const

/** End of central directory record (4.3.16). */
export interface EndRecord {
  /** Offset of the record in the file. */
  readonly at: number
  readonly disk: number
  readonly directoryDisk: number
  readonly entriesHere: number
  readonly entries: number
  readonly directorySize: number
  readonly directoryOffset: number
  readonly commentLength: number
}

/** What the central directory and a local header both say of a member. */
export interface MemberHeader {
  readonly name: string
  readonly nameBytes: Uint8Array
  readonly flags: number
  readonly method: number
  readonly crc: number
  readonly packedSize: number
  readonly size: number
}

export interface CentralHeader extends MemberHeader {
  /** Bytes of the whole header, name, extra field and comment included. */
  readonly length: number
  readonly madeBy: number
  readonly disk: number
  readonly external: number
  readonly offset: number
}

export interface LocalHeader extends MemberHeader {
  readonly length: number
  /** Whether a ZIP64 field is there: then a data descriptor has sizes of eight bytes (4.3.9.2). */
  readonly zip64: boolean
}

/** @param bytes from the signature on, at least 22 */
export function parseEnd(bytes: Uint8Array, at: number): EndRecord {
  const view = viewOf(bytes)
  return {
    at,
    disk: view.getUint16(4, true),
    directoryDisk: view.getUint16(6, true),
    entriesHere: view.getUint16(8, true),
    entries: view.getUint16(10, true),
    directorySize: view.getUint32(12, true),
    directoryOffset: view.getUint32(16, true),
    commentLength: view.getUint16(20, true),
  }
}

/**
 * ZIP64 end of central directory record (4.3.14), with the comment of the ordinary one. Sizes beyond 2^53 come out as
 * numbers that no file has.
 * @param bytes from the signature on, at least 56
 */
export function parseEnd64(bytes: Uint8Array, {at, commentLength}: EndRecord): EndRecord {
  const view = viewOf(bytes)
  return {
    at,
    commentLength,
    disk: view.getUint32(16, true),
    directoryDisk: view.getUint32(20, true),
    entriesHere: Number(view.getBigUint64(24, true)),
    entries: Number(view.getBigUint64(32, true)),
    directorySize: Number(view.getBigUint64(40, true)),
    directoryOffset: Number(view.getBigUint64(48, true)),
  }
}

/** Central directory header (4.3.12). Null where the bytes do not hold all of it. */
export function parseCentral(bytes: Uint8Array): CentralHeader | null {
  if (bytes.length < centralBytes) return null
  const view = viewOf(bytes)
  if (view.getUint32(0, true) !== centralSignature) return null
  const nameLength = view.getUint16(28, true)
  const extraLength = view.getUint16(30, true)
  const length = centralBytes + nameLength + extraLength + view.getUint16(32, true)
  if (bytes.length < length) return null
  const flags = view.getUint16(8, true)
  const nameBytes = bytes.slice(centralBytes, centralBytes + nameLength)
  const extra = bytes.subarray(centralBytes + nameLength, centralBytes + nameLength + extraLength)
  const written = {
    size: view.getUint32(24, true),
    packedSize: view.getUint32(20, true),
    offset: view.getUint32(42, true),
    disk: view.getUint16(34, true),
  }
  return {
    length,
    name: decodeName(nameBytes, flags),
    nameBytes,
    flags,
    madeBy: view.getUint16(4, true),
    method: view.getUint16(10, true),
    crc: view.getUint32(16, true),
    external: view.getUint32(38, true),
    ...withZip64(written, extra),
  }
}

/** How long a central header is, from its first 46 bytes. */
export function centralLength(bytes: Uint8Array): number {
  const view = viewOf(bytes)
  return centralBytes + view.getUint16(28, true) + view.getUint16(30, true) + view.getUint16(32, true)
}

/** Local file header (4.3.7). Null where the bytes do not hold all of it. */
export function parseLocal(bytes: Uint8Array): LocalHeader | null {
  if (bytes.length < localBytes) return null
  const view = viewOf(bytes)
  if (view.getUint32(0, true) !== localSignature) return null
  const nameLength = view.getUint16(26, true)
  const extraLength = view.getUint16(28, true)
  const length = localBytes + nameLength + extraLength
  if (bytes.length < length) return null
  const flags = view.getUint16(6, true)
  const nameBytes = bytes.slice(localBytes, localBytes + nameLength)
  const extra = bytes.subarray(localBytes + nameLength, length)
  const written = {size: view.getUint32(22, true), packedSize: view.getUint32(18, true), offset: 0, disk: 0}
  const {size, packedSize} = withZip64(written, extra)
  return {
    length,
    name: decodeName(nameBytes, flags),
    nameBytes,
    flags,
    method: view.getUint16(8, true),
    crc: view.getUint32(14, true),
    size,
    packedSize,
    zip64: fieldOf(extra, 1) !== null,
  }
}

/** How long a local header is, from its first 30 bytes. */
export function localLength(bytes: Uint8Array): number {
  const view = viewOf(bytes)
  return localBytes + view.getUint16(26, true) + view.getUint16(28, true)
}

/** Four bytes as a little-endian number; -1 beyond the end. */
export function signatureAt(bytes: Uint8Array, at: number): number {
  return at + 4 <= bytes.length ? viewOf(bytes).getUint32(at, true) : -1
}

/** A member's data of an extra field (4.5.1); null where it has none, or breaks off. */
export function fieldOf(extra: Uint8Array, id: number): Uint8Array | null {
  const view = viewOf(extra)
  for (let at = 0; at + 4 <= extra.length; ) {
    const end = at + 4 + view.getUint16(at + 2, true)
    if (end > extra.length) return null
    if (view.getUint16(at, true) === id) return extra.subarray(at + 4, end)
    at = end
  }
  return null
}

interface Written {
  readonly size: number
  readonly packedSize: number
  readonly offset: number
  readonly disk: number
}

/** The ZIP64 field holds, in this order, those values that are all ones in the header (4.5.3). */
function withZip64(written: Written, extra: Uint8Array): Written {
  const field = fieldOf(extra, 1)
  if (field === null) return written
  const view = viewOf(field)
  let at = 0
  const wide = (value: number): number => {
    if (value !== 0xffffffff || at + 8 > field.length) return value
    at += 8
    return Number(view.getBigUint64(at - 8, true))
  }
  const size = wide(written.size)
  const packedSize = wide(written.packedSize)
  const offset = wide(written.offset)
  const disk = written.disk === 0xffff && at + 4 <= field.length ? view.getUint32(at, true) : written.disk
  return {size, packedSize, offset, disk}
}

/** UTF-8 where the flag says so or the bytes are nothing else; else one sign per byte, so that names stay different. */
function decodeName(bytes: Uint8Array, flags: number): string {
  try {
    return utf8.decode(bytes)
  } catch {
    return (flags & flag.utf8) === 0 ? latin1.decode(bytes) : lenient.decode(bytes)
  }
}

const utf8 = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true})
const lenient = new TextDecoder('utf-8', {ignoreBOM: true})
const latin1 = new TextDecoder('latin1')

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
