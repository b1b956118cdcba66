import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {confusionMatrix} from '../../../../src/model/metrics/classification/confusion-matrix.ts'
import {precisionRecallCurve} from '../../../../src/model/metrics/classification/precision-recall-curve.ts'
import {reliabilityTable} from '../../../../src/model/metrics/classification/reliability-table.ts'
import {rocCurve} from '../../../../src/model/metrics/classification/roc-curve.ts'
import {answer, binary, multiclass} from './outcomes.ts'

const truth = Uint8Array.of(0, 0, 1, 1)
const scores = Float64Array.of(0.1, 0.4, 0.35, 0.8)

/** Scores of two overlapping classes, without randomness. */
function overlapping(rows: number) {
  const positive = Array.from({length: rows}, (_, row) => ((row * 7919) % 100 < 30 ? 1 : 0))
  const spread = positive.map((flag, row) => ((row * 104_729) % rows) / rows / 1.5 + flag / 4)
  return binary(positive, positive, spread)
}

describe('the ROC curve', () => {
  // Documentation of roc_curve.
  test('has the points of scikit-learn’s example', () => {
    expect(rocCurve(truth, scores, null)).toEqual([
      {x: 0, y: 0, threshold: Number.POSITIVE_INFINITY},
      {x: 0, y: 0.5, threshold: 0.8},
      {x: 0.5, y: 0.5, threshold: 0.4},
      {x: 0.5, y: 1, threshold: 0.35},
      {x: 1, y: 1, threshold: 0.1},
    ])
  })

  test('has one point for tied scores, counts weights, and leaves out rows without weight', () => {
    const points = rocCurve(Uint8Array.of(1, 0, 1, 0), Float64Array.of(0.5, 0.5, 0.9, 0.2), Float64Array.of(1, 2, 0, 2))
    expect(points).toEqual([
      {x: 0, y: 0, threshold: Number.POSITIVE_INFINITY},
      {x: 0.5, y: 1, threshold: 0.5},
      {x: 1, y: 1, threshold: 0.2},
    ])
  })

  test('does not exist where one class has no weight', () => {
    expect(rocCurve(Uint8Array.of(1, 1), Float64Array.of(0.1, 0.2), null)).toBeNull()
    expect(rocCurve(Uint8Array.of(1, 0), Float64Array.of(0.1, 0.2), Float64Array.of(1, 0))).toBeNull()
    expect(rocCurve(new Uint8Array(0), new Float64Array(0), null)).toBeNull()
  })

  test('of many rows keeps 200 points, both ends, and the area', () => {
    const outcomes = overlapping(20_000)
    const points = rocCurve(outcomes.positive, outcomes.scores ?? new Float64Array(0), null) ?? []
    expect(points.length).toBeLessThanOrEqual(200)
    expect(points.length).toBeGreaterThan(100)
    expect(points[0]).toMatchObject({x: 0, y: 0})
    expect(points.at(-1)).toMatchObject({x: 1, y: 1})
    expect(areaBelow(points)).toBeCloseTo(Number(answer(outcomes, {metric: 'roc-auc'})), 3)
  })

  test('rises, and its area is the metric where nothing was left out', () => {
    const rows = fc.array(fc.record({flag: fc.nat(1), score: fc.nat(9), weight: fc.nat(3)}), {
      minLength: 2,
      maxLength: 40,
    })
    fc.assert(
      fc.property(rows, list => {
        const outcomes = binary(
          list.map(row => row.flag),
          list.map(row => row.flag),
          list.map(row => row.score / 9),
        )
        const weights = Float64Array.from(list, row => row.weight)
        const points = rocCurve(outcomes.positive, outcomes.scores ?? new Float64Array(0), weights)
        const area = answer(outcomes, {metric: 'roc-auc'}, weights)
        if (points === null) {
          expect(area).toBe('undefined')
          return
        }
        expect(areaBelow(points)).toBeCloseTo(Number(area), 12)
        for (const [index, point] of points.entries()) {
          expect(point.x).toBeGreaterThanOrEqual(points[index - 1]?.x ?? 0)
          expect(point.y).toBeGreaterThanOrEqual(points[index - 1]?.y ?? 0)
        }
      }),
    )
  })
})

