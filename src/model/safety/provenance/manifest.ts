import type {Finding} from '../../../core/finding.ts'
import type {ModelFile} from '../../digest.ts'
import {quote} from '../observation.ts'
import {type Answer, filesCounted, findingOf} from './answer.ts'
import {holdAgainst} from './hold-against.ts'

const id = 'model/manifest-holds'
const remedy = 'Find out which of the two is right; then upload the model again, or write the manifest anew.'

/** A file with digests, and where it stands. */
export interface Manifest {
  /** For messages. */
  readonly path: string
  readonly text: string
  /** Its path in the model folder where it stands there: it does not list itself. */
  readonly own?: string
}

/**
 * Holds the files of a model against lines of `sha256sum`: `<64 hex digits>  <path>` (or ` *` for binary), a backslash
 * in front where the path has escapes, and the BSD form `SHA256 (path) = <digits>` (GNU coreutils, "cksum output
 * modes"). Every file must be listed, and every listed file be there.
 */
export function verifyManifest({path, text, own}: Manifest, files: readonly ModelFile[]): readonly Finding[] {
  const answer = (each: Answer) => findingOf(id, path, each)
  const {listed, problems} = linesOf(text)
  if (problems.length > 0) return problems.slice(0, 20).map(answer)
  if (listed.size === 0) return [answer(unreadable('It lists no file.'))]
  const wording = {kind: 'manifest', list: 'the manifest', remedy} as const
  const answers = holdAgainst(files, listed, wording, each => each === own)
  if (answers.length > 0) return answers.map(answer)
  const what = `${filesCounted(listed.size)} of the model ${listed.size === 1 ? 'has' : 'have'} the digests that the manifest gives.`
  return [answer({verdict: 'pass', reason: 'model/manifest-held', what})]
}

function linesOf(text: string): {listed: Map<string, string>; problems: Answer[]} {
  const listed = new Map<string, string>()
  const problems: Answer[] = []
  const lines = text.replace(/^\ufeff/, '').split('\n')
  for (const [index, raw] of lines.entries()) {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw
    if (line === '') continue
    const entry = entryOf(line)
    if (entry === null) {
      problems.push(unreadable(`Line ${index + 1} is no line of sha256sum: ${quote(line)}.`))
      continue
    }
    const before = listed.get(entry.path)
    if (before !== undefined && before !== entry.digest) {
      problems.push({
        ...unreadable(`It gives ${quote(entry.path)} two digests.`),
        verdict: 'fail',
        reason: 'model/manifest-contradicts',
      })
    }
    listed.set(entry.path, entry.digest)
  }
  return {listed, problems}
}

function unreadable(what: string): Answer {
  return {
    verdict: 'inconclusive',
    reason: 'model/manifest-unreadable',
    what,
    why: 'A manifest that cannot be read holds the model to nothing.',
    remedy: 'Write it with sha256sum, from inside the model folder.',
  }
}

function entryOf(line: string): {path: string; digest: string} | null {
  const escaped = line.startsWith('\\')
  const plain = escaped ? line.slice(1) : line
  const found = /^([0-9a-fA-F]{64}) [ *](.+)$/.exec(plain)
  const bsd = found ? null : /^SHA256 \((.+)\) = ([0-9a-fA-F]{64})$/.exec(plain)
  const digest = found?.[1] ?? bsd?.[2]
  const path = found?.[2] ?? bsd?.[1]
  if (digest === undefined || path === undefined) return null
  return {digest: digest.toLowerCase(), path: (escaped ? unescaped(path) : path).replace(/^(\.\/)+/, '')}
}

/** `\\` and `\n` (and `\r`), as coreutils writes them. */
function unescaped(path: string): string {
  return path.replace(/\\([\\nr])/g, (_, sign) => (sign === 'n' ? '\n' : sign === 'r' ? '\r' : '\\'))
}
