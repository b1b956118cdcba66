import {expect, test} from 'vitest'
import {quote} from '../../../src/model/safety/observation.ts'

test.each([
  ['a plain text', 'os.system', '"os.system"'],
  ['quotation marks and backslashes', 'a"b\\c', '"a\\"b\\\\c"'],
  ['lines', 'a\r\nb\u2028c\u0085d', '"a\\r\\nb\\u2028c\\u0085d"'],
  [
    'control sequences of a terminal, with seven bits and with eight',
    '\x1b[2J\x9b2J\x7f',
    '"\\u001b[2J\\u009b2J\\u007f"',
  ],
  ['text that runs the other way', 'a\u202egnp.\u2066', '"a\\u202egnp.\\u2066"'],
  ['what nobody sees', 'a\u200b\u00ad\u2060\ufeffb', '"a\\u200b\\u00ad\\u2060\\ufeffb"'],
  ['letters that only programs read', 'a\u{e0041}\u{e0101}', '"a\\u{e0041}\\u{e0101}"'],
  ['half a sign', 'a\ud800', '"a\\ud800"'],
  ['letters of any language, and pictures', 'Größe 模型 🙂', '"Größe 模型 🙂"'],
])('a quoted text shows %s', (_, text, shown) => {
  expect(quote(text)).toBe(shown)
})

test('a long text is cut', () => {
  expect(quote('a'.repeat(100_000))).toBe(`"${'a'.repeat(80)}…"`)
  expect(quote('abcdef', 3)).toBe('"abc…"')
})
