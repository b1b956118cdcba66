import {describe, expect, test} from 'vitest'
import {logEOf, newEProcess, observe} from '../../../src/rollout/sequential/e-process.ts'
import {addMeans, type Mean, type MeanLook, meanWeights, noMean} from '../../../src/rollout/sequential/mean.ts'
import {ratiosOfMeanAboveStable, ratiosOfMeanBelowStable} from '../../../src/rollout/sequential/mean-against-stable.ts'
import {seededRandom} from '../../simulation/random.ts'
import {type Draw, kinds, sumsOf} from './values.ts'
import {count, median} from './world.ts'

const unit = {low: 0, high: 1}
const nothing: MeanLook = {candidate: noMean, stable: noMean}

describe('a mean against the stable release’s', () => {
  test('one value of each side, by hand', () => {
    // n = m = 1, centres 0.5, factor 1, below: both reach 0.5, so bets are part/0.5 = 2 part, and for x = 0, y = 1
    // ln e = bet (1 - 0) - 2 psi(part)/0.25 * 0.25 with psi(u) = -ln(1 - u) - u, here for the largest part, 0.95.
    const past = {candidate: sumsOf([0.5]), stable: sumsOf([0.5])}
    const look = {candidate: sumsOf([0]), stable: sumsOf([1])}
    const expected = 1.9 - 2 * (-Math.log(0.05) - 0.95)
    expect(ratiosOfMeanBelowStable(look, {factor: 1, bounds: unit}, past)[23]).toBeCloseTo(expected, 10)
    // The smallest part is 0.005: psi(0.005) = 0.005^2/2 + 0.005^3/3 + ... = 1.2542e-5.
    expect(ratiosOfMeanBelowStable(look, {factor: 1, bounds: unit}, past)[0]).toBeCloseTo(0.01 - 2 * 1.2542e-5, 8)
  })

  test('sides swapped and values mirrored are the same question', () => {
    const look = {candidate: sumsOf([0.2, 0.3, 0.1]), stable: sumsOf([0.4, 0.5, 0.3])}
    const past = {candidate: sumsOf([0.3, 0.2]), stable: sumsOf([0.5, 0.4])}
    const turned = {candidate: flipped(look.candidate), stable: flipped(look.stable)}
    const turnedPast = {candidate: flipped(past.candidate), stable: flipped(past.stable)}
    const below = ratiosOfMeanBelowStable(look, {factor: 1, bounds: unit}, past)
    const above = ratiosOfMeanAboveStable(turned, {factor: 1, bounds: unit}, turnedPast)
    for (const [k, ratio] of below.entries()) expect(above[k]).toBeCloseTo(ratio, 10)
  })

  test('a part of a mean is a part of its distance to 0, not to the lower bound', () => {
    // Between 10 and 20, 95 % of a mean of 15 is 14.25, which scales to 0.425 against 0.5: a factor of 0.85 on [0, 1].
    const past = {candidate: sumsOf([0.5, 0.5]), stable: sumsOf([0.5, 0.5])}
    const kept = {candidate: sumsOf([0.425, 0.425]), stable: sumsOf([0.5, 0.5])}
    const relation = {factor: 0.95, bounds: {low: 10, high: 20}}
    // Exactly at the allowed mean nothing is gained by any bet.
    for (const ratio of ratiosOfMeanBelowStable(kept, relation, past)) expect(ratio).toBeLessThan(0)
    const lower = {candidate: sumsOf([0.35, 0.35]), stable: sumsOf([0.5, 0.5])}
    expect(Math.max(...ratiosOfMeanBelowStable(lower, relation, past))).toBeGreaterThan(0)
  })

  test('the first look, and one with a side without requests, say nothing', () => {
    const look = {candidate: sumsOf([0.1]), stable: sumsOf([0.9])}
    const relation = {factor: 0.95, bounds: unit}
    const zeros = Array<number>(24).fill(0)
    expect(ratiosOfMeanBelowStable(look, relation, nothing)).toEqual(zeros)
    expect(ratiosOfMeanBelowStable({...look, candidate: noMean}, relation, look)).toEqual(zeros)
    expect(ratiosOfMeanBelowStable({...look, stable: noMean}, relation, look)).toEqual(zeros)
  })

  test('extreme sums give finite numbers', () => {
    const ones: Mean = {n: 1e9, sum: 1e9, sumOfSquares: 1e9}
    const zeros: Mean = {n: 1e9, sum: 0, sumOfSquares: 0}
    const arms = [ones, zeros].flatMap(candidate => [ones, zeros].map(stable => ({candidate, stable})))
    for (const look of arms) {
      for (const past of arms) {
        for (const ratios of [ratiosOfMeanBelowStable, ratiosOfMeanAboveStable]) {
          for (const ratio of ratios(look, {factor: 0.95, bounds: unit}, past)) expect(ratio).toSatisfy(Number.isFinite)
        }
      }
    }
  })
})

