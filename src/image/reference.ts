import {isDigest} from '../core/digest.ts'
import {UserError} from '../core/failure.ts'
import type {ImageReference} from './scanner.ts'

/**
 * What the caller named: what the parts of a name are is its registry's to say (`inputs/registry/name.ts`).
 *
 * A path starts with "/", "./" or "../"; everything else is a reference. A reference cannot start with these signs
 * (OCI distribution spec 1.1, "Pulling manifests"), so nothing has to be guessed from what lies on the disk.
 *
 * @throws UserError `image/reference-malformed`
 */
export function parseImageReference(text: string): ImageReference {
  if (/^(\/|\.\/|\.\.\/)/.test(text) || text === '.' || text === '..') return {kind: 'path', path: text}
  const [name = '', digest, ...rest] = text.split('@')
  if (!/^[a-z0-9][a-zA-Z0-9._:/-]*$/.test(name)) throw malformed(text, 'it does not start with a name')
  if (digest === undefined) return {kind: 'registry', name: text, digest: null}
  if (/^sha(384|512):/.test(digest)) {
    throw malformed(text, 'it is named by another digest than sha256, which is what verdicts are bound to')
  }
  if (rest.length > 0 || !isDigest(digest)) throw malformed(text, 'what follows "@" is not a sha256 digest')
  return {kind: 'registry', name: text, digest}
}

function malformed(text: string, why: string): UserError {
  return new UserError('image/reference-malformed', `"${text}" is not the name of an image: ${why}.`, {
    hint: 'Expected for example "registry.example.com/credit@sha256:…", or a path that starts with "./" or "/".',
  })
}
