import {describe, expect, test} from 'vitest'
import {UserError} from '../../src/core/failure.ts'
import {parseMatchers} from '../../src/telemetry/matchers.ts'

describe('label matchers', () => {
  test.each([
    ['code="500"', {code: '500'}, true],
    ['code="500"', {code: '5000'}, false],
    ['code!="200"', {code: '500'}, true],
    ['code!="200"', {}, true],
    ['code=""', {}, true],
    ['code=~"5.."', {code: '503'}, true],
    ['code=~"5.."', {code: '200'}, false],
    ['code=~"5"', {code: '500'}, false],
    ['code!~"2..|3.."', {code: '302'}, false],
    ['code!~"2..|3.."', {code: '500'}, true],
    ['code=~"5..",method!="OPTIONS"', {code: '500', method: 'GET'}, true],
    ['code=~"5..",method!="OPTIONS"', {code: '500', method: 'OPTIONS'}, false],
    [' { code =~ "5.." , } ', {code: '500'}, true],
    ["path='a\\'b'", {path: "a'b"}, true],
    ['path=~`a\\.b`', {path: 'a.b'}, true],
    ['path="a\\\\b"', {path: 'a\\b'}, true],
    ['path="a,b}"', {path: 'a,b}'}, true],
  ])('%s on %j: %j', (text, labels, expected) => {
    expect(parseMatchers(text).match(new Map(Object.entries(labels)))).toBe(expected)
  })

  test('name the labels that they ask about', () => {
    expect(parseMatchers('code=~"5..",code!="501",method="GET"').labels).toEqual(['code', 'method'])
  })

  test.each([
    ['{}', 'there is none'],
    ['  ', 'there is none'],
    ['code', 'expected a label'],
    ['code==”5”', 'not a quoted string'],
    ['code>500', 'expected a label'],
    ['code=500', 'not a quoted string'],
    ['code="500', 'not a quoted string'],
    ['code="5" method="GET"', 'comma'],
    ['code=~"5("', 'never closed'],
    ['__name__="x"', 'beside them'],
    ['http_requests_total{code="500"}', 'expected a label'],
  ])('%s are refused, with what is wrong and an example', (text, said) => {
    expect(() => parseMatchers(text)).toThrow(
      expect.toSatisfy(
        (error: unknown) =>
          error instanceof UserError &&
          error.code === 'telemetry/matchers-malformed' &&
          error.message.includes(said) &&
          (error.hint ?? '').includes('code=~"5.."'),
      ),
    )
  })
})
