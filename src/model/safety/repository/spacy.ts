import {quote, type Rule} from '../observation.ts'
import {isObject, type RepositoryFile, type RepositoryReading, textAt} from './sight.ts'

const ownRequirement: Rule = {
  id: 'spacy-requirements',
  title: 'A spaCy pipeline needs packages of its own',
  means: 'look',
  why: 'Components come from registered functions, and a package that registers them is imported when the pipeline is loaded.',
  remedy: 'Review the packages, and install them in the image at a fixed version.',
}

const startScript: Rule = {
  id: 'spacy-callback',
  title: 'A spaCy config calls functions of its own while loading',
  means: 'unsure',
  why: 'A callback before or after the pipeline is made is any registered function.',
  remedy: 'Review the function, or take the callback out of the config; it is for training.',
}

export const spacyRules: readonly Rule[] = [ownRequirement, startScript]

/** `meta.json` of a spaCy pipeline. */
export function readSpacyMeta({value}: RepositoryFile): RepositoryReading | null {
  if (!isObject(value) || textAt(value, 'spacy_version') === null) return null
  const requirements = value.get('requirements')
  const own = (Array.isArray(requirements) ? requirements : []).filter(each => !/^spacy[-_a-z]*\b/.test(String(each)))
  return {
    is: 'spaCy pipeline',
    sights: own.slice(0, 20).map(each => ({rule: ownRequirement, what: `It needs ${quote(String(each))}.`})),
  }
}

/** `config.cfg` of a spaCy pipeline: sections, keys and JSON values. Callbacks of `nlp` run when it is loaded. */
export function readSpacyConfig(name: string, text: string): RepositoryReading | null {
  if (name !== 'config.cfg' || !/^\[nlp\]/m.test(text)) return null
  let section = ''
  const sights: RepositoryReading['sights'][number][] = []
  for (const line of text.split(/\r?\n/)) {
    const heading = /^\[([\w.\-*]{1,200})\]/.exec(line)?.[1]
    if (heading !== undefined) section = heading
    const called = /^@callbacks\s*=\s*(.{1,200})/.exec(line)?.[1]
    if (called !== undefined && /^nlp\.(before|after)_/.test(section)) {
      sights.push({rule: startScript, what: `Its section ${quote(section)} calls ${quote(called)}.`})
    }
  }
  return {is: 'spaCy config', sights: sights.slice(0, 20)}
}
