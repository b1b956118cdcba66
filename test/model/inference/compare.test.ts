import {describe, expect, test} from 'vitest'
import {createRandom} from '../../../src/core/random.ts'
import type {Sample} from '../../../src/model/evaluation/outcomes.ts'
import {compareStatistics} from '../../../src/model/inference/compare.ts'
import type {Compared} from '../../../src/model/inference/comparison.ts'
import {judgeNonInferiority} from '../../../src/model/inference/non-inferiority.ts'
import type {ComparisonOptions} from '../../../src/model/inference/options.ts'
import {tangoInterval} from '../../../src/model/inference/tango.ts'
import type {Statistic} from '../../../src/model/metrics/statistic.ts'
import {
  accuracy,
  auc,
  f1,
  kinds,
  type Model,
  mean,
  opaqueAuc,
  options,
  plain,
  recall,
  squaredError,
  twoModels,
} from './statistics.ts'

const all = Object.entries(kinds)

function compared(
  one: Statistic,
  other: Statistic,
  sample: Sample,
  further: Partial<ComparisonOptions> = {},
): Compared {
  const comparison = compareStatistics(one, other, sample, {...options, ...further})
  if (comparison.kind === 'undefined') throw new Error(comparison.what)
  return comparison
}

function weightsOf(rows: number): Float64Array {
  const random = createRandom(4)
  return Float64Array.from({length: rows}, () => 0.2 + random.uniform())
}

function clustersOf(rows: number, size: number) {
  return {codes: Int32Array.from({length: rows}, (_, row) => Math.floor(row / size)), count: Math.ceil(rows / size)}
}

const samples: readonly (readonly [string, Sample])[] = [
  ['plain rows', plain(600)],
  ['weighted rows', {rows: 600, weights: weightsOf(600), clusters: null}],
  ['clusters', {rows: 600, weights: null, clusters: clustersOf(600, 6)}],
  ['weighted clusters', {rows: 600, weights: weightsOf(600), clusters: clustersOf(600, 6)}],
]

