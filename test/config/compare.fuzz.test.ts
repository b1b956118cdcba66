import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {parseDocument} from 'yaml'
import {canonicalJson} from '../../src/config/canonical-json.ts'
import {comparePolicies} from '../../src/config/compare.ts'
import {parseConfig} from '../../src/config/load.ts'
import type {Config} from '../../src/config/schema.ts'
import {complete, problemsOf} from './problems.ts'

const rich = `${complete}    traffic: 20/min
    rollout:
      stages: [{weight: 5%, for: 1h}, {weight: 50%, for: 1h}]
      guards: [{name: e, share: {of: r, bad: b}, at-most: 0.1%}, {name: l, histogram: h, p95: 1s}]
      tick: 1m
      bake: 1h
      deadline: 9h
      only-during: [{from: '09:00', to: '17:00'}]
    freeze: [{from: Fri 16:00, to: Mon 08:00}]
records: {kind: directory, path: x}
`
  .replace(
    'image: {}',
    'image: {gate: [{severity: high, fixable: true, verdict: warn}], waivers: w.yml, scanner: trivy}',
  )
  .replace(
    'validation:\n',
    'validation:\n  confidence: 0.9\n  seed: 3\n  gates: [{metric: f1, at-least: 0.5, may-lose: 0.1}]\n',
  )

const paths = pathsOf(parseDocument(rich).toJS())
const values = fc.constantFrom<unknown>(
  0.2,
  0.6,
  7,
  true,
  false,
  'other',
  'none',
  '2%',
  '3h',
  '9/s',
  'warn',
  'hold',
  'continue',
  'http://else:1',
  'low',
)
const edit = fc.record({path: fc.constantFrom(...paths), value: fc.option(values, {nil: undefined})})

/** `rich` with values replaced or, where the value is undefined, removed; undefined when that is no config. */
function edited(edits: readonly {path: readonly (string | number)[]; value: unknown}[]): Config | undefined {
  const document = parseDocument(rich)
  for (const {path, value} of edits) {
    if (!document.hasIn(path)) continue
    if (value === undefined) document.deleteIn(path)
    else document.setIn(path, value)
  }
  const text = String(document)
  return problemsOf(text).length === 0 ? parseConfig(text, 'head') : undefined
}

const base = parseConfig(rich, 'base')

describe('whatever a pull request changes', () => {
  test('two configs that differ have a change that is listed, and equal ones have none', () => {
    let compared = 0
    fc.assert(
      fc.property(fc.array(edit, {minLength: 1, maxLength: 2}), edits => {
        const head = edited(edits)
        if (!head) return
        if (canonicalJson(head) !== canonicalJson(base)) compared += 1
        expect(comparePolicies(base, head).length > 0).toBe(canonicalJson(head) !== canonicalJson(base))
      }),
      {numRuns: 400},
    )
    expect(compared).toBeGreaterThan(20)
  })

  test('what is tightened one way is never tightened the other way', () => {
    fc.assert(
      fc.property(edit, change => {
        const head = edited([change])
        if (!head) return
        const tightened = (a: Config, b: Config) =>
          comparePolicies(a, b).flatMap(({rule, direction}) => (direction === 'tightened' ? [rule] : []))
        const back = tightened(head, base)
        expect(tightened(base, head).filter(rule => back.includes(rule))).toEqual([])
      }),
      {numRuns: 150},
    )
  })
})

function pathsOf(value: unknown, path: readonly (string | number)[] = []): readonly (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [path]
  const below = Object.entries(value).flatMap(([key, each]) =>
    pathsOf(each, [...path, Array.isArray(value) ? Number(key) : key]),
  )
  return path.length === 0 ? below : [path, ...below]
}
