import {statSync} from 'node:fs'
import * as fs from 'node:fs/promises'
import * as path from 'node:path'
import {UserError} from '../core/failure.ts'
import {stampOf} from './file-stamp.ts'
import type {FileEntry, FolderList} from './files.ts'

/** As `Files.list`. @throws UserError `file/name-not-utf8` */
export async function listBelow(folder: string): Promise<FolderList> {
  const files: FileEntry[] = []
  const links: string[] = []
  const others: string[] = []
  const folders = ['']
  for (let below = folders.pop(); below !== undefined; below = folders.pop()) {
    for (const entry of await fs.readdir(path.join(folder, below), {withFileTypes: true})) {
      const inside = below === '' ? entry.name : `${below}/${entry.name}`
      if (entry.name.includes('\ufffd')) throw unreadableName(inside)
      if (entry.isDirectory()) folders.push(inside)
      else if (entry.isSymbolicLink()) links.push(inside)
      else if (entry.isFile()) {
        // A file that vanishes while the folder is listed (another process renames it) is simply no longer there.
        const found = statSync(path.join(folder, inside), {bigint: true, throwIfNoEntry: false})
        if (found) files.push({path: inside, size: Number(found.size), stamp: stampOf(found)})
      } else others.push(inside)
    }
  }
  files.sort((a, b) => (a.path < b.path ? -1 : 1))
  return {files, links: links.sort(), others: others.sort()}
}

/** Such a name comes with U+FFFD in the place of what it is: it cannot be opened, or another file that is really called so is. */
function unreadableName(name: string): UserError {
  return new UserError('file/name-not-utf8', `The file name ${JSON.stringify(name)} is not valid UTF-8.`, {
    hint: 'Rename the file.',
  })
}
