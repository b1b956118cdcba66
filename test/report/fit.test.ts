import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {checkTextLimit, commentLimit, fitMarkdown, type Limit, type Piece, summaryLimit} from '../../src/report/fit.ts'
import {renderMarkdown} from '../../src/report/markdown.ts'
import {report} from './example.ts'

const sizeOf = (text: string, {unit}: Limit) => (unit === 'bytes' ? Buffer.byteLength(text) : text.length)
const cutNote = /_Cut to the size that fits here: (\d+) of (\d+) parts are left out\. The JSON result has them all\._$/

const text = fc
  .string({unit: fc.constantFrom('a', ' ', 'é', '→', '😀'), minLength: 1, maxLength: 60})
  .map(each => `.${each}.`)
const leaf: fc.Arbitrary<Piece> = fc.oneof(
  fc.record({kind: fc.constant('whole' as const), text}),
  text.map(each => ({kind: 'whole' as const, text: each, leads: true as const})),
  fc.record({
    kind: fc.constant('lines' as const),
    head: fc.constantFrom('', '| a |\n| --- |', '```'),
    lines: fc.array(text, {minLength: 1, maxLength: 20}),
    foot: fc.constantFrom('', '```'),
    what: fc.constant('rows'),
  }),
)
const piece: fc.Arbitrary<Piece> = fc.oneof(
  leaf,
  fc.record({
    kind: fc.constant('fold' as const),
    open: fc.constant('<details>'),
    pieces: fc.array(leaf, {maxLength: 5}),
    close: fc.constant('</details>'),
  }),
)
const limit: fc.Arbitrary<Limit> = fc.record({
  max: fc.integer({min: 0, max: 2000}),
  unit: fc.constantFrom('bytes' as const, 'characters' as const),
})

describe('cutting', () => {
  test('never exceeds the limit, and says so exactly when something is left out', () => {
    fc.assert(
      fc.property(fc.array(piece, {maxLength: 12}), limit, (pieces, limit) => {
        const full = fitMarkdown(pieces)
        const cut = fitMarkdown(pieces, limit)
        expect(sizeOf(cut, limit)).toBeLessThanOrEqual(limit.max)
        const fits = sizeOf(full, limit) <= limit.max
        expect(cut === full).toBe(fits)
        if (!fits && limit.max > 200) expect(cut).toMatch(cutNote)
      }),
      {numRuns: 1000},
    )
  })

  test('closes every fold and every fence that it opens', () => {
    fc.assert(
      fc.property(fc.array(piece, {maxLength: 12}), limit, (pieces, limit) => {
        const cut = fitMarkdown(pieces, {...limit, max: limit.max + 200})
        expect(cut.split('<details>').length).toBe(cut.split('</details>').length)
        const heads = fitMarkdown(pieces).split('```').length
        if (heads % 2 === 1 && !pieces.some(hasOpenFence)) expect(cut.split('```').length % 2).toBe(1)
      }),
    )
  })

  test('counts what is left out', () => {
    const rows = Array.from({length: 100}, (_, index) => `| ${index} |`)
    const pieces: readonly Piece[] = [
      {kind: 'whole', text: 'before'},
      {kind: 'lines', head: '| n |\n| --- |', lines: rows, foot: '', what: 'rows'},
      {kind: 'whole', text: 'after'},
    ]
    const cut = fitMarkdown(pieces, {max: 300, unit: 'characters'})
    const shown = cut.split('\n').filter(line => /^\| \d+ \|$/.test(line)).length
    const hidden = 100 - shown
    expect(shown).toBeGreaterThan(10)
    expect(cut).toContain(`| ${shown - 1} |\n\n… and ${hidden} more rows\n\n`)
    expect(cut.match(cutNote)?.slice(1)).toEqual([String(hidden + 1), '102'])
  })

  test('leaves no heading without what it leads to', () => {
    const pieces: readonly Piece[] = [
      {kind: 'whole', text: 'x'.repeat(100)},
      {kind: 'whole', text: '### Details', leads: true},
      {kind: 'whole', text: 'x'.repeat(500)},
    ]
    const cut = fitMarkdown(pieces, {max: 300, unit: 'characters'})
    expect(cut).not.toContain('### Details')
    expect(cut.match(cutNote)?.slice(1)).toEqual(['2', '3'])
  })
})

test.each([
  ['a job summary', summaryLimit, 1024 * 1024],
  ['a comment', commentLimit, 65_536],
  ['a check', checkTextLimit, 65_535],
])('a report of megabytes fits into %s of GitHub', (_, limit, hard) => {
  const long = Array.from({length: 50_000}, (_, index) => `→ entry ${index} with some text to fill the line`)
  const text = renderMarkdown({...report, blocks: [{kind: 'list', items: long}, ...report.blocks]}, {limit})
  expect(limit.max).toBeLessThan(hard)
  expect(sizeOf(text, limit)).toBeLessThanOrEqual(limit.max)
  expect(sizeOf(text, limit)).toBeGreaterThan(limit.max * 0.95)
  expect(text.trimEnd()).toMatch(cutNote)
})

function hasOpenFence(piece: Piece): boolean {
  if (piece.kind === 'fold') return piece.pieces.some(hasOpenFence)
  return piece.kind === 'lines' && (piece.head === '```') !== (piece.foot === '```')
}
