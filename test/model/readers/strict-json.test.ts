import {describe, expect, test} from 'vitest'
import {parseStrictJson} from '../../../src/model/readers/strict-json.ts'

describe('parseStrictJson', () => {
  test.each([['{"a": [1, "b", {"c": null}], "__proto__": true}'], ['\r\n\t {} \n'], ['-0.5e3'], ['"\\u00e9\\n"']])(
    'reads %j as JSON.parse does, objects as Maps',
    text => {
      const parsed = parseStrictJson(text)
      expect(parsed.kind === 'value' && plain(parsed.value)).toEqual(JSON.parse(text))
    },
  )

  test.each([
    ['', 'malformed', 0],
    ['{"a": 1} x', 'malformed', 9],
    ['[1,]', 'malformed', 3],
    ['"a', 'malformed', 0],
    ['\u00a0{}', 'malformed', 0],
    ['NaN', 'malformed', 0],
    ['{"a": 1, "\\u0061": 2}', 'duplicate-key', 9],
    ['[[[]]]', 'too-deep', 2],
  ])('says of %j what stops it, and where', (text, problem, at) => {
    expect(parseStrictJson(text, {maxDepth: 1})).toEqual({kind: 'problem', problem, at})
  })

  test('takes what Python writes for numbers that JSON has not, where it is asked to', () => {
    expect(parseStrictJson('[NaN, -Infinity]', {nonFinite: true})).toEqual({
      kind: 'value',
      value: [Number.NaN, Number.NEGATIVE_INFINITY],
    })
  })

  test('ends where a few bytes of text would fill the memory', () => {
    const parsed = parseStrictJson(`[${'[],'.repeat(2_000_000)}[]]`)
    expect(parsed).toEqual({kind: 'problem', problem: 'too-many', at: 1 + 3 * 1_999_999})
  })
})

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  // `fromEntries` makes `__proto__` a key of its own, as JSON.parse does.
  return value instanceof Map ? Object.fromEntries([...value].map(([key, each]) => [key, plain(each)])) : value
}
