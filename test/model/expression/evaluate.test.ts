import {describe, expect, test} from 'vitest'
import {numbersOf, selectRows} from '../../../src/model/expression/evaluate.ts'
import {type Expression, parseExpression} from '../../../src/model/expression/expression.ts'
import type {Column} from '../../../src/model/readers/columns.ts'
import {categories, instants, lists, numbers, texts} from '../evaluation/tables.ts'
import {people, peopleRows} from './people.ts'

function parsed(text: string): Expression {
  const expression = parseExpression(text)
  if (expression.kind === 'error') throw new Error(expression.what)
  return expression
}

/** T, F or ? of each row. */
function truths(text: string, columns: ReadonlyMap<string, Column> = people, rows = peopleRows): string {
  const yes = selectRows(parsed(text), columns, rows)
  const no = selectRows(parsed(`not (${text})`), columns, rows)
  if (yes.kind === 'undefined' || no.kind === 'undefined') throw new Error('the expression cannot be evaluated')
  const letters = Array.from(yes.chosen, (flag, row) => (flag === 1 ? 'T' : no.chosen[row] === 1 ? 'F' : '?'))
  expect(letters.filter(letter => letter === '?')).toHaveLength(yes.unknown)
  return letters.join('')
}

function values(text: string, columns: ReadonlyMap<string, Column> = people, rows = peopleRows): (number | null)[] {
  const result = numbersOf(parsed(text), columns, rows)
  if (!(result instanceof Float64Array)) throw new Error(result.what)
  return Array.from(result, value => (Number.isNaN(value) ? null : value))
}

describe('a condition is true, false or unknown on each row', () => {
  // age: 19 42 - 25 68   amount: 100 250.5 80 - 0   paid: 100 0 80 10 0   sex: f m f - m
  test.each([
    ['age < 25', 'TF?FF'],
    ['age <= 25', 'TF?TF'],
    ['25 > age', 'TF?FF'],
    ['age >= 25', 'FT?TT'],
    ['age == 42', 'FT?FF'],
    ['age != 42', 'TF?TT'],
    ["sex == 'female'", 'TFT?F'],
    ['sex == "female"', 'TFT?F'],
    ["'female' != sex", 'FTF?T'],
    ["sex == 'unheard of'", 'FFF?F'],
    ["age < 25 and sex == 'female'", 'TF?FF'],
    ["age < 25 or sex == 'female'", 'TFT?F'],
    ["not age < 25 and sex == 'male'", 'FTF?T'],
    ['age in [19, 25]', 'TF?TF'],
    ['age not in [19, 25]', 'FT?FT'],
    ['amount - 100 in [0, -100, -20]', 'TFT?T'],
    ["sex in ['female', 'other']", 'TFT?F'],
    ["sex not in ['female', 'other']", 'FTF?T'],
    ['age is missing', 'FFTFF'],
    ['age is present', 'TTFTT'],
    ['age is not missing', 'TTFTT'],
    ['age is not present', 'FFTFF'],
    ['sex is missing', 'FFFTF'],
    ['note is missing', 'TFFTF'],
    ['seen is missing', 'FFTFF'],
    ["seen is missing or seen < '2026-01-01'", 'FFTFT'],
    ['amount / paid is missing', 'FTFTT'],
    ["note == 'late' and note is present", 'FTFFT'],
    ["note == 'née Müller'", '?FT?F'],
    ['amount == paid', 'TFT?T'],
    ['amount > paid', 'FTF?F'],
    ['sex == `partner sex`', 'TFF??'],
    ['sex != `partner sex`', 'FTT??'],
    ["seen >= '2026-07-01'", 'FF?TF'],
    ["'2026-01-01' <= seen and seen < '2026-07-01T00:00:00+02:00'", 'TF?FF'],
    ["seen < '2026-07-01T00:00:00Z'", 'TT?FT'],
    ['class == 1', 'FTTF?'],
    ['class + 1 == 1', 'TFFT?'],
    ['(age < 25) == (amount == paid)', 'TT??F'],
    ['if(age is missing, 0, age) < 25', 'TFTFF'],
    ['abs(paid - 50) == 50', 'TTFFT'],
    ['min(age, 25) == 25', 'FT?TT'],
    ['1 == 1', 'TTTTT'],
    ['1 / 0 == 1', '?????'],
  ])('%s', (text, expected) => {
    expect(truths(text)).toBe(expected)
  })

  test('by the three-valued logic of Kleene', () => {
    const logic = new Map<string, Column>([
      ['a', numbers([1, 1, 1, 0, 0, 0, null, null, null])],
      ['b', numbers([1, 0, null, 1, 0, null, 1, 0, null])],
    ])
    expect(truths('a == 1 and b == 1', logic, 9)).toBe('TF?FFF?F?')
    expect(truths('a == 1 or b == 1', logic, 9)).toBe('TTTTF?T??')
    expect(truths('not a == 1', logic, 9)).toBe('FFFTTT???')
  })

  test('and an unknown row is not chosen, but counted', () => {
    expect(selectRows(parsed('age < 50'), people, peopleRows)).toEqual({
      kind: 'selection',
      chosen: Uint8Array.of(1, 1, 0, 1, 0),
      unknown: 1,
    })
  })
})

