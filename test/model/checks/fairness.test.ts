import {describe, expect, test} from 'vitest'
import type {FairnessGate} from '../../../src/config/model-gate-schema.ts'
import type {Finding} from '../../../src/core/finding.ts'
import {judgeFairness} from '../../../src/model/checks/fairness.ts'
import type {Evaluation} from '../../../src/model/evaluation/evaluation.ts'
import {binaryEvaluation, evaluationOf, times} from '../slices/evaluations.ts'

/** Rows of a group: true positives, false negatives, false positives, true negatives. */
type Cells = readonly [group: string, tp: number, fn: number, fp: number, tn: number]

function evaluationFrom(groups: readonly Cells[], more: {scores?: readonly number[]} = {}): Evaluation {
  const rows = groups.flatMap(([group, tp, fn, fp, tn]) => [
    ...times(tp, [group, 1, 1] as const),
    ...times(fn, [group, 1, 0] as const),
    ...times(fp, [group, 0, 1] as const),
    ...times(tn, [group, 0, 0] as const),
  ])
  return binaryEvaluation({
    positive: rows.map(([, positive]) => positive),
    predicted: rows.map(([, , predicted]) => predicted),
    groups: {sex: rows.map(([group]) => group)},
    ...more,
  })
}

function judge(gate: Partial<FairnessGate>, evaluation: Evaluation): Finding {
  const defaults: FairnessGate = {
    fairness: 'demographic-parity-difference',
    by: 'sex',
    'at-most': 0.1,
    'judge-by': 'value',
    'compared-with': 'each-other',
    odds: 'worst',
    'min-group': 30,
    'min-positives': 5,
    'min-negatives': 5,
    required: [],
    'when-failed': 'block',
  }
  return judgeFairness({...defaults, ...gate}, evaluation, {coverage: 0.9, seed: 1, replicates: 200, range: [0, 1]})
}

/** A ratio is held against at-least, and against nothing else. */
const ratio = {'at-most': undefined, 'at-least': 0.8} as unknown as Partial<FairnessGate>

const alike = [
  ['f', 400, 100, 100, 400],
  ['m', 400, 100, 100, 400],
] as const

