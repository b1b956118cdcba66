import {pathBelow} from '../../core/path.ts'
import type {Files} from '../../runtime/files.ts'
import type {Sibling, Siblings} from './artifact.ts'
import type {Work} from './limits.ts'

/** Asking the system for a file takes as long as some thousand steps of a parser. */
const stepsOfLook = 1024

/**
 * The files of a model folder as seen from one of them.
 * @param root the model folder; null where the model is one file: then nothing beside it belongs to it
 * @param file the file that points to others, relative to the folder
 * @param work a file may point to as many others as it wants: each look counts
 */
export function siblingsOf(files: Files, root: string | null, file: string, work: Work): Siblings {
  const within = (path: string) => (root === null ? null : resolve(file, path))
  const find = (path: string) => findSibling(files, root ?? '', within(path), work)
  return {
    find,
    open: (path, use) =>
      find(path).then(sibling =>
        sibling.kind === 'file' ? files.open(pathBelow(root ?? '', sibling.path), use) : null,
      ),
  }
}

/** A step at a time: a folder on the way may be a link. */
function findSibling(files: Files, root: string, parts: readonly string[] | null, work: Work): Promise<Sibling> {
  if (parts === null) return Promise.resolve({kind: 'outside'})
  const walk = (depth: number): Promise<Sibling> => {
    work.step(stepsOfLook)
    const path = parts.slice(0, depth).join('/')
    return files.entry(pathBelow(root, path)).then(entry => {
      if (entry === null || entry.kind === 'other') return {kind: 'absent'}
      if (entry.kind === 'link') return {kind: 'link'}
      if (depth < parts.length) return entry.kind === 'folder' ? walk(depth + 1) : {kind: 'absent'}
      if (entry.kind === 'folder') return {kind: 'folder'}
      return {kind: 'file', path, size: entry.size, hardLinks: entry.hardLinks}
    })
  }
  return parts.length === 0 ? Promise.resolve({kind: 'folder'}) : walk(1)
}

/** Parts of a path below the model folder; null where it is absolute or leads out of the folder. */
function resolve(file: string, path: string): readonly string[] | null {
  if (path.includes('\0') || /^([/\\]|[a-z][a-z0-9+.-]*:)/i.test(path)) return null
  const parts = file.split('/').slice(0, -1)
  // A backslash separates on Windows and is a sign of the name elsewhere: no honest model has one.
  if (path.includes('\\')) return null
  for (const part of path.split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) return null
    } else if (part !== '' && part !== '.') parts.push(part)
  }
  return parts
}