describe('a value is a number or missing on each row', () => {
  test.each<[string, (number | null)[]]>([
    ['amount', [100, 250.5, 80, null, 0]],
    ['amount * 2 + 1', [201, 502, 161, null, 1]],
    ['1 + amount * 2', [201, 502, 161, null, 1]],
    ['(1 + amount) * 2', [202, 503, 162, null, 2]],
    ['amount - paid - 1', [-1, 249.5, -1, null, -1]],
    ['amount - (paid - 1)', [1, 251.5, 1, null, 1]],
    ['8 / 4 / 2 + paid * 0', [1, 1, 1, 1, 1]],
    ['-paid', [-100, -0, -80, -10, -0]],
    ['- -paid + 1', [101, 1, 81, 11, 1]],
    ['2 * -paid', [-200, -0, -160, -20, -0]],
    ['amount / paid', [1, null, 1, null, null]],
    ['1e308 * 10 * paid', [null, null, null, null, null]],
    ['abs(20 - age)', [1, 22, null, 5, 48]],
    ['min(age, paid, 60)', [19, 0, null, 10, 0]],
    ['max(age, paid, 60)', [100, 60, null, 60, 68]],
    ['if(paid > 50, amount, -1)', [100, -1, 80, -1, -1]],
    ['if(age > 40, 1, 0)', [0, 1, null, 0, 1]],
    ["amount * (sex == 'female') - 5", [95, -5, 75, null, -5]],
    ["sex == 'male'", [0, 1, 0, null, 1]],
    ['(age > 20) + (paid > 20)', [1, 1, null, 1, 1]],
    ['class * 10', [0, 10, 10, 0, null]],
    ['.5 + 1. + 1e-1 + 1E+1', [11.6, 11.6, 11.6, 11.6, 11.6]],
  ])('%s', (text, expected) => {
    expect(values(text)).toEqual(expected)
  })

  test('on every row, however the rows fall into blocks', () => {
    for (const rows of [0, 1, 1023, 1024, 1025, 3000]) {
      const column = numbers(Array.from({length: rows}, (_, row) => row))
      const sides = categories(Array.from({length: rows}, (_, row) => (row % 3 === 0 ? 'left' : 'right')))
      const columns = new Map<string, Column>([
        ['row', column],
        ['side', sides],
      ])
      const result = numbersOf(parsed("row * 2 + (side == 'left')"), columns, rows)
      expect(result).toEqual(Float64Array.from({length: rows}, (_, row) => row * 2 + (row % 3 === 0 ? 1 : 0)))
    }
  })
})

test('a sum of very many terms has a value', () => {
  expect(values(`${'paid + '.repeat(900)}1`)).toEqual([90_001, 1, 72_001, 9001, 1])
})

