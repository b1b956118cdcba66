import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {matchesPattern, parsePattern} from '../../src/image/path-pattern.ts'

const matches = (pattern: string, text: string) => matchesPattern(parsePattern(pattern), text)

describe('a pattern of names with slashes', () => {
  test.each([
    ['a/b', 'a/b', true],
    ['a/b', 'a/b/c', false],
    ['a/*', 'a/b', true],
    ['a/*', 'a/', true],
    ['a/*', 'a/b/c', false],
    ['a/**', 'a/b/c', true],
    ['a/**', 'a', true],
    ['**/c', 'c', true],
    ['**/c', 'a/b/c', true],
    ['**/b/**/d', 'a/b/c/b/d', true],
    ['**/b/**/d', 'a/b/c/b', false],
    ['*.jar', 'app.jar', true],
    ['a*b*c', 'aXbYbc', true],
    ['a*b*c', 'aXcb', false],
    ['python3.*', 'python3.12', true],
    ['python3.*', 'python3', false],
    ['a.c', 'abc', false],
  ])('%s and %s: %j', (pattern, text, expected) => expect(matches(pattern, text)).toBe(expected))

  test('says what a regular expression made of it says', () => {
    const segment = fc.stringMatching(/^[ab*]{0,4}$/)
    const part = fc.oneof(segment, fc.constant('**'))
    fc.assert(
      fc.property(
        fc.array(part, {minLength: 1, maxLength: 4}),
        fc.stringMatching(/^[ab]{0,3}(\/[ab]{0,3}){0,4}$/),
        (parts, text) => {
          expect(matches(parts.join('/'), text)).toBe(byRegularExpression(parts, text.split('/')))
        },
      ),
    )
  })

  test('ends soon on a text that is made to make it go back', () => {
    expect(matches(`${'*a'.repeat(30)}b`, 'a'.repeat(20_000))).toBe(false)
    expect(matches(`${'**/a/'.repeat(20)}b`, 'a/'.repeat(10_000))).toBe(false)
  })
})

function byRegularExpression([first, ...rest]: readonly string[], segments: readonly string[]): boolean {
  if (first === undefined) return segments.length === 0
  if (first === '**') {
    return Array.from({length: segments.length + 1}, (_, skip) => skip).some(skip =>
      byRegularExpression(rest, segments.slice(skip)),
    )
  }
  const [segment, ...more] = segments
  const expression = new RegExp(`^${first.replaceAll(/\*+/g, '.*')}$`)
  return segment !== undefined && expression.test(segment) && byRegularExpression(rest, more)
}
