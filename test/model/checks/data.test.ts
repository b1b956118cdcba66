import {describe, expect, test} from 'vitest'
import type {DataGate} from '../../../src/config/model-gate-schema.ts'
import {UserError} from '../../../src/core/failure.ts'
import {judgeData} from '../../../src/model/checks/data.ts'
import type {DataFacts} from '../../../src/model/data/data-facts.ts'
import type {Gathered} from '../../../src/model/gather-fact.ts'
import type {Column, Table} from '../../../src/model/readers/columns.ts'
import type {DataFile} from '../../../src/model/readers/table.ts'
import {categories, instants, lists, numbers, tableOf, texts} from '../evaluation/tables.ts'

const gate = (changes: Partial<DataGate>): DataGate => ({
  data: 'new.csv',
  against: 'old.csv',
  'same-columns': false,
  unique: [],
  references: [],
  'same-values': [],
  'when-failed': 'block',
  ...changes,
})

const gathered = <T>(value: T): Gathered<T> => ({kind: 'gathered', value})
const file = (path: string, table: Table): Gathered<DataFile> =>
  gathered({path, table, parts: [], digest: `sha256:${'0'.repeat(64)}`, notes: []})

function judge(
  changes: Partial<DataGate>,
  fresh: Record<string, Column>,
  old: Record<string, Column> = fresh,
  others: Readonly<Record<string, Record<string, Column>>> = {},
) {
  const facts: DataFacts = {
    fresh: file('new.csv', tableOf(fresh)),
    old: file('old.csv', tableOf(old)),
    keys: gathered(tableOf(fresh)),
    others: new Map(Object.entries(others).map(([path, columns]) => [path, gathered(tableOf(columns))])),
  }
  return judgeData(gate(changes), facts)
}

const answers = (...asked: Parameters<typeof judge>) =>
  judge(...asked).map(({verdict, reason}) => `${verdict} ${reason}`)

const rows = (count: number) => ({n: numbers(Array.from({length: count}, (_, row) => row + 0.5))})

describe('the number of rows', () => {
  test.each([
    [100, 100, 0, 'pass model/data-rows-kept'],
    [101, 100, 1, 'pass model/data-rows-kept'],
    [99, 100, 1, 'pass model/data-rows-kept'],
    [102, 100, 1, 'fail model/data-rows-differ'],
    [98, 100, 1, 'fail model/data-rows-differ'],
    // 1 % of 300 is 3, whatever a double makes of it.
    [303, 300, 1, 'pass model/data-rows-kept'],
    [101, 100, 0, 'fail model/data-rows-differ'],
  ])('%d after %d within %d %%', (now, before, within, answer) => {
    expect(answers({'rows-within': within}, rows(now), rows(before))).toEqual([answer])
  })

  test('says how many there were', () => {
    const [finding] = judge({'rows-within': 1}, rows(90), rows(100))
    expect(finding?.what).toBe('90 rows, 100 before (-10%): further apart than 1%.')
    // The value is a share, as every value beside a limit in percent: a report shows it as -10%.
    expect(finding).toMatchObject({value: -0.1, limit: 'within 1%'})
  })
})

describe('columns', () => {
  const ask = {'same-columns': true}
  const a = numbers([1.5, 2])

  test('may stand in another order, and words may be few or many', () => {
    expect(answers(ask, {a, b: texts(['x', 'y'])}, {b: categories(['x', 'y']), a})).toEqual([
      'pass model/data-columns-same',
    ])
  })

  test('are numbers, whether few or many of them differ', () => {
    expect(answers(ask, {a: categories(['1', '2'])}, {a})).toEqual(['pass model/data-columns-same'])
    // A code with leading zeros is no number.
    expect(answers(ask, {a: categories(['01', '02'])}, {a})).toEqual(['fail model/data-columns-differ'])
  })

  test('that are gone, new or of another kind are named', () => {
    const [finding] = judge(ask, {b: a, c: texts(['x', 'y'])}, {a, c: numbers([1, 2])})
    expect(finding).toMatchObject({
      verdict: 'fail',
      what: 'Columns gone: a; new: b; of another kind: c (numbers, now words).',
      details: {gone: ['a'], added: ['b'], changed: ['c (numbers, now words)']},
    })
  })

  test('of objects are told from others, and never called the same values', () => {
    const nested: Table = {rows: 1, columns: new Map(), header: ['a']}
    const plain = tableOf({a: texts(['x'])})
    const ask = (fresh: Table, old: Table) =>
      judgeData(gate({'same-columns': true, 'same-values': ['a']}), {
        fresh: file('new.jsonl', fresh),
        old: file('old.jsonl', old),
        keys: null,
        others: new Map(),
      }).map(({verdict, reason}) => `${verdict} ${reason}`)
    expect(ask(nested, nested)).toEqual(['pass model/data-columns-same', 'error model/data-column-nested'])
    expect(ask(nested, plain)).toEqual(['fail model/data-columns-differ', 'error model/data-column-nested'])
  })

  test('without a value are of any kind', () => {
    expect(answers(ask, {a: texts([null, null])}, {a})).toEqual(['pass model/data-columns-same'])
  })
})

