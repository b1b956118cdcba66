/**
 * The members of a tar archive (POSIX.1-2017 pax, with the long names of GNU tar) and where they lie, without unpacking
 * it. What two readers would see in two ways is refused: a scanner reads the archive after us, with another reader.
 */
import {UserError} from '../../../core/failure.ts'
import type {Bytes} from '../../../runtime/files.ts'

export interface TarEntry {
  readonly kind: 'file' | 'link'
  /** Relative to the archive, without `./` before it. */
  readonly name: string
  /** Where a link leads to: from its own folder (symbolic) or from the root of the archive (hard). */
  readonly target: string
  readonly offset: number
  readonly size: number
}

const block = 512
/** An image has three members for each of its at most 127 layers, and a blob each; archives of many are no image. */
const maxEntries = 65_536
/** Extended headers hold names. */
const maxExtended = 1024 * 1024

interface Extended {
  readonly path?: string
  readonly linkpath?: string
  readonly size?: number
}

/**
 * Files and links by their names. Folders are left out.
 * @param file for messages
 * @throws UserError `image/archive-malformed`
 */
export async function readTar(bytes: Bytes, file: string): Promise<ReadonlyMap<string, TarEntry>> {
  const entries = new Map<string, TarEntry>()
  let extended: Extended = {}
  let at = 0
  for (let count = 0; at < bytes.size; count++) {
    if (count > maxEntries) throw malformed(file, `it has more than ${maxEntries} members`)
    const header = await bytes.slice(at, at + block)
    if (header.length < block) throw malformed(file, `it breaks off at byte ${at}`)
    if (header.every(byte => byte === 0)) return entries
    const {name, type, linkName, size: told} = parseHeader(header, at, file)
    const isExtended = 'xLK'.includes(type)
    if (!isExtended && extended.size !== undefined && told !== 0 && told !== extended.size && told < 8 ** 11 - 1) {
      throw malformed(file, `the member at byte ${at} has two sizes`)
    }
    const size = isExtended ? told : (extended.size ?? told)
    // Some readers pass over what they read as data here, others read it as the next header.
    if ('125'.includes(type) && size !== 0) throw malformed(file, `the link or folder at byte ${at} has data`)
    const offset = at + block
    if (offset + size > bytes.size) throw malformed(file, `it breaks off in the member at byte ${at}`)
    at = offset + Math.ceil(size / block) * block
    if (isExtended) {
      if (size > maxExtended) throw malformed(file, `the extended header at byte ${offset - block} is too long`)
      extended = {...extended, ...parseExtended(type, await bytes.slice(offset, offset + size), file)}
      continue
    }
    const entry = entryOf(type, extended.path ?? name, extended.linkpath ?? linkName, offset, size, file)
    extended = {}
    if (!entry) continue
    if (entries.has(entry.name)) throw malformed(file, `it has two members of the name ${shown(entry.name)}`)
    entries.set(entry.name, entry)
  }
  return entries
}

function entryOf(
  type: string,
  path: string,
  target: string,
  offset: number,
  size: number,
  file: string,
): TarEntry | null {
  const name = path.replace(/^(?:\.\/+)+/, '').replace(/\/+$/, '')
  switch (type) {
    case '0':
    case '\0':
    case '7':
      return {kind: 'file', name, target: '', offset, size}
    case '1':
      return {kind: 'link', name, target: target.replace(/^(?:\.\/+)+/, ''), offset, size: 0}
    case '2':
      return {kind: 'link', name, target: fromFolderOf(name, target, file), offset, size: 0}
    case '5':
      return null
    // Headers for all members, devices, pipes, sparse files, parts of other archives: no writer of images makes them.
    default:
      throw malformed(file, `its member ${shown(name)} is no file, folder or link`)
  }
}

/** `../abc/layer.tar` beside `def/layer.tar` is `abc/layer.tar`. */
function fromFolderOf(name: string, target: string, file: string): string {
  const parts = name.split('/').slice(0, -1)
  for (const part of target.split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) throw malformed(file, `its link ${shown(name)} leads out of it`)
    } else if (part !== '.' && part !== '') parts.push(part)
  }
  return parts.join('/')
}

