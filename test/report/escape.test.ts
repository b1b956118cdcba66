import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {codeFence, codeSpan, escapeMarkdown, escapeTerminal} from '../../src/report/escape.ts'

/** Text made mostly of what could do harm. */
const nasty = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '|',
        '`',
        '```',
        '<',
        '>',
        '&',
        '@',
        '#',
        '\\',
        '*',
        '_',
        '[',
        ']',
        '(',
        ')',
        '~',
        '$',
        '\n',
        '\r',
      ),
      fc.constantFrom(
        '@octocat',
        '#12',
        'GH-1',
        'http://x',
        'www.x',
        '<!--',
        '-->',
        '&lt;',
        '\u001B[31m',
        '\u202E',
        ' ',
      ),
      fc.constantFrom('- ', '1. ', '# ', '+ ', '> ', '\t'),
      fc.string({maxLength: 5, unit: 'binary'}),
    ),
    {maxLength: 30},
  )
  .map(parts => parts.join(''))

/** Without the code spans that may stay. */
const outsideCode = (text: string) => text.replace(/(?<!`)`[\w./:=%+, -]+`(?!`)/g, 'code')

describe('Markdown', () => {
  test('whatever the text, no structure, tag, line break, mention or reference comes through', () => {
    fc.assert(
      fc.property(nasty, text => {
        const escaped = outsideCode(escapeMarkdown(text))
        expect(escaped).not.toMatch(/[|`<>\\*~$[\]\n\r]/)
        expect(escaped).not.toMatch(/@[\p{L}\p{N}]/u)
        expect(escaped).not.toMatch(/(?<!&)#\d/)
        expect(escaped).not.toMatch(/:\/\//)
        expect(escaped).not.toMatch(/&(?!amp;|lt;|gt;|#\d+;)/)
        expect(escaped).not.toMatch(/^(?:#{1,6}|[-+]|\d+[.)])(?:\s|$)/)
        expect(escaped).not.toMatch(/^\s|^(?:-\s*){3,}$/)
      }),
      {numRuns: 2000},
    )
  })

  test.each([
    [
      'plain text stays as it is',
      'Accuracy 0.812 (at least 0.85); n = 1,000 - fine!',
      'Accuracy 0.812 (at least 0.85); n = 1,000 - fine!',
    ],
    ['names with underscores stay readable', 'age_band', 'age_band'],
    ['a negative number is no list', '-0.5', '-0.5'],
    ['a date is no list', '2026-01-31', '2026-01-31'],
    ['short code stays code', 'lower `at-least` first', 'lower `at-least` first'],
    ['code with a bar does not', '`a|b`', '&#96;a&#124;b&#96;'],
    ['a fence does not open', '```js', '&#96;&#96;&#96;js'],
    ['a mention pings nobody', 'ask @octocat', 'ask @&#8203;octocat'],
    ['an issue is not linked', 'see #12', 'see #&#8203;12'],
    ['a table cell stays one cell', 'a|b', 'a&#124;b'],
    ['lines become one', 'a\n\nb', 'a b'],
    ['a heading', '# a', '&#35; a'],
    ['a numbered list', '1. a', '1&#46; a'],
    ['a rule', '---', '&#45;--'],
    ['emphasis', '*a* __b__', '&#42;a&#42; &#95;&#95;b&#95;&#95;'],
    ['an address makes no link', 'https://x.org www.x.org', 'https&#58;//x.org www&#46;x.org'],
    ['a reference that is written out stays as written', '&#124;', '&amp;#&#8203;124;'],
  ])('%s', (_, text, escaped) => {
    expect(escapeMarkdown(text)).toBe(escaped)
  })
})

test.each([
  ['model/accuracy-below-limit', '`model/accuracy-below-limit`'],
  ['sha256:0a', '`sha256:0a`'],
  ['a`b', 'a&#96;b'],
  ['', ''],
])('a code span holds %s safely', (text, span) => {
  expect(codeSpan(text)).toBe(span)
})

test('a fence is longer than any run of backticks within it', () => {
  fc.assert(
    fc.property(nasty, text => {
      const {fence, lines} = codeFence(text)
      expect(fence.length).toBeGreaterThanOrEqual(3)
      expect(lines.join('\n')).not.toContain(fence)
    }),
  )
})

test('a terminal gets no control character but the line break, and no sign that reorders text', () => {
  fc.assert(
    fc.property(nasty, text => {
      expect(escapeTerminal(text)).not.toMatch(/[^\P{Cc}\n]|[\u200E\u200F\u202A-\u202E\u2066-\u2069]/u)
    }),
  )
})