describe('missing values', () => {
  const share = (missing: number, of: number) => ({
    a: numbers(Array.from({length: of}, (_, row) => (row < missing ? null : row))),
    b: texts(Array.from({length: of}, () => 'x')),
  })

  test.each([
    [10, 10, 0, 'pass model/data-missing-kept'],
    [10, 20, 0, 'pass model/data-missing-kept'],
    [30, 10, 20, 'pass model/data-missing-kept'],
    [31, 10, 20, 'fail model/data-missing-grew'],
    [1, 0, 0, 'fail model/data-missing-grew'],
  ])('%d %% after %d %% may have grown by %d points', (now, before, mayGrow, answer) => {
    expect(answers({'missing-may-grow': mayGrow}, share(now, 100), share(before, 100))).toEqual([answer])
  })

  test('are told by the column that grew most', () => {
    const [finding] = judge({'missing-may-grow': 1}, share(30, 100), share(10, 100))
    expect(finding).toMatchObject({value: 20, details: {column: 'a', grown: ['a: 10 % to 30 %']}})
  })

  test('are an error where no column is in both', () => {
    expect(answers({'missing-may-grow': 1}, {a: numbers([1])}, {b: numbers([1])})).toEqual([
      'error model/data-no-shared-column',
    ])
  })
})

describe('keys', () => {
  test.each([
    [['1', '2', '3'], 'pass model/data-key-unique'],
    [['1', '2', '1'], 'fail model/data-key-repeated'],
    [['1', '01', '1.0'], 'pass model/data-key-unique'],
    [['1', null, '3'], 'fail model/data-key-missing'],
    [[null, null], 'fail model/data-key-missing'],
  ])('%j', (values, answer) => {
    expect(answers({unique: ['id']}, {id: texts(values)})).toEqual([answer])
  })

  test('of several columns count together', () => {
    const columns = {shop: texts(['a', 'a', 'b']), order: texts(['1', '2', '1'])}
    expect(answers({unique: [['shop', 'order'], 'shop']}, columns)).toEqual([
      'pass model/data-key-unique',
      'fail model/data-key-repeated',
    ])
  })

  test('of a column that is not there are an error', () => {
    expect(answers({unique: ['id']}, {a: texts(['x'])})).toEqual(['error model/data-column-missing'])
  })

  test('are never shown', () => {
    expect(JSON.stringify(judge({unique: ['id']}, {id: texts(['secret', 'secret'])}))).not.toContain('secret')
  })
})

describe('foreign keys', () => {
  const ask = {references: [{column: 'customer', in: 'customers.csv', 'its-column': 'id'}]}
  const customers = {'customers.csv': {id: texts(['1', '2', '2'])}}

  test.each([
    [['1', '2', '1'], 'pass model/data-references-kept'],
    [['1', null], 'pass model/data-references-kept'],
    [['1', '3'], 'fail model/data-reference-broken'],
    [['01'], 'fail model/data-reference-broken'],
    [[null, null], 'error model/data-reference-empty'],
  ])('%j', (values, answer) => {
    expect(answers(ask, {customer: texts(values)}, {a: texts(['x'])}, customers)).toEqual([answer])
  })

  test('into a column that is not there are an error', () => {
    expect(answers(ask, {customer: texts(['1'])}, {a: texts(['x'])}, {'customers.csv': {key: texts(['1'])}})).toEqual([
      'error model/data-column-missing',
    ])
  })
})

/** As a reader counts whole numbers that a double cannot hold. */
const roundedNumbers = {...numbers([2 ** 60]), rounded: 1}

