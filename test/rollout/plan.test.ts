import {describe, expect, test} from 'vitest'
import {configSchema, type EnvironmentConfig} from '../../src/config/schema.ts'
import type {Block} from '../../src/report/report.ts'
import type {GuardTest} from '../../src/rollout/guards.ts'
import type {Question} from '../../src/rollout/plan/assumed.ts'
import {expectedDetection, smallestDetectable} from '../../src/rollout/plan/detection.ts'
import {type PlanReportInput, planReport} from '../../src/rollout/plan.ts'
import {environment, v1, v2} from './world.ts'
import {drawnLooks, guardOf, standingAfter} from './world-of-guards.ts'

function production(): EnvironmentConfig {
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
  return environments.production ?? environment()
}

function inputAt(perSecond: number | null, rest: Partial<PlanReportInput> = {}): PlanReportInput {
  return {
    service: 'credit',
    environmentName: 'production',
    environment: production(),
    candidate: v2,
    stable: v1,
    capabilities: {granularityPercent: 1, observesWeight: true, observesReadiness: true, mirrors: true},
    policyLoosened: false,
    traffic: perSecond === null ? null : {perSecond, origin: 'stated'},
    missingEvidence: [],
    ...rest,
  }
}

function textOf(blocks: readonly Block[]): string {
  return JSON.stringify(blocks)
}

describe('what the plan says about clusters of errors', () => {
  const errors = {name: 'errors', share: {of: 'r', bad: 'x="1"'}, 'at-most': '1%'}
  const slow = {name: 'slow', share: {of: 'r', bad: 'y="1"'}, 'at-most': '1%'}
  const sessions = {name: 'sessions', share: {of: 'r', bad: 'x="1"', session: 's'}, 'at-most': '1%'}
  const planned = (rest: Partial<PlanReportInput>, guards: readonly object[] = [errors, slow, sessions]) => {
    const given = inputAt(20, {environment: environment({preset: 'canary', guards}), ...rest})
    return textOf(planReport(given).report.blocks)
  }
  const before = {
    plan: {guards: [guardOf('requests')]},
    guards: {errors: standingAfter(guardOf('requests'), drawnLooks(60, [200, 0.01], [1800, 0.01], 8))},
  }
  const known = (pairs: number) => ({spanMs: 6 * 3_600_000, clusters: {errors: {pairs, chiSquare: pairs}}})

  test.each<[string, Partial<PlanReportInput>, readonly string[]]>([
    [
      'nothing is known',
      {},
      [
        'How errors cluster is not known yet for errors, slow: until about 16 looks have shown it, they are taken to come 5 at once (`clusters-of: 1` if each request fails by itself).',
      ],
    ],
    [
      'the source remembers one guard',
      {past: known(60)},
      ['known for errors from 6h of the stable release’s past', 'not known yet for slow'],
    ],
    ['it remembers too little', {past: known(9)}, ['known for errors (in part: 9 pairs of looks) from 6h']],
    ['a rollout was before', {before}, ['known for errors from the rollout before', 'not known yet for slow']],
  ])('where %s', (_, rest, said) => {
    const text = planned(rest)
    for (const each of said) expect(text).toContain(each)
    expect(text).not.toMatch(/cluster[^.]*sessions/)
  })

  test('is nothing where sessions are counted', () => {
    expect(planned({}, [sessions])).not.toContain('How errors cluster')
  })

  test('is part of the times: the first rollout aborts sooner where the past is known', () => {
    const of = (rest: Partial<PlanReportInput>) =>
      /aborted after.*?rows.*?([0-9hms ]+), \d+ requests/.exec(planned(rest))?.[1]
    const minutes = (text = '') => Number(/(\d+)h/.exec(text)?.[1] ?? 0) * 60 + Number(/(\d+)m/.exec(text)?.[1] ?? 0)
    expect(minutes(of({past: known(60)}))).toBeGreaterThan(0)
    expect(minutes(of({past: known(60)}))).toBeLessThan(minutes(of({})))
  })
})

