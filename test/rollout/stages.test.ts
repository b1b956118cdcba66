import {describe, expect, test} from 'vitest'
import {configSchema} from '../../src/config/schema.ts'
import {planRollout} from '../../src/rollout/stages.ts'
import {environment, release, v1, v2} from './world.ts'

const capabilities = {granularityPercent: 1, observesWeight: true, observesReadiness: true, mirrors: true}
const input = {environment: environment(), candidate: v2, stable: v1, capabilities, policyLoosened: false}

describe('the plan of a rollout', () => {
  test('without a rollout in the config is the production policy', () => {
    const {environments} = configSchema.parse({
      version: 1,
      service: 'credit',
      model: {files: 'm'},
      environments: {
        production: {
          target: {kind: 'local', router: 'http://127.0.0.1:1'},
          telemetry: {kind: 'scrape', url: ['http://127.0.0.1:2']},
        },
      },
    })
    const production = environments.production ?? environment()
    const plan = planRollout({...input, environment: production})
    const hour = 3_600_000
    expect(plan.stages).toEqual([
      {weightPercent: 5, dwellMs: 2 * hour},
      {weightPercent: 25, dwellMs: 6 * hour},
      {weightPercent: 50, dwellMs: 12 * hour},
    ])
    expect(plan.guards).toMatchObject([
      {name: 'errors', tests: [{kind: 'share-at-most', limit: 0.001, alpha: 0.005}]},
      {name: 'latency', tests: [{kind: 'quantile-at-most', quantile: 0.95, limitSeconds: 0.12, alpha: 0.005}]},
    ])
  })

  test('shares the false-abort rate over all tests, not over guards', () => {
    const guards = [
      {name: 'errors', share: {of: 'r', bad: 'x="1"'}, 'at-most': '1%', 'at-most-times-stable': 2},
      {name: 'latency', histogram: 'h', p99: '1s'},
    ]
    const plan = planRollout({...input, environment: environment({guards, 'false-abort-rate': '3%'})})
    const alphas = plan.guards.flatMap(guard => guard.tests.flatMap(each => ('alpha' in each ? [each.alpha] : [])))
    expect(alphas).toHaveLength(3)
    for (const alpha of alphas) expect(alpha).toBeCloseTo(0.01, 12)
  })

  test.each([0, 1])('refuses the limit %i, which is no question about a rate', limit => {
    const guards = [{name: 'errors', share: {of: 'r', bad: 'x="1"'}, 'at-most': limit}]
    expect(() => planRollout({...input, environment: environment({guards})})).toThrow(
      expect.objectContaining({code: 'rollout/limit-without-room'}),
    )
  })

  test('keeps what a stage is allowed to do, and adds the bake as the last one', () => {
    const {stages} = planRollout({
      ...input,
      environment: environment({
        'when-evidence-is-short': 'extend',
        stages: [
          {mirror: '50%', for: '1h'},
          {weight: '5%', for: '1h', 'at-least': '10m', 'at-most': '3h', 'ask-first': true},
        ],
        bake: '2h',
      }),
    })
    const hour = 3_600_000
    expect(stages).toEqual([
      {weightPercent: 0, mirrorPercent: 50, dwellMs: hour},
      {weightPercent: 5, dwellMs: hour, atLeastMs: hour / 6, atMostMs: 3 * hour, askFirst: true},
      {weightPercent: 100, dwellMs: 2 * hour, isBake: true},
    ])
  })

  test('refuses copies of requests on a target that makes none, and says what to do', () => {
    const mirrored = environment({stages: [{mirror: '50%', for: '1h'}]})
    const cannot = {...input, environment: mirrored, capabilities: {...capabilities, mirrors: false}}
    expect(() => planRollout(cannot)).toThrow(
      expect.objectContaining({code: 'rollout/cannot-mirror', hint: expect.stringContaining('rollout.stages')}),
    )
  })

  test('takes copies as fine as the target can make them, and no finer', () => {
    const fine = environment({stages: [{mirror: '2.5%', for: '1h'}]})
    expect(() => planRollout({...input, environment: fine})).toThrow(
      expect.objectContaining({code: 'rollout/mirror-too-fine', hint: expect.stringContaining('1%')}),
    )
    const plan = planRollout({...input, environment: fine, capabilities: {...capabilities, granularityPercent: 0.5}})
    expect(plan.stages).toMatchObject([{mirrorPercent: 2.5}])
    const all = environment({stages: [{mirror: '100%', for: '1h'}]})
    expect(
      planRollout({...input, environment: all, capabilities: {...capabilities, granularityPercent: 15}}),
    ).toBeTruthy()
  })

  test('refuses a stage at which no guard would be asked: it would pass with nothing seen', () => {
    const share = {of: 'm', bad: 'r="different"'}
    const guards = [{name: 'answers', share, 'at-most': '1%', while: 'mirroring'}]
    const unseen = environment({
      stages: [
        {mirror: '10%', for: '1h'},
        {weight: '5%', for: '1h'},
      ],
      guards,
    })
    expect(() => planRollout({...input, environment: unseen})).toThrow(
      expect.objectContaining({code: 'rollout/stage-without-guard', message: expect.stringContaining('5%')}),
    )
  })

  test('a target whose steps do not divide 100 can still bake', () => {
    const baked = environment({stages: [{weight: '30%', for: '1h'}], bake: '1h'})
    const plan = planRollout({...input, environment: baked, capabilities: {...capabilities, granularityPercent: 15}})
    expect(plan.stages.at(-1)).toMatchObject({weightPercent: 100, isBake: true})
  })

  const approvals = [{team: 'leads'}, {team: 'board', when: 'major'}, {team: 'risk', when: 'policy-loosened'}]
  test.each([
    ['a minor version', 'v1.2.0', 'v1.3.0', false, ['leads']],
    ['a major version', 'v1.9.0', 'v2.0.0', false, ['leads', 'board']],
    ['a version without a number', 'main', 'next', false, ['leads', 'board']],
    ['a looser policy', 'v1.2.0', 'v1.3.0', true, ['leads', 'risk']],
  ])('asks who must approve: %s', (_, from, to, policyLoosened, teams) => {
    const plan = planRollout({
      ...input,
      environment: environment({}, {approvals}),
      stable: release(from),
      candidate: release(to),
      policyLoosened,
    })
    expect(plan.approvals).toEqual(teams)
  })

  test('takes weights as fine as the target can set them, and no finer', () => {
    const fine = environment({stages: [{weight: '0.5%', for: '1h'}]})
    expect(() => planRollout({...input, environment: fine})).toThrow(
      expect.objectContaining({code: 'rollout/weight-too-fine', hint: expect.stringContaining('1%')}),
    )
    const plan = planRollout({...input, environment: fine, capabilities: {...capabilities, granularityPercent: 0.1}})
    expect(plan.stages).toMatchObject([{weightPercent: 0.5}])
  })
})
