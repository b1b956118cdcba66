import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {compileGlob, compileGlobs} from '../../src/core/glob.ts'

describe('a pattern with stars', () => {
  test.each([
    ['CVE-2024-3094', 'CVE-2024-3094', true],
    ['CVE-2024-3094', 'CVE-2024-30945', false],
    ['CVE-2024-3094', 'cve-2024-3094', true],
    ['KSV*', 'KSV014', true],
    ['KSV*', 'AVD-KSV014', false],
    ['*', '', true],
    ['*', 'anything', true],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['a*b*c', 'axbxc', true],
    ['a*b*c', 'acb', false],
    ['a*bc', 'abcbc', true],
    ['*-only', 'GPL-2.0-only', true],
    ['a**b', 'ab', true],
    ['a.c', 'abc', false],
    ['pkg:npm/left-pad@*', 'pkg:npm/left-pad@1.0.0', true],
    ['a*ab', 'ab', false],
    ['ab*ba', 'aba', false],
  ])('%s and %s', (pattern, text, expected) => {
    expect(compileGlob(pattern)(text)).toBe(expected)
    expect(compileGlobs([pattern, 'something else'])(text)).toBe(expected)
  })

  test('fits what a regular expression with the same meaning fits', () => {
    const word = fc.string({unit: fc.constantFrom('a', 'b', '*'), maxLength: 8})
    const text = fc.string({unit: fc.constantFrom('a', 'b'), maxLength: 10})
    fc.assert(
      fc.property(word, text, (pattern, given) => {
        expect(compileGlob(pattern)(given)).toBe(new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(given))
      }),
    )
  })

  test('of a hundred stars is not slow on a text that almost fits', () => {
    expect(compileGlob(`${'a*'.repeat(100)}b`)('a'.repeat(100_000))).toBe(false)
  })
})
