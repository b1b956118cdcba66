import {createHash} from 'node:crypto'
import {UserError} from './failure.ts'

/** A sha256 digest as OCI writes it: `sha256:` and 64 lower-case hex digits (OCI image spec, "Digests"). */
export type Digest = `sha256:${string}`

const pattern = /^sha256:[0-9a-f]{64}$/

export function isDigest(text: string): text is Digest {
  return pattern.test(text)
}

/** @throws UserError `digest/malformed` with what was seen and what was expected. */
export function parseDigest(text: string): Digest {
  if (isDigest(text)) return text
  throw new UserError('digest/malformed', `"${text}" is not a sha256 digest.`, {
    hint: 'Expected "sha256:" followed by 64 lower-case hex digits.',
  })
}

/** The digest behind the last `@` of a name, or the name itself where it is one: `credit@sha256:…`, `sha256:…`. */
export function digestIn(name: string): Digest | null {
  const digest = name.slice(name.lastIndexOf('@') + 1).trim()
  return isDigest(digest) ? digest : null
}

/** {@link digestIn} of each name, each digest once. Tags and paths have none. */
export function digestsIn(names: readonly string[]): readonly Digest[] {
  return [...new Set(names.flatMap(name => digestIn(name) ?? []))]
}

/** Enough of a digest for a person to compare two: `sha256:1f0c9a…` becomes `1f0c9a5b2d7e`. */
export function shortDigest(digest: Digest): string {
  return digest.slice(7, 19)
}

/** Digest of a text's UTF-8 bytes. */
export function digestOfText(text: string): Digest {
  return `sha256:${createHash('sha256').update(text, 'utf8').digest('hex')}`
}
