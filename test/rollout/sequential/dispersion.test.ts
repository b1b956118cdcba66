import {describe, expect, test} from 'vitest'
import {worse} from '../../../src/rollout/sequential/alternatives.ts'
import {
  addEventLook,
  addLook,
  addMeanLook,
  carryOver,
  correctionOf,
  type DispersionMoments,
  dispersionOf,
  divided,
  noMoments,
} from '../../../src/rollout/sequential/dispersion.ts'
import {logEOf, newEProcess, observe} from '../../../src/rollout/sequential/e-process.ts'
import {addMeans, dividedMean, meanWeights, noMean} from '../../../src/rollout/sequential/mean.ts'
import {ratiosOfMeanBelowStable} from '../../../src/rollout/sequential/mean-against-stable.ts'
import {addComparedLook, addComparedMeanLook, noOwnDispersion} from '../../../src/rollout/sequential/own-dispersion.ts'
import {harmRatiosOfRateAboveStable, type Stratum} from '../../../src/rollout/sequential/rate-against-stable.ts'
import {seededRandom} from '../../simulation/random.ts'
import {kinds, sumsOf} from './values.ts'
import {count, looksOf, median, poisson} from './world.ts'

function momentsOf(...looks: readonly (readonly [n: number, bad: number])[]): DispersionMoments {
  return looks.reduce((moments, [n, bad]) => addLook(moments, {n, bad}), noMoments)
}

describe('the size of a cluster of bad requests', () => {
  test('Pearson’s chi-square of two looks, by hand', () => {
    // 100 and 100 requests with 2 and 8 bad: (8 - 5)^2/(10 * 0.5 * 0.5 * 0.95) = 3.789...
    const {pairs, chiSquare} = momentsOf([100, 2], [100, 8])
    expect(pairs).toBe(1)
    expect(chiSquare).toBeCloseTo(9 / 2.375, 12)
    // 100 and 300 requests with 3 and 5 bad: (5 - 6)^2/(8 * 0.75 * 0.25 * 0.98).
    expect(momentsOf([100, 3], [300, 5]).chiSquare).toBeCloseTo(1 / 1.47, 12)
  })

  test('a single bad request says that it came alone, five at once that they came together', () => {
    expect(dispersionOf(momentsOf([1e6, 0], [1e6, 1]))).toBeCloseTo(1, 5)
    expect(dispersionOf(momentsOf([1e6, 0], [1e6, 5]))).toBeCloseTo(5, 4)
  })

  test('looks without requests, and pairs without a bad one, say nothing', () => {
    const before = momentsOf([100, 2], [100, 8])
    expect(addLook(before, {n: 0, bad: 0})).toEqual(before)
    expect(momentsOf([100, 0], [100, 0])).toMatchObject({pairs: 0, chiSquare: 0})
    expect(momentsOf([100, 100], [100, 100]).pairs).toBe(0)
    expect(dispersionOf(noMoments)).toBe(1)
  })

  test('an outage moves little, since what one pair can say is capped', () => {
    const calm = Array.from({length: 40}, (_, look) => [1000, look % 2 === 0 ? 4 : 6] as const)
    const moments = momentsOf(...calm, [1000, 100], [1000, 100], [1000, 100], ...calm)
    expect(moments.pairs).toBe(82)
    expect(dispersionOf(moments)).toBeLessThan(1.4)
  })

  test('looks that are more alike than chance never make it less than 1', () => {
    expect(dispersionOf(momentsOf([100, 5], [100, 5], [100, 5]))).toBe(1)
  })
})

describe('the size of a cluster of events', () => {
  test('may exceed the exposure: (25 - 20)^2/20 + (15 - 20)^2/20 for 25 and 15 events of 5 requests each', () => {
    const looks = [25, 15].map(events => ({exposure: 5, events}))
    expect(looks.reduce((moments, look) => addEventLook(moments, look), noMoments).chiSquare).toBeCloseTo(2.5, 4)
  })

  test('that come three at a time is 3, and both releases together say so too', () => {
    const random = seededRandom(3)
    let moments = noMoments
    for (let look = 0; look < 400; look++) {
      const stable = {exposure: 90, events: 3 * poisson(random, 60)}
      moments = addEventLook(moments, stable, {exposure: 10, events: 3 * poisson(random, 7)})
    }
    expect(dispersionOf(moments)).toBeGreaterThan(2.5)
    expect(dispersionOf(moments)).toBeLessThan(3.5)
    expect((moments.own?.chiSquare ?? 0) / (moments.own?.pairs ?? 0)).toBeGreaterThan(2.5)
  })
})

