/**
 * The two-proportion z-test with pooled variance, asked at every look on all counts so far: what a script that computes a
 * p-value in a loop does. Each single look errs with 5 %, and there are hundreds of looks. Aborts where the candidate is
 * worse. Means are compared by Welch's z with the sample variances, where squares were measured.
 */
import type {Tally} from '../../rollout/tally.ts'
import type {Comparison, Recording} from './recording.ts'
import {answerAt, promotedAtEnd, type Rule, type RuleAnswer} from './rule.ts'

export interface ZTestSettings {
  /** The |z| that is called significant: 1.96 is p < 0.05, two-sided. */
  readonly z: number
}

export const zTestDefaults: ZTestSettings = {z: 1.959964}

export function peekedZTest(settings: ZTestSettings = zTestDefaults): Rule {
  return {
    id: 'peeked-z-test',
    tool: 'z-test at every look',
    settings: settings.z === zTestDefaults.z ? 'p < 0.05' : `z > ${Number(settings.z.toPrecision(4))}`,
    judge: recording => judge(recording, settings),
  }
}

function judge(recording: Recording, {z: limit}: ZTestSettings): RuleAnswer {
  const {trace, comparisons} = recording
  const sums = comparisons.map(() => ({candidate: none, stable: none}))
  for (let line = 0; line < trace.lines.length; line++) {
    for (const [index, comparison] of comparisons.entries()) {
      const arms = comparison.lines[line]
      const before = sums[index]
      if (!arms || !before) continue
      const sum = {candidate: plus(before.candidate, arms.candidate), stable: plus(before.stable, arms.stable)}
      sums[index] = sum
      const z = worseBy(comparison, sum.candidate, sum.stable)
      if (z <= limit) continue
      const why = `${comparison.guard}: z = ${z.toFixed(2)} after ${sum.candidate.n} candidate requests.`
      return answerAt(recording, line, 'aborted', why)
    }
  }
  return promotedAtEnd(recording, 'Significant at no look.')
}

/** Sums that both a share and a mean have: the squares of 0 and 1 are themselves. */
interface Sums {
  readonly n: number
  readonly sum: number
  readonly squares: number | null
  readonly isShare: boolean
}

const none: Sums = {n: 0, sum: 0, squares: 0, isShare: true}

function plus(sums: Sums, tally: Tally): Sums {
  if ('bad' in tally) return {n: sums.n + tally.n, sum: sums.sum + tally.bad, squares: 0, isShare: true}
  if (!('sum' in tally)) return sums
  const squares = tally.n === 0 ? 0 : tally.sumOfSquares
  return {
    n: sums.n + tally.n,
    sum: sums.sum + tally.sum,
    squares: squares === null || sums.squares === null ? null : sums.squares + squares,
    isShare: false,
  }
}

/** z of "the candidate is worse"; 0 where nothing can be said. */
export function zOf(candidate: Sums, stable: Sums): number {
  if (candidate.n === 0 || stable.n === 0) return 0
  const difference = candidate.sum / candidate.n - stable.sum / stable.n
  const variance = candidate.isShare ? pooled(candidate, stable) : welch(candidate, stable)
  return variance > 0 ? difference / Math.sqrt(variance) : 0
}

function worseBy({worse}: Comparison, candidate: Sums, stable: Sums): number {
  const z = zOf(candidate, stable)
  return worse === 'higher' ? z : -z
}

function pooled(a: Sums, b: Sums): number {
  const p = (a.sum + b.sum) / (a.n + b.n)
  return p * (1 - p) * (1 / a.n + 1 / b.n)
}

function welch(a: Sums, b: Sums): number {
  return [a, b].reduce((sum, {n, sum: total, squares}) => {
    if (squares === null || n < 2) return Number.NaN
    return sum + Math.max(0, squares - (total * total) / n) / (n - 1) / n
  }, 0)
}
