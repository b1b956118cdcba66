import type {Finding, ReasonCode} from '../core/finding.ts'
import type {Severity} from '../core/severity.ts'
import {type Fingerprints, fingerprintsOf} from './sarif-fingerprint.ts'
import {locationOf} from './sarif-location.ts'
import {levelOf, type RuleText, rankOf, rulesOf} from './sarif-rule.ts'
import {withoutSurprises} from './sarif-text.ts'

/** A file that was looked at. */
export interface SarifFile {
  /** As findings name it: relative to the model folder. */
  readonly path: string
  readonly size?: number
  /** `sha256:…`. Alerts keep their identity as long as the file keeps its bytes. */
  readonly digest?: string
}

export interface SarifOptions {
  /** Version of Slipway. */
  readonly version: string
  /** What keeps this analysis apart from others of the same tool: `model/credit`, `image/credit/linux-amd64`. */
  readonly category: string
  /** Path of the folder, relative to the repository, that paths of findings start from; empty for the repository itself. */
  readonly folder?: string
  /** Where findings that are about no file are shown: `slipway.yml`, a Dockerfile; relative to the repository. */
  readonly otherwise: string
  readonly files?: readonly SarifFile[]
  /** Texts of a rule by reason code; made from the finding where there are none. */
  readonly ruleText?: (reason: ReasonCode) => RuleText | null
  /** How grave a finding is; by its verdict unless said otherwise. */
  readonly severity?: (finding: Finding) => Severity
}

/** GitHub takes 25,000 results and shows the 5,000 gravest (docs.github.com, "SARIF results exceed limits"). */
const mostResults = 5000
const longestMessage = 2000

/**
 * Findings as SARIF 2.1.0 (OASIS), in the form that GitHub code scanning takes: each result with a file, a region and a
 * fingerprint that does not depend on the run, each rule with help and a severity. What passes or does not apply is left
 * out; of more than 5,000 results the gravest stay, and the run says how many do not.
 */
export function renderSarif(findings: readonly Finding[], options: SarifOptions): string {
  const objections = findings.filter(({verdict}) => verdict !== 'pass' && verdict !== 'not-applicable')
  const severity = options.severity ?? severityOfVerdict
  const ranked = objections
    .map(finding => ({finding, severity: severity(finding)}))
    .sort((a, b) => rankOf(b.severity) - rankOf(a.severity))
  const shown = ranked.slice(0, mostResults)
  const rules = rulesOf(shown, options.ruleText)
  const fingerprints = fingerprintsOf(
    shown.map(({finding}) => finding),
    options.files ?? [],
  )
  const files = filesOf(
    shown.map(({finding}) => finding),
    options,
  )
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {driver: {name: 'Slipway', semanticVersion: options.version, rules: rules.list}},
        // Everything before the last slash is the category.
        automationDetails: {id: `${options.category.replace(/\/+$/, '')}/`},
        invocations: [{executionSuccessful: true, toolExecutionNotifications: cut(objections.length, shown.length)}],
        originalUriBaseIds: {'%SRCROOT%': {description: {text: 'The root of the repository.'}}},
        artifacts: files.map(file => artifactOf(file, options)),
        results: shown.map(({finding}, index) => ({
          ...resultOf(finding, options, fingerprints[index]),
          ruleIndex: rules.indexOf(finding.reason),
        })),
        columnKind: 'utf16CodeUnits',
      },
    ],
  }
  return `${JSON.stringify(log, null, 2)}\n`
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

function resultOf(finding: Finding, options: SarifOptions, fingerprints: Fingerprints | undefined) {
  const {reason, verdict, what, remedy, value, limit} = finding
  return {
    ruleId: reason,
    kind: 'fail',
    level: levelOf(verdict),
    message: {text: withoutSurprises([what, remedy].filter(Boolean).join(' '), longestMessage)},
    locations: [locationOf(finding, options)],
    partialFingerprints: fingerprints,
    properties: {
      verdict,
      question: finding.id,
      subject: withoutSurprises(finding.subject, 500),
      ...(value === undefined ? {} : {value: typeof value === 'string' ? withoutSurprises(value, 500) : String(value)}),
      ...(limit === undefined ? {} : {limit}),
    },
  }
}

/** The files that results are about. */
function filesOf(findings: readonly Finding[], {files = []}: SarifOptions): readonly SarifFile[] {
  const named = new Set(findings.flatMap(({place}) => (place ? [place.file] : [])))
  return files.filter(({path}) => named.has(path))
}

function artifactOf({path, size, digest}: SarifFile, options: SarifOptions) {
  const place = {file: path}
  const {physicalLocation} = locationOf({place}, options)
  return {
    location: physicalLocation.artifactLocation,
    roles: ['analysisTarget'],
    ...(size === undefined ? {} : {length: size}),
    ...(digest?.startsWith('sha256:') ? {hashes: {'sha-256': digest.slice('sha256:'.length)}} : {}),
  }
}

function cut(total: number, shown: number) {
  if (total === shown) return []
  const text = `${total - shown} of ${total} findings are not in this file: GitHub shows the ${shown} gravest.`
  return [{level: 'warning', message: {text}, descriptor: {id: 'slipway/findings-cut'}}]
}
