import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import type {Outcomes} from '../../../src/model/evaluation/outcomes.ts'
import {type TextColumn, textAt} from '../../../src/model/readers/columns.ts'
import {cutEvaluation} from '../../../src/model/slices/cut-evaluation.ts'
import {binaryEvaluation, category, evaluationOf, numbers} from './evaluations.ts'

const rows = Uint32Array.of(1, 3, 4)

function texts(values: readonly string[]): TextColumn {
  const encoded = values.map(value => new TextEncoder().encode(value))
  const offsets = new Uint32Array(values.length + 1)
  encoded.forEach((bytes, row) => {
    offsets[row + 1] = (offsets[row] ?? 0) + bytes.length
  })
  const empty = values.filter(value => value === '').length
  return {kind: 'text', bytes: Uint8Array.from(encoded.flatMap(bytes => [...bytes])), offsets, empty}
}

const binary: Outcomes = {
  task: 'binary',
  rows: 5,
  positive: Uint8Array.of(0, 1, 0, 1, 1),
  predicted: Uint8Array.of(0, 0, 1, 1, 1),
  scores: Float64Array.of(0.1, 0.2, 0.6, 0.7, 0.8),
}

/** The outcomes of five rows, and what is left of them on rows 1, 3 and 4. */
const byTask: readonly (readonly [Outcomes, Outcomes])[] = [
  [
    binary,
    {
      task: 'binary',
      rows: 3,
      positive: Uint8Array.of(1, 1, 1),
      predicted: Uint8Array.of(0, 1, 1),
      scores: Float64Array.of(0.2, 0.7, 0.8),
    },
  ],
  [
    {
      task: 'multiclass',
      rows: 5,
      classes: ['a', 'b', 'c'],
      label: Int32Array.of(0, 1, 2, 0, 1),
      predicted: Int32Array.of(0, 1, 2, 2, 1),
      scores: [Float64Array.of(0, 1, 2, 3, 4), Float64Array.of(5, 6, 7, 8, 9), Float64Array.of(5, 4, 3, 2, 1)],
    },
    {
      task: 'multiclass',
      rows: 3,
      classes: ['a', 'b', 'c'],
      label: Int32Array.of(1, 0, 1),
      predicted: Int32Array.of(1, 2, 1),
      scores: [Float64Array.of(1, 3, 4), Float64Array.of(6, 8, 9), Float64Array.of(4, 2, 1)],
    },
  ],
  [
    {
      task: 'multilabel',
      rows: 5,
      classes: ['a', 'b'],
      labels: [Uint8Array.of(0, 1, 0, 1, 1), Uint8Array.of(1, 1, 0, 0, 0)],
      predicted: [Uint8Array.of(0, 0, 0, 1, 1), Uint8Array.of(1, 0, 0, 0, 1)],
      scores: null,
    },
    {
      task: 'multilabel',
      rows: 3,
      classes: ['a', 'b'],
      labels: [Uint8Array.of(1, 1, 1), Uint8Array.of(1, 0, 0)],
      predicted: [Uint8Array.of(0, 1, 1), Uint8Array.of(0, 0, 1)],
      scores: null,
    },
  ],
  [
    {
      task: 'regression',
      rows: 5,
      target: Float64Array.of(1, 2, 3, 4, 5),
      predicted: null,
      quantiles: [{level: 0.9, values: Float64Array.of(2, 3, 4, 5, 6)}],
      interval: {low: Float64Array.of(0, 1, 2, 3, 4), high: Float64Array.of(2, 3, 4, 5, 6)},
    },
    {
      task: 'regression',
      rows: 3,
      target: Float64Array.of(2, 4, 5),
      predicted: null,
      quantiles: [{level: 0.9, values: Float64Array.of(3, 5, 6)}],
      interval: {low: Float64Array.of(1, 3, 4), high: Float64Array.of(3, 5, 6)},
    },
  ],
  [
    {
      task: 'ranking',
      rows: 5,
      relevance: Float64Array.of(0, 1, 2, 0, 1),
      scores: Float64Array.of(5, 4, 3, 2, 1),
      queries: {codes: Int32Array.of(0, 1, 0, 2, 2), count: 3},
    },
    {
      task: 'ranking',
      rows: 3,
      relevance: Float64Array.of(1, 0, 1),
      scores: Float64Array.of(4, 2, 1),
      queries: {codes: Int32Array.of(0, 1, 1), count: 2},
    },
  ],
]

