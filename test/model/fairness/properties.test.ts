import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {fairnessMeasures} from '../../../src/config/model-gate-schema.ts'
import type {Evaluation} from '../../../src/model/evaluation/evaluation.ts'
import {computeFairness, type Fairness, groupsBy} from '../../../src/model/fairness/fairness.ts'
import {comparandOf} from '../../../src/model/fairness/measures.ts'
import type {Undefined} from '../../../src/model/inference/estimate.ts'
import {cutEvaluation} from '../../../src/model/slices/cut-evaluation.ts'
import {binaryEvaluation} from '../slices/evaluations.ts'

interface Row {
  readonly positive: number
  readonly score: number
  readonly group: string
  readonly weight: number
  readonly cluster: number
}

const row = fc.record({
  positive: fc.nat(1),
  score: fc.integer({min: 0, max: 20}).map(score => score / 20),
  group: fc.constantFrom('a', 'b', 'c', ''),
  weight: fc.integer({min: 1, max: 4}),
  cluster: fc.nat(29),
})
const rows = fc.array(row, {minLength: 60, maxLength: 200})
const question = fc.record({
  measure: fc.constantFrom(...fairnessMeasures),
  comparedWith: fc.constantFrom('each-other' as const, 'all-rows' as const),
  odds: fc.constantFrom('worst' as const, 'mean' as const),
})
type Question = typeof question extends fc.Arbitrary<infer Q> ? Q : never
type Kind = 'plain' | 'weighted' | 'clustered'
const kind = fc.constantFrom<Kind>('plain', 'weighted', 'clustered')

function evaluationOf(given: readonly Row[], how: Kind): Evaluation {
  const seen = [...new Set(given.map(({cluster}) => cluster))]
  return binaryEvaluation({
    positive: given.map(({positive}) => positive),
    predicted: given.map(({score}) => (score >= 0.5 ? 1 : 0)),
    scores: given.map(({score}) => score),
    groups: {g: given.map(({group}) => group)},
    ...(how === 'weighted' && {weights: given.map(({weight}) => weight)}),
    ...(how === 'clustered' && {clusters: given.map(({cluster}) => seen.indexOf(cluster))}),
  })
}

function ask({measure, comparedWith, odds}: Question, evaluation: Evaluation, fewest = 2): Fairness | Undefined {
  const comparand = comparandOf({fairness: measure}, evaluation.candidate)
  if (comparand.kind === 'undefined') return comparand
  const limits = {'min-group': fewest, 'min-positives': fewest, 'min-negatives': fewest, required: []}
  const asked = {...limits, 'compared-with': comparedWith, odds}
  const options = {coverage: 0.9, seed: 1, replicates: 40, range: [0, 1]} as const
  return computeFairness(comparand, groupsBy(['g'], evaluation), asked, evaluation, options).answer
}

/** Everything a reader sees but the names; sums in another order differ in the last bits. */
function seen(answer: Fairness | Undefined) {
  if (answer.kind === 'undefined') return {reason: answer.reason}
  const {value, low, high, byChance, n} = answer
  return {numbers: [value, low, high, byChance?.mean ?? -1, byChance?.extreme ?? -1].map(near), n}
}

function near(value: number): unknown {
  return Number.isFinite(value) ? expect.closeTo(value, 8) : value
}

function shuffled<T>(values: readonly T[], order: readonly number[]): T[] {
  return values
    .map((value, at) => ({value, key: order[at % order.length] ?? 0, at}))
    .sort((a, b) => a.key - b.key || a.at - b.at)
    .map(({value}) => value)
}

function plain(answer: Fairness | Undefined) {
  if (answer.kind === 'undefined') return {reason: answer.reason}
  const {value, low, high, byChance, n} = answer
  return {numbers: [value, low, high, byChance?.mean ?? -1, byChance?.extreme ?? -1], n}
}

function gapOf(answer: Fairness | Undefined, of: (value: number) => unknown = value => value): unknown {
  return answer.kind === 'undefined' ? answer.reason : of(answer.value)
}

function boundsEnclose(answer: Fairness | Undefined): boolean {
  return answer.kind === 'undefined' || (answer.low <= answer.value && answer.value <= answer.high)
}

describe('fairness', () => {
  test('does not depend on the order of rows', () => {
    fc.assert(
      fc.property(rows, question, kind, fc.array(fc.nat(1000), {minLength: 10}), (given, asked, how, order) => {
        const answer = ask(asked, evaluationOf(given, how))
        const again = ask(asked, evaluationOf(shuffled(given, order), how))
        expect(plain(again)).toEqual(seen(answer))
      }),
    )
  })

  test('does not depend on what the groups are called', () => {
    const others = new Map([
      ['a', 'zebra'],
      ['b', ''],
      ['c', 'ant'],
      ['', 'moth'],
    ])
    fc.assert(
      fc.property(rows, question, kind, (given, asked, how) => {
        const renamed = given.map(each => ({...each, group: others.get(each.group) ?? ''}))
        const answer = ask(asked, evaluationOf(given, how))
        expect(plain(ask(asked, evaluationOf(renamed, how)))).toEqual(seen(answer))
      }),
    )
  })

  test('a whole weight is worth as many rows, and bounds enclose the value', () => {
    fc.assert(
      fc.property(rows, question, (given, asked) => {
        const repeated = given.flatMap(each => new Array<Row>(each.weight).fill(each))
        // Limits count rows and not weights: only without limits both judge the same groups.
        const weighted = ask(asked, evaluationOf(given, 'weighted'), 1)
        const many = ask(asked, evaluationOf(repeated, 'plain'), 1)
        expect(gapOf(weighted)).toEqual(gapOf(many, near))
        expect(boundsEnclose(weighted) && boundsEnclose(many)).toBe(true)
      }),
    )
  })

  test('each row twice in its cluster says nothing new: the bounds stay as they are', () => {
    fc.assert(
      fc.property(rows, question, (given, asked) => {
        const once = ask(asked, evaluationOf(given, 'clustered'), 1)
        const twice = ask(asked, evaluationOf([...given, ...given], 'clustered'), 1)
        expect(plain(twice).numbers).toEqual(seen(once).numbers)
      }),
    )
  })

  test('without a group nothing can be fair: a cut to one group has no answer', () => {
    fc.assert(
      fc.property(rows, question, (given, asked) => {
        const whole = evaluationOf(given, 'plain')
        const only = Uint32Array.from(given.flatMap(({group}, at) => (group === 'a' ? [at] : [])))
        expect(ask(asked, cutEvaluation(whole, only)).kind).toBe('undefined')
      }),
    )
  })
})
