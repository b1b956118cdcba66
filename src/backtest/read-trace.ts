/** A trace from its text. Everything that is wrong with it is said at once, each with its line. Pure. */
import {UserError} from '../core/failure.ts'
import {formatInstant, parseInstant} from '../core/instant.ts'
import {formatDuration} from '../core/quantity.ts'
import type {PlannedGuard} from '../rollout/guards.ts'
import type {ArmTallies} from '../rollout/tally.ts'
import {intervalOf, type Trace, type TraceLine} from './trace.ts'
import {type LineInput, lineSchema} from './trace-schema.ts'
import {problemOfTally, tallyOf} from './trace-tally.ts'

/** More than this many times the usual step between two lines is a gap, and no slow tick. */
const gapFactor = 3
/** Nobody reads more. */
const problemsShown = 20

interface Problem {
  readonly line: number
  readonly what: string
}

interface Numbered {
  readonly line: number
  readonly text: string
  readonly value: TraceLine
}

/**
 * @param name how messages call the file
 * @param guards the guards of the policy that shall judge it
 * @throws UserError `backtest/trace-empty`, `backtest/trace-malformed`
 */
export function readTrace(text: string, name: string, guards: readonly PlannedGuard[]): Trace {
  const problems: Problem[] = []
  const known = new Map(guards.map(guard => [guard.name, guard]))
  const lines: Numbered[] = []
  // Some editors begin a file with a byte order mark.
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    if (raw.trim() === '') continue
    const line = index + 1
    const read = readLine(raw, known)
    if ('problems' in read) problems.push(...read.problems.map(what => ({line, what})))
    else lines.push({line, text: raw, value: read.line})
  }
  if (lines.length === 0 && problems.length === 0) {
    throw new UserError('backtest/trace-empty', `${name} has no line.`, {
      hint: 'A trace has one JSON object a line; slipway export-trace writes one from Prometheus or from a ledger.',
    })
  }
  problems.push(...problemsOfOrder(lines))
  if (problems.length === 0) problems.push(...neverMeasured(lines, guards))
  if (problems.length > 0) throw malformed(name, problems)
  const values = lines.map(({value}) => value)
  return {lines: values, intervalMs: intervalOf(values.map(({at}) => at))}
}

type Read = {readonly line: TraceLine} | {readonly problems: readonly string[]}

function readLine(raw: string, known: ReadonlyMap<string, PlannedGuard>): Read {
  let json: unknown
  try {
    json = JSON.parse(raw)
  } catch {
    const hint = /\b(NaN|Infinity)\b/.test(raw)
      ? ': NaN and Infinity are no counts; leave out what was not measured'
      : ''
    return {problems: [`is not JSON${hint}`]}
  }
  const parsed = lineSchema.safeParse(json)
  if (!parsed.success) return {problems: parsed.error.issues.flatMap(issue => wordsOf(issue))}
  return toLine(parsed.data, known)
}

/** A union complains about each of its members; only the one that was meant says something useful. */
function wordsOf(issue: SchemaIssue): string[] {
  const place = issue.path.map(String).join('.')
  if (issue.code === 'invalid_union' && issue.errors) {
    const nearest = issue.errors.toSorted((a, b) => strangeness(a) - strangeness(b))[0] ?? []
    return nearest.flatMap(each => wordsOf({...each, path: [...issue.path, ...each.path]}))
  }
  return [place === '' ? issue.message : `${place}: ${issue.message}`]
}

interface SchemaIssue {
  readonly code?: string | undefined
  readonly message: string
  readonly path: readonly PropertyKey[]
  readonly errors?: readonly (readonly SchemaIssue[])[]
}

/** How little a member of the union was meant: keys that it does not know and keys that it misses. */
function strangeness(issues: readonly SchemaIssue[]): number {
  return issues.filter(({code, message}) => code === 'unrecognized_keys' || message.includes('undefined')).length
}

function toLine(input: LineInput, known: ReadonlyMap<string, PlannedGuard>): Read {
  const problems: string[] = []
  const guards: Record<string, ArmTallies> = {}
  const {at, weight: weightPercent, alerts, absent, partial} = input
  const named = [input.guards, alerts, absent, partial ?? {}].flatMap(part => Object.keys(part))
  for (const name of new Set(named)) {
    if (!known.has(name))
      problems.push(`guard "${name}" is not in the config, which has ${[...known.keys()].join(', ')}`)
  }
  for (const [name, {candidate, stable}] of Object.entries(input.guards)) {
    const guard = known.get(name)
    if (!guard) continue
    const arms = {candidate: tallyOf(candidate), stable: tallyOf(stable)}
    for (const side of ['candidate', 'stable'] as const) {
      const problem = problemOfTally(arms[side], guard.query)
      if (problem) problems.push(`guards.${name}.${side}: ${problem}`)
    }
    guards[name] = arms
  }
  for (const name of Object.keys(alerts)) {
    const guard = known.get(name)
    if (guard && guard.query.kind !== 'alert') problems.push(`alerts.${name}: the guard is no alert guard`)
  }
  if (problems.length > 0) return {problems}
  const line = {at: parseInstant(at), weightPercent, guards, alerts, absent}
  return {line: partial === undefined ? line : {...line, partial}}
}

function problemsOfOrder(lines: readonly Numbered[]): Problem[] {
  const problems: Problem[] = []
  const usual = intervalOf(lines.map(({value}) => value.at).toSorted((a, b) => a - b))
  let last: Numbered | undefined
  for (const each of lines) {
    const {line, value} = each
    if (last) {
      const step = value.at - last.value.at
      if (step === 0 && each.text === last.text) problems.push({line, what: `repeats line ${last.line}`})
      else if (step === 0) problems.push({line, what: `has the time of line ${last.line}`})
      else if (step < 0) problems.push({line, what: `goes back in time, to before ${formatInstant(last.value.at)}`})
      else if (step > gapFactor * usual) {
        const gap = `a gap of ${formatDuration(step)} after line ${last.line}, where ${formatDuration(usual)} is usual`
        problems.push({line, what: `${gap}: write a line with "guards": {} for each look that measured nothing`})
      }
    }
    last = each
  }
  return problems
}

/** Of a guard that the trace never measured nothing can be said, and nothing missing ever passes. */
function neverMeasured(lines: readonly Numbered[], guards: readonly PlannedGuard[]): Problem[] {
  return guards
    .filter(
      ({name}) => !lines.some(({value}) => Object.hasOwn(value.guards, name) || Object.hasOwn(value.alerts, name)),
    )
    .map(({name}) => ({line: 0, what: `guard "${name}" of the config was measured on no line`}))
}

function malformed(name: string, problems: readonly Problem[]): UserError {
  const shown = problems
    .toSorted((a, b) => a.line - b.line)
    .slice(0, problemsShown)
    .map(({line, what}) => (line === 0 ? `${name}: ${what}` : `${name}:${line}: ${what}`))
  const rest = problems.length - shown.length
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`
  const more = rest > 0 ? [`and ${rest} more`] : []
  return new UserError('backtest/trace-malformed', [`${name} has ${count}:`, ...shown, ...more].join('\n'), {
    hint: 'One line a look, whole counts since the line before; docs/backtest.md tells the format.',
  })
}
