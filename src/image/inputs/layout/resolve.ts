import {isDigest} from '../../../core/digest.ts'
import {UserError} from '../../../core/failure.ts'
import type {Files} from '../../../runtime/files.ts'
import type {Folders} from '../../../runtime/folders.ts'
import type {ResolvedImage} from '../../scanner.ts'
import {checkDisk} from '../disk.ts'
import type {Descriptor} from '../manifest.ts'
import {findImages} from '../walk.ts'
import {type LayoutFiles, openLayout} from './layout.ts'
import {withViews} from './view.ts'

export interface LayoutPorts {
  readonly files: LayoutFiles & Pick<Files, 'isFolder'>
  readonly folders: Folders
}

/**
 * All images of a layout, or the one that is chosen behind the folder's name as skopeo and Trivy write it: `./images:v2`,
 * `./images@sha256:…`.
 *
 * @param label as the caller named it
 * @throws UserError `image/layout-…`, and what `findImages` throws
 */
export async function resolveLayout<T>(
  {folder, chosen}: LayoutPath,
  label: string,
  {files, folders}: LayoutPorts,
  use: (image: ResolvedImage) => Promise<T>,
): Promise<T> {
  const layout = await openLayout(folder, files)
  const roots = choose(layout.roots, folder, chosen)
  const found = await findImages(roots, layout)
  await checkDisk(label, found.images, folders)
  return withViews(folder, found, label, folders, use)
}

export interface LayoutPath {
  readonly folder: string
  /** Name (`org.opencontainers.image.ref.name`) or digest of one entry; null: all. */
  readonly chosen: string | null
}

/** Null where no folder lies there. What lies at the whole path comes first. */
export async function layoutPath(path: string, files: Pick<Files, 'isFolder'>): Promise<LayoutPath | null> {
  if (await files.isFolder(path)) return {folder: path, chosen: null}
  const match = /^(.+?)(?:@(sha256:[0-9a-f]{64})|:([\w.-]{1,128}))$/.exec(path)
  const [, folder = '', digest, name] = match ?? []
  return match && (await files.isFolder(folder)) ? {folder, chosen: digest ?? name ?? null} : null
}

function choose(roots: readonly Descriptor[], folder: string, chosen: string | null): readonly Descriptor[] {
  if (chosen === null) return roots
  const found = roots.filter(each => (isDigest(chosen) ? each.digest === chosen : namesOf(each).includes(chosen)))
  if (found.length > 0) return found
  const names = roots.map(each => namesOf(each)[0] ?? each.digest).slice(0, 10)
  throw new UserError('image/not-found', `${folder} has no image "${chosen}". It has: ${names.join(', ')}.`, {
    hint: 'Name one of them behind the folder, or the folder alone for all of them.',
  })
}

/** Names have no sign that a terminal or a report would take for its own (OCI image spec, "annotations.md"). */
export function namesOf({annotations}: Descriptor): readonly string[] {
  return ['org.opencontainers.image.ref.name', 'io.containerd.image.name']
    .map(key => annotations.get(key) ?? '')
    .filter(name => /^[A-Za-z0-9][\w.+:/@-]{0,255}$/.test(name))
}