describe('judgeFairness by value', () => {
  test('passes where the groups are alike and many rows say so', () => {
    const finding = judge({}, evaluationFrom(alike))
    expect(finding).toMatchObject({
      id: 'model/demographic-parity-difference',
      subject: 'demographic parity by sex',
      verdict: 'pass',
      reason: 'model/demographic-parity-within-limit',
      value: 0,
      limit: 'at most 0.1',
      n: 2000,
      details: {by: 'sex', groups: 2, groupsLeftOut: 0, minGroup: 30},
    })
    expect(finding.interval).toMatchObject({low: 0, confidence: 0.9})
    expect(finding.interval?.high).toBeLessThan(0.05)
  })

  test('fails above the limit, and says which groups, which rates, and what chance would show', () => {
    const finding = judge({}, evaluationFrom([alike[0], ['m', 200, 300, 100, 400]]))
    expect(finding).toMatchObject({verdict: 'fail', reason: 'model/demographic-parity-above-limit', value: 0.2})
    expect(finding.what).toMatch(
      /^Predicted positive: 0\.5 of "f", 0\.3 of "m"; difference 0\.2 \(0\.1\d* to 0\.2\d*; groups that are alike show about 0\.0\d*\), above the limit of 0\.1, by more than chance could explain\.$/,
    )
    expect(finding).toHaveProperty('why')
    expect(finding).toHaveProperty('remedy')
  })

  test('warns where the limit holds on these rows but chance could turn it', () => {
    const finding = judge(
      {},
      evaluationFrom([
        ['f', 20, 5, 5, 20],
        ['m', 18, 7, 5, 20],
      ]),
    )
    expect(finding).toMatchObject({
      verdict: 'warn',
      reason: 'model/demographic-parity-near-limit',
      value: expect.closeTo(0.04, 12),
    })
  })

  test('a difference of exactly the limit keeps it, whatever the last bit of a double says', () => {
    // 0.3 - 0.2 is 0.09999999999999998, and 0.8 - 0.7 is 0.10000000000000009.
    const finding = judge(
      {},
      evaluationFrom([
        ['f', 8000, 0, 0, 2000],
        ['m', 7000, 0, 0, 3000],
      ]),
    )
    expect(finding.verdict).toBe('warn')
    expect(finding.value).toBeGreaterThan(0.1)
  })

  test.each([
    ['equalized-odds-difference', {}, 0.2, 'fail', 'model/equalized-odds-above-limit'],
    ['equalized-odds-difference', {odds: 'mean'}, 0.15, 'fail', 'model/equalized-odds-above-limit'],
    ['equal-opportunity-difference', {}, 0.1, 'warn', 'model/equal-opportunity-near-limit'],
    ['predictive-parity-difference', {}, 0.8 - 0.7 / 0.9, 'pass', 'model/predictive-parity-within-limit'],
    ['loss-difference', {}, 0.05, 'pass', 'model/loss-within-limit'],
    ['demographic-parity-ratio', ratio, 5 / 9, 'fail', 'model/demographic-parity-ratio-below-limit'],
    ['equalized-odds-ratio', ratio, 0.5, 'fail', 'model/equalized-odds-ratio-below-limit'],
    [
      'equalized-odds-ratio',
      {...ratio, odds: 'mean'},
      (0.5 + 0.875) / 2,
      'fail',
      'model/equalized-odds-ratio-below-limit',
    ],
    ['equal-opportunity-ratio', ratio, 0.875, 'pass', 'model/equal-opportunity-ratio-within-limit'],
    ['loss-ratio', ratio, 0.25 / 0.3, 'warn', 'model/loss-ratio-near-limit'],
  ] as const)('%s %j of a known table', (fairness, more, value, verdict, reason) => {
    // f: 1000 positives of which 800 are found, 1000 negatives of which 200 are taken: precision 0.8, error 0.2 ...
    const evaluation =
      fairness.startsWith('equalized') || fairness.startsWith('equal-')
        ? // TPR 0.8 and 0.7, FPR 0.4 and 0.2
          evaluationFrom([
            ['f', 8000, 2000, 4000, 6000],
            ['m', 7000, 3000, 2000, 8000],
          ])
        : fairness.startsWith('predictive')
          ? // precision 0.8, and 0.7 / 0.9
            evaluationFrom([
              ['f', 8000, 2000, 2000, 8000],
              ['m', 7000, 3000, 2000, 8000],
            ])
          : fairness.startsWith('loss')
            ? // error rates 0.3 and 0.25
              evaluationFrom([
                ['f', 1400, 600, 600, 1400],
                ['m', 1500, 500, 500, 1500],
              ])
            : // selection rates 0.5 and 0.9
              evaluationFrom([
                ['f', 500, 0, 0, 500],
                ['m', 900, 0, 0, 100],
              ])
    const finding = judge({fairness, ...more}, evaluation)
    expect(finding).toMatchObject({id: `model/${fairness}`, verdict, reason})
    expect(finding.value).toBeCloseTo(value, 12)
  })

  test('calibration is the largest distance of mean score and observed rate in any group', () => {
    // f: 500 of 1000 positive, scores 0.5; m: 500 of 1000 positive, scores 0.65.
    const scores = [...times(1000, 0.5), ...times(1000, 0.65)]
    const finding = judge({fairness: 'calibration-difference'}, evaluationFrom(alike, {scores}))
    expect(finding).toMatchObject({verdict: 'fail', reason: 'model/calibration-above-limit'})
    expect(finding.value).toBeCloseTo(0.15, 12)
    expect(finding.what).toContain('Mean score above the observed rate: 0.15 of "m"; distance 0.15')
  })

  test('against all rows, each group is held against all rows together, itself among them', () => {
    // Selection rates 0.5 of 1000 and 0.3 of 1000; of all rows 0.4.
    const finding = judge({'compared-with': 'all-rows'}, evaluationFrom([alike[0], ['m', 200, 300, 100, 400]]))
    expect(finding.value).toBeCloseTo(0.1, 12)
    expect(finding.what).toContain('of all rows')
  })
})