describe('the plan of a rollout, as people read it', () => {
  test('at plenty of traffic is green, with stages, approvals and the way back', () => {
    const {result, report} = planReport(inputAt(1000))
    expect(result).toMatchObject({gate: 'plan', verdict: 'pass'})
    expect(result.summary).toBe('v2 goes 5% -> 25% -> 50% -> 100% in 20h; a rollback restores v1.')
    expect(textOf(report.blocks)).toContain('Nobody must approve.')
  })

  test('at 100 predictions a day says plainly that a canary makes no sense, and what to do instead', () => {
    const {result} = planReport(inputAt(100 / 86_400))
    expect(result).toMatchObject({verdict: 'warn', reason: 'plan/canary-makes-no-sense'})
    // 100 a day for 2 h at 5 %, 6 h at 25 %, 12 h at 50 %: 0.4 + 6.25 + 25 requests.
    expect(result.summary).toContain(
      'A canary makes no sense at 100/day: in 20h the candidate answers about 32 requests',
    )
    expect(result.findings[1]?.remedy).toContain('rollback')
  })

  test('names the stages that are too short to show that a good candidate is safe', () => {
    const {result} = planReport(inputAt(2))
    expect(result.findings).toContainEqual(
      expect.objectContaining({reason: 'plan/stage-too-short', subject: 'stage 1', verdict: 'warn'}),
    )
  })

  test('without stated traffic warns that it cannot say what it can see', () => {
    expect(planReport(inputAt(null)).result).toMatchObject({verdict: 'warn', reason: 'plan/traffic-unknown'})
  })

  test('of the first release says that there is no canary and no way back', () => {
    const {result} = planReport(inputAt(1000, {stable: null}))
    expect(result).toMatchObject({verdict: 'warn', reason: 'plan/first-release'})
  })

  test('of a release that lacks evidence fails, with what is missing', () => {
    const {result} = planReport(inputAt(1000, {missingEvidence: ['No model evidence is recorded.']}))
    expect(result).toMatchObject({verdict: 'fail', reason: 'rollout/evidence-missing'})
    expect(result.summary).toContain('No model evidence is recorded.')
  })

  test('counts ticks and billed job minutes for both paces', () => {
    const {report} = planReport(inputAt(1000))
    // 20 h in ticks of 5 min are 240; a job lasts 5.5 h, so four in a row.
    expect(textOf(report.blocks)).toContain('At least 20h in 240 ticks of 5m.')
    expect(textOf(report.blocks)).toContain(
      'about 1204 when the job waits between ticks (4 jobs in a row), and no less in shorter ones',
    )
  })
})

/** Sessions, so that nothing is set aside for clusters; stable at 0.5 %. */
function asked(test: GuardTest): Question {
  const guard = {
    name: 'errors',
    query: {kind: 'share', name: 'errors', of: 'r', bad: 'x="1"', session: 's'} as const,
    tests: [test],
  }
  const stable = {rate: 0.005, mean: 0.5, variance: 0.25, origin: 'assumed' as const}
  return {guard, test, stable, dispersion: {pairs: 0, chiSquare: 0, last: null}}
}

describe('what a plan can see', () => {
  const errors = asked({kind: 'share-at-most', limit: 0.01, alpha: 0.01})
  const compared = asked({kind: 'share-at-most-times-stable', times: 1, alpha: 0.01})
  const hour = 3_600_000
  const tenPercent = {stages: [{weightPercent: 10, dwellMs: 20 * hour}], tickMs: 300_000, traffic: 10}

  // Simulated in the design research: 10 % weight, 300 candidate requests in 5 min; stable at 0.5 %.
  test.each([
    ['2 % against a limit of 1 %, 25 min', errors, 2, 25],
    ['5 % against a limit of 1 %', errors, 5, 5],
    ['four times stable, 10 min', compared, 4, 10],
  ])('expects about the simulated time: %s', (_, question, ratio, minutes) => {
    const detection = expectedDetection(question, ratio, tenPercent)
    expect((detection?.afterMs ?? 0) / 60_000 / minutes).toBeGreaterThan(0.4)
    expect((detection?.afterMs ?? 0) / 60_000 / minutes).toBeLessThan(2)
  })

  test('a regression is found sooner the worse it is, and exposes fewer requests', () => {
    const found = [2, 4, 10].map(ratio => expectedDetection(errors, ratio, tenPercent)?.exposed ?? 0)
    expect(found).toEqual(found.toSorted((a, b) => b - a))
    expect(Math.min(...found)).toBeGreaterThan(0)
  })

  test('no abort is promised before the first look', () => {
    expect(expectedDetection(errors, 10, {...tenPercent, traffic: 1000})).toEqual({
      afterMs: 300_000,
      exposed: 30_000,
      // Ten times the limit of 1 %.
      bad: 3000,
    })
  })

  test('what cannot be found within the plan is said to be so', () => {
    expect(expectedDetection(errors, 10, {...tenPercent, traffic: 0.0001})).toBeNull()
    const second = {stages: [{weightPercent: 5, dwellMs: 1000}], tickMs: 1000, traffic: 0.1}
    expect(smallestDetectable(errors, 0, second)).toBeNull()
  })

  test('more traffic lets a stage see smaller regressions', () => {
    const stage = {weightPercent: 10, dwellMs: hour}
    const smallest = [1, 10, 100, 1000].map(
      traffic => smallestDetectable(errors, 0, {stages: [stage], tickMs: 60_000, traffic}) ?? Number.POSITIVE_INFINITY,
    )
    expect(smallest).toEqual(smallest.toSorted((a, b) => b - a))
    expect(smallest[3]).toBeLessThan(1.2)
    expect(smallest[3]).toBeGreaterThan(1)
  })

  test('evidence adds up over stages', () => {
    const ramp = [
      {weightPercent: 5, dwellMs: hour},
      {weightPercent: 50, dwellMs: hour},
    ]
    const detection = expectedDetection(errors, 2, {stages: ramp, tickMs: 60_000, traffic: 2})
    expect(detection?.afterMs).toBeGreaterThan(hour)
    expect(detection?.afterMs).toBeLessThan(2 * hour)
  })
})