function parseHeader(header: Uint8Array, at: number, file: string) {
  if (!isHeader(header)) throw malformed(file, `what stands at byte ${at} is no header`)
  const size = numberOf(header.subarray(124, 136))
  if (size === null || size < 0 || !Number.isSafeInteger(size)) {
    throw malformed(file, `the size of the member at byte ${at} is no number`)
  }
  const type = String.fromCharCode(header[156] ?? 0)
  const short = textOf(header.subarray(0, 100), file)
  // GNU tar keeps times where POSIX keeps the beginning of long names.
  const isPosix = textOf(header.subarray(257, 263), file) === 'ustar' && header[262] === 0
  const prefix = isPosix ? textOf(header.subarray(345, 500), file) : ''
  return {
    name: prefix === '' ? short : `${prefix}/${short}`,
    type,
    linkName: textOf(header.subarray(157, 257), file),
    size,
  }
}

/** The sum of all bytes, with spaces in the place of the sum itself. */
function isHeader(header: Uint8Array): boolean {
  let sum = 8 * 0x20
  for (let at = 0; at < block; at++) if (at < 148 || at >= 156) sum += header[at] ?? 0
  return numberOf(header.subarray(148, 156)) === sum
}

/** Octal digits, or (GNU tar, star) 0x80 and a number of eight bits a byte. Null for anything else. */
function numberOf(field: Uint8Array): number | null {
  if (field[0] === 0x80) return field.subarray(1).reduce((value, byte) => value * 256 + byte, 0)
  const digits = latin1.decode(field).replaceAll('\0', ' ').trim()
  if (digits === '') return 0
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : null
}

function parseExtended(type: string, content: Uint8Array, file: string): Extended {
  switch (type) {
    case 'L':
      return {path: textOf(content, file)}
    case 'K':
      return {linkpath: textOf(content, file)}
    default:
      return parsePax(content, file)
  }
}

/** Records `length key=value\n`, where the length counts itself and the line feed. */
function parsePax(content: Uint8Array, file: string): Extended {
  const known: {path?: string; linkpath?: string; size?: number} = {}
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(0x20, at)
    const length = space < 0 || space - at > 8 ? Number.NaN : Number(latin1.decode(content.subarray(at, space)))
    const end = at + length
    if (!(length > space - at + 2) || end > content.length || content[end - 1] !== 0x0a) {
      throw malformed(file, 'an extended header is damaged')
    }
    const record = decode(content.subarray(space + 1, end - 1), file)
    const equals = record.indexOf('=')
    const [key, value] = [record.slice(0, equals), record.slice(equals + 1)]
    if (equals < 1 || value.includes('\0')) throw malformed(file, 'an extended header is damaged')
    if (key.startsWith('GNU.sparse.')) throw malformed(file, 'it has a sparse file')
    if (key === 'path') known.path = value
    if (key === 'linkpath') known.linkpath = value
    if (key === 'size') known.size = paxSize(value, file)
    at = end
  }
  return known
}

function paxSize(value: string, file: string): number {
  if (/^\d{1,15}$/.test(value)) return Number(value)
  throw malformed(file, 'the size in an extended header is no number')
}

function textOf(field: Uint8Array, file: string): string {
  const end = field.indexOf(0)
  return decode(end < 0 ? field : field.subarray(0, end), file)
}

function decode(content: Uint8Array, file: string): string {
  try {
    return utf8.decode(content)
  } catch {
    throw malformed(file, 'a name in it is no UTF-8')
  }
}

const utf8 = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true})
const latin1 = new TextDecoder('latin1')

/** A name is whatever somebody wrote there. */
function shown(name: string): string {
  return JSON.stringify(name.slice(0, 100))
}

function malformed(file: string, why: string): UserError {
  return new UserError(
    'image/archive-malformed',
    `${file} is no archive of an image that every reader sees alike: ${why}.`,
    {
      hint: 'Write it again with `docker save`, `podman save` or `skopeo copy … oci-archive:<file>`.',
    },
  )
}
