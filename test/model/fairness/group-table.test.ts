import {describe, expect, test} from 'vitest'
import {groupTable} from '../../../src/model/fairness/group-table.ts'
import {binaryEvaluation, evaluationOf, times} from '../slices/evaluations.ts'

/** f: 30 true and 10 false positives, 10 false and 50 true negatives; m: 2 true positives, 48 true negatives. */
const cells = [
  ...times(30, ['f', 1, 1] as const),
  ...times(10, ['f', 0, 1] as const),
  ...times(10, ['f', 1, 0] as const),
  ...times(50, ['f', 0, 0] as const),
  ...times(2, ['m', 1, 1] as const),
  ...times(48, ['m', 0, 0] as const),
  ...times(4, ['x', 1, 0] as const),
]
const evaluation = binaryEvaluation({
  positive: cells.map(([, positive]) => positive),
  predicted: cells.map(([, , predicted]) => predicted),
  groups: {sex: cells.map(([group]) => group), all: cells.map(() => 'one')},
})

describe('groupTable', () => {
  test('has every rate of every group that is large enough, and of all rows', () => {
    const table = groupTable(evaluation, 'sex', {minGroup: 30})
    expect(table.rates).toEqual([
      'selection rate',
      'true positive rate',
      'false positive rate',
      'precision',
      'accuracy',
    ])
    expect(table.groups).toEqual([
      {name: 'f', n: 100, values: [0.4, 0.75, 10 / 60, 0.75, 0.8]},
      // Two positives: their rate would tell of single people.
      {name: 'm', n: 50, values: [0.04, null, 0, null, 1]},
    ])
    expect(table.overall).toEqual({name: 'all rows', n: 154, values: [42 / 154, 32 / 46, 10 / 108, 32 / 42, 130 / 154]})
  })

  test('hides small groups: their number is there, and neither name nor size', () => {
    const table = groupTable(evaluation, ['sex', 'all'], {minGroup: 30})
    expect(table).toMatchObject({by: 'sex and all', tooSmall: 1, beyond: 0})
    expect(table.groups.map(({name}) => name)).toEqual(['f, one', 'm, one'])
    expect(JSON.stringify(table)).not.toContain('"x')
  })

  test('with scores it tells calibration and log loss, with weights it weighs', () => {
    const weighted = binaryEvaluation({
      positive: times(60, 1),
      predicted: [...times(30, 1), ...times(30, 0)],
      scores: [...times(30, 0.75), ...times(30, 0.25)],
      weights: [...times(30, 3), ...times(30, 1)],
      groups: {g: times(60, 'a')},
    })
    const table = groupTable(weighted, 'g', {minGroup: 30})
    const [selection, , , , , gap, loss] = table.groups[0]?.values ?? []
    expect(selection).toBeCloseTo(0.75, 12)
    expect(gap).toBeCloseTo(0.75 * 0.75 + 0.25 * 0.25 - 1, 12)
    expect(loss).toBeCloseTo(-0.75 * Math.log(0.75) - 0.25 * Math.log(0.25), 12)
  })

  test('of numbers it tells mean prediction and absolute error; of a column that is not there, no groups', () => {
    const regression = evaluationOf(
      {
        task: 'regression',
        rows: 40,
        target: new Float64Array(40),
        predicted: new Float64Array(40).fill(2),
        quantiles: [],
        interval: null,
      },
      {groups: {g: times(40, 'a')}},
    )
    expect(groupTable(regression, 'g', {minGroup: 30})).toMatchObject({
      rates: ['mean prediction', 'mean absolute error'],
      groups: [{name: 'a', n: 40, values: [2, 2]}],
    })
    const overall = {name: 'all rows', n: 40, values: [2, 2]}
    expect(groupTable(regression, ['g', 'height'], {minGroup: 30})).toMatchObject({groups: [], tooSmall: 0, overall})
  })
})
