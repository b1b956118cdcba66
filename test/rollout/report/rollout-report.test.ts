import {Ajv2020} from 'ajv/dist/2020.js'
import {describe, expect, test} from 'vitest'
import {resultDocument} from '../../../src/report/json.ts'
import {renderMarkdown} from '../../../src/report/markdown.ts'
import {resultJsonSchema} from '../../../src/report/result-schema.ts'
import type {LedgerEvent} from '../../../src/rollout/events.ts'
import {reportRollout} from '../../../src/rollout/report/rollout-report.ts'
import {planRollout} from '../../../src/rollout/stages.ts'
import {stateOf} from '../../../src/rollout/state.ts'
import type {ArmTallies} from '../../../src/rollout/tally.ts'
import {environment, scope, v1, v2} from '../world.ts'
import {look} from '../world-of-guards.ts'

const guards = [
  {name: 'errors', share: {of: 'r', bad: 'x="1"', session: 's'}, 'at-most': '1%', 'at-most-times-stable': 1.5},
  {name: 'latency', histogram: 'h', p95: '120ms'},
  {name: 'revenue', mean: {of: 'value', squares: 'squares_total', between: [0, 10]}, 'may-lose': '5%'},
  {name: 'complaints', count: {of: 'complaints_total'}, 'at-most': 2},
  {name: 'security', alert: 'severity="critical"'},
  {name: 'scores', distribution: 'score', 'may-shift': '5%'},
]

const counted: Record<string, ArmTallies> = {
  errors: look([2, 400], [19, 3600]),
  latency: look([10, 400], [90, 3600]),
  revenue: {candidate: {n: 400, sum: 1200, sumOfSquares: 4000}, stable: {n: 3600, sum: 10_800, sumOfSquares: 36_000}},
  complaints: look([1, 400], [2, 3600]),
  scores: {
    candidate: {n: 400, bounds: [0.5], buckets: [200, 200]},
    stable: {n: 3600, bounds: [0.5], buckets: [1800, 1800]},
  },
}

function reportAfter(measured: Record<string, ArmTallies>, alerts: readonly string[] = []) {
  const plan = planRollout({
    environment: environment({guards}),
    candidate: v2,
    stable: v1,
    capabilities: {granularityPercent: 1, observesWeight: true, observesReadiness: true, mirrors: true},
    policyLoosened: false,
  })
  let ids = 0
  const at = (minute: number) => ({
    schemaVersion: 2,
    id: `e${++ids}`,
    at: `2026-01-01T00:${String(minute).padStart(2, '0')}:00.000Z`,
    by: 'test',
    rollout: 'r1',
  })
  const act = {kind: 'set-weight', weightPercent: 5, stage: 0} as const
  const why = {reason: 'rollout/started', why: 'test'} as const
  const nothing = {absent: {}, snapshot: {}, notes: []}
  const events: LedgerEvent[] = [
    {...at(0), type: 'rollout-started', candidate: v2, stable: v1, plan},
    {...at(1), type: 'act-intended', act: {kind: 'deploy', release: v2}, ...why},
    {...at(1), type: 'act-confirmed', intent: 'e2'},
    {...at(2), type: 'measured', weightPercent: 0, guards: {}, alerts: {security: []}, ...nothing},
    {...at(2), type: 'act-intended', act, ...why},
    {...at(2), type: 'act-confirmed', intent: 'e5'},
    {...at(7), type: 'measured', weightPercent: 5, guards: measured, alerts: {security: [...alerts]}, ...nothing},
  ]
  return reportRollout({
    scope,
    state: stateOf(events),
    events,
    headline: {verdict: 'inconclusive', reason: 'rollout/in-progress', why: 'It goes on.'},
    next: {kind: 'wait', at: 0},
    now: 0,
    guards: 'judged',
  })
}

describe('the report of a rollout with guards of every kind', () => {
  test('is a result that its schema allows, before the first look and after it', () => {
    const validate = new Ajv2020({strict: false, validateFormats: false}).compile(resultJsonSchema())
    for (const measured of [{}, counted]) {
      const {result} = reportAfter(measured)
      const document = resultDocument(result, {version: '1.0.0', at: '2026-01-01T00:07:00.000Z'})
      expect(validate(JSON.parse(JSON.stringify(document))), JSON.stringify(validate.errors)).toBe(true)
    }
  })

  test('names each guard’s numbers under keys that stay', () => {
    const findings = reportAfter(counted).result.findings.filter(({id}) => id === 'rollout/guard')
    const details = Object.fromEntries(findings.map(({subject, details: each}) => [subject, each]))
    expect(Object.keys(details)).toEqual(guards.map(({name}) => name))
    expect(details.errors).toMatchObject({
      'candidate-requests': 400,
      'candidate-bad': 2,
      'stable-requests': 3600,
      'stable-bad': 19,
      'requests-at-this-stage': 400,
      'ln-e-harm': expect.any(Number),
      'ln-e-abort': expect.closeTo(Math.log(500), 9),
      'ln-e-safety': expect.any(Number),
      'ln-e-safe': expect.closeTo(Math.log(20), 9),
    })
    expect(details.revenue).toMatchObject({'candidate-mean': 3, 'stable-mean': 3})
    expect(details.complaints).toMatchObject({'candidate-bad': 1})
    expect(details.complaints).not.toHaveProperty('ln-e-harm')
    expect(findings.find(({subject}) => subject === 'revenue')).toMatchObject({value: 3, n: 400})
  })

  test('shows each test with what was counted in its own unit', () => {
    const {report} = reportAfter(counted)
    const text = renderMarkdown(report)
    for (const cell of ['2 of 400 (0.5%)', 'mean 3 of 400', '1 of 400 (0.25%)', 'rule']) expect(text).toContain(cell)
  })

  test('a guard that has counted nothing is never a pass, but for one that counts nothing', () => {
    const findings = reportAfter({}).result.findings.filter(({id}) => id === 'rollout/guard')
    const verdicts = Object.fromEntries(findings.map(({subject, verdict}) => [subject, verdict]))
    expect(verdicts).toEqual({
      errors: 'inconclusive',
      latency: 'inconclusive',
      revenue: 'inconclusive',
      complaints: 'inconclusive',
      security: 'pass',
      scores: 'inconclusive',
    })
  })

  test('an alert that began to fire fails its guard, and is named', () => {
    const security = reportAfter(counted, ['Intrusion']).result.findings.find(({subject}) => subject === 'security')
    expect(security).toMatchObject({verdict: 'fail', reason: 'rollout/alert-fires'})
    expect(security?.what).toContain('Intrusion began to fire')
  })

  test('one event too many fails its guard without statistics', () => {
    const complaints = reportAfter({...counted, complaints: look([3, 400], [0, 3600])}).result.findings.find(
      ({subject}) => subject === 'complaints',
    )
    expect(complaints).toMatchObject({verdict: 'fail', reason: 'rollout/events-above-limit'})
    expect(complaints?.what).toBe('complaints: 3 in 400 candidate requests, at most 2 in all; no statistics are asked.')
  })
})