describe('the size of a cluster of values', () => {
  test('of means, by hand: the squared difference over what independent values would vary by', () => {
    // Values 0, 1 and 1, 1: means 0.5 and 1, variance 0.75 - 0.75^2 = 0.1875, so 0.25/(0.1875 (1/2 + 1/2)).
    const first = {n: 2, sum: 1, sumOfSquares: 1}
    const second = {n: 2, sum: 2, sumOfSquares: 2}
    expect(addMeanLook(addMeanLook(noMoments, first), second).chiSquare).toBeCloseTo(0.25 / 0.1875, 12)
  })

  test('values that come five times each are found to, whatever their spread', () => {
    for (const draw of Object.values(kinds)) {
      const random = seededRandom(5)
      let moments = noMoments
      for (let look = 0; look < 400; look++) {
        const once = Array.from({length: 60}, () => draw(random, 1))
        moments = addMeanLook(moments, dividedMean(sumsOf(once), 1 / 5))
      }
      expect(dispersionOf(moments)).toBeGreaterThan(4)
      expect(dispersionOf(moments)).toBeLessThan(6)
    }
  })

  test('values that are all the same say nothing', () => {
    const same = {n: 10, sum: 3, sumOfSquares: 0.9}
    expect(addMeanLook(addMeanLook(noMoments, same), same).pairs).toBe(0)
  })
})

describe('the correction of a look', () => {
  test('while nothing was seen, clusters of five are assumed and alpha is halved', () => {
    const {factor, alphaFactor} = correctionOf(noMoments)
    // 5 (1 + sqrt(3/8)/2)
    expect(factor).toBeCloseTo(6.531, 3)
    expect(alphaFactor).toBe(0.5)
  })

  test('who states that each bad request comes by itself is believed, until it is seen otherwise', () => {
    expect(correctionOf(noMoments, 1)).toEqual({factor: 1, alphaFactor: 1})
    expect(correctionOf({pairs: 100, chiSquare: 500, last: null}, 1).factor).toBeCloseTo(5.433, 3)
  })

  test.each([
    ['independent requests', {pairs: 100, chiSquare: 104, last: null}, 1, 1],
    ['less than its noise above 1', {pairs: 48, chiSquare: 48 * 1.37, last: null}, 1, 1],
    // 1.3 (1 + sqrt(3/100)/2)
    ['a little clustered', {pairs: 100, chiSquare: 130, last: null}, 1.4126, 1],
    ['clusters of five', {pairs: 100, chiSquare: 500, last: null}, 5.433, 0.5],
  ])('%s', (_, moments, factor, alphaFactor) => {
    expect(correctionOf(moments).factor).toBeCloseTo(factor, 3)
    expect(correctionOf(moments).alphaFactor).toBe(alphaFactor)
  })

  test('what earlier rollouts know spares the time of caution, and can be unlearned', () => {
    const earlier = carryOver({pairs: 4000, chiSquare: 4000, last: {n: 100, sum: 1, sumOfSquares: 1}})
    expect(earlier).toEqual({pairs: 100, chiSquare: 100, last: null})
    expect(correctionOf(earlier)).toEqual({factor: 1, alphaFactor: 1})
    expect(carryOver({pairs: 7, chiSquare: 9, last: null})).toEqual({pairs: 7, chiSquare: 9, last: null})
    expect(carryOver(noMoments)).toEqual(noMoments)
  })

  test('divides requests and bad requests alike', () => expect(divided({n: 100, bad: 5}, 5)).toEqual({n: 20, bad: 1}))
})