describe('judgeFairness by what is shown', () => {
  const small = [
    ['f', 20, 5, 5, 20],
    ['m', 16, 9, 5, 20],
  ] as const
  const far = [
    ['f', 400, 100, 100, 400],
    ['m', 200, 300, 100, 400],
  ] as const
  const near = [
    ['f', 4000, 1000, 1000, 4000],
    ['m', 4000, 1000, 900, 4100],
  ] as const
  test.each([
    ['shown-fair', 'many rows that are nearly alike', near, 'pass', 'within-limit'],
    ['shown-fair', 'few rows', small, 'inconclusive', 'inconclusive'],
    ['shown-fair', 'many rows far apart', far, 'fail', 'above-limit'],
    ['shown-unfair', 'many rows that are nearly alike', near, 'pass', 'within-limit'],
    ['shown-unfair', 'few rows', small, 'warn', 'near-limit'],
    ['shown-unfair', 'many rows far apart', far, 'fail', 'above-limit'],
  ] as const)('%s: %s', (judgeBy, _, cells, verdict, reason) => {
    const finding = judge({'judge-by': judgeBy}, evaluationFrom(cells))
    expect(finding).toMatchObject({verdict, reason: `model/demographic-parity-${reason}`})
  })

  test('few rows far apart are not shown to be unfair, and the sentence says so', () => {
    const finding = judge({'judge-by': 'shown-unfair'}, evaluationFrom([small[0], ['m', 14, 11, 4, 21]]))
    expect(finding).toMatchObject({verdict: 'warn', reason: 'model/demographic-parity-near-limit'})
    expect(finding.what).toContain('above the limit of 0.1, but not by more than chance could explain')
  })
})

