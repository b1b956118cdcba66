import {describe, expect, test} from 'vitest'
import {
  parseFloat64,
  parseIndex,
  parseInt0,
  parseLong,
  unescapeBytes,
  unescapeUnicode,
} from '../../../../src/model/safety/pickle/literals.ts'

// Tried with the C unpickler of CPython 3.11; `null` is where it raises.
describe('the text arguments of protocol 0 read as CPython reads them', () => {
  test.each([
    ['1', 1],
    [' +1_0 ', 10],
    ['007', 7],
    ['-3', -3],
    ['5\0rubbish', 5],
    ['', null],
    ['1__0', null],
    ['_1', null],
    ['0x1', null],
    ['9223372036854775808', null],
  ])('a number of an object: %j', (line, value) => expect(parseIndex(line)).toBe(value))

  test.each([
    ['00', false],
    ['01', true],
    ['+1', true],
    ['1', 1],
    ['001', 1],
    ['017', 15],
    ['08', null],
    ['0x1F', 31],
    ['0b101', 5],
    ['0o17', 15],
    ['1_000', 1000],
    ['9007199254740993', 9007199254740993n],
    ['\0', 0],
    ['1L', null],
    ['-', null],
    ['1'.repeat(2000), 'too long'],
  ])('INT %j', (line, value) => expect(parseInt0(line)).toBe(value))

  test.each([
    ['12L', 12],
    ['12', 12],
    ['-0x10L', -16],
    ['L', null],
    ['12LL', null],
    ['017', null],
    ['000', 0],
  ])('LONG %j', (line, value) => expect(parseLong(line)).toBe(value))

  test.each([
    ['1.', 1],
    ['.5', 0.5],
    ['-1E-2', -0.01],
    ['inf', Number.POSITIVE_INFINITY],
    ['-Infinity', Number.NEGATIVE_INFINITY],
    ['NaN', Number.NaN],
    ['-0', -0],
    ['1e5\0x', 1e5],
    ['1e', null],
    ['1_0', null],
    ['0x1p3', null],
    ['', null],
  ])('FLOAT %j', (line, value) => expect(parseFloat64(line)).toBe(value))

  test.each([
    ["a\\n\\t\\\\\\'", "a\n\t\\'"],
    ['\\x41\\101\\7\\0', 'AA\x07\0'],
    ['\\777', '\xff'],
    ['\\q', '\\q'],
    ['a\\\nb', 'ab'],
    ['\\x4', null],
    ['\\', null],
  ])('STRING %j', (text, value) => expect(unescapeBytes(text)).toBe(value))

  test.each([
    ['\\u0041\\U0001F600', 'A😀'],
    ['\\n', '\\n'],
    ['\\\\u0041', '\\\\u0041'],
    ['\xe9', 'é'],
    ['\\ud800', '\ud800'],
    ['end\\', 'end\\'],
    ['\\u00g1', null],
    ['\\U00110000', null],
  ])('UNICODE %j', (text, value) => expect(unescapeUnicode(text)).toBe(value))
})
