import * as fs from 'node:fs'
import * as path from 'node:path'

export const root = path.resolve(import.meta.dirname, '../..')

const skipped = new Set(['node_modules', 'lib', 'dist', '.git', '.slipway'])

/** Files below a folder of this repository whose name ends so, relative to the root, sorted. */
export function filesBelow(folder: string, ending: string): string[] {
  const found: string[] = []
  for (const entry of fs.readdirSync(path.join(root, folder), {withFileTypes: true})) {
    const relative = path.join(folder, entry.name)
    if (entry.isDirectory() && !skipped.has(entry.name)) found.push(...filesBelow(relative, ending))
    if (entry.isFile() && entry.name.endsWith(ending)) found.push(relative)
  }
  return found.sort()
}
