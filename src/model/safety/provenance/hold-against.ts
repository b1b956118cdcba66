import type {ModelFile} from '../../digest.ts'
import type {Answer} from './answer.ts'
import {filesCounted, named} from './answer.ts'

/** What a list of digests says of files, by path; null where the digest is of a kind that is not computed here. */
export type Listed = ReadonlyMap<string, string | null>

interface Wording {
  /** `manifest`, `signature`: the first word of the reason codes. */
  readonly kind: 'manifest' | 'signature'
  /** For a sentence: `the manifest`. */
  readonly list: string
  readonly remedy: string
}

/**
 * Holds the files of a model against a list: what is missing, what is not listed, what has another content. Empty where
 * all of them agree.
 * @param ignored files that need not be listed
 */
export function holdAgainst(
  files: readonly ModelFile[],
  listed: Listed,
  {kind, list, remedy}: Wording,
  ignored: (path: string) => boolean,
): readonly Answer[] {
  const byPath = new Map(files.map(file => [file.path, file]))
  const missing = [...listed.keys()].filter(path => !byPath.has(path))
  const extra = files.filter(({path}) => !listed.has(path) && !ignored(path)).map(({path}) => path)
  const known = files.filter(({path}) => typeof listed.get(path) === 'string')
  const changed = known.filter(({path, digest}) => digest !== `sha256:${listed.get(path)}`).map(({path}) => path)
  const unread = files.filter(({path}) => listed.get(path) === null).map(({path}) => path)
  const answers: Answer[] = []
  const say = (verdict: Answer['verdict'], what: string, names: readonly string[], sentence: string) => {
    if (names.length === 0) return
    answers.push({verdict, reason: `model/${kind}-${what}`, what: sentence, remedy, files: names})
  }
  const content = changed.length === 1 ? 'has another content' : 'have another content'
  say('fail', 'changed', changed, `${named(changed)} ${content} than ${list} says.`)
  say(
    'fail',
    'missing',
    missing,
    `${named(missing)} of ${list} ${missing.length === 1 ? 'is' : 'are'} not in the model.`,
  )
  say('fail', 'extra', extra, `${named(extra)} ${extra.length === 1 ? 'is' : 'are'} in the model and not in ${list}.`)
  say(
    'inconclusive',
    'digest-unread',
    unread,
    `${list} gives ${filesCounted(unread.length)} a digest that is not computed here: ${named(unread)}.`,
  )
  return answers.map(answer => ({...answer, what: capital(answer.what)}))
}

function capital(sentence: string): string {
  return sentence.slice(0, 1).toUpperCase() + sentence.slice(1)
}
