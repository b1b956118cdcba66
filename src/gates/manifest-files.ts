import {posix} from 'node:path'
import type {ImageConfig} from '../config/image-schema.ts'
import {UserError} from '../core/failure.ts'
import {pathBelow} from '../core/path.ts'
import type {Files} from '../runtime/files.ts'

export interface TextFile {
  /** As the report names it. */
  readonly path: string
  readonly text: string
}

type Reader = Pick<Files, 'exists' | 'isFolder' | 'list' | 'readText'>

/**
 * The manifests that the config names: files, all YAML and JSON files below a folder, or what a pattern matches. Sorted.
 * @throws UserError `image/manifests-missing` for a name that stands for no file: a check without input passes nothing
 */
export async function readManifests(
  named: NonNullable<ImageConfig['manifests']>['files'],
  files: Reader,
): Promise<readonly TextFile[]> {
  const paths = new Set<string>()
  for (const name of named) {
    const found = await pathsOf(name, files)
    if (found.length === 0) throw missing(name)
    for (const path of found) paths.add(path)
  }
  return Promise.all([...paths].sort().map(async path => ({path, text: await files.readText(path)})))
}

async function pathsOf(name: string, files: Reader): Promise<readonly string[]> {
  if (await files.isFolder(name)) return (await filesBelow(name, files)).filter(isManifest)
  if (await files.exists(name)) return [name]
  if (!/[*?[{]/.test(name)) return []
  const parts = name.split('/')
  const first = parts.findIndex(part => /[*?[{]/.test(part))
  const folder = parts.slice(0, first).join('/') || (name.startsWith('/') ? '/' : '.')
  if (!(await files.isFolder(folder))) return []
  const pattern = parts.slice(first).join('/')
  const below = await files.list(folder)
  return below.files.filter(({path}) => posix.matchesGlob(path, pattern)).map(({path}) => placed(folder, path))
}

async function filesBelow(folder: string, files: Reader): Promise<readonly string[]> {
  return (await files.list(folder)).files.map(({path}) => placed(folder, path))
}

function placed(folder: string, path: string): string {
  return folder === '.' ? path : pathBelow(folder, path)
}

function isManifest(path: string): boolean {
  return /\.(ya?ml|json)$/i.test(path)
}

function missing(name: string): UserError {
  return new UserError(
    'image/manifests-missing',
    `\`image.manifests\` names "${name}", and there is no such manifest.`,
    {
      hint: 'Render the manifests before this step (helm template, kustomize build), and name files, a folder or a pattern.',
    },
  )
}