describe('the precision-recall curve', () => {
  // Documentation of precision_recall_curve, without the point that no threshold reaches, up to a recall of 1.
  test('has the points of scikit-learn’s example', () => {
    expect(precisionRecallCurve(truth, scores, null)).toEqual([
      {x: 0.5, y: 1, threshold: 0.8},
      {x: 0.5, y: 0.5, threshold: 0.4},
      {x: 1, y: 2 / 3, threshold: 0.35},
    ])
  })

  test('of many rows keeps 200 points and both ends', () => {
    const outcomes = overlapping(20_000)
    const points = precisionRecallCurve(outcomes.positive, outcomes.scores ?? new Float64Array(0), null) ?? []
    expect(points.length).toBeLessThanOrEqual(200)
    expect(points.length).toBeGreaterThan(50)
    expect(points.at(-1)?.x).toBe(1)
    expect(points[0]?.x).toBeLessThan(0.001)
  })

  test('does not exist without a row of the class', () => {
    expect(precisionRecallCurve(Uint8Array.of(0, 0), Float64Array.of(0.1, 0.2), null)).toBeNull()
  })
})

describe('the reliability table', () => {
  const outcomes = binary([0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0.1, 0.2, 0.9, 0.8, 1])
  test('tells rows, confidence and what came true, bin by bin', () => {
    expect(reliabilityTable(outcomes, {bins: 2, binning: 'equal-width'}, null)).toEqual([
      {rows: 2, share: 0.4, confidence: expect.closeTo(0.15, 15), observed: 0.5},
      {rows: 2, share: 0.4, confidence: expect.closeTo(0.85, 15), observed: 1},
      {rows: 1, share: 0.2, confidence: 1, observed: 0},
    ])
  })

  test('leaves out bins without weight', () => {
    const table = reliabilityTable(outcomes, {bins: 10, binning: 'equal-width'}, Float64Array.of(0, 2, 0, 1, 1))
    expect(table?.map(bin => [bin.rows, bin.share, bin.observed])).toEqual([
      [1, 0.5, 1],
      [1, 0.25, 1],
      [1, 0.25, 0],
    ])
  })

  test('its gaps are those of ece and mce', () => {
    for (const binning of ['equal-width', 'equal-mass'] as const) {
      const table = reliabilityTable(outcomes, {bins: 3, binning}, null) ?? []
      const gaps = table.map(({confidence, observed}) => Math.abs(confidence - observed))
      const mean = table.reduce((sum, {share}, bin) => sum + share * (gaps[bin] ?? 0), 0)
      expect(answer(outcomes, {metric: 'ece', bins: 3, binning})).toBeCloseTo(mean, 14)
      expect(answer(outcomes, {metric: 'mce', bins: 3, binning})).toBeCloseTo(Math.max(...gaps), 14)
    }
  })

  test('does not exist without scores', () => {
    expect(reliabilityTable(binary([1], [1]), {bins: 3, binning: 'equal-width'}, null)).toBeNull()
  })
})

describe('the confusion matrix', () => {
  test('counts rows by true and predicted class, also where a class does not occur', () => {
    const {classes, counts} = confusionMatrix(multiclass(['a', 'b', 'c'], [0, 0, 1, 1], [0, 1, 1, 1]), null)
    expect(classes).toEqual(['a', 'b', 'c'])
    expect(counts.map(row => [...row])).toEqual([
      [1, 1, 0],
      [0, 2, 0],
      [0, 0, 0],
    ])
  })

  test('of a binary model puts the negative class first, and can sum weights', () => {
    const outcomes = binary([1, 1, 0], [1, 0, 0], null, {positive: 'bad', negative: 'good'})
    const {classes, counts} = confusionMatrix(outcomes, Float64Array.of(2, 0.5, 1))
    expect(classes).toEqual(['good', 'bad'])
    expect(counts.map(row => [...row])).toEqual([
      [1, 0],
      [0.5, 2],
    ])
  })
})

function areaBelow(points: readonly {readonly x: number; readonly y: number}[]): number {
  return points.reduce((sum, {x, y}, index) => {
    const before = points[index - 1]
    return before === undefined ? 0 : sum + ((x - before.x) * (y + before.y)) / 2
  }, 0)
}
