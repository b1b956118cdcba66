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
  const document: ResultDocument = {
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
  refuseNaN(document, '')
  return document
}

/**
 * The same data, whoever prints it: signs that steer a terminal or turn text around, and the `##[` that the runner takes for a
 * command in the middle of a line, are written as escapes (RFC 8259, section 7).
 */
export function renderJson(document: ResultDocument): string {
  const text = JSON.stringify(document, null, 2)
  return `${text.replace(steering, escapesOf).replaceAll('##[', '#\\u0023[')}\n`
}

// What JSON.stringify leaves as it is: DEL and C1, signs without a form, and the two separators of lines.
const steering = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

function escapesOf(sign: string): string {
  return sign
    .split('')
    .map(unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')
}

function jsonFinding(finding: Finding): JsonFinding {
  const {interval, details, value, ...rest} = finding
  return {
    ...rest,
    ...(value === undefined ? {} : {value: worded(value)}),
    ...(interval === undefined ? {} : {interval: jsonInterval(interval)}),
    ...(details === undefined ? {} : {details: jsonDetails(details)}),
  }
}

function jsonInterval({low, high, confidence, method}: Interval): NonNullable<JsonFinding['interval']> {
  const bound = (value: number) => (Math.abs(value) === Number.POSITIVE_INFINITY ? null : value)
  return {low: bound(low), high: bound(high), confidence, method}
}

function jsonDetails(details: NonNullable<Finding['details']>): NonNullable<Finding['details']> {
  return Object.fromEntries(
    Object.entries(details).map(([name, each]) => [name, typeof each === 'number' ? worded(each) : each]),
  )
}

/** An infinite number becomes the word `Infinity`, as JSON would silently write null. */
function worded(value: number | string): number | string {
  return typeof value === 'number' && Math.abs(value) === Number.POSITIVE_INFINITY ? String(value) : value
}

function refuseNaN(value: unknown, path: string): void {
  invariant(!Number.isNaN(value), `The result has NaN at ${path}.`)
  if (typeof value !== 'object' || value === null) return
  for (const [key, each] of Object.entries(value)) refuseNaN(each, path === '' ? key : `${path}.${key}`)
}
