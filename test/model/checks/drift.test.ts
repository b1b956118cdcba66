import {describe, expect, test} from 'vitest'
import type {DriftGate} from '../../../src/config/model-gate-schema.ts'
import {createRandom} from '../../../src/core/random.ts'
import {judgeDriftTable} from '../../../src/model/checks/drift.ts'
import {type DriftOptions, driftTable} from '../../../src/model/drift/drift-table.ts'
import {normalQuantile} from '../../../src/model/inference/normal.ts'
import type {Column} from '../../../src/model/readers/columns.ts'
import {categories, instants, lists, numbers, tableOf, texts} from '../evaluation/tables.ts'

const gate = (changes: Partial<DriftGate> = {}): DriftGate => ({
  drift: 'psi',
  against: 'train.csv',
  'at-most': 0.1,
  bins: 10,
  binning: 'reference-quantiles',
  'when-failed': 'block',
  ...changes,
})
const options: DriftOptions = {seed: 1, minRows: 30, columns: null}

function normal(seed: number, rows: number, shift = 0): number[] {
  const random = createRandom(seed)
  return Array.from({length: rows}, () => shift + normalQuantile((random.uint32() + 0.5) / 2 ** 32))
}

const judge = (judged: Record<string, Column>, reference: Record<string, Column>, changes: Partial<DriftGate> = {}) =>
  judgeDriftTable(gate(changes), driftTable(gate(changes), tableOf(judged), tableOf(reference), options))

function answers(judged: Record<string, Column>, reference: Record<string, Column>, changes: Partial<DriftGate> = {}) {
  return judge(judged, reference, changes).map(({verdict, reason}) => `${verdict} ${reason}`)
}

const words = (...values: readonly (string | null)[]) => categories(values)
const times = <T>(value: T, count: number): T[] => Array.from({length: count}, () => value)