describe('values of a column', () => {
  const ask = {'same-values': ['a']}

  test('may stand in another order, numbers in another form', () => {
    expect(answers(ask, {a: numbers([1, 2, null])}, {a: numbers([null, 2, 1])})).toEqual([
      'pass model/data-values-same',
    ])
    expect(answers(ask, {a: categories(['1', '2.0'])}, {a: numbers([2, 1])})).toEqual(['pass model/data-values-same'])
  })

  test.each<[string, Column, Column, string]>([
    ['one value differs', numbers([1, 2]), numbers([1, 3]), 'fail model/data-values-differ'],
    ['one stands there once more', texts(['a', 'a', 'b']), texts(['a', 'b', 'b']), 'fail model/data-values-differ'],
    ['one got lost', numbers([1, null]), numbers([1, 2]), 'fail model/data-values-differ'],
    ['the kind changed', texts(['x', 'y']), numbers([1.5, 2.5]), 'fail model/data-values-differ'],
    ['texts differ in a space', texts(['a ']), texts(['a']), 'fail model/data-values-differ'],
    [
      'times differ by an hour',
      instants(['2026-01-01T00:00:00Z']),
      instants(['2026-01-01T00:00:00+01:00']),
      'fail model/data-values-differ',
    ],
    ['lists differ in order', lists([['a', 'b']]), lists([['b', 'a']]), 'fail model/data-values-differ'],
    [
      'whole numbers are beyond what a double holds',
      roundedNumbers,
      roundedNumbers,
      'error model/data-numbers-rounded',
    ],
    ['a cell is infinite', numbers([Number.POSITIVE_INFINITY]), numbers([1]), 'error model/data-cells-unusable'],
    ['there is none on either side', texts([null]), texts([null]), 'error model/data-column-empty'],
  ])('where %s', (_, fresh, old, answer) => {
    expect(answers(ask, {a: fresh}, {a: old})).toEqual([answer])
  })

  test('say how many differ, and never which', () => {
    const [finding] = judge(ask, {a: texts(['secret', 'b'])}, {a: texts(['hidden', 'b'])})
    expect(finding?.what).toContain('1 value is only in the new data set, 1 only in the old one')
    expect(JSON.stringify(finding)).not.toMatch(/secret|hidden/)
  })

  test('of a column that is on one side only are an error', () => {
    expect(answers(ask, {a: numbers([1])}, {b: numbers([1])})).toEqual(['error model/data-column-missing'])
  })
})

describe('a data gate never passes', () => {
  const missing: Gathered<never> = {
    kind: 'missing',
    failure: new UserError('file/not-found', '"new.csv" does not exist.', {hint: 'Check the path.'}),
  }
  const table = file('old.csv', tableOf(rows(3)))
  const nobody = {keys: null, others: new Map()}

  test('where a data set is absent', () => {
    const [finding, ...more] = judgeData(gate({'rows-within': 100}), {fresh: missing, old: table, ...nobody})
    expect(more).toEqual([])
    expect(finding).toMatchObject({verdict: 'error', reason: 'model/data-missing', what: '"new.csv" does not exist.'})
    expect(judgeData(gate({}), {fresh: table, old: missing, ...nobody})[0]?.verdict).toBe('error')
  })

  test('where a data set that it points to is absent, and the other questions are answered', () => {
    const ask = gate({'rows-within': 1, references: [{column: 'n', in: 'customers.csv'}]})
    const findings = judgeData(ask, {
      fresh: table,
      old: table,
      keys: gathered(tableOf({n: texts(['1', '2', '3'])})),
      others: new Map([['customers.csv', missing]]),
    })
    expect(findings.map(({verdict}) => verdict)).toEqual(['error', 'pass'])
  })

  test.each([
    [0, 3],
    [3, 0],
    [0, 0],
  ])('of %d rows against %d', (now, before) => {
    const asked = {
      'rows-within': 100,
      'same-columns': true,
      'missing-may-grow': 100,
      unique: ['n'],
      'same-values': ['n'],
    }
    const found = answers(
      asked,
      {n: texts(Array.from({length: now}, String))},
      {n: texts(Array.from({length: before}, String))},
    )
    expect(new Set(found)).toEqual(new Set(['error model/data-empty']))
  })

  test('where nothing is asked', () => {
    expect(answers({}, rows(3))).toEqual(['error model/data-nothing-asked'])
  })
})
