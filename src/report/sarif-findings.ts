/** Findings of a gate as results for code scanning, each beside the file that it is about. */
import type {Finding, FindingPlace, ReasonCode} from '../core/finding.ts'
import type {Severity} from '../core/severity.ts'
import {severities} from '../core/severity.ts'
import {escapeMarkdown} from './escape.ts'
import {mostResults, renderSarifRun, type SarifResult} from './sarif.ts'
import {fingerprintsOf} from './sarif-fingerprint.ts'
import type {SarifPlace} from './sarif-location.ts'
import {levelOf, type SarifRule, securitySeverityOf} from './sarif-rule.ts'
import {withoutSurprises} from './sarif-text.ts'

/** A file that was looked at. */
export interface JudgedFile {
  /** As findings name it: relative to the model folder. */
  readonly path: string
  readonly size?: number
  /** `sha256:…`. Alerts keep their identity as long as the file keeps its bytes. */
  readonly digest?: string
}

/** What is said of all findings with one reason. */
export interface RuleText {
  /** A few words: `External data outside the model folder`. */
  readonly title: string
  /** One sentence each. */
  readonly why: string
  readonly remedy: string
  /** `CVE-2024-34359`. */
  readonly cves?: readonly string[]
}

export interface SarifOptions {
  /** Version of Slipway. */
  readonly version: string
  /** What keeps this analysis apart from others of the same tool: `model/credit`. */
  readonly category: string
  /** Path of the folder, relative to the repository, that paths of findings start from; empty for the repository itself. */
  readonly folder?: string
  /** Where findings that are about no file are shown: `slipway.yml`; relative to the repository. */
  readonly otherwise: string
  readonly files?: readonly JudgedFile[]
  /** Texts of a rule by reason code; made from the finding where there are none. */
  readonly ruleText?: (reason: ReasonCode) => RuleText | null
  /** How grave a finding is; by its verdict unless said otherwise. */
  readonly severity?: (finding: Finding) => Severity
}

interface Graded {
  readonly finding: Finding
  readonly severity: Severity
}

/**
 * Findings as SARIF 2.1.0 (OASIS), in the form that GitHub code scanning takes: each result with a file, a region and a
 * fingerprint that does not depend on the run, each rule with help and a severity. What passes or does not apply is left
 * out; of more than 5,000 results the gravest stay, and the run says how many do not.
 */
export function renderSarif(findings: readonly Finding[], options: SarifOptions): string {
  const severity = options.severity ?? severityOfVerdict
  const ranked = findings
    .filter(({verdict}) => verdict !== 'pass' && verdict !== 'not-applicable')
    .map(finding => ({finding, severity: severity(finding)}))
    .sort((a, b) => rankOf(b.severity) - rankOf(a.severity))
  const shown = ranked.slice(0, mostResults)
  const {files = []} = options
  const digests = new Map(files.map(({path, digest}) => [path, digest]))
  const fingerprints = fingerprintsOf(shown.map(({finding}) => identityOf(finding, digests)))
  const named = new Set(shown.flatMap(({finding: {place}}) => (place ? [place.file] : [])))
  return renderSarifRun({
    version: options.version,
    category: options.category,
    rules: rulesOf(shown, options.ruleText),
    results: shown.map(({finding}, index) => resultOf(finding, options, fingerprints[index] ?? '')),
    total: ranked.length,
    files: files.filter(({path}) => named.has(path)).map(file => ({...file, path: pathOf(file.path, options)})),
  }).sarif
}

/**
 * What makes a finding the same one in the next run: its reason, the bytes of the file that it is about, and where in
 * them; not the run, the time, the commit, or the order.
 */
function identityOf(
  {reason, subject, place}: Finding,
  digests: ReadonlyMap<string, string | undefined>,
): readonly (string | number)[] {
  if (!place) return [reason, subject]
  return [reason, digests.get(place.file) ?? place.file, ...(place.inside ?? []), place.byte ?? '', place.opcode ?? '']
}

