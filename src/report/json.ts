/** The result as data: the file that every action and command writes. Its form is `result-schema.ts`, versioned. */
import {invariant} from '../core/assert.ts'
import type {Finding, Interval} from '../core/finding.ts'
import type {GateResult} from '../core/result.ts'

export interface ResultDocument extends Omit<GateResult, 'findings'> {
  readonly schemaVersion: 1
  readonly tool: {readonly name: 'slipway'; readonly version: string}
  /** When it was judged: ISO 8601, UTC. */
  readonly at: string
  readonly findings: readonly JsonFinding[]
}

/** JSON has no infinity: the open side of a one-sided interval is null. */
export type JsonFinding = Omit<Finding, 'interval'> & {
  readonly interval?: Omit<Interval, 'low' | 'high'> & {readonly low: number | null; readonly high: number | null}
}

/** @throws InvariantError for NaN anywhere: an undefined number is a verdict with a reason, never a value. */
export function resultDocument(
  result: GateResult,
  {version, at}: {readonly version: string; readonly at: string},
): ResultDocument {
  const {gate, service, verdict, reason, summary, subject, findings, rollout} = result
  return {
    schemaVersion: 1,
    tool: {name: 'slipway', version},
    at,
    gate,
    service,
    verdict,
    reason,
    summary,
    subject,
    findings: findings.map(jsonFinding),
    ...(rollout === undefined ? {} : {rollout}),
  }
}

export function renderJson(document: ResultDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`
}

function jsonFinding(finding: Finding): JsonFinding {
  const {interval, details, value, ...rest} = finding
  return {
    ...rest,
    ...(value === undefined ? {} : {value: finite(value, finding, 'value')}),
    ...(interval === undefined ? {} : {interval: jsonInterval(interval, finding)}),
    ...(details === undefined ? {} : {details: jsonDetails(details, finding)}),
  }
}

function jsonInterval({low, high, confidence, method}: Interval, finding: Finding) {
  invariant(!Number.isNaN(low) && !Number.isNaN(high), `${finding.id} of ${finding.subject} has an interval with NaN.`)
  return {low: Number.isFinite(low) ? low : null, high: Number.isFinite(high) ? high : null, confidence, method}
}

function jsonDetails(details: NonNullable<Finding['details']>, finding: Finding) {
  return Object.fromEntries(
    Object.entries(details).map(([name, each]) => [
      name,
      typeof each === 'number' ? finite(each, finding, name) : each,
    ]),
  )
}

/** An infinite number becomes the word, as JSON would silently write null. */
function finite(value: number | string, finding: Finding, name: string): number | string {
  invariant(!Number.isNaN(value), `${finding.id} of ${finding.subject} has NaN as ${name}.`)
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
}
