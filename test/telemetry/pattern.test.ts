import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {compilePattern} from '../../src/telemetry/pattern.ts'

function matches(pattern: string, text: string): boolean | string {
  const compiled = compilePattern(pattern)
  return compiled.kind === 'pattern' ? compiled.matches(text) : compiled.detail
}

describe('a pattern', () => {
  test.each([
    ['5..', '503', true],
    ['5..', '1503', false],
    ['5..', '5030', false],
    ['5..|429', '429', true],
    ['^5..$', '500', true],
    ['(GET|POST)', 'POST', true],
    ['(?:a|b)+c?', 'abab', true],
    ['[^/]*', '/', false],
    ['[]a]+', 'a]', true],
    ['[a\\-z]+', 'a-z', true],
    ['[+-]1', '-1', true],
    ['[\\d_]{2,3}', '1_2', true],
    ['[\\d_]{2,3}', '1', false],
    ['a{2}', 'aa', true],
    ['a{,2}', 'a{,2}', true],
    ['a{2', 'a{2', true],
    ['\\.\\*', '.*', true],
    ['\\x41\\x{1F600}', 'A😀', true],
    ['.', '😀', true],
    ['.*', 'two\nlines', true],
    ['(?i)error|Warn', 'ERROR', true],
    ['(?i)[a-c]+', 'aBC', true],
    ['', '', true],
    ['', 'x', false],
    ['a||b', '', true],
    ['(a*)*', 'aaa', true],
    ['(|a)+', 'aa', true],
    ['\\w+\\s\\S\\D', 'a1_ b1', false],
    ['\\w+\\s\\S\\D', 'a1_ b', false],
    ['\\w+\\s\\S\\D', 'a1_ b!', true],
    ['a.*?b', 'axxb', true],
    ['(?P<code>5)..', '500', true],
  ])('%s on %j: %j', (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected)
  })

  test.each([
    ['(a', 'never closed'],
    ['a)', 'closes nothing'],
    ['[a', 'never closed'],
    ['*a', 'repeats nothing'],
    ['a**', 'repetition'],
    ['a{3,2}', 'backwards'],
    ['a{1001}', '1000'],
    ['(?=a)', 'not supported'],
    ['(?<!a)b', 'not supported'],
    ['(a)\\1', 'not supported'],
    ['\\bword', 'not supported'],
    ['\\pL', 'not supported'],
    ['[[:alpha:]]', 'not supported'],
    ['[z-a]', 'backwards'],
    ['a\\', 'lone'],
    ['(((a{100}){100}){100}){100}', 'states'],
    [`${'a'.repeat(1001)}`, 'longer'],
  ])('%s is refused: %s', (pattern, said) => {
    expect(compilePattern(pattern)).toMatchObject({kind: 'malformed', detail: expect.stringContaining(said)})
  })

  test('that would take a backtracking engine years takes none', () => {
    expect(matches('(a+)+b', 'a'.repeat(2000))).toBe(false)
    expect(matches('(a|a)*(a|a)*b', 'a'.repeat(2000))).toBe(false)
    expect(matches('((((){1000}){1000}){1000}){1000}', '')).toBe(true)
  })

  test('says the same as the regular expressions of JavaScript, where both have a construct', () => {
    const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\d', '1', '(?:a|1)', '(?:b*)')
    const piece = fc
      .tuple(atom, fc.constantFrom('', '', '*', '+', '?', '{2}', '{1,2}', '{1,}'))
      .map(parts => parts.join(''))
    const branch = fc.array(piece, {maxLength: 4}).map(pieces => pieces.join(''))
    const pattern = fc.array(branch, {minLength: 1, maxLength: 3}).map(branches => branches.join('|'))
    const text = fc.string({unit: fc.constantFrom('a', 'b', '1', '\n'), maxLength: 6})
    fc.assert(
      fc.property(pattern, text, (source, input) => {
        expect(matches(source, input)).toBe(new RegExp(`^(?:${source})$`, 'su').test(input))
      }),
      {numRuns: 3000, seed: 1},
    )
  })
})
