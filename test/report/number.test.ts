import {describe, expect, test} from 'vitest'
import {formatBeside, formatNumber} from '../../src/report/number.ts'

describe('a number by itself', () => {
  test.each([
    [0.1 + 0.2, '0.3'],
    [0.8123456, '0.8123'],
    [0.00012345678, '0.0001235'],
    [1e-9, '1e-9'],
    [123.456, '123.5'],
    [1_234_567, '1,234,567'],
    [-12_345.678, '-12,350'],
    [-0, '0'],
    [0, '0'],
    [400, '400'],
    [Number.POSITIVE_INFINITY, '∞'],
    [Number.NEGATIVE_INFINITY, '-∞'],
    [Number.NaN, 'undefined'],
  ])('%d reads as %s', (value, text) => {
    expect(formatNumber(value)).toBe(text)
  })
})

describe('a value beside its limit', () => {
  test.each([
    [0.84996, 'at least 0.85', '0.84996'],
    [0.849999999, 'at least 0.85', '0.849999999'],
    [0.85, 'at least 0.85', '0.85'],
    [0.8, 'at least 0.85', '0.8'],
    [0.10004, 'at most 0.1', '0.10004'],
    [0.0021, 'at most 0.1%', '0.21%'],
    [0.0010004, 'at most 0.1%', '0.10004%'],
    [0.001, 'at most 0.1%', '0.1%'],
    [-0.0199999, 'may lose 0.02', '-0.0199999'],
    [-0.03, 'may lose 0.02', '-0.03'],
    [0.5, undefined, '0.5'],
  ])('%d beside "%s" reads as %s, on its own side of it', (value, limit, text) => {
    expect(formatBeside(value, limit)).toBe(text)
  })
})