describe('a drift gate', () => {
  test('passes what does not differ by more than chance, and says so', () => {
    const [finding] = judge({age: numbers(normal(1, 3000))}, {age: numbers(normal(2, 3000))})
    expect(finding).toMatchObject({verdict: 'pass', reason: 'model/drift-like-chance', n: 3000, limit: 'at most 0.1'})
    expect(finding?.what).toContain('no more than chance')
  })

  // Such values stand for "missing" in some stores; squared or subtracted they are infinite, and all shares alike.
  test.each([
    ['wasserstein', 'reference-quantiles'],
    ['psi', 'equal-width'],
  ] as const)('finds no likeness in numbers that no double can square: %s, %s', (drift, binning) => {
    const reference = [...normal(1, 3000), -1e308, 1e308]
    const judged = [...normal(2, 3000, 50), -1e308, 1e308]
    expect(answers({age: numbers(judged)}, {age: numbers(reference)}, {drift, binning})).toEqual([
      'error model/drift-number-too-large',
    ])
  })

  test('passes a difference that is sure and small: a limit is a plain sentence', () => {
    const [finding] = judge({age: numbers(normal(1, 20_000, 0.1))}, {age: numbers(normal(2, 20_000))})
    expect(finding).toMatchObject({verdict: 'pass', reason: 'model/drift-within-limit'})
    // By theory PSI of a shift of 0.1 standard deviations is 0.01.
    expect(finding?.value).toBeGreaterThan(0.005)
    expect(finding?.value).toBeLessThan(0.02)
  })

  test('fails a difference above the limit, names the column, and says what chance would show', () => {
    const [finding, ...more] = judge(
      {age: numbers(normal(1, 3000, 0.5)), income: numbers(normal(3, 3000))},
      {age: numbers(normal(2, 3000)), income: numbers(normal(4, 3000))},
    )
    expect(more).toEqual([])
    expect(finding).toMatchObject({verdict: 'fail', reason: 'model/drift-above-limit', id: 'model/drift-psi'})
    expect(finding?.what).toMatch(
      /^psi of "age" is 0\.\d+, on 3,000 rows against 3,000: above the limit of 0\.1; chance/,
    )
    expect(finding?.details?.columns).toHaveLength(2)
  })

  test('says nothing on a hundred rows, where PSI is above 0.1 six times in seven without any drift', () => {
    const [finding] = judge({age: numbers(normal(1, 100))}, {age: numbers(normal(2, 100))})
    expect(finding).toMatchObject({verdict: 'inconclusive', reason: 'model/drift-sample-too-small'})
    // (10 - 1)(2 / n) <= 0.1 / 3.
    expect(finding?.details?.rowsNeeded).toBe(540)
    expect(finding?.remedy).toContain('540')
  })

  test('fails on a hundred rows where nothing is where it was', () => {
    expect(answers({age: numbers(normal(1, 100, 50))}, {age: numbers(normal(2, 100))})).toEqual([
      'fail model/drift-above-limit',
    ])
  })

  test('is inconclusive below the smallest number of rows, whatever the limit', () => {
    expect(answers({sex: words(...times('f', 29))}, {sex: words(...times('f', 29))}, {'at-most': 5})).toEqual([
      'inconclusive model/drift-sample-too-small',
    ])
  })

  test('cannot show a limit of 0', () => {
    const [finding] = judge({age: numbers(normal(1, 5000))}, {age: numbers(normal(2, 5000))}, {'at-most': 0})
    expect(finding?.verdict).not.toBe('pass')
  })

  test.each(['psi', 'jensen-shannon', 'chi-square', 'total-variation'] as const)('compares words by %s', drift => {
    const reference = {sex: words(...times('f', 5000), ...times('m', 5000))}
    expect(answers({sex: words(...times('f', 2500), ...times('m', 2510))}, reference, {drift})).toEqual([
      'pass model/drift-like-chance',
    ])
    expect(answers({sex: words(...times('f', 4500), ...times('m', 500))}, reference, {drift})).toEqual([
      'fail model/drift-above-limit',
    ])
  })

  test.each(['ks', 'wasserstein'] as const)('compares numbers by %s', drift => {
    const reference = {age: numbers(normal(2, 3000))}
    expect(answers({age: numbers(normal(1, 3000))}, reference, {drift})).toEqual(['pass model/drift-like-chance'])
    expect(answers({age: numbers(normal(1, 3000, 0.5))}, reference, {drift})).toEqual(['fail model/drift-above-limit'])
  })

  test('shows the statistic and p-value of chi-square, and gates on the effect', () => {
    const [finding] = judge(
      {sex: words(...times('f', 50_500), ...times('m', 49_500))},
      {sex: words(...times('f', 50_000), ...times('m', 50_000))},
      {drift: 'chi-square'},
    )
    // p = 0.025, and nobody needs to know: V = 0.005.
    expect(finding).toMatchObject({verdict: 'pass', reason: 'model/drift-within-limit'})
    expect(finding?.details?.p).toBeCloseTo(0.0253, 3)
    expect(finding?.value).toBeCloseTo(0.005, 4)
  })

  test('compares missing values, in both directions', () => {
    const full = {age: numbers([...times(1.5, 2000)])}
    const holes = {age: numbers([...times(1.5, 1500), ...times(null, 500)])}
    expect(answers(holes, full, {drift: 'missing-rate'})).toEqual(['fail model/drift-above-limit'])
    expect(answers(full, holes, {drift: 'missing-rate'})).toEqual(['fail model/drift-above-limit'])
    expect(answers(full, full, {drift: 'missing-rate'})).toEqual(['pass model/drift-like-chance'])
    expect(answers({age: numbers(times(null, 2000))}, full, {drift: 'missing-rate'})).toEqual([
      'fail model/drift-above-limit',
    ])
  })

  test('takes "no missing value more" as a sentence about these rows', () => {
    const full = {age: numbers(times(1.5, 2000))}
    expect(answers(full, full, {drift: 'missing-rate', 'at-most': 0})).toEqual(['pass model/drift-within-limit'])
  })

  test('counts rows of categories that the reference does not have', () => {
    const reference = {city: words(...times('Bern', 500), ...times('Basel', 500))}
    const ask = {drift: 'new-categories', 'at-most': 0} as const
    expect(answers({city: words(...times('Bern', 200))}, reference, ask)).toEqual(['pass model/drift-within-limit'])
    const [finding] = judge({city: words(...times('Bern', 199), 'Chur')}, reference, ask)
    expect(finding).toMatchObject({verdict: 'fail', value: 0.005})
    expect(JSON.stringify(finding)).not.toContain('Chur')
  })

  test('does not pass new-categories against a reference that is too small to know them', () => {
    const few = {city: words(...Array.from({length: 60}, (_, row) => `c${row}`))}
    const [finding] = judge({city: words(...times('c1', 300))}, few, {drift: 'new-categories', 'at-most': 0.05})
    expect(finding).toMatchObject({verdict: 'inconclusive', reason: 'model/drift-sample-too-small'})
  })
})

