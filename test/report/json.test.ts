import {Ajv2020} from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import {describe, expect, test} from 'vitest'
import {InvariantError} from '../../src/core/assert.ts'
import type {Finding} from '../../src/core/finding.ts'
import type {GateResult} from '../../src/core/result.ts'
import {renderJson, resultDocument} from '../../src/report/json.ts'
import {resultJsonSchema} from '../../src/report/result-schema.ts'
import {result} from './example.ts'

const ajv = new Ajv2020({strict: true, allowUnionTypes: true, allErrors: true})
addFormats.default(ajv)
const validate = ajv.compile(resultJsonSchema())
const written = (of: GateResult): Record<string, unknown> =>
  JSON.parse(renderJson(resultDocument(of, {version: '1.2.3', at: '2026-01-31T12:00:00.000Z'})))
const withFinding = (finding: Partial<Finding>): GateResult => ({
  ...result,
  findings: [{id: 'model/x', verdict: 'pass', reason: 'model/y', subject: 's', what: 'w', ...finding}],
})

describe('the result document', () => {
  test('holds what was judged, by which tool and when', () => {
    expect(written({...result, findings: []})).toEqual({
      schemaVersion: 1,
      tool: {name: 'slipway', version: '1.2.3'},
      at: '2026-01-31T12:00:00.000Z',
      gate: 'model',
      service: 'credit',
      verdict: 'fail',
      reason: 'model/accuracy-below-limit',
      summary: 'Accuracy 0.8125 is below the floor of 0.85.',
      subject: {version: 'v3', model: `sha256:${'ab'.repeat(32)}`},
      findings: [],
    })
  })

  test.each<[string, GateResult]>([
    ['a model', result],
    ['no findings', {...result, findings: []}],
    [
      'a finding with everything',
      withFinding({value: 'v', limit: 'l', n: 3, details: {a: 1, b: 'c', d: true, e: ['f']}}),
    ],
    [
      'a rollout',
      {
        ...result,
        gate: 'rollout',
        rollout: {
          id: 'r',
          environment: 'production',
          phase: 'watching',
          weightPercent: 5,
          candidate: 'v3',
          stable: null,
          nextTickSeconds: 300,
        },
      },
    ],
  ])('of %s fits the published schema', (_, of) => {
    expect([validate(written(of)), validate.errors]).toEqual([true, null])
  })

  test('the open side of a one-sided interval is null, and an infinite number is a word', () => {
    const interval = {low: Number.NEGATIVE_INFINITY, high: 0.2, confidence: 0.95, method: 'Wilson'}
    const document = written(withFinding({interval, details: {rows: Number.POSITIVE_INFINITY}}))
    expect(document.findings).toEqual([
      expect.objectContaining({interval: {...interval, low: null}, details: {rows: 'Infinity'}}),
    ])
    expect(validate(document)).toBe(true)
  })

  test('is the same data, and steers neither a terminal nor a runner that it is printed on', () => {
    const what = '\u009b2J\u007f \u202egnp.\u200b\u2028\ufeff\u{e0041} ##[error]x Größe 模型 🙂'
    const text = renderJson(resultDocument(withFinding({what}), {version: '1.2.3', at: '2026-01-31T12:00:00.000Z'}))
    expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|##\[/u)
    expect(text).toContain('Größe 模型 🙂')
    expect(JSON.parse(text).findings[0].what).toBe(what)
  })

  test.each<[string, Partial<Finding>]>([
    ['value', {value: Number.NaN}],
    ['n', {n: Number.NaN}],
    ['interval', {interval: {low: Number.NaN, high: 1, confidence: 0.95, method: 'x'}}],
    ['details', {details: {rows: Number.NaN}}],
  ])('NaN as %s is a defect and never written as null', (_, finding) => {
    expect(() => written(withFinding(finding))).toThrow(InvariantError)
  })
})

describe('the schema refuses', () => {
  const document = written(result)
  test.each<[string, Record<string, unknown>]>([
    ['an unknown field', {...document, extra: 1}],
    ['a missing verdict', {...document, verdict: undefined}],
    ['an unknown verdict', {...document, verdict: 'ok'}],
    ['a reason of another form', {...document, reason: 'Too bad'}],
    ['another version of the format', {...document, schemaVersion: 2}],
    ['a time without a zone', {...document, at: '2026-01-31 12:00'}],
    ['a short digest', {...document, subject: {model: 'sha256:ab'}}],
    ['an unknown field of a finding', {...document, findings: [{...result.findings[3], rows: []}]}],
    ['a number that became null', {...document, findings: [{...result.findings[3], value: null}]}],
    [
      'a weight above 100',
      {...document, rollout: {id: 'r', environment: 'e', phase: 'p', weightPercent: 101, candidate: 'c', stable: null}},
    ],
  ])('%s', (_, wrong) => {
    expect(validate(JSON.parse(JSON.stringify(wrong)))).toBe(false)
  })
})
