import type {ImageConfig} from '../config/image-schema.ts'
import {lockNames} from '../image/manifests/locks.ts'
import type {Files} from '../runtime/files.ts'
import type {TextFile} from './manifest-files.ts'

export interface RepositoryFiles {
  readonly dockerfile: TextFile | null
  readonly locks: readonly TextFile[]
}

/** Lock files above this size are read by nobody, and would be held in memory for a line number. */
const largestLock = 32 * 1024 * 1024

/**
 * The files of the working directory that say where an image's packages come from: its Dockerfile, and the lock files
 * beside it. None of them is needed; a Dockerfile that the config names must be there.
 * @throws UserError `file/not-found`
 */
export async function readRepositoryFiles(
  {dockerfile}: Pick<ImageConfig, 'dockerfile'>,
  files: Pick<Files, 'exists' | 'isFolder' | 'readText' | 'entry'>,
): Promise<RepositoryFiles> {
  const path = dockerfile ?? 'Dockerfile'
  const isThere = dockerfile !== undefined || ((await files.exists(path)) && !(await files.isFolder(path)))
  const locks: TextFile[] = []
  for (const name of lockNames) {
    const entry = await files.entry(name)
    if (entry?.kind === 'file' && entry.size <= largestLock) locks.push({path: name, text: await files.readText(name)})
  }
  return {dockerfile: isThere ? {path, text: await files.readText(path)} : null, locks}
}