function resultOf(finding: Finding, options: SarifOptions, fingerprint: string): SarifResult {
  const {reason, verdict, what, remedy, value, limit, place} = finding
  return {
    rule: reason,
    level: levelOf(verdict),
    message: [what, remedy].filter(Boolean).join(' '),
    place: place ? placeOf(place, options) : {file: options.otherwise},
    fingerprint,
    properties: {
      verdict,
      question: finding.id,
      subject: withoutSurprises(finding.subject, 500),
      ...(value === undefined ? {} : {value: typeof value === 'string' ? withoutSurprises(value, 500) : String(value)}),
      ...(limit === undefined ? {} : {limit}),
    },
  }
}

/** A file of a model has no lines: it is line 1, and the byte stands beside it. Members of archives are in the outer file. */
function placeOf({file, inside = [], byte, opcode}: FindingPlace, options: SarifOptions): SarifPlace {
  const logical = inside.map((name, index) => ({name, fullName: [file, ...inside.slice(0, index + 1)].join('!')}))
  const members = inside.map(member => `in ${withoutSurprises(member, 200)}`)
  const at = byte === undefined ? [] : [`at byte ${byte}${opcode === undefined ? '' : ` (opcode ${opcode})`}`]
  return {
    file: pathOf(file, options),
    ...(byte === undefined ? {} : {byte}),
    // The innermost one first: some readers show one alone.
    logical: logical.toReversed(),
    text: [...members, ...at].join(', '),
  }
}

function pathOf(file: string, {folder = ''}: SarifOptions): string {
  return `${folder}/${file}`
}

function severityOfVerdict({verdict}: Finding): Severity {
  switch (verdict) {
    case 'error':
    case 'fail':
      return 'high'
    case 'inconclusive':
      return 'medium'
    case 'warn':
    case 'pass':
    case 'not-applicable':
      return 'low'
  }
}

/** What nobody has graded comes just below medium. */
function rankOf(severity: Severity): number {
  return severity === 'unknown' ? severities.indexOf('medium') - 0.5 : severities.indexOf(severity)
}

function rulesOf(
  graded: readonly Graded[],
  textOf: (reason: ReasonCode) => RuleText | null = () => null,
): ReadonlyMap<string, SarifRule> {
  const byReason = Map.groupBy(graded, ({finding}) => finding.reason)
  return new Map([...byReason].map(([reason, same]) => [reason, ruleOf(reason, same, textOf(reason))]))
}

function ruleOf(reason: ReasonCode, graded: readonly Graded[], known: RuleText | null): SarifRule {
  const text = known ?? textOf(reason, graded)
  const gravest = graded.reduce((worst, each) => (rankOf(each.severity) > rankOf(worst.severity) ? each : worst))
  const [area = 'slipway'] = reason.split('/')
  const cves = text.cves ?? []
  const alsoKnown = cves.length === 0 ? '' : `\n\nKnown as ${cves.join(', ')}.`
  return {
    id: reason,
    name: nameOf(reason),
    title: text.title,
    description: text.why,
    help: {
      text: `${withoutSurprises(`${text.why} ${text.remedy}`, 3500)}${alsoKnown}`,
      markdown: `**Why it matters.** ${escapeMarkdown(text.why)}\n\n**What to do.** ${escapeMarkdown(text.remedy)}${alsoKnown}`,
    },
    level: levelOf(gravest.finding.verdict),
    tags: ['security', area, ...cves],
    precision: 'high',
    securitySeverity: securitySeverityOf(gravest.severity),
  }
}

function textOf(reason: ReasonCode, graded: readonly Graded[]): RuleText {
  const explained = graded.map(({finding}) => finding)
  return {
    title: nameOf(reason),
    why: explained.find(({why}) => why !== undefined)?.why ?? `The check ${explained[0]?.id ?? reason} says so.`,
    remedy:
      explained.find(({remedy}) => remedy !== undefined)?.remedy ?? 'Read the finding, and correct what it names.',
  }
}

/** `model/pickle-import` becomes `Pickle import`. */
function nameOf(reason: ReasonCode): string {
  const words = (reason.split('/')[1] ?? reason).replaceAll('-', ' ')
  return words.slice(0, 1).toUpperCase() + words.slice(1)
}