describe('judgeFairness with groups that cannot be judged', () => {
  test('a small group neither counts nor is named: only that it was left out', () => {
    const finding = judge({}, evaluationFrom([...alike, ['tiny', 29, 0, 0, 0]]))
    expect(finding).toMatchObject({verdict: 'pass', value: 0, n: 2000, details: {groups: 2, groupsLeftOut: 1}})
    expect(finding.what).toContain('1 group below 30 rows left out.')
    expect(JSON.stringify(finding)).not.toContain('tiny')
  })

  test('a group without positives has no true positive rate; it is not 0', () => {
    const finding = judge({fairness: 'equal-opportunity-difference'}, evaluationFrom([...alike, ['x', 0, 0, 20, 80]]))
    expect(finding).toMatchObject({verdict: 'pass', value: 0, details: {groupsLeftOut: 1}})
    expect(finding.what).toContain('Left out for too few rows of a class (min-positives 5, min-negatives 5): "x".')
  })

  test('a group of rows without a value is a group, and told', () => {
    const finding = judge({}, evaluationFrom([alike[0], ['', 100, 400, 100, 400]]))
    expect(finding).toMatchObject({verdict: 'fail', details: {groups: 2}})
    expect(finding.what).toContain('0.2 of "(no value)"')
    expect(finding.what).toContain('Rows without a value are judged as a group of their own.')
  })

  test.each([
    ['one group', [alike[0]], {}, 'inconclusive', 'model/too-few-groups'],
    ['one large group beside small ones', [alike[0], ['a', 10, 0, 0, 0]], {}, 'inconclusive', 'model/too-few-groups'],
    [
      'no positives anywhere',
      [
        ['f', 0, 0, 50, 50],
        ['m', 0, 0, 50, 50],
      ],
      {fairness: 'equal-opportunity-difference'},
      'inconclusive',
      'model/too-few-groups',
    ],
    [
      'nobody predicted positive',
      [
        ['f', 0, 50, 0, 50],
        ['m', 0, 50, 0, 50],
      ],
      {fairness: 'predictive-parity-difference'},
      'inconclusive',
      'model/too-few-groups',
    ],
    [
      'a ratio of rates that are all 0',
      [
        ['f', 0, 50, 0, 50],
        ['m', 0, 50, 0, 50],
      ],
      {fairness: 'demographic-parity-ratio', ...ratio},
      'inconclusive',
      'model/fairness-ratio-undefined',
    ],
    ['a required group that no row has', alike, {required: ['x']}, 'inconclusive', 'model/required-group-missing'],
    [
      'a required group that is too small',
      [...alike, ['x', 5, 5, 5, 5]],
      {required: ['x']},
      'inconclusive',
      'model/required-group-too-small',
    ],
    ['a column that is no group column', alike, {by: 'height'}, 'error', 'model/group-column-not-declared'],
    [
      'one of several columns that is no group column',
      alike,
      {by: ['sex', 'height']},
      'error',
      'model/group-column-not-declared',
    ],
    ['calibration without scores', alike, {fairness: 'calibration-difference'}, 'error', 'model/fairness-needs-scores'],
    [
      'a limit of the other kind',
      alike,
      {fairness: 'demographic-parity-ratio'},
      'error',
      'model/fairness-limit-of-another-kind',
    ],
    ['a class where the predictions are binary', alike, {class: 'bad'}, 'error', 'model/fairness-class-unknown'],
  ] as const)('%s never passes', (_, cells, gate, verdict, reason) => {
    const finding = judge(gate as Partial<FairnessGate>, evaluationFrom(cells))
    expect(finding).toMatchObject({verdict, reason})
    expect(finding).toHaveProperty('why')
    expect(finding).toHaveProperty('remedy')
  })

  test('what is said of the groups that are there does not change for a required one that is missing', () => {
    const finding = judge({required: ['x']}, evaluationFrom(alike))
    expect(finding.what).toMatch(
      /; groups that are alike show about 0\.\d+\)\. No row is of the required group "x" of sex\.$/,
    )
  })

  test('calibration against all rows is refused: it has no meaning', () => {
    const given = evaluationFrom(alike, {scores: times(2000, 0.5)})
    const finding = judge({fairness: 'calibration-difference', 'compared-with': 'all-rows'}, given)
    expect(finding).toMatchObject({verdict: 'error', reason: 'model/fairness-not-comparable'})
  })

  test('unfairness among the groups that are there is not softened by a required one that is missing', () => {
    const finding = judge({required: ['x']}, evaluationFrom([alike[0], ['m', 200, 300, 100, 400]]))
    expect(finding).toMatchObject({verdict: 'fail', reason: 'model/demographic-parity-above-limit'})
  })

  test('more groups than can be compared are an error, and no group goes unjudged', () => {
    const names = Array.from({length: 501}, (_, at) => times(2, `g${at}`)).flat()
    const many = binaryEvaluation({
      positive: names.map(() => 1),
      predicted: names.map((_, row) => row % 2),
      groups: {sex: names},
    })
    expect(judge({'min-group': 1}, many)).toMatchObject({verdict: 'error', reason: 'model/too-many-groups'})
  })

  test('groups of few clusters bound nothing: what is seen within the limit is a warning', () => {
    const given = evaluationFrom(alike)
    const clusters = {codes: Int32Array.from({length: 2000}, (_, row) => row % 9), count: 9}
    const finding = judge({}, {...given, sample: {...given.sample, clusters}})
    expect(finding).toMatchObject({verdict: 'warn', details: {groupsOfFewClusters: 2}, interval: {low: 0, high: 1}})
  })
})