describe('columns that a drift gate compares', () => {
  const age = (seed: number) => numbers(normal(seed, 3000))

  test.each([
    ['only one side has', {age: age(1), new: age(3)}, {age: age(2)}, 'model/drift-column-missing'],
    [
      'hold numbers on one side and words on the other',
      {age: words(...times('a', 3000))},
      {age: age(2)},
      'model/drift-kinds-differ',
    ],
    ['are empty on one side', {age: numbers(times(null, 50))}, {age: age(2)}, 'model/drift-column-empty'],
    [
      'hold infinities',
      {age: numbers([...normal(1, 100), Number.POSITIVE_INFINITY])},
      {age: age(2)},
      'model/drift-not-finite',
    ],
    [
      'hold free text',
      {age: texts(Array.from({length: 10_001}, (_, row) => `t${row}`))},
      {age: words('a')},
      'model/drift-too-many-categories',
    ],
  ])('are an error where they %s', (_, judged, reference, reason) => {
    expect(answers(judged, reference)).toContain(`error ${reason}`)
  })

  test('are named together where they have one problem, and the others are judged', () => {
    const findings = judge({age: age(1), b: age(3), c: age(4)}, {age: age(2)})
    expect(findings.map(({verdict}) => verdict)).toEqual(['error', 'pass'])
    expect(findings[0]?.what).toBe('Of each of the columns "b", "c" holds: it is not in the reference.')
  })

  test('are an error where one that was named is on neither side', () => {
    expect(answers({age: age(1)}, {age: age(2)}, {among: ['agee']})).toEqual(['error model/drift-column-missing'])
  })

  test('leave words out where numbers are asked about, and refuse them where they are named', () => {
    const [judged, reference] = [
      {age: age(1), sex: words(...times('f', 3000))},
      {age: age(2), sex: words(...times('f', 3000))},
    ]
    const [finding] = judge(judged, reference, {drift: 'ks'})
    expect(finding).toMatchObject({verdict: 'pass', details: {leftOut: ['sex']}})
    expect(answers(judged, reference, {drift: 'ks', among: ['sex']})).toEqual(['error model/drift-column-unfit'])
    expect(answers({sex: judged.sex}, {sex: reference.sex}, {drift: 'ks'})).toEqual([
      'error model/drift-nothing-compared',
    ])
  })

  test('are numbers where few of them differ on one side only', () => {
    const whole = Array.from({length: 3000}, (_, row) => row % 30)
    const few = {age: words(...whole.map(value => String(value % 15)))}
    expect(answers(few, {age: numbers(whole)}, {drift: 'ks'})).toEqual(['fail model/drift-above-limit'])
  })

  test('cannot be told apart by wasserstein where the reference is constant', () => {
    const constant = {age: numbers(times(3, 100))}
    expect(answers({age: numbers(times(4, 100))}, constant, {drift: 'wasserstein'})).toEqual([
      'error model/drift-reference-constant',
    ])
    expect(answers(constant, constant, {drift: 'wasserstein'})).toEqual(['pass model/drift-like-chance'])
    expect(answers({age: numbers(times(4, 3000))}, {age: numbers(times(3, 3000))})).toEqual([
      'fail model/drift-above-limit',
    ])
  })

  test('of points in time are compared as numbers, and lists only by their missing rows', () => {
    const days = (from: number) =>
      instants(Array.from({length: 600}, (_, row) => `2026-01-${String(1 + ((row + from) % 28)).padStart(2, '0')}`))
    expect(answers({seen: days(0)}, {seen: days(3)})).toEqual(['pass model/drift-like-chance'])
    const tags = {tags: lists(times(['a', 'b'], 600))}
    expect(answers(tags, tags, {among: ['tags']})).toEqual(['error model/drift-column-unfit'])
    expect(answers(tags, tags, {drift: 'missing-rate'})).toEqual(['pass model/drift-like-chance'])
  })

  test('are an error where a side has no row', () => {
    const [finding] = judge({age: numbers([])}, {age: age(2)})
    expect(finding).toMatchObject({
      verdict: 'error',
      reason: 'model/drift-no-rows',
      what: 'There is no row in the judged data.',
    })
  })

  test('leave out what names rows, and what an evaluation adds', () => {
    const columns = {
      id: 'id',
      label: 'label',
      score: 'score',
      cluster: 'customer',
      timestamp: 'seen',
      groups: ['sex'],
      separator: '|',
    } as const
    const judged = tableOf({
      id: texts(normal(1, 600).map(String)),
      customer: texts(normal(2, 600).map(String)),
      score: numbers(normal(3, 600)),
      label: words(...times('good', 600)),
      age: numbers(normal(4, 600)),
    })
    const reference = tableOf({
      id: texts(normal(5, 600).map(String)),
      label: words(...times('good', 600)),
      age: numbers(normal(6, 600)),
    })
    const table = driftTable(gate(), judged, reference, {...options, columns: {...columns, groups: ['sex']}})
    expect(table.problems).toEqual([])
    expect(table.columns.map(({column}) => column).sort()).toEqual(['age', 'label'])
    expect([...table.leftOut].sort()).toEqual(['id', 'score'])
  })
})

describe('the order of rows', () => {
  test('changes nothing', () => {
    const values = normal(1, 500)
    const shuffled = [...values].reverse()
    for (const drift of ['psi', 'ks', 'wasserstein', 'total-variation'] as const) {
      const reference = {age: numbers(normal(2, 900))}
      expect(judge({age: numbers(shuffled)}, reference, {drift})).toEqual(
        judge({age: numbers(values)}, reference, {drift}),
      )
    }
  })
})
