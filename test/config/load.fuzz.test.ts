import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {parseDocument, stringify} from 'yaml'
import {parseConfig} from '../../src/config/load.ts'
import {ConfigError} from '../../src/config/problem.ts'
import {complete, problemsOf} from './problems.ts'

/** Either the text is a config, or there is at least one problem, each at a place within the text. Nothing else is thrown. */
function expectConfigOrProblems(text: string): void {
  try {
    parseConfig(text, 'slipway.yml')
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const lines = text.split('\n')
    expect(error.problems.length).toBeGreaterThan(0)
    for (const {line, column, seen, expected} of error.problems) {
      expect(line).toBeLessThanOrEqual(lines.length)
      expect(column).toBeLessThanOrEqual((lines[line - 1] ?? '').length + 1)
      expect(seen).not.toBe('')
      expect(expected).not.toBe('')
      expect(`${seen} ${expected}`).not.toMatch(/undefined|\[object|NaN|Invalid input/)
    }
  }
}

const rich = `${complete}    traffic: 20/min
    rollout:
      stages: [{weight: 5%, for: 1h}, {weight: 50%, for: 1h}]
      guards: [{name: e, share: {of: r, bad: b}, at-most: 0.1%}, {name: l, histogram: h, p95: 1s}]
records: {kind: directory}
`.replace('image: {}', 'image: {gate: [{severity: high, fixable: true, verdict: warn}], waivers: w.yml}')

describe('whatever the text', () => {
  test('a config with characters changed is read or explained', () => {
    const edit = fc.record({
      at: fc.nat(rich.length),
      remove: fc.nat(4),
      insert: fc.constantFrom(
        '',
        ':',
        '-',
        ' ',
        '\t',
        '\n',
        '{',
        ']',
        '&a ',
        '*a',
        '"',
        '!',
        '%',
        '#',
        '|',
        '\u0000',
        '?',
        '<<: ',
      ),
    })
    fc.assert(
      fc.property(fc.array(edit, {minLength: 1, maxLength: 4}), edits => {
        expectConfigOrProblems(
          edits.reduce((text, {at, remove, insert}) => text.slice(0, at) + insert + text.slice(at + remove), rich),
        )
      }),
      {numRuns: 150},
    )
  })

  test('a config with any one value replaced by anything is read or explained', () => {
    const paths = pathsOf(parseDocument(rich).toJS())
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue({maxDepth: 2}), (path, value) => {
        const document = parseDocument(rich)
        document.setIn(path, value)
        expectConfigOrProblems(stringify(document.toJS()))
      }),
      {numRuns: 200},
    )
  })

  test('a config with any one part removed is read or explained', () => {
    for (const path of pathsOf(parseDocument(rich).toJS())) {
      const document = parseDocument(rich)
      document.deleteIn(path)
      expectConfigOrProblems(String(document))
    }
  })

  test('lines may end as on Windows, and a byte order mark may stand first', () => {
    expect(problemsOf('\uFEFFversion: 2\r\nservice: a\r\nmodel: {files: 3}\r\n')).toEqual([
      '1:10 version: 2; expected 1.',
      '3:16 model.files: 3; expected text. Put it in quotes.',
    ])
    expect(parseConfig(`\uFEFF${rich.replaceAll('\n', '\r\n')}`, 'f')).toEqual(parseConfig(rich, 'f'))
  })
})

function pathsOf(value: unknown, path: readonly (string | number)[] = []): readonly (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [path]
  const below = Array.isArray(value)
    ? value.flatMap((each, index) => pathsOf(each, [...path, index]))
    : Object.entries(value).flatMap(([key, each]) => pathsOf(each, [...path, key]))
  return path.length === 0 ? below : [path, ...below]
}