describe('cutEvaluation', () => {
  test.each(byTask.map(([whole, part]) => [whole.task, whole, part] as const))(
    'cuts %s row by row',
    (_, whole, part) => {
      expect(cutEvaluation(evaluationOf(whole), rows)).toMatchObject({rows: 3, candidate: part})
    },
  )

  test('cuts texts row by row', () => {
    const {candidate} = cutEvaluation(
      evaluationOf({
        task: 'text',
        rows: 5,
        referencesOf: row => [`reference ${row}`],
        answerOf: row => `answer ${row}`,
        correct: Uint8Array.of(0, 1, 0, 1, 1),
        problems: {codes: Int32Array.of(0, 1, 0, 2, 2), count: 3},
      }),
      rows,
    )
    expect(candidate).toMatchObject({
      rows: 3,
      correct: Uint8Array.of(1, 1, 1),
      problems: {codes: Int32Array.of(0, 1, 1), count: 2},
    })
    const answers = [0, 1, 2].map(
      row => candidate.task === 'text' && [...candidate.referencesOf(row), candidate.answerOf?.(row)],
    )
    expect(answers).toEqual([1, 3, 4].map(row => [`reference ${row}`, `answer ${row}`]))
  })

  test('clusters are numbered anew, so that each number has a row', () => {
    const {sample} = cutEvaluation(evaluationOf(binary, {clusters: [0, 1, 1, 2, 2]}), rows)
    expect(sample.clusters).toEqual({codes: Int32Array.of(0, 1, 1), count: 2})
  })

  test('weights, groups, columns and the baseline are cut with it; what is absent is counted anew', () => {
    const whole = evaluationOf(binary, {
      weights: [1, 2, 3, 4, 5],
      groups: {sex: ['f', 'm', '', '', 'f']},
      columns: {
        amount: numbers([1, Number.NaN, 3, 4, Number.NaN]),
        id: texts(['zero', 'één', '', 'drei', '']),
        city: category(['', 'x', '', 'y', '']),
        tags: {
          kind: 'list',
          codes: Int32Array.of(0, 1, 1, 0),
          offsets: Uint32Array.of(0, 2, 3, 3, 4, 4),
          names: ['p', 'q'],
          empty: 1,
        },
        seen: {kind: 'instant', values: Float64Array.of(1, 2, 3, 4, 5), flaws: {empty: 0, text: 0}},
      },
    })
    const cut = cutEvaluation({...whole, baseline: whole.candidate, baselineColumns: whole.columns}, rows)
    expect(cut.baseline).toEqual(cut.candidate)
    expect(cut.baselineColumns).toEqual(cut.columns)
    expect(cut.sample.weights).toEqual(Float64Array.of(2, 4, 5))
    const sex = cut.groups.get('sex')
    expect(Array.from(sex?.codes ?? [], code => sex?.names[code])).toEqual(['m', '', 'f'])
    expect(sex?.empty).toBe(1)
    expect(cut.columns.get('amount')).toMatchObject({
      values: Float64Array.of(Number.NaN, 4, Number.NaN),
      flaws: {empty: 2},
    })
    const id = cut.columns.get('id')
    expect(id?.kind === 'text' ? [0, 1, 2].map(row => textAt(id, row)) : id).toEqual(['één', 'drei', ''])
    expect(id).toMatchObject({empty: 1})
    expect(cut.columns.get('tags')).toMatchObject({codes: Int32Array.of(1, 0), offsets: Uint32Array.of(0, 1, 2, 2)})
    expect(cut.columns.get('seen')).toMatchObject({values: Float64Array.of(2, 4, 5)})
  })

  test('cutting a cut is cutting once, and all rows are the whole', () => {
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), {minLength: 1, maxLength: 40}),
        fc.array(fc.boolean(), {maxLength: 40}),
        (first, second) => {
          const n = first.length
          const whole = binaryEvaluation({
            positive: first.map(Number),
            predicted: first.map((_, row) => row % 2),
            clusters: first.map((_, row) => row),
            groups: {g: first.map((_, row) => `g${row % 3}`)},
          })
          const kept = Uint32Array.from(first.flatMap((keep, row) => (keep ? [row] : [])))
          const again = Uint32Array.from([...kept].flatMap((_, at) => (second[at] ? [at] : [])))
          const composed = again.map(at => kept[at] ?? 0)
          expect(cutEvaluation(cutEvaluation(whole, kept), again)).toEqual(cutEvaluation(whole, composed))
          expect(
            cutEvaluation(
              whole,
              Uint32Array.from({length: n}, (_, row) => row),
            ),
          ).toEqual(whole)
        },
      ),
    )
  })
})
