/** Every kind of gate with every verdict that it can give, and what the config lets pass with a warning. */
import {describe, expect, test} from 'vitest'
import type {Verdict} from '../../../src/core/verdict.ts'
import {predictedRows} from '../predictions-file.ts'
import {type Row, toFile, toJsonl} from './rows.ts'
import {validated} from './validated.ts'

/** Right on 95 of 100 rows; `skew` is "a" for half of the bad ones only, and the model errs on the "far" ones. */
const candidate: Row[] = predictedRows({n: 600, wrong: 5, seed: 1}).map((row, at) => ({
  ...row,
  skew: row.label === 'bad' && at % 2 === 0 ? 'a' : 'b',
  place: at % 100 >= 92 ? 'far' : 'near',
  age: 20 + (at % 50),
}))
const baseline: Row[] = predictedRows({n: 600, wrong: 10, seed: 2}).map(row => ({...row}))

const rows = (count: number, of: (row: number) => Row): Row[] => Array.from({length: count}, (_, row) => of(row))
const people = (shift: number, count = 600) =>
  rows(count, row => ({key: `k${row}`, age: ((row * 7) % 40) + shift, city: row % 3 === 0 ? 'x' : 'y'}))
const schema = (properties: object, more: object = {}) => JSON.stringify({type: 'object', properties, ...more})

const files = {
  'c.csv': toFile(candidate).text,
  'b.csv': toFile(baseline).text,
  'old.csv': toFile(people(20)).text,
  // The same people in another order: compared with itself no data drifts.
  'same.csv': toFile([...people(20)].reverse()).text,
  'shifted.csv': toFile(people(40)).text,
  'few.csv': toFile(people(20, 40)).text,
  'short.csv': toFile(people(20, 500)).text,
  'rows.jsonl': toJsonl(people(20)),
  'narrow.json': schema({age: {type: 'number', maximum: 30}}),
  'wide.json': schema({age: {type: 'number'}}),
  'pattern.json': schema({city: {type: 'string', pattern: '^[a-z]$'}}),
  'other-pattern.json': schema({city: {type: 'string', pattern: '^[a-z]{1,2}$'}}),
  'metrics.json': JSON.stringify({f1: 0.8, note: 'x', auc: null}),
  'before.json': JSON.stringify({f1: 0.81, auc: 0.9}),
  'card.md': '# Model\n\n## Owner\n\nThe credit team.\n',
} as const

/** A program that prints one finding. */
const prints = (verdict: string) => ({
  command: ['node', '-e', `console.log(JSON.stringify([{verdict: '${verdict}', what: 'The rule was asked.'}]))`],
  name: 'rule',
})
const byGroup = {fairness: 'demographic-parity-difference', by: 'skew'} as const
const weak = {'weak-segments': 'accuracy', among: ['place']} as const
const psi = {drift: 'psi', against: 'old.csv', among: ['age']} as const

