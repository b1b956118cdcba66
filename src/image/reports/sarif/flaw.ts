/** One result of SARIF → a flaw, or null where it says that nothing is wrong. */
import type {Flaw, Suppression} from '../../scan.ts'
import {bestId, isVulnerabilityId, vulnerabilityIdAt} from '../ids.ts'
import {kindOf} from './kinds.ts'
import {labelled, packageIn} from './labels.ts'
import type {SarifResult, SarifRule} from './log.ts'
import type {PlacesOf} from './places.ts'
import {messageText, type RuleBook} from './rules.ts'
import {severityOf} from './severity.ts'

export interface SarifReader {
  readonly rules: RuleBook
  readonly placesOf: PlacesOf
  /** Name of the tool, in lower case. */
  readonly tool: string
}

/** Null for what passed, does not apply, or is there no more. */
export function toFlaw(result: SarifResult, reader: SarifReader): Flaw | null {
  if (isNoFlaw(result)) return null
  const rule = reader.rules.ruleOf(result)
  // §3.27.5: a result needs no rule. A name it needs all the same: waivers go by it.
  const id = result.ruleId || result.rule?.id || rule?.id || reader.tool
  const message = messageText(result.message, rule)
  const common = {
    title: titleOf(rule, id),
    severity: severityOf(result, rule, reader.rules.levelOf(result, rule)),
    places: isOfSystem(result, rule) ? [] : reader.placesOf(result.locations ?? []),
    foundBy: [reader.tool],
    ...(rule?.helpUri ? {url: rule.helpUri} : {}),
    ...suppressionOf(result, reader.tool),
  }
  switch (kindOf(id, rule, reader.tool)) {
    case 'vulnerability': {
      const found = packageIn(message, rule)
      const ids = idsOf(id, rule)
      const [place] = common.places
      const name = found?.name ?? (place?.kind === 'repository' ? place.file : place?.path)
      const versions = found?.fixedVersions ?? []
      return {
        kind: 'vulnerability',
        ...common,
        id: bestId(ids[0], ids),
        aliases: [...ids].sort(),
        package: name || 'a package that the report does not name',
        installedVersion: found?.version ?? '',
        ...(found?.purl === undefined ? {} : {purl: found.purl}),
        severitySource: null,
        ratings: [],
        cvss: [],
        fix: {state: versions.length > 0 ? 'fixed' : 'unknown', versions, date: null},
        knownExploited: null,
        epss: null,
      }
    }
    case 'secret':
      return {kind: 'secret', ...common, id, category: categoryOf(rule, id)}
    case 'licence': {
      const licence = /^License (.+)$/m.exec(message)?.[1]?.trim() ?? id
      const name = labelled([message], ['PkgName', 'Package']) ?? ''
      return {kind: 'licence', ...common, id: licence, licence, package: name, installedVersion: ''}
    }
    default:
      return {
        kind: 'misconfiguration',
        ...common,
        // hadolint describes no rules: then the message is the only text.
        title: common.title === id ? firstLine(message) || id : common.title,
        id,
        message: sentenceOf(message),
        remedy: remedyOf(rule, common.title),
      }
  }
}

/** Trivy locates packages of the operating system at the name of the image, and their licences at `OS Packages`. */
function isOfSystem({locations}: SarifResult, rule: SarifRule | undefined): boolean {
  if (rule?.name === 'OsPackageVulnerability') return true
  return /^OS(?: |%20)Packages$/.test(locations?.[0]?.physicalLocation?.artifactLocation?.uri ?? '')
}

/** §3.27.9, §3.27.24: what passed, does not apply, or is there no more. */
function isNoFlaw({kind, baselineState}: SarifResult): boolean {
  if (baselineState === 'absent') return true
  return kind === 'pass' || kind === 'notApplicable' || kind === 'informational'
}

/** §3.27.23: a result counts as suppressed only where nobody has yet to agree, and nobody has refused. */
function suppressionOf({suppressions}: SarifResult, tool: string): {readonly suppressed?: Suppression} {
  const all = suppressions ?? []
  if (all.length === 0 || all.some(({status}) => status === 'underReview' || status === 'rejected')) return {}
  const reason = all.flatMap(({justification}) => justification || []).join(' ')
  const where = all.some(({kind}) => kind === 'inSource') ? 'suppressed in the source' : 'suppressed in the report'
  return {suppressed: {by: tool, reason: reason === '' ? `${where}, without a reason` : reason}}
}

/** The rule's id, older ids of it, and those among its tags. */
function idsOf(ruleId: string, rule: SarifRule | undefined): [string, ...string[]] {
  const first = vulnerabilityIdAt(ruleId) ?? ruleId
  const tags = Array.isArray(rule?.properties?.tags) ? rule.properties.tags : []
  const inText = /^\((CVE-\d{4}-\d{4,})\)/.exec(rule?.fullDescription?.text ?? '')?.[1]
  const others = [...(rule?.deprecatedIds ?? []), ...tags, inText].filter(
    (each): each is string => typeof each === 'string' && isVulnerabilityId(each),
  )
  return [first, ...new Set(others.filter(each => each !== first))]
}

function titleOf(rule: SarifRule | undefined, id: string): string {
  const said = rule?.shortDescription?.text || rule?.fullDescription?.text || rule?.name || id
  return firstLine(said)
}

/** Of a secret only what kind it is: a message may quote it. */
function categoryOf(rule: SarifRule | undefined, id: string): string {
  const category = rule?.properties?.category
  return typeof category === 'string' && category !== '' ? category : id
}

/** Trivy labels it. kube-linter adds the object in a second line: several of them may stand in one file. */
function sentenceOf(message: string): string {
  const [, second = ''] = message.split('\n', 2)
  const object = second.startsWith('object: ') ? ` (${firstLine(second)})` : ''
  return labelled([message], ['Message']) ?? `${firstLine(message)}${object}`
}

/** Trivy's help repeats the finding in labelled lines, and Checkov's the title: neither is advice. */
function remedyOf(rule: SarifRule | undefined, title: string): string {
  const help = (rule?.help?.text ?? '').trim()
  const labelledAdvice = labelled([help], ['Remediation'])
  if (labelledAdvice !== undefined) return labelledAdvice
  const advice = firstLine(/^\w+ \S+\nType: /.test(help) ? (rule?.fullDescription?.text ?? '') : help)
  if (advice !== '' && advice !== title) return advice
  return rule?.helpUri ? `See ${rule.helpUri}` : ''
}

const longest = 500

function firstLine(text: string): string {
  const [line = ''] = text.trim().split('\n', 1)
  return line.length > longest ? `${line.slice(0, longest)}…` : line
}
