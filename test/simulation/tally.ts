/** What many stories came to: counts that workers can send, and the lines that a person reads. */
import type {Simulated} from './simulation.ts'

export interface Tally {
  runs: number
  steps: number
  events: number
  readonly outcomes: Record<string, number>
  readonly plans: Record<string, number>
  /** Faults and troubles by kind. */
  readonly troubles: Record<string, number>
  /** Seeds whose invariants did not hold, with the first breach of each. */
  readonly failures: {readonly seed: number; readonly breach: string}[]
  /** What went wrong otherwise, with its transcript. */
  readonly problems: string[]
}

export function newTally(): Tally {
  return {runs: 0, steps: 0, events: 0, outcomes: {}, plans: {}, troubles: {}, failures: [], problems: []}
}

export function addRun(tally: Tally, {story, outcome, steps, events, troubles, breaches}: Simulated): void {
  tally.runs++
  tally.steps += steps
  tally.events += events
  count(tally.outcomes, outcome, 1)
  count(tally.plans, story.plan, 1)
  for (const [kind, times] of troubles) count(tally.troubles, kind, times)
  const [breach] = breaches
  if (breach !== undefined) tally.failures.push({seed: story.seed, breach})
}

export function addTally(sum: Tally, part: Tally): void {
  sum.runs += part.runs
  sum.steps += part.steps
  sum.events += part.events
  for (const key of ['outcomes', 'plans', 'troubles'] as const) {
    for (const [name, times] of Object.entries(part[key])) count(sum[key], name, times)
  }
  sum.failures.push(...part.failures)
  sum.problems.push(...part.problems)
}

export function describeTally(tally: Tally, seconds: number): string {
  const {runs, steps, events, failures} = tally
  const perSecond = Math.round(runs / Math.max(seconds, 0.001))
  return [
    `${runs} rollouts, ${steps} calls of ports, ${events} events in ${seconds.toFixed(1)} s (${perSecond} rollouts a second)`,
    '',
    ...section('Ends', tally.outcomes),
    ...section('Plans', tally.plans),
    ...section('Faults and troubles', tally.troubles),
    `${failures.length} of ${runs} rollouts broke an invariant.`,
  ].join('\n')
}

function section(title: string, counts: Readonly<Record<string, number>>): string[] {
  const rows = Object.entries(counts).toSorted(([, a], [, b]) => b - a)
  return [title, ...rows.map(([name, times]) => `${`${times}`.padStart(9)}  ${name}`), '']
}

function count(counts: Record<string, number>, name: string, times: number): void {
  counts[name] = (counts[name] ?? 0) + times
}
