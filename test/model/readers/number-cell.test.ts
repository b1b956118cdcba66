import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {isRounded, parseDecimal, parseNumber} from '../../../src/model/readers/number-cell.ts'

const encoder = new TextEncoder()
const parse = (text: string) => {
  const bytes = encoder.encode(`,${text},`)
  return parseDecimal(bytes, 1, bytes.length - 1)
}
/** Either the very double that Number() gives, or a word that it must be looked at again. */
const agrees = (text: string) => {
  const value = parse(text)
  return Number.isNaN(value) || Object.is(value, Number(text))
}

describe('parseDecimal', () => {
  test.each(['0', '-0', '0.0', '1', '-1.5', '+2', '.5', '5.', '1e3', '1E-3', '2.5e+2', '0.1', '123456789012345'])(
    '%s is read without a string',
    text => expect(parse(text)).toBe(Number(text)),
  )

  test.each([
    '',
    ' ',
    '-',
    '.',
    'e5',
    '1e',
    '1e+',
    '1.2.3',
    '0x10',
    '1_000',
    'NaN',
    'Infinity',
    '1,5',
    '1 ',
    '--1',
    '1e5000',
  ])('%j is left to the slow reader', text => expect(parse(text)).toBeNaN())

  test('a whole number that may be rounded is left to the slow reader, which counts it', () => {
    expect(parse('9007199254740993')).toBeNaN()
    expect(isRounded('9007199254740993', 9_007_199_254_740_992)).toBe(true)
    expect(isRounded('9007199254740992', 9_007_199_254_740_992)).toBe(false)
    expect(isRounded('9007199254740993.5', 9_007_199_254_740_994)).toBe(false)
  })

  test('the shortest text of any double gives this double', () => {
    fc.assert(
      fc.property(fc.double({noNaN: true}), value => agrees(String(value))),
      {numRuns: 20_000},
    )
  })

  test('scores with 17 digits, as Python and R write them, are exact and quick', () => {
    let quick = 0
    fc.assert(
      fc.property(fc.double({min: 0, max: 1, noNaN: true}), fc.integer({min: 15, max: 20}), (value, digits) => {
        const text = value.toFixed(digits)
        if (!Number.isNaN(parse(text))) quick++
        return agrees(text)
      }),
      {numRuns: 20_000},
    )
    expect(quick).toBeGreaterThan(19_000)
  })

  test('any digits, points and exponents agree with Number()', () => {
    const digits = fc.string({unit: fc.constantFrom(...'0123456789'), maxLength: 24})
    const parts = fc.tuple(
      fc.constantFrom('', '-', '+'),
      digits,
      fc.option(digits),
      fc.option(fc.integer({min: -40, max: 40})),
    )
    fc.assert(
      fc.property(parts, ([sign, whole, fraction, exponent]) =>
        agrees(sign + whole + (fraction === null ? '' : `.${fraction}`) + (exponent === null ? '' : `e${exponent}`)),
      ),
      {numRuns: 20_000},
    )
  })

  // Halfway between two doubles, and one digit beside it: B. Hanson's and W. Clinger's kind of hard case.
  test.each([
    '1.00000000000000011102230246251565404',
    '1.000000000000000111022',
    '0.500000000000000166533453694',
    '9007199254740993.0',
    '9007199254740992.99999',
    '4503599627370496.5',
    '4503599627370497.5',
    '0.000000000000000000001',
  ])('%s, near the middle of two doubles', text => expect(agrees(text)).toBe(true))
})

describe('parseNumber', () => {
  test.each<[string, number | string]>([
    ['1.5', 1.5],
    [' 1.5 ', 1.5],
    ['', 'empty'],
    ['  ', 'empty'],
    ['NaN', 'nan'],
    ['NA', 'nan'],
    ['null', 'nan'],
    ['None', 'nan'],
    ['inf', 'infinite'],
    ['-Infinity', 'infinite'],
    ['1e999', 'infinite'],
    ['0x10', 'text'],
    ['0b1', 'text'],
    ['high', 'text'],
    ['1,5', 'text'],
  ])('%j is %j', (text, expected) => expect(parseNumber(text)).toBe(expected))
})
