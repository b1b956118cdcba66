import type {Bytes} from '../../../../runtime/files.ts'
import type {Work} from '../../limits.ts'
import type {Directory} from './directory.ts'
import {
  type CentralHeader,
  descriptorSignature,
  flag,
  type LocalHeader,
  localBytes,
  localLength,
  localSignature,
  parseLocal,
  signatureAt,
} from './records.ts'

/** A member as a directory and its local header describe it, and the bytes that it takes. */
export interface PlacedMember {
  readonly central: CentralHeader
  /** Null where none stands at the offset. */
  readonly local: LocalHeader | null
  /** Of the local header, in the file. */
  readonly offset: number
  readonly dataOffset: number
  /** Behind its data, by the size in the directory, and behind its data descriptor. */
  readonly dataEnd: number
  readonly end: number
  /** Null where none is announced. */
  readonly descriptor: 'fits' | 'differs' | null
}

/** Every entry of every directory with its local header; entries that several directories share come once. */
export async function placeMembers(
  bytes: Bytes,
  directories: readonly Directory[],
  work: Work,
): Promise<readonly PlacedMember[]> {
  const placed: PlacedMember[] = []
  const known = new Set<string>()
  for (const [index, {entries, shift}] of directories.entries()) {
    for (const central of entries) {
      const offset = central.offset + shift
      const {name, method, packedSize, size} = central
      const key = `${offset} ${method} ${packedSize} ${size} ${name}`
      if (index > 0 && known.has(key)) continue
      if (directories.length > 1) known.add(key)
      placed.push(await placeMember(bytes, central, offset, work))
    }
  }
  return placed
}

/**
 * Without those that belong to archives stored inside of members of the first: their end records stand in the last
 * 64 KiB, too, and lead to directories that are whole. Such members are looked at as archives of their own.
 */
export async function ownDirectories(
  bytes: Bytes,
  directories: readonly Directory[],
  work: Work,
): Promise<readonly Directory[]> {
  const [first, ...others] = directories
  if (first === undefined || others.length === 0) return directories
  const members = await placeMembers(bytes, [first], work)
  const isInside = ({end}: Directory) =>
    members.some(({dataOffset, dataEnd}) => end.at >= dataOffset && end.at < dataEnd)
  return [first, ...others.filter(other => !isInside(other))]
}

/** The local header at an offset; null where none is there, or not all of it. */
export async function readLocal(bytes: Bytes, offset: number, work: Work): Promise<LocalHeader | null> {
  if (!(offset >= 0 && offset + localBytes <= bytes.size)) return null
  const guess = await bytes.slice(offset, offset + 512)
  if (signatureAt(guess, 0) !== localSignature) return null
  const length = localLength(guess)
  work.step(8 + (length >> 3))
  return parseLocal(length <= guess.length ? guess : await bytes.slice(offset, offset + length))
}

async function placeMember(bytes: Bytes, central: CentralHeader, offset: number, work: Work): Promise<PlacedMember> {
  const local = await readLocal(bytes, offset, work)
  if (local === null) {
    return {central, local, offset, dataOffset: offset, dataEnd: offset, end: offset, descriptor: null}
  }
  const dataOffset = offset + local.length
  const dataEnd = dataOffset + central.packedSize
  const {descriptor, length} = await descriptorAt(bytes, dataEnd, central, local)
  return {central, local, offset, dataOffset, dataEnd, end: dataEnd + length, descriptor}
}

/**
 * The data descriptor (APPNOTE 4.3.9) behind a member: with or without signature, with sizes of four or eight bytes.
 * Which one it is can be told only by what it should say.
 */
async function descriptorAt(
  bytes: Bytes,
  at: number,
  central: CentralHeader,
  local: LocalHeader,
): Promise<{descriptor: PlacedMember['descriptor']; length: number}> {
  if (((central.flags | local.flags) & flag.descriptor) === 0) return {descriptor: null, length: 0}
  const found = await bytes.slice(at, at + 24)
  const signed = signatureAt(found, 0) === descriptorSignature
  const view = new DataView(found.buffer, found.byteOffset, found.byteLength)
  const from = signed ? 4 : 0
  const fits = (wide: boolean) => {
    if (found.length < from + (wide ? 20 : 12) || view.getUint32(from, true) !== central.crc) return false
    const sizes = wide
      ? [Number(view.getBigUint64(from + 4, true)), Number(view.getBigUint64(from + 12, true))]
      : [view.getUint32(from + 4, true), view.getUint32(from + 8, true)]
    return sizes[0] === central.packedSize && sizes[1] === central.size
  }
  for (const wide of [local.zip64, !local.zip64]) {
    if (fits(wide)) return {descriptor: 'fits', length: from + (wide ? 20 : 12)}
  }
  return {descriptor: 'differs', length: signed ? from + (local.zip64 ? 20 : 12) : 0}
}