describe('looked at 100 times while both means swing, alpha 5 %', () => {
  test.each(Object.entries(kinds))('%s that lose exactly what they may: at most alpha abort', (_, draw) => {
    const aborted = count(60, run => looksUntil(run, draw, {candidate: 0.95, factor: 0.95}) < Number.POSITIVE_INFINITY)
    // 3 are expected at most; 8 or more happen in 1 % of all cases.
    expect(aborted).toBeLessThanOrEqual(7)
  })

  test.each(Object.entries(kinds))('%s that lose half are found', (_, draw) => {
    const looks = Array.from({length: 11}, (_each, run) => looksUntil(run, draw, {candidate: 0.5, factor: 0.95}, 600))
    expect(median(looks)).toBeLessThan(600)
  })
})

test('evidence that a mean loses less than 30 % comes for one that loses nothing, and not for one that does', () => {
  const draw = kinds.conversions
  const isSafe = (run: number, candidate: number) => {
    const random = seededRandom(run)
    let [process, past] = [newEProcess(meanWeights, 'first'), nothing]
    for (let look = 0; look < 100; look++) {
      const seen = arms(random, draw, candidate, 1, 60)
      process = observe(process, ratiosOfMeanAboveStable(seen, {factor: 0.7, bounds: unit}, past))
      if (logEOf(process) >= Math.log(20)) return true
      past = {candidate: addMeans(past.candidate, seen.candidate), stable: addMeans(past.stable, seen.stable)}
    }
    return false
  }
  expect(count(20, run => isSafe(run, 1))).toBeGreaterThan(16)
  expect(count(40, run => isSafe(run, 0.7))).toBeLessThanOrEqual(6)
})

interface Asked {
  readonly candidate: number
  readonly factor: number
}

/** Looks of 20 candidate and 60 stable values until "the candidate's mean is at least `factor` of stable's" is refuted. */
function looksUntil(run: number, draw: Draw, {candidate, factor}: Asked, most = 100): number {
  const random = seededRandom(run)
  let [process, past] = [newEProcess(meanWeights), nothing]
  for (let look = 1; look <= most; look++) {
    const seen = arms(random, draw, candidate, 1 - 0.3 * Math.abs(Math.sin(look / 15)), 20)
    process = observe(process, ratiosOfMeanBelowStable(seen, {factor, bounds: unit}, past))
    if (logEOf(process) >= Math.log(20)) return look
    past = {candidate: addMeans(past.candidate, seen.candidate), stable: addMeans(past.stable, seen.stable)}
  }
  return Number.POSITIVE_INFINITY
}

function arms(random: () => number, draw: Draw, candidate: number, both: number, n: number): MeanLook {
  return {
    candidate: sumsOf(Array.from({length: n}, () => draw(random, candidate * both))),
    stable: sumsOf(Array.from({length: 3 * n}, () => draw(random, both))),
  }
}

function flipped(mean: Mean): Mean {
  return {n: mean.n, sum: mean.n - mean.sum, sumOfSquares: mean.n - 2 * mean.sum + (mean.sumOfSquares ?? Number.NaN)}
}
