import {type Digest, digestOfText, shortDigest} from '../core/digest.ts'
import {UserError} from '../core/failure.ts'

/** One file of a model, by its content. */
export interface ModelFile {
  /** Relative to the model folder, with forward slashes; the bare name where the model is one file. */
  readonly path: string
  readonly size: number
  readonly digest: Digest
}

/**
 * The manifest of a model: for each file the line `<64 hex digits>  <path>` and a line feed, sorted by the bytes of the
 * path. The same text as `sha256sum` prints, so that anybody can compute a model's digest without Slipway:
 *
 *     cd model && find . -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum
 *
 * @throws UserError `model/file-name` for names that a line cannot hold
 */
export function manifestOf(files: readonly ModelFile[]): string {
  return [...files]
    .sort((a, b) => compareBytes(a.path, b.path))
    .map(({path, digest}) => `${digest.slice('sha256:'.length)}  ${checkedName(path)}\n`)
    .join('')
}

/** The digest of a model: sha256 of its manifest. Evidence is bound to it, and promotion checks it. */
export function digestOf(files: readonly ModelFile[]): Digest {
  return digestOfText(manifestOf(files))
}

/** First hex digits of the sha256 of a text: a name for a row id that does not show the id. */
export function hashedName(text: string): string {
  return shortDigest(digestOfText(text))
}

function checkedName(path: string): string {
  // sha256sum escapes these, and tools disagree on how; a model does not need them.
  if (!/[\n\r\\]/.test(path)) return path
  throw new UserError('model/file-name', `The file name ${JSON.stringify(path)} holds a line break or a backslash.`, {
    hint: 'Rename the file.',
  })
}

function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'))
}
