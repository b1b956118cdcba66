/**
 * The members of a tar archive (POSIX.1-2017 pax, with the long names of GNU tar) and where they lie, without unpacking
 * it. What two readers would see in two ways is refused: a scanner reads the archive after us, with another reader.
 */
import type {Bytes} from '../../../runtime/files.ts'
import {type Extended, parseExtended} from './tar-extended.ts'
import {block, malformed, parseHeader, shown} from './tar-header.ts'

export interface TarEntry {
  readonly kind: 'file' | 'link'
  /** Relative to the archive, without `./` before it. */
  readonly name: string
  /** Where a link leads to: from its own folder (symbolic) or from the root of the archive (hard). */
  readonly target: string
  readonly offset: number
  readonly size: number
}

/** An image has three members for each of its at most 127 layers, and a blob each; archives of many are no image. */
const maxEntries = 65_536
/** Extended headers hold names. */
const maxExtended = 1024 * 1024

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
