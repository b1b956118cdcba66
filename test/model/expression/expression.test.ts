import {describe, expect, test} from 'vitest'
import {kindsOf, parseExpression} from '../../../src/model/expression/expression.ts'

function error(text: string) {
  const expression = parseExpression(text)
  if (expression.kind !== 'error') throw new Error('expected an error')
  return expression
}

describe('a mistake is told with its place and what was probably meant', () => {
  test.each<[text: string, what: string, hint: string | undefined]>([
    ['', 'character 1: expected an expression, got the end', undefined],
    ['   ', 'character 4: expected an expression, got the end', undefined],
    ['age <', 'character 6: expected a number, a text in quotes or a column, got the end', undefined],
    ['age < )', 'character 7: expected a number, a text in quotes or a column, got ")"', undefined],
    ['(age < 3', 'character 9: expected an operator, or ")", got the end', undefined],
    ['age < 3)', 'character 8: expected an operator or the end, got ")"', undefined],
    ['age = 3', 'character 5: "=" means nothing here', 'Write == for "is equal to".'],
    ['age <> 3', 'character 5: "<>" means nothing here', 'Write != for "is not equal to".'],
    ['a > 1 && b > 1', 'character 7: "&" means nothing here', 'Write `and`.'],
    ['a > 1 || b > 1', 'character 7: "|" means nothing here', 'Write `or`.'],
    ['!(a > 1)', 'character 1: "!" means nothing here', 'Write `not` before it, or != for "is not equal to".'],
    ['a > 1 AND b > 1', 'character 7: expected an operator or the end, got "AND"', 'Write it in small letters: and.'],
    ['rate > 25%', 'character 10: "%" means nothing here', 'Write a share as a number, 0.25 for 25 %.'],
    ['sex == “female”', 'character 8: "“" means nothing here', 'Write plain quotes.'],
    ["sex == 'female", "character 8: this ' has no second one that closes it", undefined],
    ['`age > 3', 'character 1: this ` has no second one that closes it', undefined],
    ['`` > 3', 'character 1: a column has no name', undefined],
    ['18 < age < 25', 'character 10: a comparison has two sides', 'Join two comparisons: 1 < a and a < 3.'],
    ['a == b == c', 'character 8: a comparison has two sides', 'Join two comparisons: 1 < a and a < 3.'],
    [
      'age is null',
      'character 8: expected "missing" or "present" after "is", got "null"',
      'For "is equal to" write ==.',
    ],
    ['age == null', 'character 8: expected a number, a text in quotes or a column, got "null"', 'Write `is missing`.'],
    [
      'new == true',
      'character 8: expected a number, a text in quotes or a column, got "true"',
      "For a column of true and false write == 'true'.",
    ],
    [
      'in > 3',
      'character 1: expected a number, a text in quotes or a column, got "in"',
      'A column of this name stands in backquotes: `in`.',
    ],
    ["sex in 'female'", 'character 8: expected a list in brackets after "in", got the text \'female\'', undefined],
    ['age in []', 'character 9: expected a number or a text in quotes, got "]"', undefined],
    ['age in [1, ]', 'character 12: expected a number or a text in quotes, got "]"', undefined],
    ['age in [1 2]', 'character 11: expected a comma, or "]" at the end of the list, got 2', undefined],
    ["age in [1, 'x']", "character 12: expected a list of numbers only, or of texts only, got the text 'x'", undefined],
    ["age in [-'x']", "character 10: expected a number, got the text 'x'", undefined],
    ["sex in ['']", 'character 9: the empty text is a missing value', 'Write `or … is missing`.'],
    ["age + 1 in ['x']", 'character 5: expected a column before a list of texts', undefined],
    ["sex == ''", 'character 8: the empty text is a missing value', 'Write `is missing` or `is present`.'],
    [
      "sex > 'm'",
      "character 7: texts have no order: expected a number, or a point in time such as '2026-01-31'",
      undefined,
    ],
    [
      "seen > '2026-13-01'",
      "character 8: texts have no order: expected a number, or a point in time such as '2026-01-31'",
      undefined,
    ],
    [
      "seen > '2026-02-30'",
      "character 8: texts have no order: expected a number, or a point in time such as '2026-01-31'",
      undefined,
    ],
    [
      "seen > '2026-01-01T10:00'",
      "character 8: texts have no order: expected a number, or a point in time such as '2026-01-31'",
      undefined,
    ],
    [
      "'a' == 'b'",
      'character 1: two texts are compared: one side must be a column',
      'A column stands without quotes, or in backquotes: `unit price`.',
    ],
    ["age + 1 == 'x'", "character 12: expected a number, got the text 'x'", undefined],
    [
      "'sex' * 2",
      "character 1: expected a number, got the text 'sex'",
      'A column stands without quotes, or in backquotes: `unit price`.',
    ],
    [
      'churned and age > 3',
      'character 1: expected a condition, got the column "churned"',
      "Compare it: churned == 'true', or churned > 0.",
    ],
    ['age > 3 and 1', 'character 13: expected a condition, got a number', 'Compare it, as in … > 0.'],
    ["age > 3 or 'x'", "character 12: expected a condition, got the text 'x'", undefined],
    [
      'if(age, 1, 2)',
      'character 4: expected a condition, got the column "age"',
      "Compare it: age == 'true', or age > 0.",
    ],
    ['not age', 'character 5: expected a condition, got the column "age"', "Compare it: age == 'true', or age > 0."],
    ['(a > 1) is missing', 'character 4: expected a column or a number before "is", got a condition', undefined],
    ["age > 1 or age == 'old'", 'character 12: the column "age" is a text here, and a number elsewhere', undefined],
    ["a == 'x' and a == b and b > 1", 'character 16: the column "b" is a text here, and a number elsewhere', undefined],
    ["a == 'x' and b > 1 and a == b", 'character 26: the column "b" is a text here, and a number elsewhere', undefined],
    [
      "a == 'x' and a < b",
      'character 16: "a" and "b" are compared with texts elsewhere, and texts have no order',
      undefined,
    ],
    ['round(age)', 'character 1: expected a function, got "round"', 'There are abs, min, max, if.'],
    ['abs(1, 2)', 'character 1: expected abs(value), got 2 in the parentheses', undefined],
    ['min(age)', 'character 1: expected min(a, b, …), got 1 in the parentheses', undefined],
    ['if(a > 1, 2)', 'character 1: expected if(condition, then, else), got 2 in the parentheses', undefined],
    ['max(1, 2', 'character 9: expected a comma, or ")" at the end of max(…), got the end', undefined],
    [
      'account == 9007199254740993',
      'character 12: 9007199254740993 is too large to be exact',
      "Compare an identifier as a text: '9007199254740993'.",
    ],
    ['1e999 > 2', 'character 1: 1e999 is too large for a number', undefined],
    [
      '3rd > 2',
      'character 2: expected an operator after 3, got "rd"',
      'Write the number alone; a column whose name begins with a digit stands in backquotes: `3rd`.',
    ],
    ['age 25', 'character 5: expected an operator or the end, got 25', undefined],
    ['process.exit(1)', 'character 1: expected a function, got "process.exit"', 'There are abs, min, max, if.'],
    [
      'a; b',
      'character 2: ";" means nothing here',
      'A column with unusual characters in its name stands in backquotes: `unit price`.',
    ],
    [
      '🎉 > 1',
      'character 1: "🎉" means nothing here',
      'A column with unusual characters in its name stands in backquotes: `unit price`.',
    ],
  ])('%s', (text, what, hint) => {
    const {kind, at, ...message} = error(text)
    expect(kind).toBe('error')
    expect(message).toEqual(hint === undefined ? {what} : {what, hint})
    expect(what.startsWith(`character ${at}:`)).toBe(true)
  })

  test('also where the text is endless', () => {
    expect(error('('.repeat(1500)).what).toBe('character 62: parentheses and signs may stand 60 deep')
    expect(error(`${'-'.repeat(70)}1`).what).toBe('character 62: parentheses and signs may stand 60 deep')
    expect(error(`${'not '.repeat(70)}a > 1`).what).toMatch(/may stand 60 deep$/)
    expect(error('a'.repeat(10_001)).what).toBe('character 10001: an expression may have 10000 characters')
    expect(error('1+'.repeat(2000)).what).toBe('character 2001: an expression may have 2000 words and signs')
  })
})

