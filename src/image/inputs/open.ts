/**
 * What a name means in bytes, once: every image behind it, platform by platform. Whatever is scanned afterwards is asked
 * for by the digests that were found here.
 */
import {assertNever} from '../../core/assert.ts'
import {UserError} from '../../core/failure.ts'
import type {Exec} from '../../runtime/exec.ts'
import type {Files} from '../../runtime/files.ts'
import type {Folders} from '../../runtime/folders.ts'
import type {Http} from '../../runtime/http.ts'
import type {Log} from '../../runtime/log.ts'
import type {ImageReference, Images, ResolvedImage} from '../scanner.ts'
import {resolveArchive} from './archive/resolve.ts'
import {layoutPath, resolveLayout} from './layout/resolve.ts'
import {resolveRegistry} from './registry/resolve.ts'
import {resolveSbom} from './sbom/resolve.ts'

/** The machine, as far as finding an image needs it. */
export interface ImagePorts {
  readonly http: Http
  readonly exec: Exec
  readonly files: Pick<Files, 'exists' | 'isFolder' | 'readText' | 'open' | 'sha256' | 'stream'>
  readonly folders: Folders
  readonly log: Log
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Every kind of place that a reference may name. What it throws is that of `resolveRegistry`, `resolveLayout`, `resolveArchive` and `resolveSbom`. */
export function openImages(ports: ImagePorts): Images {
  return {
    resolve: async (reference, use) => {
      await refuseAmbiguous(reference, ports.files)
      switch (reference.kind) {
        case 'registry':
          return use(await resolveRegistry(reference.name, ports))
        case 'path':
          return resolvePath(reference.path, ports, use)
        default:
          return assertNever(reference)
      }
    },
  }
}

/** What lies at a path is told by its content: an ending is only a name. */
async function resolvePath<T>(path: string, ports: ImagePorts, use: (image: ResolvedImage) => Promise<T>): Promise<T> {
  const layout = await layoutPath(path, ports.files)
  if (layout) return resolveLayout(layout, path, ports, use)
  if (!(await ports.files.exists(path))) {
    throw new UserError('image/not-found', `There is no image at "${path}".`, {
      hint: 'Expected the folder of an OCI image layout, an archive as `docker save` writes it, or an SBOM.',
    })
  }
  const head = await ports.files.open(path, bytes => bytes.slice(0, 512))
  return looksLikeText(head) ? resolveSbom(path, ports, use) : resolveArchive(path, ports, use)
}

/** JSON, XML, and SPDX by tags. The header of a tar, which may begin with the same sign, is full of NULs. */
function looksLikeText(head: Uint8Array): boolean {
  return !head.includes(0) && /^\ufeff?\s*([{[<]|SPDXVersion)/.test(new TextDecoder().decode(head))
}

/** A scanner would take what lies here for the image, and the verdict would be bound to another one. */
async function refuseAmbiguous(reference: ImageReference, files: Pick<Files, 'exists'>): Promise<void> {
  if (reference.kind === 'path' || !(await files.exists(reference.name))) return
  throw new UserError('image/path-or-reference', `"${reference.name}" is the name of an image, and also lies here.`, {
    hint: `Write "./${reference.name}" for what lies here, or a name with its registry for the image.`,
  })
}