describe('load that swings in both releases alike', () => {
  // Slow requests: 3 % of them, times a factor between 0.5 and 1.5 that hits both.
  function looks(run: number, candidate: number): () => Stratum {
    const random = seededRandom(run)
    return () => {
      const load = 0.5 + random()
      return {
        candidate: {n: 300, bad: poisson(random, 300 * candidate * load)},
        stable: {n: 2700, bad: poisson(random, 2700 * 0.03 * load)},
      }
    }
  }

  function momentsAfter(looksSeen: number, run: number, candidate: number): DispersionMoments {
    const next = looks(run, candidate)
    let moments = noMoments
    for (let look = 0; look < looksSeen; look++) {
      const seen = next()
      moments = addLook(moments, seen.stable, seen.candidate)
    }
    return moments
  }

  test('makes the stable release’s looks vary, and is not taken for clusters once both were compared', () => {
    const runs = Array.from({length: 21}, (_, run) => momentsAfter(120, run, 0.03))
    expect(median(runs.map(dispersionOf))).toBeGreaterThan(5)
    expect(median(runs.map(moments => correctionOf({...moments, own: noOwnDispersion}).factor))).toBeGreaterThan(5)
    expect(median(runs.map(moments => correctionOf(moments).factor))).toBe(1)
  })

  test('is no cluster either where the candidate is steadily worse', () => {
    const runs = Array.from({length: 21}, (_, run) => momentsAfter(120, run, 0.06))
    expect(median(runs.map(moments => correctionOf(moments).factor))).toBe(1)
  })

  test('aborts no healthy release', () => {
    expect(count(60, run => isAborted(looks(run, 0.03), correctionOf))).toBeLessThanOrEqual(3)
  })

  test('the chi-square of candidate and stable, before and now, by hand', () => {
    // Bad requests 1 and 9 before, 4 and 6 now: (1*6 - 9*4)^2 * 20/(5 * 15 * 10 * 10) = 900 * 20/7500.
    const first = {candidate: {n: 100, bad: 1}, stable: {n: 900, bad: 9}}
    const second = {candidate: {n: 100, bad: 4}, stable: {n: 900, bad: 6}}
    const own = addComparedLook(addComparedLook(noOwnDispersion, first), second)
    expect(own).toMatchObject({pairs: 1, chiSquare: 2.4})
    expect(addComparedLook(own, {...second, candidate: {n: 0, bad: 0}})).toEqual(own)
    expect(addComparedLook(own, {candidate: {n: 100, bad: 0}, stable: {n: 900, bad: 0}}).pairs).toBe(1)
  })

  // Conversions of 10 %, times a factor between 0.8 and 1.2 that hits both.
  function meansAfter(looksSeen: number, run: number, cluster: number): DispersionMoments {
    const random = seededRandom(run)
    const converted = (n: number, share: number) => {
      const sum = cluster * poisson(random, (n * share) / cluster)
      return {n, sum, sumOfSquares: sum}
    }
    let moments = noMoments
    for (let look = 0; look < looksSeen; look++) {
      const share = 0.1 * (0.8 + 0.4 * random())
      moments = addMeanLook(moments, converted(9000, share), converted(1000, share))
    }
    return moments
  }

  test('conversions of both that swing alike are no clusters either', () => {
    const runs = Array.from({length: 21}, (_, run) => meansAfter(120, run, 1))
    expect(median(runs.map(dispersionOf))).toBeGreaterThan(8)
    expect(median(runs.map(moments => correctionOf(moments).factor))).toBe(1)
  })

  test('and where they come five at a time, that is what is left', () => {
    const factors = Array.from({length: 21}, (_, run) => correctionOf(meansAfter(120, run, 5)).factor)
    expect(median(factors)).toBeGreaterThan(4.5)
    expect(median(factors)).toBeLessThan(8)
  })

  test('nor is a score that swings much more than it varies at any one time', () => {
    const factors = Array.from({length: 11}, (_, run) => {
      const random = seededRandom(run)
      const scores = (n: number, load: number) => sumsOf(Array.from({length: n}, () => kinds.score(random, load)))
      let moments = noMoments
      for (let look = 0; look < 100; look++) {
        const load = 0.7 + 0.3 * random()
        // Each score comes three times: that is what must be left.
        moments = addMeanLook(moments, dividedMean(scores(60, load), 1 / 3), dividedMean(scores(20, load), 1 / 3))
      }
      return correctionOf(moments).factor
    })
    expect(median(factors)).toBeGreaterThan(2.5)
    expect(median(factors)).toBeLessThan(5)
  })

  test('the change of a ratio of means, by hand', () => {
    // Means 0.5 and 0.5, then 0.6 and 0.5, of 100 zeros and ones each: ratios 1 and 1.2, both together 1.1. The variance
    // within looks is (0.25 + 0.24)/2 and 0.25, relative to 0.55^2 and 0.5^2. So (0.2/1.1)^2 over (0.245/0.3025 + 1) * 2/100.
    const half = {n: 100, sum: 50, sumOfSquares: 50}
    const first = addComparedMeanLook(noOwnDispersion, {candidate: half, stable: half})
    const more = {candidate: {n: 100, sum: 60, sumOfSquares: 60}, stable: half}
    expect(addComparedMeanLook(first, more).chiSquare).toBeCloseTo((0.2 / 1.1) ** 2 / ((0.245 / 0.3025 + 1) * 0.02), 10)
    const hardlyKnown = {n: 5, sum: 1, sumOfSquares: 1}
    expect(addComparedMeanLook(first, {candidate: half, stable: hardlyKnown}).pairs).toBe(0)
    expect(addComparedMeanLook(first, {candidate: half, stable: {n: 100, sum: 0, sumOfSquares: 0}}).pairs).toBe(0)
    expect(addComparedMeanLook(first, {candidate: {n: 0, sum: 0, sumOfSquares: 0}, stable: half})).toEqual(first)
  })

  test('values too small to be squared say nothing, and spoil nothing', () => {
    const sizes = [0, 5e-324, 1e-200, 1e-160, 1e-9, 1]
    const means = sizes.flatMap(size => [1, 100].map(n => ({n, sum: n * size, sumOfSquares: n * size * size})))
    for (const candidate of means) {
      for (const stable of means) {
        let moments = noMoments
        for (const first of means) {
          moments = addMeanLook(moments, first, candidate)
          moments = addMeanLook(moments, stable, first)
        }
        expect(moments.chiSquare).toSatisfy(Number.isFinite)
        expect(moments.own?.chiSquare).toSatisfy(Number.isFinite)
      }
    }
  })

  test('what earlier rollouts know of it is kept', () => {
    const kept = carryOver({pairs: 400, chiSquare: 4000, last: null, own: {pairs: 200, chiSquare: 220, last: null}})
    expect(kept).toEqual({pairs: 100, chiSquare: 1000, last: null, own: {pairs: 100, chiSquare: 110, last: null}})
    expect(correctionOf(kept)).toEqual({factor: 1, alphaFactor: 0.5})
  })

  test('an own dispersion that is not clearly smaller changes nothing', () => {
    const moments = {pairs: 100, chiSquare: 500, last: null}
    const close = {pairs: 30, chiSquare: 120, last: null}
    expect(correctionOf({...moments, own: close})).toEqual(correctionOf(moments))
    const few = {pairs: 11, chiSquare: 11, last: null}
    expect(correctionOf({...moments, own: few})).toEqual(correctionOf(moments))
  })
})