type Case = readonly [verdict: Verdict, reason: string, gate: object]
const cases: Readonly<Record<string, readonly Case[]>> = {
  metric: [
    ['pass', 'model/accuracy-within-limit', {metric: 'accuracy', 'at-least': 0.85}],
    ['warn', 'model/accuracy-near-limit', {metric: 'accuracy', 'at-least': 0.945}],
    ['inconclusive', 'model/accuracy-limit-not-shown', {metric: 'accuracy', 'at-least': 0.945, 'judge-by': 'bound'}],
    ['fail', 'model/accuracy-below-limit', {metric: 'accuracy', 'at-least': 0.99}],
    ['fail', 'model/log-loss-above-limit', {metric: 'log-loss', 'at-most': 0.01}],
    ['error', 'model/class-not-known', {metric: 'recall', class: 'zebra', 'at-least': 0.5}],
    ['pass', 'model/accuracy-not-worse', {metric: 'accuracy', 'may-lose': 0.01}],
    ['pass', 'model/accuracy-better', {metric: 'accuracy', 'must-gain': 0.01}],
    ['inconclusive', 'model/accuracy-comparison-inconclusive', {metric: 'accuracy', 'must-gain': 0.045}],
    ['fail', 'model/accuracy-gain-not-reached', {metric: 'accuracy', 'must-gain': 0.2}],
    [
      'inconclusive',
      'model/slice-too-small',
      {metric: 'accuracy', 'at-least': 0.1, 'in-each': ['place'], 'min-rows': 100},
    ],
  ],
  fairness: [
    ['pass', 'model/demographic-parity-within-limit', {...byGroup, by: 'sex', 'at-most': 0.3}],
    ['warn', 'model/demographic-parity-near-limit', {...byGroup, 'at-most': 0.77}],
    ['fail', 'model/demographic-parity-above-limit', {...byGroup, 'at-most': 0.1}],
    ['inconclusive', 'model/too-few-groups', {...byGroup, 'at-most': 0.1, 'min-group': 5000}],
    ['inconclusive', 'model/demographic-parity-inconclusive', {...byGroup, 'at-most': 0.77, 'judge-by': 'shown-fair'}],
    ['error', 'model/fairness-class-unknown', {...byGroup, 'at-most': 0.9, class: 'zebra'}],
  ],
  'weak-segments': [
    ['pass', 'model/no-weak-segment', {...weak, 'may-lag': 0.9, 'min-rows': 30}],
    ['warn', 'model/weak-segment-not-shown', {...weak, 'may-lag': 0.55, 'min-rows': 30}],
    ['fail', 'model/weak-segment', {...weak, 'may-lag': 0.1, 'min-rows': 30}],
    ['inconclusive', 'model/no-segment-with-support', {...weak, 'may-lag': 0.1, 'min-rows': 5000}],
    ['error', 'model/metric-of-another-task', {...weak, 'weak-segments': 'mae', 'may-lag': 0.1}],
  ],
  drift: [
    ['pass', 'model/drift-like-chance', {...psi, in: 'same.csv', 'at-most': 0.2}],
    ['pass', 'model/drift-within-limit', {...psi, in: 'shifted.csv', 'at-most': 30}],
    ['fail', 'model/drift-above-limit', {...psi, in: 'shifted.csv', 'at-most': 0.2}],
    ['inconclusive', 'model/drift-sample-too-small', {...psi, in: 'few.csv', 'at-most': 0.001}],
    ['error', 'model/drift-judged-missing', {...psi, in: 'none.csv', 'at-most': 0.2}],
  ],
  contract: [
    ['pass', 'model/contract-kept', {contract: 'wide.json', rows: 'rows.jsonl'}],
    ['fail', 'model/contract-broken', {contract: 'narrow.json', rows: 'rows.jsonl'}],
    [
      'inconclusive',
      'model/contract-unclear',
      {contract: 'pattern.json', rows: 'rows.jsonl', 'compatible-with': 'other-pattern.json'},
    ],
    ['error', 'model/contract-missing', {contract: 'none.json', rows: 'rows.jsonl'}],
  ],
  data: [
    ['pass', 'model/data-rows-kept', {data: 'same.csv', against: 'old.csv', 'rows-within': '1%'}],
    ['fail', 'model/data-rows-differ', {data: 'short.csv', against: 'old.csv', 'rows-within': '1%'}],
    ['error', 'model/data-missing', {data: 'none.csv', against: 'old.csv', 'rows-within': '1%'}],
  ],
  reported: [
    ['pass', 'model/reported-within-limit', {reported: 'f1', 'at-least': 0.7}],
    ['pass', 'model/reported-not-worse', {reported: 'f1', 'may-lose': 0.05}],
    ['warn', 'model/reported-loss-near-margin', {reported: 'f1', 'may-lose': 0.015}],
    ['fail', 'model/reported-below-limit', {reported: 'f1', 'at-least': 0.9}],
    ['fail', 'model/reported-worse-than-baseline', {reported: 'f1', 'may-lose': 0.001}],
    ['inconclusive', 'model/reported-not-available', {reported: 'auc', 'at-least': 0.5}],
    ['error', 'model/reported-missing', {reported: 'recall', 'at-least': 0.5}],
  ],
  command: [
    ['pass', 'model/business-rule-holds', prints('pass')],
    ['warn', 'model/business-rule-warns', prints('warn')],
    ['inconclusive', 'model/business-rule-inconclusive', prints('inconclusive')],
    ['fail', 'model/business-rule-broken', prints('fail')],
    ['error', 'model/business-rule-not-judged', prints('error')],
    ['error', 'model/command-not-found', {command: ['no-such-program-anywhere'], name: 'rule'}],
  ],
}
const all = Object.entries(cases).flatMap(([kind, of]) =>
  of.map(([verdict, reason, gate]) => ({kind, verdict, reason, gate})),
)