describe('what an expression reads is known before the data is', () => {
  test.each<[string, Record<string, string>]>([
    ["age < 25 and sex == 'female'", {age: 'number', sex: 'category'}],
    ["amount * (prediction == 'good') - 5", {amount: 'number', prediction: 'category'}],
    ['revenue', {revenue: 'number'}],
    ['`unit price` * `2nd` > 0', {'unit price': 'number', '2nd': 'number'}],
    ['`odd``name` is missing', {'odd`name': 'text'}],
    ["note is missing or note == 'x'", {note: 'category'}],
    ['age is missing or age > 3', {age: 'number'}],
    ['a == b', {a: 'category', b: 'category'}],
    ['a < b', {a: 'number', b: 'number'}],
    ['a == b and b == c and c > 1', {a: 'number', b: 'number', c: 'number'}],
    ["a == b and b == 'x'", {a: 'category', b: 'category'}],
    ["a == b and a < c and c >= '2026-01-01'", {a: 'instant', b: 'instant', c: 'instant'}],
    ['code in [1, 2] and tier in ["x"]', {code: 'number', tier: 'category'}],
    ['if(a is missing, b, min(c, 1))', {a: 'text', b: 'number', c: 'number'}],
    ['user.age > 3 and größe > 1 and _x > 0', {'user.age': 'number', größe: 'number', _x: 'number'}],
    ['max > 3 and missing > 1', {max: 'number', missing: 'number'}],
    ['`max`> 3', {max: 'number'}],
  ])('%s', (text, kinds) => {
    const expression = parseExpression(text)
    if (expression.kind === 'error') throw new Error(expression.what)
    expect(Object.fromEntries(kindsOf(expression).map(({name, kind}) => [name, kind]))).toEqual(kinds)
  })

  test('and quotes within texts are written twice', () => {
    const expression = parseExpression("name == 'O''Hara'")
    expect(expression).toMatchObject({root: {kind: 'among-texts', among: new Set(["O'Hara"])}})
  })
})
