import {createHash} from 'node:crypto'
import {UserError} from '../../src/core/failure.ts'
import type {Files} from '../../src/runtime/files.ts'

/** Files that live in a record: path to content. Links are paths with the content null. Writing is not needed here. */
export function memoryFiles(content: Readonly<Record<string, string | Uint8Array | null>>): Files {
  const bytesOf = (path: string): Uint8Array => {
    const found = content[path]
    if (found === undefined || found === null) {
      throw new UserError('file/not-found', `"${path}" does not exist.`, {hint: 'Check the path.'})
    }
    return typeof found === 'string' ? new TextEncoder().encode(found) : found
  }
  const below = (folder: string) =>
    Object.keys(content).filter(path => path.startsWith(`${folder.replace(/\/+$/, '')}/`))
  const refuse = () => Promise.reject(new Error('validation writes nothing'))
  return {
    exists: async path => content[path] !== undefined || below(path).length > 0,
    isFolder: async path => below(path).length > 0,
    readText: async path => new TextDecoder().decode(bytesOf(path)),
    open: async (path, use) => {
      const bytes = bytesOf(path)
      return use({size: bytes.length, slice: async (start, end) => bytes.slice(start, end)})
    },
    // Odd pieces: rows, quotes and characters are cut in the middle.
    stream: async function* (path) {
      const bytes = bytesOf(path)
      for (let start = 0; start < bytes.length; start += 61) yield bytes.slice(start, start + 61)
    },
    sha256: async path => `sha256:${createHash('sha256').update(bytesOf(path)).digest('hex')}`,
    list: async folder => {
      const paths = below(folder).sort()
      const relative = (path: string) => path.slice(folder.replace(/\/+$/, '').length + 1)
      return {
        files: paths
          .filter(path => content[path] !== null)
          .map(path => ({path: relative(path), size: bytesOf(path).length})),
        links: paths.filter(path => content[path] === null).map(relative),
      }
    },
    writeText: refuse,
    createText: refuse,
    remove: refuse,
    entry: async path => {
      if (content[path] === null) return {kind: 'link', size: 0, hardLinks: 1}
      if (content[path] !== undefined) return {kind: 'file', size: bytesOf(path).length, hardLinks: 1}
      return below(path).length > 0 ? {kind: 'folder', size: 0, hardLinks: 1} : null
    },
    scratch: async (chunks, use) => {
      const parts: Uint8Array[] = []
      for await (const chunk of chunks) parts.push(chunk)
      const whole = Buffer.concat(parts)
      return use({size: whole.length, slice: async (start, end) => whole.subarray(start, end)})
    },
  }
}