async function judge(gate: object, more: object = {}) {
  const {result, report} = await validated(files, {
    predictions: {
      candidate: 'c.csv',
      baseline: 'b.csv',
      positive: 'bad',
      columns: {score: 'score', groups: ['sex', 'skew', 'place']},
    },
    metrics: {candidate: 'metrics.json', baseline: 'before.json'},
    gates: [gate],
    resamples: 200,
    ...more,
  })
  // The files of the model are no part of what is asked here.
  return {result, report, findings: result.findings.filter(({id}) => id !== 'model/files-safe')}
}

describe('every kind of gate', () => {
  test.each(all)('$kind: $verdict, $reason', async ({verdict, reason, gate}) => {
    const {result, report, findings} = await judge(gate)
    expect(findings.map(each => [each.verdict, each.reason])).toContainEqual([verdict, reason])
    expect(result.verdict).toBe(verdict)
    expect(report.verdict).toBe(verdict)
    const finding = findings.find(each => each.reason === reason)
    expect(finding?.what).toMatch(/^\S.*[.!]$/s)
    if (verdict === 'pass') return
    expect(finding?.why ?? 'The rule was asked.').toMatch(/\.$/)
  })

  test.each(all.filter(({verdict}) => verdict === 'fail'))(
    '$kind, $reason: when-failed: warn makes it a warning',
    async ({gate, reason}) => {
      const {result, findings} = await judge({...gate, 'when-failed': 'warn'})
      expect(result.verdict).toBe('warn')
      expect(findings.find(each => each.reason === reason)).toMatchObject({
        verdict: 'warn',
        details: {softenedFrom: 'fail'},
      })
      const strict = await judge(
        {...gate, 'when-failed': 'block', 'when-inconclusive': 'warn'},
        {'when-inconclusive': 'warn'},
      )
      expect(strict.result.verdict).toBe('fail')
    },
  )

  test.each(all.filter(({verdict}) => verdict === 'inconclusive'))(
    '$kind, $reason: when-inconclusive: warn makes it a warning',
    async ({gate, reason}) => {
      const softened = {verdict: 'warn', details: {softenedFrom: 'inconclusive'}}
      const byGate = await judge({...gate, 'when-inconclusive': 'warn'})
      expect(byGate.findings.find(each => each.reason === reason)).toMatchObject(softened)
      expect(byGate.result.verdict).toBe('warn')
      const byConfig = await judge(gate, {'when-inconclusive': 'warn'})
      expect(byConfig.findings.find(each => each.reason === reason)).toMatchObject(softened)
      // The gate's own word counts more than the config's.
      const strict = await judge(
        {...gate, 'when-inconclusive': 'block', 'when-failed': 'warn'},
        {'when-inconclusive': 'warn'},
      )
      expect(strict.result.verdict).toBe('inconclusive')
    },
  )

  test.each(all.filter(({verdict}) => verdict === 'error'))(
    '$kind, $reason: nothing makes an error less',
    async ({gate, reason}) => {
      const {result, findings} = await judge(
        {...gate, 'when-failed': 'warn', 'when-inconclusive': 'warn'},
        {'when-inconclusive': 'warn'},
      )
      expect(result.verdict).toBe('error')
      expect(findings.find(each => each.reason === reason)?.verdict).toBe('error')
    },
  )

  test('shows every verdict that it can give', () => {
    const shown = Object.fromEntries(
      Object.entries(cases).map(([kind, of]) => [kind, [...new Set(of.map(([verdict]) => verdict))].sort()]),
    )
    const five = ['error', 'fail', 'inconclusive', 'pass', 'warn']
    const withoutWarn = five.filter(verdict => verdict !== 'warn')
    expect(shown).toEqual({
      metric: five,
      fairness: five,
      'weak-segments': five,
      // Drift and contracts hold or do not, and the rows of a migration can always be counted.
      drift: withoutWarn,
      contract: withoutWarn,
      data: ['error', 'fail', 'pass'],
      reported: five,
      command: five,
    })
  })

  test('together: the worst answer is that of the model, and all others are told', async () => {
    const {result} = await judge({metric: 'accuracy', 'at-least': 0.85}, {gates: all.map(({gate}) => gate)})
    expect(result.verdict).toBe('error')
    const seen = new Set(result.findings.map(({verdict}) => verdict))
    expect([...seen].sort()).toEqual(['error', 'fail', 'inconclusive', 'pass', 'warn'])
  })
})
