import {describe, expect, test} from 'vitest'
import {gate as gateSchema, type MetricGate} from '../../../src/config/model-gate-schema.ts'
import type {Finding} from '../../../src/core/finding.ts'
import type {Evaluation} from '../../../src/model/evaluation/evaluation.ts'
import type {Baseline} from '../../../src/model/judge/baseline.ts'
import {judgeMetricGates, type MetricGateContext} from '../../../src/model/judge/metric-gates.ts'
import {evaluationOf, numbers} from '../slices/evaluations.ts'

const options = {coverage: 0.9, seed: 1, replicates: 200}

/** Rows of one land, of which the candidate gets the first `ours` wrong, and the baseline the last `theirs`. */
interface Land {
  readonly name: string
  readonly rows: number
  readonly ours: number
  readonly theirs: number
}

function evaluation(lands: readonly Land[]): Evaluation {
  const rows = lands.flatMap(({name, rows, ours, theirs}) =>
    Array.from({length: rows}, (_, row) => ({
      name,
      positive: row % 2,
      ours: row < ours,
      theirs: row >= rows - theirs,
      age: row,
    })),
  )
  const outcomes = (wrong: (row: (typeof rows)[number]) => boolean) =>
    ({
      task: 'binary',
      rows: rows.length,
      positive: Uint8Array.from(rows, ({positive}) => positive),
      predicted: Uint8Array.from(rows, row => (wrong(row) ? 1 - row.positive : row.positive)),
      scores: null,
    }) as const
  const given = {groups: {land: rows.map(({name}) => name)}, columns: {age: numbers(rows.map(({age}) => age))}}
  return {
    ...evaluationOf(
      outcomes(({ours}) => ours),
      given,
    ),
    baseline: outcomes(({theirs}) => theirs),
  }
}

function metricGate(gate: object): MetricGate {
  const parsed = gateSchema.parse({metric: 'accuracy', ...gate})
  if (!('metric' in parsed)) throw new Error('no metric gate')
  return parsed
}

function judge(lands: readonly Land[], gates: readonly object[], more: Partial<MetricGateContext> = {}): Finding[] {
  const context: MetricGateContext = {
    evaluation: evaluation(lands),
    baseline: {kind: 'rows'},
    options,
    validation: {'when-inconclusive': 'block', confidence: 0.95, slices: []},
    asked: new Map(),
    ...more,
  }
  const parsed = gates.map(metricGate)
  const judged = judgeMetricGates(parsed, context)
  return parsed.flatMap(each => judged.get(each) ?? [])
}

/** Four of 200 rows that only the candidate gets wrong: sqrt(4) = 2 deviations, one-sided p 0.023. */
const alittleWorse = {name: 'north', rows: 200, ours: 4, theirs: 0}
const equal = (name: string) => ({name, rows: 200, ours: 0, theirs: 0})
const mayLose = {'may-lose': 0.005}
const inEach = {'in-each': ['land']}

describe('one finding for each limit', () => {
  test('of each gate, in the order of the config', () => {
    const findings = judge(
      [alittleWorse],
      [
        {'may-lose': 0.1, 'at-least': 0.5},
        {metric: 'hamming-loss', 'at-most': 0.5},
        {'must-gain': 0.5, 'may-lose': 0.2},
      ],
    )
    expect(findings.map(({id}) => id)).toEqual([
      'model/accuracy-at-least',
      'model/accuracy-may-lose',
      'model/hamming-loss-at-most',
      'model/accuracy-may-lose',
      'model/accuracy-must-gain',
    ])
    expect(findings.map(({verdict}) => verdict)).toEqual(['pass', 'pass', 'error', 'pass', 'fail'])
  })

  test('of each slice, largest first, by the gate’s own name', () => {
    const lands = [{...equal('south'), rows: 100}, equal('north')]
    const findings = judge(lands, [{'at-least': 0.5, ...inEach, name: 'quality'}])
    expect(findings.map(({subject, n}) => [subject, n])).toEqual([
      ['quality in land: north', 200],
      ['quality in land: south', 100],
    ])
  })
})