describe('columns hold what an expression needs, or it has no answer', () => {
  function problem(text: string, columns: ReadonlyMap<string, Column> = people) {
    const result = selectRows(parsed(text), columns, peopleRows)
    if (result.kind === 'selection') throw new Error('expected no answer')
    const {verdict, reason, what} = result
    return `${verdict} ${reason}: ${what}`
  }

  test.each([
    [
      'agee < 25',
      'error model/expression-unknown-column: "agee < 25" names the column "agee", which the data does not have. Did you mean age?',
    ],
    [
      'sex == female',
      'error model/expression-unknown-column: "sex == female" names the column "female", which the data does not have. A text stands in quotes: \'text\'.',
    ],
    [
      "partner == 'male'",
      'error model/expression-unknown-column: "partner == \'male\'" names the column "partner", which the data does not have. Did you mean `partner sex` in backquotes?',
    ],
    [
      'sex > 3',
      'error model/expression-type: "sex > 3": the column "sex" holds text on 4 rows, where the expression needs numbers.',
    ],
    [
      "age == 'old'",
      'error model/expression-type: "age == \'old\'": the column "age" holds numbers; compare it with a number, not with a text.',
    ],
    [
      "seen == '2026-01-01'",
      'error model/expression-type: "seen == \'2026-01-01\'": the column "seen" holds points in time; compare it by <, <=, > or >=.',
    ],
    [
      'seen > 3',
      'error model/expression-type: "seen > 3": the column "seen" holds points in time; compare it with one, such as \'2026-01-31\'.',
    ],
    [
      "age > '2026-01-01'",
      'error model/expression-type: "age > \'2026-01-01\'": the column "age" is compared with a point in time and holds none.',
    ],
    [
      'age == sex',
      'error model/expression-type: "age == sex": the column "sex" holds text on 4 rows, where the expression needs numbers.',
    ],
    ['age + 1', 'error model/expression-no-condition: "age + 1" gives a number; expected a condition, as in … > 0.'],
  ])('%s', (text, expected) => {
    expect(problem(text)).toBe(expected)
  })

  test('where some cells of a number column hold text', () => {
    const columns = new Map<string, Column>([['age', numbers([1, 2, null, 4, 'old'])]])
    expect(problem('age > 3', columns)).toContain('holds text on 1 row, where the expression needs numbers.')
  })

  test('where some cells of a time column hold text', () => {
    const columns = new Map<string, Column>([['seen', instants(['soon', 'now', 'soon', 'now', 'soon'])]])
    expect(problem("seen > '2026-01-01'", columns)).toContain('holds text on 5 rows')
  })

  test('where a cell holds a list', () => {
    const columns = new Map<string, Column>([['tags', lists([['a'], null, [], ['a', 'b'], ['b']])]])
    expect(problem("tags == 'a'", columns)).toContain('holds lists, which an expression cannot read.')
  })

  test('where whole numbers are too large to be told apart', () => {
    const columns = new Map<string, Column>([['account', numbers([1, 2, 3, 4, 9007199254740993n])]])
    for (const text of ['account == 3', '3 != account', 'account in [3]', 'account == account']) {
      expect(problem(text, columns)).toMatch(
        /^error model\/expression-type: .* beyond 2\^53, which cannot be compared exactly/,
      )
    }
    expect(truths('account > 3', columns)).toBe('FFFTT')
  })

  test('and what is missing is the same, whether a column of numbers is read as numbers or not', () => {
    const cells = ['1', '', 'NaN', 'null', '-2.5']
    for (const column of [numbers([1, null, null, null, -2.5]), texts(cells), categories(cells)]) {
      expect(truths('x is missing', new Map([['x', column]]))).toBe('FTTTF')
    }
    for (const column of [texts(['NA', '', 'DE', 'null', '1']), categories(['NA', '', 'DE', 'null', '1'])]) {
      expect(truths('x is missing', new Map([['x', column]]))).toBe('FTFFF')
    }
  })

  test('and columns that are compared with each other may be numbers, classes or texts', () => {
    const columns = new Map<string, Column>([
      ['label', numbers([1, 2, null, 4])],
      ['prediction', numbers([1, 3, 3, null])],
      ['code', categories(['1.0', '2', '3', 'NaN'])],
      ['word', texts(['x', 'y', '', 'z'])],
      ['other', categories(['x', '', 'y', 'y'])],
    ])
    expect(truths('label == prediction', columns, 4)).toBe('TF??')
    expect(truths('label == prediction and code == label', columns, 4)).toBe('TF??')
    expect(truths('word == other', columns, 4)).toBe('T??F')
  })
})
