/** Ignore files of other tools as a waiver file. What our words cannot say is a note, and never dropped in silence. */
import {stringify} from 'yaml'
import {type Day, formatDay} from '../../core/day.ts'
import {UserError} from '../../core/failure.ts'
import {parseVex} from '../vex/read.ts'
import type {Draft, Drafts} from './import/draft.ts'
import {draftsOfGrype, isGrypeConfig} from './import/grype-rules.ts'
import {malformed, parseYamlFile} from './import/source.ts'
import {draftsOfTrivyIgnore} from './import/trivy-ignore.ts'
import {draftsOfTrivyYaml, isTrivyIgnoreYaml} from './import/trivy-ignore-yaml.ts'
import {draftsOfVex} from './import/vex-statements.ts'

/** For entries that do not say it themselves. */
export interface GivenWords {
  readonly owner?: string
  readonly expires?: Day
  readonly reason?: string
}

export interface Imported {
  /** Content of a waiver file. */
  readonly yaml: string
  /** How many waivers it has. */
  readonly count: number
  readonly notes: readonly string[]
}

const maxCharacters = 8 * 1024 * 1024

/**
 * @param source name of the file for messages, as the user gave it; its end helps to tell the format
 * @throws UserError `waivers/import-unread`, `waivers/import-malformed`, `waivers/import-incomplete`, `vex/…`
 */
export function importWaivers(text: string, source: string, given: GivenWords): Imported {
  if (text.length > maxCharacters) throw malformed(source, `${text.length} characters are too many`)
  const {format, drafts, notes} = read(text.replace(/^\uFEFF/, ''), source)
  const {kept, repeated} = withoutRepetitions(drafts)
  requireWords(kept, source, given)
  const entries = kept.map(draft => render(draft, source, given))
  const head = `# ${oneLine(source)} (${format}) as waivers.\n`
  return {
    yaml: entries.length === 0 ? `${head}[]\n` : `${head}${entries.join('')}`,
    count: entries.length,
    notes: [...notes, ...repeated].map(oneLine),
  }
}

function read(text: string, source: string): Drafts {
  const name = source.split('/').at(-1) ?? source
  if (/\.toml$/.test(name) || /^[ \t]*\[\[(IgnoredVulns|PackageOverrides)\]\]/m.test(text)) {
    throw unread(source, 'ignore rules of osv-scanner')
  }
  if (name === '.snyk') throw unread(source, 'a policy of Snyk')
  const named = /\.ya?ml$/.test(name)
  if (!named && /^\s*[{<]/.test(text)) return draftsOfVex(parseVex(text, source))
  if (!named && isListOfIds(text)) return draftsOfTrivyIgnore(text)
  const file = parseYamlFile(text, source)
  if (typeof file.value === 'object' && file.value !== null) {
    if (isTrivyIgnoreYaml(file.value)) return draftsOfTrivyYaml(file, source)
    if (isGrypeConfig(file.value)) return draftsOfGrype(file, source)
  }
  throw malformed(source, 'it has none of the keys vulnerabilities, misconfigurations, secrets, licenses and ignore')
}

/** Every line begins with a word that may be an id: a key of YAML ends with ":". */
function isListOfIds(text: string): boolean {
  return text
    .split('\n')
    .every(line => /^[ \t]*($|#|\r|[\w.:+/@-]+([ \t\r]|$))/.test(line) && !/^[ \t]*([\w-]+:|-)([ \t\r]|$)/.test(line))
}

function unread(source: string, what: string): UserError {
  return new UserError('waivers/import-unread', `${source} holds ${what}, which cannot be read.`, {
    hint: 'Read are .trivyignore, .trivyignore.yaml, ignore rules of Grype, OpenVEX, CycloneDX and CSAF; write others by hand.',
  })
}

/** A waiver file names one thing once. Of two entries the one counts that ends first: nothing is accepted for longer than somebody said. */
function withoutRepetitions(drafts: readonly Draft[]): {kept: readonly Draft[]; repeated: readonly string[]} {
  const first = new Map<string, Draft>()
  const repeated: string[] = []
  for (const each of drafts) {
    const key = JSON.stringify([each.kind, each.id, each.package ?? null, each.path ?? null, each.image ?? null])
    const known = first.get(key)
    if (!known) first.set(key, each)
    else {
      repeated.push(`${each.place}: ${each.id} is the same as ${known.place}: the one that ends first is kept.`)
      if ((each.expires ?? Number.POSITIVE_INFINITY) < (known.expires ?? Number.POSITIVE_INFINITY)) first.set(key, each)
    }
  }
  return {kept: [...first.values()], repeated}
}

function requireWords(drafts: readonly Draft[], source: string, given: GivenWords): void {
  const missing = [
    {option: '--owner', what: 'owner', without: given.owner === undefined ? drafts : []},
    {
      option: '--expires',
      what: 'last day',
      without: given.expires === undefined ? drafts.filter(each => each.expires === undefined) : [],
    },
    {
      option: '--reason',
      what: 'reason',
      without: given.reason === undefined ? drafts.filter(each => each.reason === undefined) : [],
    },
  ].filter(({without}) => without.length > 0)
  if (missing.length === 0) return
  const lines = missing.map(({what, without}) => `  no ${what}: ${listed(without)}`)
  const options = missing.map(({option}) => option)
  throw new UserError(
    'waivers/import-incomplete',
    [`${source} does not say all that a waiver needs:`, ...lines].join('\n'),
    {
      hint: `Give ${options.join(', ')} for the entries without it; entries that say it keep their own.`,
    },
  )
}

const shown = 10

function listed(drafts: readonly Draft[]): string {
  const names = drafts.slice(0, shown).map(({id, place}) => `${id} (${place})`)
  return `${names.join(', ')}${drafts.length > shown ? ` and ${drafts.length - shown} more` : ''}`
}

function render(draft: Draft, source: string, given: GivenWords): string {
  const {kind, id, notAffected, expires, reason} = draft
  const entry = {
    ...(kind === 'vulnerability' ? {vulnerability: id} : {kind, id}),
    ...(draft.package === undefined ? {} : {package: draft.package}),
    ...(draft.path === undefined ? {} : {path: draft.path}),
    ...(draft.image === undefined ? {} : {image: draft.image}),
    ...(notAffected === undefined ? {} : {status: 'not_affected', ...notAffected}),
    owner: given.owner ?? '',
    reason: reason ?? given.reason ?? '',
    expires: formatDay(expires ?? given.expires ?? 0),
  }
  return `# ${oneLine(source)}, ${draft.place}\n${stringify([entry], {lineWidth: 120})}`
}

/** A comment of YAML ends with its line, and a note is one line of a log. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
}
