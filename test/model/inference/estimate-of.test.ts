import {describe, expect, test} from 'vitest'
import type {Sample} from '../../../src/model/evaluation/outcomes.ts'
import {estimateOf} from '../../../src/model/inference/estimate-of.ts'
import type {Statistic} from '../../../src/model/metrics/statistic.ts'
import {accuracy, auc, f1, kinds, mean, opaqueAuc, options, plain, precision, twoModels} from './statistics.ts'

function intervalOf(statistic: Statistic, sample: Sample, further = {}) {
  const estimate = estimateOf(statistic, sample, {...options, ...further})
  if (estimate.kind === 'undefined') throw new Error(estimate.what)
  return estimate
}

function inClusters(rows: number, size: number, weights: Float64Array | null = null): Sample {
  const codes = Int32Array.from({length: rows}, (_, row) => Math.floor(row / size))
  return {rows, weights, clusters: {codes, count: Math.ceil(rows / size)}}
}

describe('estimateOf', () => {
  const [model] = twoModels(400)

  test('a proportion has Wilson’s interval, given the rows that count', () => {
    // scipy 1.17.1: binomtest(45, 50).proportion_ci(0.95, 'wilson').
    const share = mean([...new Array(45).fill(1), ...new Array(5).fill(0)], {isShare: true})
    const {value, interval, n} = intervalOf(share, plain(50), {coverage: 0.95})
    expect([value, n]).toEqual([0.9, 50])
    expect(interval.low).toBeCloseTo(0.7863976856252034, 10)
    expect(interval.high).toBeCloseTo(0.9565242350681095, 10)
    const {n: predicted} = intervalOf(precision(model), plain(400))
    expect(predicted).toBe(model.predicted.reduce((sum, each) => sum + each, 0))
  })

  test('a mean of symmetric values has Student’s interval', () => {
    // scipy 1.17.1: t.interval(0.9, 4, 3, sem([1, 2, 3, 4, 5])).
    const {interval} = intervalOf(mean([1, 2, 3, 4, 5]), plain(5), {range: [0, Number.POSITIVE_INFINITY]})
    expect(interval.low).toBeCloseTo(1.4925566809376762, 8)
    expect(interval.high).toBeCloseTo(4.507443319062323, 8)
  })

  test('a mean of skewed losses reaches further up than down', () => {
    const losses = Array.from({length: 100}, (_, row) => Math.exp((row - 50) / 20))
    const {value, interval} = intervalOf(mean(losses), plain(100), {range: [0, Number.POSITIVE_INFINITY]})
    expect(interval.high - value).toBeGreaterThan(1.1 * (value - interval.low))
  })

  test('an area near 1 stays below 1, and reaches further down than up', () => {
    const scores = Float64Array.from({length: 60}, (_, row) => (row < 20 ? 1 - row / 100 : 1.05 - row / 100))
    const positive = Uint8Array.from({length: 60}, (_, row) => (row < 20 ? 1 : 0))
    const {value, interval} = intervalOf({kind: 'auc', positive, scores}, plain(60))
    expect(interval.high).toBeLessThan(1)
    expect(value - interval.low).toBeGreaterThan(interval.high - value)
  })

  test('perfect separation of ten rows does not give a perfect interval', () => {
    const positive = Uint8Array.from({length: 10}, (_, row) => row % 2)
    const {value, interval} = intervalOf({kind: 'auc', positive, scores: Float64Array.from(positive)}, plain(10))
    expect(value).toBe(1)
    expect(interval.low).toBeLessThan(0.95)
  })

  test('a perfect F1 of few rows does not give a perfect interval', () => {
    const positive = Uint8Array.from({length: 100}, (_, row) => (row < 40 ? 1 : 0))
    const {value, interval} = intervalOf(f1({positive, predicted: positive, scores: new Float64Array()}), plain(100))
    expect(value).toBe(1)
    // The 40 rows that are right: 2 z² / (40 + z²).
    expect(interval.low).toBeCloseTo(1 - (2 * 2.705543454) / (40 + 2.705543454), 6)
  })

  test('F1 agrees with scipy’s BCa bootstrap where rows are many', () => {
    // scipy 1.17.1: stats.bootstrap of the rows (300 hits, 100 alarms, 80 misses, 1,520 others), 10,000 resamples, BCa,
    // 90 %: 0.7411 to 0.7959, within 0.0003 from seed to seed.
    const cells = [
      ...new Array(1520).fill(0),
      ...new Array(100).fill(1),
      ...new Array(80).fill(2),
      ...new Array(300).fill(3),
    ]
    const statistic = {...f1(model), cells: Uint8Array.from(cells)}
    const {interval} = intervalOf(statistic, plain(2000), {replicates: 20_000})
    expect(Math.abs(interval.low - 0.7411)).toBeLessThan(0.0015)
    expect(Math.abs(interval.high - 0.7959)).toBeLessThan(0.0015)
  })

  test.each(Object.entries(kinds))('%s: the interval holds the value and stays in the range', (_, statisticOf) => {
    const {value, interval, n} = intervalOf(statisticOf(model), plain(400))
    expect(interval.low).toBeLessThan(value)
    expect(interval.high).toBeGreaterThan(value)
    expect(interval.low).toBeGreaterThanOrEqual(0)
    expect(interval.high).toBeLessThanOrEqual(1)
    expect(n).toBeGreaterThan(0)
  })

  test.each(Object.entries(kinds))('%s: equal weights change nothing, whatever their size', (_, statisticOf) => {
    const one = intervalOf(statisticOf(model), plain(400))
    const other = intervalOf(statisticOf(model), {...plain(400), weights: new Float64Array(400).fill(7)})
    expect(other.value).toBeCloseTo(one.value, 10)
    expect(other.interval.low).toBeCloseTo(one.interval.low, 1.7)
    expect(other.interval.high).toBeCloseTo(one.interval.high, 1.7)
  })

  test.each(Object.entries(kinds))('%s: rows of weight 0 are no rows', (_, statisticOf) => {
    const [large] = twoModels(600)
    const firstRows = {
      positive: large.positive.slice(0, 400),
      predicted: large.predicted.slice(0, 400),
      scores: large.scores.slice(0, 400),
    }
    const weights = Float64Array.from({length: 600}, (_, row) => (row < 400 ? 1 : 0))
    const one = intervalOf(statisticOf(firstRows), plain(400))
    const other = intervalOf(statisticOf(large), {rows: 600, weights, clusters: null})
    expect(other.value).toBeCloseTo(one.value, 10)
    expect(other.n).toBe(one.n)
    expect(other.interval.low).toBeCloseTo(one.interval.low, 1.7)
  })

  test.each(Object.entries(kinds))('%s: data written twice is no more data where rows come in clusters', (_, of) => {
    const twice = (values: Uint8Array) => Uint8Array.from({length: 800}, (_, row) => values[row % 400] ?? 0)
    const doubled = {
      positive: twice(model.positive),
      predicted: twice(model.predicted),
      scores: Float64Array.from({length: 800}, (_, row) => model.scores[row % 400] ?? 0),
    }
    const codes = Int32Array.from({length: 800}, (_, row) => row % 400)
    const one = intervalOf(of(model), plain(400))
    const other = intervalOf(of(doubled), {rows: 800, weights: null, clusters: {codes, count: 400}})
    expect(other.value).toBeCloseTo(one.value, 10)
    const width = one.interval.high - one.interval.low
    expect(other.interval.high - other.interval.low).toBeGreaterThan(0.9 * width)
  })

  test('rows that move together in clusters tell less than rows alone', () => {
    const correct = Float64Array.from({length: 1000}, (_, row) => (Math.floor(row / 10) % 4 === 0 ? 0 : 1))
    const share = mean(correct, {isShare: true})
    const alone = intervalOf(share, plain(1000)).interval
    const together = intervalOf(share, inClusters(1000, 10)).interval
    expect(together.high - together.low).toBeGreaterThan(2.5 * (alone.high - alone.low))
  })

  test.each(Object.entries(kinds))('%s: from nine clusters nothing is concluded', (_, statisticOf) => {
    expect(estimateOf(statisticOf(model), inClusters(400, 45), options)).toMatchObject({
      kind: 'undefined',
      verdict: 'inconclusive',
      reason: 'model/too-few-clusters',
    })
  })

  test('a query weighs what its rows weigh on average, and n counts queries', () => {
    const unitOf = Int32Array.from([0, 0, 0, 1, 1, 2])
    const weights = Float64Array.from([2, 2, 2, 1, 1, 0])
    const {value, n} = intervalOf(mean([1, 0, 0.5], {unitOf}), {rows: 6, weights, clusters: null})
    expect(value).toBeCloseTo(2 / 3, 12)
    expect(n).toBe(2)
  })

  test('queries that share a cluster vary together, also where a query lies in two', () => {
    const values = Float64Array.from({length: 60}, (_, query) => (Math.floor(query / 3) % 2 === 0 ? 0.9 : 0.2))
    const unitOf = Int32Array.from({length: 120}, (_, row) => Math.floor(row / 2))
    // Two rows a query; the rows of the third query of each three lie in the next cluster's name as well.
    const codes = Int32Array.from({length: 120}, (_, row) => Math.floor(row / 6))
    const clusters = {codes, count: 20}
    const alone = intervalOf(mean(values, {unitOf}), plain(120)).interval
    const together = intervalOf(mean(values, {unitOf}), {rows: 120, weights: null, clusters}).interval
    expect(together.high - together.low).toBeGreaterThan(1.5 * (alone.high - alone.low))
    const overlapping = codes.map((code, row) => (row % 12 === 5 ? code + 1 : code))
    const merged = estimateOf(
      mean(values, {unitOf}),
      {rows: 120, weights: null, clusters: {codes: overlapping, count: 20}},
      options,
    )
    expect(merged).toMatchObject({kind: 'value', n: 60})
  })

  describe('rows that cannot tell', () => {
    const none = new Uint8Array()
    const empty = {positive: none, predicted: none, scores: new Float64Array()}

    test.each(Object.entries(kinds))('%s of no rows is undefined', (_, statisticOf) => {
      expect(estimateOf(statisticOf(empty), plain(0), options)).toMatchObject({
        kind: 'undefined',
        verdict: 'inconclusive',
      })
    })

    test('one class only has no area', () => {
      const all = {...model, positive: new Uint8Array(400)}
      expect(estimateOf(auc(all), plain(400), options)).toMatchObject({reason: 'model/one-class-only'})
    })

    test('one row of a class is too few for an area', () => {
      const one = {...model, positive: Uint8Array.from({length: 400}, (_, row) => (row === 3 ? 1 : 0))}
      expect(estimateOf(auc(one), plain(400), options)).toMatchObject({reason: 'model/too-few-rows-of-a-class'})
    })

    test('a table without its denominator says what it lacks', () => {
      const silent = {...model, positive: new Uint8Array(400), predicted: new Uint8Array(400)}
      expect(estimateOf(f1(silent), plain(400), options)).toMatchObject({reason: 'model/nothing-predicted-positive'})
    })

    test('a table that hangs on few rows of a class is no ground for an interval', () => {
      const rare = {...model, positive: Uint8Array.from({length: 400}, (_, row) => (row < 9 ? 1 : 0))}
      const predicted = Uint8Array.from({length: 400}, (_, row) => (row < 12 ? 1 : 0))
      expect(estimateOf(f1({...rare, predicted}), plain(400), options)).toMatchObject({
        reason: 'model/too-few-rows-of-a-class',
      })
      expect(estimateOf(opaqueAuc({...rare, predicted}), plain(400), options)).toMatchObject({
        reason: 'model/too-few-rows-of-a-class',
      })
    })

    test('an accuracy of 1 still reaches down, by Wilson', () => {
      const perfect = mean(new Float64Array(100).fill(1), {isShare: true})
      expect(intervalOf(perfect, plain(100)).interval.low).toBeCloseTo(100 / (100 + 2.705543454), 8)
      const weighted = {rows: 100, weights: Float64Array.from({length: 100}, (_, row) => 1 + (row % 2)), clusters: null}
      expect(intervalOf(perfect, weighted).interval.low).toBeLessThan(0.974)
    })

    test('equal losses on every row leave the interval open where the metric has no end', () => {
      const {interval} = intervalOf(mean(new Float64Array(50).fill(2)), plain(50), {
        range: [0, Number.POSITIVE_INFINITY],
      })
      expect([interval.low, interval.high]).toEqual([0, Number.POSITIVE_INFINITY])
      expect(intervalOf(mean(new Float64Array(50).fill(0.5)), plain(50)).interval.high).toBeLessThan(0.6)
      // 0.1 cannot be summed without rounding: that is no variation.
      expect(intervalOf(mean(new Float64Array(50).fill(0.1)), plain(50)).interval.high).toBeGreaterThan(0.12)
    })

    test('one row has a value and no spread', () => {
      expect(intervalOf(mean([0.25]), plain(1)).interval.high).toBeGreaterThan(0.9)
      expect(intervalOf(accuracy(twoModels(1)[0]), plain(1)).n).toBe(1)
    })
  })
})