describe('judgeFairness of other kinds of models', () => {
  const classes = ['bad', 'fair', 'good']
  const multiclass = evaluationOf(
    {
      task: 'multiclass',
      rows: 4000,
      classes,
      label: Int32Array.from({length: 4000}, (_, row) => row % 3),
      // Half of the second group's rows that are "good" are answered "bad".
      predicted: Int32Array.from({length: 4000}, (_, row) => (row >= 2000 && row % 6 === 2 ? 0 : row % 3)),
      scores: null,
    },
    {groups: {sex: [...times(2000, 'f'), ...times(2000, 'm')]}},
  )

  test('several classes need one that is named', () => {
    expect(judge({}, multiclass)).toMatchObject({verdict: 'error', reason: 'model/fairness-needs-binary'})
    expect(judge({class: 'best'}, multiclass)).toMatchObject({verdict: 'error', reason: 'model/fairness-class-unknown'})
    const finding = judge({class: 'good', fairness: 'equal-opportunity-difference'}, multiclass)
    expect(finding).toMatchObject({verdict: 'fail', subject: 'equal opportunity of good by sex'})
    expect(finding.value).toBeCloseTo(0.5, 2)
  })

  test('the loss of several classes needs none: the error rate is compared', () => {
    const finding = judge({fairness: 'loss-difference'}, multiclass)
    expect(finding).toMatchObject({verdict: 'fail', reason: 'model/loss-above-limit'})
    expect(finding.what).toMatch(/^Error rate: 0\.167 of "m", 0 of "f"/)
  })

  test('groups that are wrong by the same on every row bound nothing from above', () => {
    const flat = evaluationOf(
      {
        task: 'regression',
        rows: 200,
        target: new Float64Array(200),
        predicted: new Float64Array(200).fill(0.5),
        quantiles: [],
        interval: null,
      },
      {groups: {sex: [...times(100, 'f'), ...times(100, 'm')]}},
    )
    const finding = judge({fairness: 'loss-difference'}, flat)
    expect(finding).toMatchObject({verdict: 'warn', value: 0})
    expect(finding.what).toContain('difference 0 (0 or more;')
  })

  test('of texts the share of wrong answers is compared', () => {
    const correct = Uint8Array.from({length: 400}, (_, row) => (row < 200 && row % 2 === 0 ? 0 : 1))
    const candidate = {
      task: 'text',
      rows: 400,
      referencesOf: () => [],
      answerOf: null,
      correct,
      problems: null,
    } as const
    const given = evaluationOf(candidate, {groups: {sex: [...times(200, 'f'), ...times(200, 'm')]}})
    expect(judge({fairness: 'loss-difference'}, given)).toMatchObject({verdict: 'fail', value: 0.5})
    expect(judge({}, given)).toMatchObject({verdict: 'error', reason: 'model/fairness-needs-binary'})
  })

  test('of several labels the one that is named is compared, or the share of wrong ones', () => {
    const labels = [Uint8Array.from({length: 400}, (_, row) => row % 2), new Uint8Array(400)]
    const predicted = [Uint8Array.from({length: 400}, (_, row) => (row < 200 ? row % 2 : 0)), new Uint8Array(400)]
    const given = evaluationOf(
      {task: 'multilabel', rows: 400, classes: ['late', 'lost'], labels, predicted, scores: null},
      {groups: {sex: [...times(200, 'f'), ...times(200, 'm')]}},
    )
    expect(judge({class: 'late'}, given)).toMatchObject({verdict: 'fail', value: 0.5})
    expect(judge({fairness: 'loss-difference'}, given)).toMatchObject({verdict: 'fail', value: 0.25})
    expect(judge({}, given)).toMatchObject({verdict: 'error', reason: 'model/fairness-needs-binary'})
  })

  test('a ranking has no loss by row', () => {
    const codes = Int32Array.from({length: 400}, (_, row) => Math.floor(row / 4))
    const given = evaluationOf(
      {
        task: 'ranking',
        rows: 400,
        relevance: new Float64Array(400),
        scores: new Float64Array(400),
        queries: {codes, count: 100},
      },
      {groups: {sex: [...times(200, 'f'), ...times(200, 'm')]}},
    )
    const finding = judge({fairness: 'loss-difference'}, given)
    expect(finding).toMatchObject({verdict: 'error', reason: 'model/fairness-needs-rows'})
  })

  const regression = evaluationOf(
    {
      task: 'regression',
      rows: 200,
      target: Float64Array.from({length: 200}, (_, row) => row % 10),
      predicted: Float64Array.from(
        {length: 200},
        (_, row) => (row % 10) + (row < 100 ? 0.1 * (row % 3) : 1 + 0.1 * (row % 3)),
      ),
      quantiles: [],
      interval: null,
    },
    {groups: {sex: [...times(100, 'f'), ...times(100, 'm')]}},
  )

  test('of numbers the mean prediction and the absolute error are compared, and no rates of yes and no', () => {
    expect(judge({}, regression)).toMatchObject({verdict: 'fail', value: expect.closeTo(1, 1)})
    expect(judge({fairness: 'loss-difference'}, regression)).toMatchObject({
      verdict: 'fail',
      value: expect.closeTo(1, 1),
    })
    const odds = judge({fairness: 'equalized-odds-difference'}, regression)
    expect(odds).toMatchObject({verdict: 'error', reason: 'model/fairness-needs-binary'})
  })
})
