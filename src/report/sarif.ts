/**
 * One analysis as SARIF 2.1.0 (OASIS) in the form that GitHub code scanning takes. It knows neither models nor images:
 * `sarif-findings.ts` and `image/render/sarif.ts` say what their results are.
 * Limits: https://docs.github.com/rest/code-scanning/code-scanning#upload-an-analysis-as-sarif-data
 */
import {gzipSync} from 'node:zlib'
import {fingerprints} from './sarif-fingerprint.ts'
import {artifactLocation, locationOf, type SarifPlace} from './sarif-location.ts'
import {renderRule, type SarifLevel, type SarifRule} from './sarif-rule.ts'
import {said, withoutSurprises} from './sarif-text.ts'

export interface SarifResult {
  /** Id of its rule. */
  readonly rule: string
  readonly level: SarifLevel
  readonly message: string
  readonly place: SarifPlace
  readonly fingerprint: string
  /** Reasons for which it does not count. */
  readonly suppressed?: readonly string[]
  readonly properties: Readonly<Record<string, unknown>>
}

export interface SarifRun {
  /** Version of Slipway. */
  readonly version: string
  /** What keeps this analysis apart from others of the same tool: `model/credit`, `image/credit/linux-amd64`. */
  readonly category: string
  /** By id; those that no result names are left out. */
  readonly rules: ReadonlyMap<string, SarifRule>
  /** The gravest first, at most `mostResults` of them. */
  readonly results: readonly SarifResult[]
  /** How many there were before that cut. */
  readonly total: number
  readonly files?: readonly {readonly path: string; readonly size?: number; readonly digest?: string}[]
  /** What the tools could not do. */
  readonly doubts?: readonly string[]
  readonly properties?: Readonly<Record<string, unknown>>
}

export interface SarifFile {
  readonly sarif: string
  /** Results that are not in it. */
  readonly cut: number
}

/**
 * GitHub takes 25,000 results of 25,000 rules, and keeps the 5,000 gravest without a word about the rest. So the cut is
 * ours, and the file says so.
 */
export const mostResults = 5000
/** GitHub refuses more than 10 MB after gzip. */
export const mostBytes = 10_000_000
const longestMessage = 2000

/**
 * One line for each rule and result, so that two files can be compared. Of results that would not fit GitHub’s limits the
 * last ones are left out, and a notification says how many.
 * @param limit bytes after gzip
 */
export function renderSarifRun(run: SarifRun, limit = mostBytes): SarifFile {
  const results = run.results.slice(0, mostResults)
  for (let kept = results.length; ; ) {
    const cut = run.total - kept
    const sarif = fileOf({...run, results: results.slice(0, kept)}, cut)
    const size = compressedSize(sarif, limit)
    if (size <= limit || kept === 0) return {sarif, cut}
    kept = Math.min(kept - 1, Math.floor(kept * (limit / size) * 0.95))
  }
}

/** Of what is small enough before it is compressed nobody needs to know more. */
function compressedSize(text: string, limit: number): number {
  const size = Buffer.byteLength(text)
  // Deflate makes nothing longer by more than 5 bytes in each 16 kB (RFC 1951, 3.2.4); gzip adds 18 (RFC 1952).
  if (size + Math.ceil(size / 16_000) * 5 + 18 <= limit) return size
  return gzipSync(text).length
}

function fileOf(run: SarifRun, cut: number): string {
  const {version, category, results, files = [], doubts = [], properties} = run
  const ids = [...new Set(results.map(({rule}) => rule))].sort()
  const indexes = new Map(ids.map((id, index) => [id, index]))
  const rules = ids.flatMap(id => {
    const rule = run.rules.get(id)
    return rule ? [JSON.stringify(renderRule(rule))] : []
  })
  const head = JSON.stringify({name: 'Slipway', semanticVersion: version, informationUri: home})
  const invocation = {executionSuccessful: true, toolExecutionNotifications: notifications(run, cut, doubts)}
  const rest = {
    // Everything before the last slash is the category.
    automationDetails: {id: `${category.replace(/\/+$/, '')}/`},
    invocations: [invocation],
    originalUriBaseIds: {'%SRCROOT%': {description: {text: 'The root of the repository.'}}},
    artifacts: files.map(artifactOf),
    columnKind: 'utf16CodeUnits',
    ...(properties ? {properties} : {}),
  }
  return [
    `{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[{`,
    `"tool":{"driver":${head.slice(0, -1)},"rules":[${lines(rules)}]}},`,
    `${JSON.stringify(rest).slice(1, -1)},`,
    `"results":[${lines(results.map(result => JSON.stringify(resultOf(result, indexes))))}]`,
    '}]}',
    '',
  ].join('\n')
}

const home = 'https://github.com/slipway/slipway'

function lines(items: readonly string[]): string {
  return items.length === 0 ? '' : `\n${items.join(',\n')}\n`
}

function resultOf(result: SarifResult, indexes: ReadonlyMap<string, number>): object {
  const {rule, level, message, place, fingerprint, suppressed, properties} = result
  return {
    ruleId: rule,
    ruleIndex: indexes.get(rule) ?? -1,
    kind: 'fail',
    level,
    // `[text](target)` is a link in SARIF too (2.1.0, 3.11.6): what comes from outside shall not be one.
    message: {text: said(message.replaceAll('](', '] ('), longestMessage, rule)},
    locations: [locationOf(place)],
    partialFingerprints: fingerprints(fingerprint),
    ...(suppressed ? {suppressions: [...new Set(suppressed)].map(suppressionOf)} : {}),
    properties,
  }
}

function suppressionOf(justification: string): object {
  return {kind: 'external', status: 'accepted', justification: withoutSurprises(justification, longestMessage)}
}

function artifactOf({path, size, digest}: {path: string; size?: number; digest?: string}): object {
  return {
    location: artifactLocation(path),
    roles: ['analysisTarget'],
    ...(size === undefined ? {} : {length: size}),
    ...(digest?.startsWith('sha256:') ? {hashes: {'sha-256': digest.slice('sha256:'.length)}} : {}),
  }
}

function notifications({total, results}: SarifRun, cut: number, doubts: readonly string[]): readonly object[] {
  const why =
    results.length === mostResults
      ? `GitHub shows the ${mostResults} gravest.`
      : `GitHub takes files of ${mostBytes / 1_000_000} MB, and these are the gravest.`
  const said =
    cut === 0 ? [] : [notification('findings-cut', `${cut} of ${total} findings are not in this file: ${why}`)]
  return [...said, ...[...new Set(doubts)].slice(0, 50).map(doubt => notification('doubt', doubt))]
}

function notification(id: string, text: string): object {
  return {
    level: 'warning',
    message: {text: said(text, longestMessage, 'No text was given.')},
    descriptor: {id: `slipway/${id}`},
  }
}
