/**
 * How often a plain threshold stops a healthy release. It has no error rate of its own: it compares what was counted with
 * the limit at each look, and chance alone lifts a count above it.
 */
import {assertNever} from '../../core/assert.ts'
import {allowedShare, isComparison} from '../guards.ts'
import {isAskedAt} from '../judge/asked.ts'
import {thresholdRequests} from '../judge/counting-rules.ts'
import type {Question} from './assumed.ts'
import type {Course} from './detection.ts'
import {meanAgainstLimit, meanAgainstStable} from './mean-contrast.ts'

export interface FalseAborts {
  readonly chance: number
  /** `least`: of the first look that judges alone; every further look adds to it. */
  readonly bound: 'exact' | 'least'
}

/**
 * Chance that a threshold aborts a healthy release: one at half of a limit, or one that is exactly as good as stable. Null
 * where no stage asks.
 */
export function falseAbortsOf(question: Question, {stages, ...rest}: Course): FalseAborts | null {
  const course = {...rest, stages: stages.filter(stage => isAskedAt(question.guard, stage))}
  const limit = allowedShare(question.test)
  if (limit !== null) return {chance: chanceOfFalseAbort(limit, course), bound: 'exact'}
  const chance = chanceAtFirstLook(question, course)
  return chance === null ? null : {chance, bound: 'least'}
}

/**
 * At the first look with enough requests, both counts or means taken as normal with their true spread.
 */
function chanceAtFirstLook({test, stable}: Question, {stages, tickMs, traffic}: Course): number | null {
  const stage = stages.find(({weightPercent}) => weightPercent > 0 && (weightPercent < 100 || !isComparison(test)))
  if (!stage) return null
  const weight = stage.weightPercent / 100
  const perLook = (traffic * weight * tickMs) / 1000
  const n = perLook * Math.ceil(thresholdRequests / perLook)
  switch (test.kind) {
    case 'share-at-most-times-stable':
    case 'slow-at-most-times-stable':
    case 'events-at-most-times-stable': {
      const part = (test.times * weight) / (1 - weight)
      const expected = n * stable.rate
      // The candidate's count, less `times` the stable one's scaled to as many requests: its mean and its variance.
      return above0(expected * (1 - test.times), expected * (1 + part * test.times))
    }
    case 'mean-at-least':
    case 'mean-at-most': {
      const {shift, variance} = meanAgainstLimit(stable, test, 0.5)
      return above0(shift, variance / n)
    }
    case 'mean-may-lose':
    case 'mean-may-grow': {
      const {shift, variance} = meanAgainstStable(test, 0, test.fraction, stable, weight)
      return above0(-shift, variance / n)
    }
    case 'share-at-most':
    case 'quantile-at-most':
    case 'distribution-may-shift':
    case 'events-at-most':
    case 'no-alert':
      return null
    default:
      return assertNever(test)
  }
}

/** P(X > 0) for a normal X; by the error function of Abramowitz and Stegun 7.1.26, to 1.5e-7. */
function above0(mean: number, variance: number): number {
  const z = mean / Math.sqrt(2 * variance)
  const t = 1 / (1 + 0.3275911 * Math.abs(z))
  const series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
  const tail = (series * Math.exp(-z * z)) / 2
  return z > 0 ? 1 - tail : tail
}

/** From so many bad requests expected on, a release at half the limit stays below it at all further looks (7 standard deviations). */
const settled = 50

/**
 * Chance that a release whose share of bad requests is half of `limit` is aborted by a threshold at `limit`, over all
 * looks of the plan. Bad requests come independently (Poisson), each weight is counted by itself, and a threshold judges
 * from `thresholdRequests` on. Exact up to rounding: the distribution of the count is carried from look to look, without
 * the runs that were aborted.
 */
export function chanceOfFalseAbort(limit: number, {stages, tickMs, traffic}: Course): number {
  const healthy = stages.reduce((chance, {weightPercent, mirrorPercent = 0, dwellMs}) => {
    const perSecond = (traffic * (weightPercent > 0 ? weightPercent : mirrorPercent)) / 100
    const perLook = (perSecond * tickMs) / 1000
    return chance * chanceOfStaying(limit, perLook, Math.ceil(dwellMs / tickMs))
  }, 1)
  return 1 - healthy
}

function chanceOfStaying(limit: number, perLook: number, looks: number): number {
  const badPerLook = (perLook * limit) / 2
  let counts = [1]
  for (let look = 1; look <= looks; look++) {
    if (Math.max(1, look - 1) * badPerLook > settled) break
    counts = convolve(counts, poisson(badPerLook))
    if (look * perLook >= thresholdRequests) counts = counts.slice(0, Math.floor(limit * look * perLook + 1e-9) + 1)
  }
  return Math.min(
    1,
    counts.reduce((sum, chance) => sum + chance, 0),
  )
}

/** P(0), P(1) ... until what is left is below 1e-12. */
function poisson(mean: number): number[] {
  const most = Math.ceil(mean + 8 * Math.sqrt(mean) + 12)
  let log = -mean
  const chances = [Math.exp(log)]
  for (let count = 1; count <= most; count++) {
    log += Math.log(mean / count)
    chances.push(Math.exp(log))
  }
  return chances
}

function convolve(a: readonly number[], b: readonly number[]): number[] {
  const sums = new Array<number>(a.length + b.length - 1).fill(0)
  for (const [i, x] of a.entries()) {
    for (const [j, y] of b.entries()) sums[i + j] = (sums[i + j] ?? 0) + x * y
  }
  return sums
}
