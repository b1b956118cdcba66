/**
 * A trace: what was measured in one rollout, look by look. Recorded once, it can be judged again by another policy or by
 * another tool's rule. As a file it is JSON Lines (`schema/trace.schema.json`), one line a look, counts since the line before.
 */
import {formatInstant} from '../core/instant.ts'
import type {Absence} from '../rollout/events.ts'
import {type ArmTallies, isCounts, isMean, type Tally} from '../rollout/tally.ts'

export interface TraceLine {
  /** End of the interval that the counts belong to, in milliseconds since 1970. */
  readonly at: number
  /** The candidate's share of requests in that interval, as it was set. */
  readonly weightPercent: number
  readonly guards: Readonly<Record<string, ArmTallies>>
  /** Guards that nobody measured in that interval. A guard in neither is one that this line does not know. */
  readonly absent: Readonly<Record<string, Absence>>
  /** Alerts that fired, by guard. */
  readonly alerts: Readonly<Record<string, readonly string[]>>
  /** Guards that were seen in part only, and what was missing: such a look can show harm, and no safety. */
  readonly partial?: Readonly<Record<string, string>>
}

export interface Trace {
  /** At least one, times rise. */
  readonly lines: readonly TraceLine[]
  /** The usual time between two lines, in milliseconds; also how long the first line counted. */
  readonly intervalMs: number
}

/** Where nothing says how often was looked: a trace of one line. */
const lonelyIntervalMs = 5 * 60_000

/** The median time between two lines. `instants` rise. */
export function intervalOf(instants: readonly number[]): number {
  const steps = instants.slice(1).map((at, index) => at - (instants[index] ?? at))
  return steps.toSorted((a, b) => a - b)[Math.floor(steps.length / 2)] ?? lonelyIntervalMs
}

/** Why a guard has no counts on a line; null where it has. */
export function absenceOn(line: TraceLine, guard: string): Absence | null {
  if (Object.hasOwn(line.guards, guard) || Object.hasOwn(line.alerts, guard)) return null
  return line.absent[guard] ?? {kind: 'no-data', detail: 'the trace says nothing about it'}
}

/** The trace as a file: ends with a line break. `suspect` stands only where it differs from `bad`. */
export function writeTrace(lines: readonly TraceLine[]): string {
  return lines.map(line => `${JSON.stringify(lineAsJson(line))}\n`).join('')
}

function lineAsJson({at, weightPercent, guards, absent, alerts, partial = {}}: TraceLine): Record<string, unknown> {
  return {
    at: formatInstant(at),
    weight: weightPercent,
    guards: Object.fromEntries(
      Object.entries(guards).map(([name, {candidate, stable}]) => [
        name,
        {candidate: tallyAsJson(candidate), stable: tallyAsJson(stable)},
      ]),
    ),
    ...(Object.keys(alerts).length === 0 ? {} : {alerts}),
    ...(Object.keys(partial).length === 0 ? {} : {partial}),
    ...(Object.keys(absent).length === 0 ? {} : {absent}),
  }
}

function tallyAsJson(tally: Tally): Record<string, unknown> {
  if (isCounts(tally)) {
    const {n, bad, suspect} = tally
    return suspect === bad ? {n, bad} : {n, bad, suspect}
  }
  if (isMean(tally)) {
    const {n, sum, sumOfSquares} = tally
    return sumOfSquares === null ? {n, sum} : {n, sum, sumOfSquares}
  }
  const {bounds, buckets} = tally
  return {bounds, buckets}
}