describe('240 looks at a healthy release whose errors come in clusters, alpha 1 %', () => {
  const healthy = {candidate: 0.005, stable: 0.005}

  // 100 runs each; with a true rate of 1 % more than 5 of 100 happen in 0.05 % of all cases. Larger runs: docs/rollout.md.
  test.each([
    ['of 5, 20 requests a look', {...healthy, requests: 20, cluster: 5}],
    ['of 5, 300 requests a look', {...healthy, requests: 300, cluster: 5}],
    ['of 5, traffic that swings over the day', {...healthy, requests: 300, cluster: 5, isDiurnal: true}],
    ['of 5, with bursts in both', {...healthy, requests: 300, cluster: 5, hasBursts: true}],
    ['of 2, 300 requests a look', {...healthy, requests: 300, cluster: 2}],
  ])('%s', (_, world) =>
    expect(count(100, run => isAborted(looksOf(world, seededRandom(run)), correctionOf))).toBeLessThanOrEqual(5),
  )

  test('counted one by one, clusters of five abort most of them', () => {
    const world = {...healthy, requests: 300, cluster: 5}
    const asTheyAre = () => ({factor: 1, alphaFactor: 1})
    expect(count(30, run => isAborted(looksOf(world, seededRandom(run)), asTheyAre))).toBeGreaterThan(20)
  })
})

/** Whether "no worse than stable" is refuted at 1 % within 240 looks. */
function isAborted(next: () => Stratum, correct: typeof correctionOf): boolean {
  let [process, moments] = [newEProcess(worse.weights), noMoments]
  for (let look = 0; look < 240; look++) {
    const {factor, alphaFactor} = correct(moments)
    const {candidate, stable} = next()
    const seen = {candidate: divided(candidate, factor), stable: divided(stable, factor)}
    process = observe(process, harmRatiosOfRateAboveStable(seen, 1))
    if (logEOf(process) >= Math.log(100 / alphaFactor)) return true
    moments = addLook(moments, stable, candidate)
  }
  return false
}

describe('240 looks at a healthy release whose conversions come five at a time, alpha 1 %, may lose 5 %', () => {
  test.each([
    ['counted one by one, most are aborted', () => 1, 8, 20],
    [
      'divided by the dispersion of the stable release, none',
      (moments: DispersionMoments) => correctionOf(moments).factor,
      0,
      1,
    ],
  ])('%s', (_, factorOf, least, most) => {
    const aborted = count(20, run => {
      const random = seededRandom(run)
      const clustered = (n: number) =>
        dividedMean(sumsOf(Array.from({length: n}, () => kinds.conversions(random, 1))), 1 / 5)
      let [process, moments] = [newEProcess(meanWeights), noMoments]
      let past = {candidate: noMean, stable: noMean}
      for (let look = 0; look < 240; look++) {
        const factor = factorOf(moments)
        const [candidate, stable] = [clustered(12), clustered(108)]
        const seen = {candidate: dividedMean(candidate, factor), stable: dividedMean(stable, factor)}
        process = observe(process, ratiosOfMeanBelowStable(seen, {factor: 0.95, bounds: {low: 0, high: 1}}, past))
        if (logEOf(process) >= Math.log(100)) return true
        moments = addMeanLook(moments, stable)
        past = {candidate: addMeans(past.candidate, candidate), stable: addMeans(past.stable, stable)}
      }
      return false
    })
    expect(aborted).toBeGreaterThanOrEqual(least)
    expect(aborted).toBeLessThanOrEqual(most)
  })
})