describe('compareStatistics', () => {
  const [candidate, baseline] = twoModels(600)

  test('accuracy is compared by Tango on the rows that one model alone gets right', () => {
    const {interval, n} = compared(accuracy(candidate), accuracy(baseline), plain(600))
    const right = (model: Model, row: number) => model.predicted[row] === model.positive[row]
    const rows = [...candidate.positive.keys()]
    const gained = rows.filter(row => right(candidate, row) && !right(baseline, row)).length
    const lost = rows.filter(row => !right(candidate, row) && right(baseline, row)).length
    expect(interval).toEqual(tangoInterval({gained, lost, n: 600}, 0.9))
    expect(n).toBe(600)
  })

  test('recall compares the positive rows only, and speaks of all rows', () => {
    const {interval, n} = compared(recall(candidate), recall(baseline), plain(600))
    expect(interval.method).toBe('Tango score, paired')
    expect(n).toBe(600)
  })

  test('the difference of two areas has DeLong’s variance', () => {
    // The 12-row example of the public DeLong implementations with a second model; by the plain double loop in numpy.
    const positive = Uint8Array.of(0, 0, 1, 1, 0, 1, 0, 0, 1, 1, 0, 1)
    const scores = Float64Array.of(0.1, 0.35, 0.24, 0.8, 0.2, 0.85, 0.13, 0.85, 0.74, 0.58, 0.71, 0.25)
    const other = Float64Array.of(0.2, 0.3, 0.4, 0.7, 0.1, 0.9, 0.5, 0.6, 0.55, 0.65, 0.45, 0.35)
    const area = (of: Float64Array) => ({kind: 'auc' as const, positive, scores: of})
    const {difference, variancePerRow, candidateValue} = compared(area(scores), area(other), plain(12))
    expect(candidateValue).toBeCloseTo(0.7083333333333334, 14)
    expect(difference).toBeCloseTo(-0.09722222222222221, 14)
    expect(Math.sqrt(variancePerRow / 12)).toBeCloseTo(0.12329078345095638, 13)
  })

  test('a statistic of which nothing is known but its formula agrees with the exact method', () => {
    const exact = compared(auc(candidate), auc(baseline), plain(600))
    const drawn = compared(opaqueAuc(candidate), opaqueAuc(baseline), plain(600), {replicates: 2000})
    expect(drawn.interval.low).toBeCloseTo(exact.interval.low, 1.7)
    expect(drawn.interval.high).toBeCloseTo(exact.interval.high, 1.7)
    expect(drawn.variancePerRow / exact.variancePerRow).toBeCloseTo(1, 0.8)
  })

  describe.each(samples)('on %s', (_, sample) => {
    test.each(all)('%s: swapping candidate and baseline turns the sign', (_name, of) => {
      const one = compared(of(candidate), of(baseline), sample)
      const other = compared(of(baseline), of(candidate), sample)
      expect(one.difference).toBeCloseTo(-other.difference, 12)
      expect(one.interval.low).toBeCloseTo(-other.interval.high, 9)
      expect(one.pWorse).toBeCloseTo(1 - other.pWorse, 1)
    })

    test.each(all)('%s: the order of the rows changes nothing', (_name, of) => {
      const random = createRandom(8)
      const order = Array.from({length: 600}, (_each, row) => row)
      for (let at = order.length - 1; at > 0; at--) {
        const to = random.below(at + 1)
        ;[order[at], order[to]] = [order[to] ?? 0, order[at] ?? 0]
      }
      const moved = ({positive, predicted, scores}: Model): Model => ({
        positive: Uint8Array.from(order, row => positive[row] ?? 0),
        predicted: Uint8Array.from(order, row => predicted[row] ?? 0),
        scores: Float64Array.from(order, row => scores[row] ?? 0),
      })
      const {weights, clusters} = sample
      const movedSample = {
        rows: 600,
        weights: weights && Float64Array.from(order, row => weights[row] ?? 0),
        clusters: clusters && {...clusters, codes: Int32Array.from(order, row => clusters.codes[row] ?? 0)},
      }
      const [movedCandidate, movedBaseline] = [moved(candidate), moved(baseline)]
      const one = compared(of(candidate), of(baseline), sample)
      const other = compared(of(movedCandidate), of(movedBaseline), movedSample)
      expect(other.difference).toBeCloseTo(one.difference, 12)
      expect(other.interval.low).toBeCloseTo(one.interval.low, 3)
      expect(other.interval.high).toBeCloseTo(one.interval.high, 3)
    })

    test.each(all)('%s: a bound lies beyond zero exactly where the p-value says so', (_name, of) => {
      for (const noise of [0.7, 0.9, 1, 1.1, 1.3]) {
        const [worse, same] = twoModels(600, noise, 21)
        for (const moreIsBetter of [true, false]) {
          const {interval, pWorse} = compared(of(worse), of(same), sample, {moreIsBetter})
          expect(pWorse < 0.05).toBe(moreIsBetter ? interval.high < 0 : interval.low > 0)
        }
      }
    })

    test.each(all)('%s: two models that answer alike are not shown to be equal by 600 rows', (_name, of) => {
      const {difference, interval, pWorse} = compared(of(candidate), of(candidate), sample)
      expect(difference).toBe(0)
      expect(interval.low).toBeLessThan(0)
      expect(interval.high).toBeGreaterThan(0)
      expect(pWorse).toBeCloseTo(0.5, 1)
    })

    test.each(all)('%s: a share of the baseline is subtracted, with its own uncertainty', (_name, of) => {
      const {difference, candidateValue, baselineValue, interval, pWorse} = compared(
        of(candidate),
        of(baseline),
        sample,
        {
          retain: 0.9,
        },
      )
      expect(difference).toBeCloseTo(candidateValue - 0.9 * baselineValue, 12)
      expect(interval.low).toBeLessThan(difference)
      expect(interval.high).toBeGreaterThan(difference)
      // "Worse" is asked of the whole baseline, whatever the margin.
      expect(pWorse).toBeCloseTo(compared(of(candidate), of(baseline), sample).pWorse, 10)
    })

    test.each(all)('%s: a much noisier candidate is seen to be worse', (name, of) => {
      const [noisy, same] = twoModels(600, 2.5)
      const moreIsBetter = !name.includes('Error')
      const comparison = compared(of(noisy), of(same), sample, {moreIsBetter})
      expect(judgeNonInferiority(comparison, 0.01, moreIsBetter)).toEqual({kind: 'worse'})
      expect(comparison.pWorse).toBeLessThan(0.02)
    })
  })

  test.each(all)('%s: data written twice does not narrow a comparison by cluster', (_name, of) => {
    const twice = ({positive, predicted, scores}: Model): Model => ({
      positive: Uint8Array.of(...positive, ...positive),
      predicted: Uint8Array.of(...predicted, ...predicted),
      scores: Float64Array.of(...scores, ...scores),
    })
    const codes = Int32Array.from({length: 1200}, (_row, row) => row % 600)
    const one = compared(of(candidate), of(baseline), plain(600)).interval
    const clusters = {codes, count: 600}
    const [doubled, doubledBaseline] = [twice(candidate), twice(baseline)]
    const other = compared(of(doubled), of(doubledBaseline), {rows: 1200, weights: null, clusters}).interval
    expect(other.high - other.low).toBeGreaterThan(0.9 * (one.high - one.low))
  })

  test('two models that agree on every row are equal only as far as so many rows can show, weighted or not', () => {
    const z2 = 1.6448536269514722 ** 2
    for (const [, sample] of samples) {
      const {interval} = compared(accuracy(candidate), accuracy(candidate), sample)
      expect(interval.low).toBeLessThanOrEqual(-z2 / (600 + z2) + 1e-9)
      expect(interval.high).toBeGreaterThanOrEqual(z2 / (600 + z2) - 1e-9)
    }
  })

  test('the p-value goes on where resamples end: one slice among many can still be found', () => {
    const [noisy, same] = twoModels(3000, 3)
    expect(compared(f1(noisy), f1(same), plain(3000)).pWorse).toBeLessThan(1e-5)
    expect(compared(opaqueAuc(noisy), opaqueAuc(same), plain(3000)).pWorse).toBeLessThan(1e-5)
  })

  describe('rows that cannot tell', () => {
    test.each(all)('%s: from nine clusters nothing is concluded', (_name, of) => {
      const sample = {rows: 600, weights: null, clusters: clustersOf(600, 67)}
      expect(compareStatistics(of(candidate), of(baseline), sample, options)).toMatchObject({
        kind: 'undefined',
        verdict: 'inconclusive',
        reason: 'model/too-few-clusters',
      })
    })

    test('equal losses on every row leave nothing to compare where a loss has no end', () => {
      const range = [0, Number.POSITIVE_INFINITY] as const
      const loss = squaredError(baseline)
      expect(compareStatistics(loss, loss, plain(600), {...options, range})).toMatchObject({
        kind: 'undefined',
        reason: 'model/no-variation',
      })
    })

    test('no rows, one class, nothing predicted: each is undefined, on either side', () => {
      const none = {positive: new Uint8Array(), predicted: new Uint8Array(), scores: new Float64Array()}
      for (const [, of] of all) {
        expect(compareStatistics(of(none), of(none), plain(0), options)).toMatchObject({kind: 'undefined'})
      }
      const negative = {...candidate, positive: new Uint8Array(600)}
      expect(compareStatistics(auc(negative), auc(negative), plain(600), options)).toMatchObject({
        reason: 'model/one-class-only',
      })
      const silent = {...negative, predicted: new Uint8Array(600)}
      for (const [one, other] of [
        [silent, candidate],
        [candidate, silent],
      ] as const) {
        expect(compareStatistics(f1(one), f1(other), plain(600), options)).toMatchObject({
          reason: 'model/nothing-predicted-positive',
        })
        expect(
          compareStatistics(
            kinds.precision?.(one) ?? f1(one),
            kinds.precision?.(other) ?? f1(other),
            plain(600),
            options,
          ),
        ).toMatchObject({
          kind: 'undefined',
        })
      }
    })

    test('a largest error is one row: no number of resamples tells how far it lies on others', () => {
      const errors = (model: Model) => squaredError(model).values
      const largest = (model: Model): Statistic => ({
        kind: 'weighted',
        of: weights =>
          errors(model).reduce((most, each, row) => (weights?.[row] === 0 ? most : Math.max(most, each)), 0),
        undefinedAs: {kind: 'undefined', verdict: 'inconclusive', reason: 'model/no-rows', what: 'There is no row.'},
      })
      const range = [0, Number.POSITIVE_INFINITY] as const
      expect(compareStatistics(largest(candidate), largest(baseline), plain(600), {...options, range})).toMatchObject({
        kind: 'undefined',
        reason: 'model/extreme-value',
      })
    })

    test('one row against one row is no comparison of losses, and an open one of shares', () => {
      const one = compareStatistics(mean([0.3]), mean([0.4]), plain(1), {
        ...options,
        range: [0, Number.POSITIVE_INFINITY],
      })
      expect(one).toMatchObject({kind: 'undefined', reason: 'model/no-variation'})
      const share = compared(mean([1], {isShare: true}), mean([0], {isShare: true}), plain(1))
      expect(judgeNonInferiority(share, 0.01, true).kind).toBe('open')
    })
  })
})
