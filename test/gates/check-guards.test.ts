import {describe, expect, test} from 'vitest'
import {checkGuards} from '../../src/gates/check-guards.ts'
import {silentLog} from '../../src/runtime/log.ts'
import {systemRuntime} from '../../src/runtime/runtime.ts'
import {environment} from '../rollout/world.ts'

const runtime = systemRuntime(silentLog)
const prometheus = {kind: 'prometheus', url: 'http://prometheus:9090', 'release-label': 'version'} as const

function check(guard: object, telemetry: object = prometheus): void {
  const open = environment()
  // The config lets one of its kinds of guards through; a test writes it as the parser would hand it on.
  const guards = [{name: 'first', share: {of: 'r_total', bad: 'code="500"'}, statistics: 'sequential'}, guard]
  checkGuards('production', {...open, telemetry, rollout: {...open.rollout, guards}} as typeof open, runtime)
}

describe('matchers that cannot be read are refused with their key', () => {
  test.each([
    ['share.bad', {name: 'g', share: {of: 'r_total', bad: 'code=~5..'}}],
    ['count.where', {name: 'g', count: {of: 'c_total', where: 'kind=', per: 'r_total'}}],
    ['alert', {name: 'g', alert: 'critical'}],
  ])('%s', (key, guard) => {
    expect(() => check(guard)).toThrow(
      expect.objectContaining({
        code: 'config/guard-malformed',
        message: expect.stringContaining(`environments.production.rollout.guards[1].${key}: `),
      }),
    )
  })
})

test('an alert guard is refused where telemetry knows no alerts', () => {
  const scrape = {kind: 'scrape', url: ['http://{version}/metrics']}
  expect(() => check({name: 'g', alert: 'severity="critical"'}, scrape)).toThrow(
    expect.objectContaining({
      code: 'config/guard-needs-prometheus',
      message: expect.stringContaining(
        'environments.production.rollout.guards[1].alert: a metrics page knows no alerts',
      ),
    }),
  )
})

test.each([
  ['count', {name: 'g', count: {of: 'c_total', per: 'r_total'}}],
  ['mean', {name: 'g', mean: {of: 'value', between: [0, 1]}}],
  ['histogram', {name: 'g', histogram: 'seconds', p95: 100}],
  ['distribution', {name: 'g', distribution: 'score', 'may-shift': 0.1}],
  ['alert', {name: 'g', alert: 'severity="critical"'}],
])('a guard that can be asked is let through: %s', (_, guard) => {
  expect(() => check(guard)).not.toThrow()
})