describe('comparisons that could stop a release', () => {
  test('are as sharp as one where there is one', () => {
    const [found] = judge([alittleWorse], [mayLose])
    expect(found).toMatchObject({verdict: 'fail', reason: 'model/accuracy-worse-than-baseline'})
    expect(found?.details).toBeUndefined()
  })

  test('are corrected by Holm where slices make them many: 3 * 0.023 is above 0.05', () => {
    const findings = judge([alittleWorse, equal('south'), equal('east')], [{...mayLose, ...inEach}])
    const found = findings.find(({subject}) => subject.endsWith('north'))
    expect(found).toMatchObject({verdict: 'inconclusive', details: {comparisons: 3, correction: 'Holm'}})
    expect(found?.what).toContain('as one of several comparisons it may be chance')
  })

  test('are corrected over all gates, not gate by gate', () => {
    const gates = [mayLose, {metric: 'precision', ...mayLose}, {metric: 'recall', 'must-gain': 0.5}]
    const findings = judge([alittleWorse], gates)
    expect(findings[0]).toMatchObject({verdict: 'inconclusive', details: {comparisons: 3}})
  })

  test('fail where they are shown to be worse as one of many too: 9 of 200 rows are 3 deviations, p 0.0013', () => {
    const findings = judge([{...alittleWorse, ours: 9}, equal('south'), equal('east')], [{...mayLose, ...inEach}])
    expect(findings.find(({subject}) => subject.endsWith('north'))).toMatchObject({
      verdict: 'fail',
      details: {comparisons: 3, correction: 'Holm'},
    })
  })

  test('are not more for gates that only warn, and those are not corrected', () => {
    const gates = [mayLose, {...mayLose, ...inEach, 'when-failed': 'warn'}]
    const findings = judge([alittleWorse, equal('south'), equal('east')], gates)
    const [all, ...slices] = findings
    expect(all?.details).not.toMatchObject({comparisons: expect.anything()})
    expect(slices.find(({subject}) => subject.endsWith('north'))).toMatchObject({
      verdict: 'warn',
      reason: 'model/accuracy-worse-than-baseline',
      details: {softenedFrom: 'fail'},
    })
  })

  test('pass by their own interval: many others do not make it harder to show', () => {
    const lands = ['a', 'b', 'c', 'd', 'e'].map(equal)
    const one = judge(lands.slice(0, 1), [{'may-lose': 0.05}])
    const many = judge(lands, [{'may-lose': 0.05, ...inEach}])
    expect([one, many].flat().every(({verdict}) => verdict === 'pass')).toBe(true)
    expect(many[0]?.interval).toEqual(one[0]?.interval)
  })

  test('count a slice that is too small for none', () => {
    const findings = judge([alittleWorse, {...equal('isle'), rows: 10}], [{...mayLose, ...inEach}])
    expect(findings.map(({verdict, reason}) => [verdict, reason])).toEqual([
      ['inconclusive', 'model/slice-too-small'],
      ['fail', 'model/accuracy-worse-than-baseline'],
    ])
    expect(JSON.stringify(findings)).not.toContain('isle')
  })
})

describe('slices', () => {
  const young = {
    slices: [
      {name: 'young', where: 'age < 50'},
      {name: 'none', where: 'age < 0'},
    ],
  }
  const validation = {'when-inconclusive': 'block', confidence: 0.95, ...young} as const

  test('may be declared by an expression', () => {
    const [found] = judge([equal('north')], [{'at-least': 0.5, 'in-each': ['young']}], {validation})
    expect(found).toMatchObject({subject: 'accuracy in young', n: 50, verdict: 'pass'})
  })

  test('without a row are inconclusive, never skipped', () => {
    const findings = judge([equal('north')], [{'at-least': 0.5, 'in-each': ['none']}], {validation})
    expect(findings).toMatchObject([{verdict: 'inconclusive', reason: 'model/slice-missing'}])
  })

  test('that nobody declared are an error', () => {
    const findings = judge([equal('north')], [{'at-least': 0.5, 'in-each': ['moon', 'land']}], {validation})
    expect(findings.map(({verdict, reason}) => [verdict, reason])).toEqual([
      ['error', 'model/slice-missing'],
      ['pass', 'model/accuracy-within-limit'],
    ])
  })

  test('have no baseline where only values of all rows are known', () => {
    const baseline: Baseline = {
      kind: 'known',
      source: 'v1 in production',
      values: {accuracy: {value: 0.5}},
      evaluation: null,
    }
    const [all] = judge([equal('north')], [mayLose], {baseline})
    const [slice] = judge([equal('north')], [{...mayLose, ...inEach}], {baseline})
    expect(all).toMatchObject({verdict: 'pass'})
    expect(slice).toMatchObject({verdict: 'error', reason: 'model/baseline-value-missing'})
    expect(slice?.what).toContain('by slice')
  })

  test('are compared on their own rows alone', () => {
    const lands = [
      {name: 'north', rows: 100, ours: 0, theirs: 20},
      {name: 'south', rows: 100, ours: 20, theirs: 0},
    ]
    const findings = judge(lands, [{'may-lose': 0.02, ...inEach}])
    expect(findings.map(({value, verdict}) => [Number(value).toFixed(6), verdict])).toEqual([
      ['0.200000', 'pass'],
      ['-0.200000', 'fail'],
    ])
    // All rows together hide it: 40 of 200 differ, 20 to each side, and sqrt(40) / 200 * 1.645 is 0.052.
    expect(judge(lands, [{'may-lose': 0.06}])[0]).toMatchObject({value: 0, verdict: 'pass'})
  })
})

describe('what is counted', () => {
  test.each([
    [
      'ndcg',
      {
        task: 'ranking',
        rows: 120,
        relevance: Float64Array.from({length: 120}, (_, row) => row % 3),
        scores: Float64Array.from({length: 120}, (_, row) => (row * 7) % 11),
        queries: {codes: Int32Array.from({length: 120}, (_, row) => row % 40), count: 40},
      },
      '40 queries',
    ],
    [
      'pass-at-k',
      {
        task: 'text',
        rows: 120,
        referencesOf: () => [],
        answerOf: null,
        correct: Uint8Array.from({length: 120}, (_, row) => row % 2),
        problems: {codes: Int32Array.from({length: 120}, (_, row) => row % 40), count: 40},
      },
      '40 problems',
    ],
  ] as const)('%s is a mean of %s', (metric, outcomes, counted) => {
    const context = {evaluation: evaluationOf(outcomes), baseline: {kind: 'none'} as const}
    const [found] = judge([], [{metric, 'at-least': 0.1, ...(metric === 'pass-at-k' ? {k: 2} : {})}], context)
    expect(found?.what).toContain(counted)
  })
})
