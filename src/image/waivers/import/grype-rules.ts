/** `ignore:` of a `.grype.yaml` (grype/match/ignore.go): all conditions of a rule must hold. */
import * as z from 'zod'
import {formatPackageUrl, parsePackageUrl} from '../../../core/package-url.ts'
import {type Draft, type Drafts, isSayablePath} from './draft.ts'
import {malformed, type YamlFile} from './source.ts'

const word = z.union([z.string(), z.number().transform(String)]).nullish()
const rule = z.object({
  vulnerability: word,
  reason: word,
  namespace: word,
  'fix-state': word,
  'vex-status': word,
  'vex-justification': word,
  'match-type': word,
  package: z
    .object({name: word, version: word, language: word, type: word, location: word, 'upstream-name': word})
    .nullish(),
})
type Rule = z.output<typeof rule>

/** Settings of the same file that take findings away without naming them. */
const sweeping = ['only-fixed', 'only-notfixed', 'ignore-wontfix', 'exclude', 'vex-documents', 'vex-add'] as const

/** Whether it has rules that ignore; whatever else Grype is told does not matter here. */
export function isGrypeConfig(value: object): boolean {
  return 'ignore' in value && (Array.isArray(value.ignore) || value.ignore === null)
}

/** @throws UserError `waivers/import-malformed` */
export function draftsOfGrype({value, lineOf}: YamlFile, source: string): Drafts {
  const known = new Map(Object.entries(value ?? {}))
  const rules = z.array(z.unknown()).parse(known.get('ignore') ?? [])
  const drafts: Draft[] = []
  const notes: string[] = []
  rules.forEach((each, index) => {
    const line = lineOf('ignore', index)
    const read = rule.safeParse(each)
    if (!read.success) throw malformed(source, `line ${line}: ${z.prettifyError(read.error).replaceAll('\n', ' ')}`)
    const made = draftOf(read.data, `line ${line}`)
    if (typeof made === 'string') notes.push(`line ${line}: ${made}`)
    else drafts.push(made)
  })
  for (const key of sweeping) {
    const set = known.get(key)
    if (set === undefined || set === null || set === false || (Array.isArray(set) && set.length === 0)) continue
    notes.push(`"${key}" takes findings away without naming them: say it in image.gate or image.vex.`)
  }
  return {format: 'ignore rules of Grype', drafts, notes}
}

/** A sentence where the rule cannot be said: leaving a condition out would accept more than the rule does. */
function draftOf(given: Rule, place: string): Draft | string {
  const {vulnerability: id, reason, package: within} = given
  if (given['vex-status'] || given['vex-justification']) {
    return 'a rule about VEX statements is left out: the documents themselves go into image.vex.'
  }
  const others = [
    ...(['namespace', 'fix-state', 'match-type'] as const).filter(key => given[key]),
    ...(['language', 'upstream-name'] as const).filter(key => within?.[key]).map(key => `package.${key}`),
  ]
  if (!id) {
    const state = given['fix-state']
    const what = state ? `: a rule of image.gate with \`fixable: ${state === 'fixed'}\` says the same` : ''
    return `a rule that names no vulnerability accepts what nobody has seen yet, and is left out${what}.`
  }
  if (id.includes('*')) return `${id} is no exact id: left out.`
  if (others.length > 0)
    return `${id} is left out: a waiver has no "${others.join('", "')}", and without it would cover more.`
  const location = within?.location
  if (location && !isSayablePath(location))
    return `${id} at ${JSON.stringify(location)}: a path has no signs but "*" and "**" here, so it is left out.`
  const inPackage = packageOf(within)
  if (inPackage instanceof Error) return `${id} is left out: ${inPackage.message}`
  return {
    place,
    kind: 'vulnerability',
    id,
    ...(inPackage === undefined ? {} : {package: inPackage}),
    ...(location ? {path: location} : {}),
    ...(reason?.trim() ? {reason: reason.trim()} : {}),
  }
}

/** Grype's types of packages whose purl is made of name and version alone. */
const purlTypes: ReadonlyMap<string, string> = new Map([
  ['python', 'pypi'],
  ['npm', 'npm'],
  ['gem', 'gem'],
  ['rust-crate', 'cargo'],
  ['go-module', 'golang'],
  ['php-composer', 'composer'],
  ['dotnet', 'nuget'],
])

function packageOf(within: Rule['package']): string | undefined | Error {
  const {name, version, type} = within ?? {}
  if (!name)
    return version || type ? new Error('its rule has a version or a type, and no name of a package.') : undefined
  // Grype reads names as regular expressions.
  if (/[*?()[\]|^$\\{}]/.test(name))
    return new Error(`${JSON.stringify(name)} is a pattern, and a waiver names one package.`)
  if (!version && !type) return name
  const purlType = type ? purlTypes.get(type) : undefined
  const purl = purlType === undefined ? undefined : parsePackageUrl(`pkg:${purlType}/${name}`)
  if (purl) return formatPackageUrl(version ? {...purl, version} : purl)
  return new Error(`write its package as a package URL, since the rule tells ${type ? `the type ${type}` : 'no type'}.`)
}
