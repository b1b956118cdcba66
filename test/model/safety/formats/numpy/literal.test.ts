import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {parseLiteral} from '../../../../../src/model/safety/formats/numpy/literal.ts'
import {Malformed} from '../../../../../src/model/safety/malformed.ts'

describe('parseLiteral reads what NumPy writes into headers', () => {
  test.each([
    ["'<f4'", '<f4'],
    ['"it\'s"', "it's"],
    ["'\\'\\\\\\n\\xe9\\u00e9'", "'\\\n\u00e9\u00e9"],
    ['True', true],
    ['False', false],
    ['None', null],
    ['42', 42n],
    ['-7', -7n],
    // Python 2 wrote long integers so.
    ['3L', 3n],
    ['()', {kind: 'tuple', items: []}],
    ['(3,)', {kind: 'tuple', items: [3n]}],
    ['(3)', 3n],
    ['(3, 4)', {kind: 'tuple', items: [3n, 4n]}],
    ['[]', {kind: 'list', items: []}],
    ["[('a', '<i4'),]", {kind: 'list', items: [{kind: 'tuple', items: ['a', '<i4']}]}],
    [' { } \n', new Map()],
    [
      "{'a': 1, 'b': (2,), }",
      new Map<string, unknown>([
        ['a', 1n],
        ['b', {kind: 'tuple', items: [2n]}],
      ]),
    ],
  ])('%s', (text, value) => expect(parseLiteral(text)).toEqual(value))
})

describe('parseLiteral refuses the rest', () => {
  test.each([
    '',
    'nan',
    "{'a': 1, 'a': 2}",
    '{1: 2}',
    "{'a' 1}",
    "{'a': 1 'b': 2}",
    '(1 2)',
    "'open",
    "'line\nbreak'",
    "'\\N{BULLET}'",
    "b'bytes'",
    "r'raw'",
    "'a' 'b'",
    '1.5',
    '1_000',
    '0x10',
    '1 + 1',
    '__import__("os")',
    '[1, 2] trailing',
    '123456789012345678901',
    `${'['.repeat(40)}${']'.repeat(40)}`,
  ])('%s', text => expect(() => parseLiteral(text)).toThrow(Malformed))

  test('whatever the text is, and quickly where it is nested without end', () => {
    expect(() => parseLiteral('('.repeat(1_000_000))).toThrow(Malformed)
    fc.assert(
      fc.property(fc.string({unit: fc.constantFrom(...`{}[]()'":,\\ \nTrueFalsNo0123L-`)}), text => {
        try {
          parseLiteral(text)
        } catch (error) {
          expect(error).toBeInstanceOf(Malformed)
        }
      }),
    )
  })
})
