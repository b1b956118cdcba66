import {describe, expect, test} from 'vitest'
import type {ReasonCode} from '../../../src/core/finding.ts'
import type {Block} from '../../../src/report/report.ts'
import {roundedUp} from '../../../src/rollout/plan/detection.ts'
import {type PlanReportInput, planReport} from '../../../src/rollout/plan.ts'
import {environment, v1, v2} from '../world.ts'
import {counts, drawnLooks, guardOf, standingAfter} from '../world-of-guards.ts'

const errors = {name: 'errors', share: {of: 'r', bad: 'x="1"', session: 's'}, 'at-most': '1%'}
const compared = {name: 'compared', share: {of: 'r', bad: 'x="1"', session: 's'}, 'at-most-times-stable': 1.5}

function input(
  rollout: object,
  perSecond: number,
  rest: Partial<PlanReportInput> = {},
  more: object = {},
): PlanReportInput {
  return {
    service: 'credit',
    environmentName: 'production',
    environment: environment({preset: 'canary', guards: [errors], ...rollout}, more),
    candidate: v2,
    stable: v1,
    capabilities: {granularityPercent: 1, observesWeight: true, observesReadiness: true, mirrors: true},
    policyLoosened: false,
    traffic: {perSecond, origin: 'stated'},
    missingEvidence: null,
    ...rest,
  }
}

const plenty = 100
const canary = {
  stages: [
    {weight: '5%', for: '2h'},
    {weight: '50%', for: '6h'},
  ],
}

function reasons(given: PlanReportInput): ReasonCode[] {
  return planReport(given).result.findings.map(finding => finding.reason)
}

function findingOf(given: PlanReportInput, reason: ReasonCode) {
  const found = planReport(given).result.findings.find(finding => finding.reason === reason)
  if (!found) throw new Error(`expected a finding ${reason}, saw ${reasons(given).join(', ')}`)
  return found
}

/** Cells of the table of stages, from the first guard's column on. */
function detectedAt(given: PlanReportInput): (readonly string[])[] {
  const table = planReport(given).report.blocks.find(block => block.kind === 'table')
  if (table?.kind !== 'table') throw new Error('a plan has a table of stages')
  return table.rows.map(row => row.slice(4))
}

function textOf(blocks: readonly Block[]): string {
  return JSON.stringify(blocks)
}

describe('a plan warns', () => {
  test('of nothing, where all is well', () => {
    expect(reasons(input(canary, plenty))).toEqual(['plan/canary-makes-sense'])
  })

  test('of a first weight that is too low to learn from, while later stages see', () => {
    const low = {
      stages: [
        {weight: '1%', for: '10m'},
        {weight: '50%', for: '12h'},
      ],
    }
    expect(findingOf(input(low, 2), 'plan/first-weight-too-low')).toMatchObject({subject: 'stage 1', verdict: 'warn'})
    expect(reasons(input(low, 2))).not.toContain('plan/stage-sees-nothing')
  })

  test('of a later stage that sees nothing', () => {
    const short = {
      stages: [
        {weight: '10%', for: '12h'},
        {weight: '20%', for: '1m'},
        {weight: '50%', for: '12h'},
      ],
      tick: '1m',
    }
    expect(findingOf(input(short, 3), 'plan/stage-sees-nothing')).toMatchObject({subject: 'stage 2'})
  })

  test('of a false-abort rate that is split too thin, with what that costs', () => {
    const many = Array.from({length: 25}, (_, index) => ({...errors, name: `errors-${index}`}))
    const finding = findingOf(input({...canary, guards: many}, plenty), 'plan/alpha-thin')
    // ln(2500)/ln(100) - 1 = 0.699.
    expect(finding.what).toContain('25 tests share a false-abort rate of 1%, 0.04% each: each needs about 69.9% more')
    expect(finding.value).toBeCloseTo(0.0004, 12)
    expect(reasons(input({...canary, guards: many.slice(0, 20)}, plenty))).not.toContain('plan/alpha-thin')
  })

  test('of a plain threshold, with the chance that it stops a healthy release', () => {
    const finding = findingOf(
      input({...canary, guards: [errors, {...errors, name: 'plain', statistics: 'none'}]}, 1),
      'plan/no-statistics',
    )
    expect(finding).toMatchObject({subject: 'plain', verdict: 'warn'})
    expect(finding.what).toMatch(/A release at half of its limit is aborted with a chance of \d/)
    expect(finding.value).toBeGreaterThan(0.2)
    expect(finding.value).toBeLessThan(1)
  })

  test('that the false-abort rate does not bind a plain threshold', () => {
    const {report} = planReport(input({...canary, guards: [errors, {...errors, name: 'plain', statistics: 'none'}]}, 1))
    expect(textOf(report.blocks)).toContain('That does not bind plain, which is a plain threshold.')
  })

  test('of a limit that the histogram cuts through a full bucket', () => {
    const latency = {name: 'latency', histogram: 'h', p95: '120ms'}
    const cut = {...input({...canary, guards: [latency]}, plenty), known: {latency: counts(10_000, 100, 900)}}
    expect(findingOf(cut, 'plan/guard-between-buckets')).toMatchObject({subject: 'latency', value: 0.08, n: 10_000})
    const fine = {...cut, known: {latency: counts(10_000, 100, 200)}}
    expect(reasons(fine)).not.toContain('plan/guard-between-buckets')
  })

  test('of a guard that compares while requests are only mirrored, and of a mirror that nothing judges', () => {
    const stages = [
      {mirror: '100%', for: '1d'},
      {weight: '50%', for: '6h'},
    ]
    const both = findingOf(input({stages, guards: [errors, compared]}, plenty), 'plan/guard-not-asked-while-mirrored')
    expect(both).toMatchObject({subject: 'compared', remedy: expect.stringContaining('as well')})
    const none = findingOf(input({stages, guards: [compared]}, plenty), 'plan/guard-not-asked-while-mirrored')
    expect(none.remedy).toContain('nothing is judged there')
  })

  test('of a guard that counts copies alone, and is asked where there are none', () => {
    const stages = [
      {mirror: '100%', for: '1d'},
      {weight: '50%', for: '6h'},
    ]
    const share = {of: 'slipway_mirror_requests_total', bad: 'result="different"'}
    const answers = {name: 'answers', share, 'at-most': '1%'}
    const asked = input({stages, guards: [errors, answers]}, plenty)
    expect(findingOf(asked, 'plan/guard-counts-copies-alone')).toMatchObject({
      subject: 'answers',
      what: expect.stringContaining('from stage 2 on there are none'),
      remedy: expect.stringContaining('while: mirroring'),
    })
    const mirroring = {...answers, while: 'mirroring'}
    expect(reasons(input({stages, guards: [errors, mirroring]}, plenty))).not.toContain(
      'plan/guard-counts-copies-alone',
    )
    const shadow = {preset: 'shadow', stages: undefined, bake: '1h', guards: [errors, answers]}
    expect(reasons(input(shadow, plenty))).not.toContain('plan/guard-counts-copies-alone')
  })

  test('shows a guard of copies at the stages of copies alone', () => {
    const stages = [
      {mirror: '100%', for: '1d'},
      {weight: '50%', for: '6h'},
    ]
    const share = {of: 'm', bad: 'r="different"'}
    const plain = {name: 'plain', share, 'at-most': '1%', while: 'mirroring', statistics: 'none'}
    const answers = {name: 'answers', share, 'at-most': '1%', while: 'mirroring'}
    const given = input({stages, bake: '1h', guards: [errors, answers, plain]}, plenty)
    const {report, result} = planReport(given)
    const [table] = report.blocks.filter(block => block.kind === 'table')
    expect(table?.rows.map(row => row.slice(-2))).toEqual([
      [expect.stringContaining('times'), 'whatever stands above'],
      ['not asked', 'not asked'],
      ['not asked', 'not asked'],
    ])
    // What a weight would add to the false aborts of a plain threshold, copies alone do not.
    const chance = result.findings.find(({reason}) => reason === 'plan/no-statistics')?.value
    const copies = input({stages: stages.slice(0, 1), bake: undefined, guards: [errors, plain]}, plenty)
    expect(chance).toBe(findingOf(copies, 'plan/no-statistics').value)
    // A stage is not too short for a guard that it does not ask.
    expect(result.findings.filter(({reason}) => reason === 'plan/stage-too-short')).toEqual([])
  })

  test('of a deadline that comes before the stages can be over', () => {
    expect(reasons(input({...canary, deadline: '8h'}, plenty))).not.toContain('plan/deadline-before-the-end')
    expect(findingOf(input({...canary, deadline: '7h'}, plenty), 'plan/deadline-before-the-end').what).toContain(
      'they take at least 8h',
    )
  })

  test('of a stable release that is itself too bad for a good candidate ever to be shown safe', () => {
    const known = {errors: counts(100_000, 2500)}
    expect(findingOf(input(canary, plenty, {known}), 'plan/stage-too-short').what).toContain('can never show it')
  })
})

describe('what a plan says about time', () => {
  function said(rollout: object, rest: Partial<PlanReportInput> = {}, more: object = {}): string {
    return textOf(planReport(input(rollout, plenty, rest, more)).report.blocks)
  }

  test('how much shorter it gets where stages may end early, and how much longer where they are extended', () => {
    const stages = [
      {weight: '5%', for: '2h', 'at-least': '30m', 'at-most': '3h'},
      {weight: '50%', for: '6h'},
    ]
    const text = said({stages, 'when-evidence-is-short': 'extend'})
    expect(text).toContain('At least 8h in 96 ticks of 5m. 6h 30m if all guards are shown to be safe')
    // 3 h, and twice 6 h.
    expect(text).toContain('At most 15h.')
  })

  test('that a person is asked before a stage', () => {
    const stages = [
      {weight: '5%', for: '2h'},
      {weight: '50%', for: '6h', 'ask-first': true},
    ]
    expect(said({stages})).toContain('A person must say `resume` before stage 2.')
  })

  test('which stage a freeze would hold up, if it started now', () => {
    const freeze = [{from: '2026-12-20', to: '2027-01-02', why: 'holidays'}]
    const now = Date.UTC(2026, 11, 19, 23, 0)
    const text = said(canary, {now}, {freeze})
    expect(text).toContain('Started now, stage 2 (50%) would wait. Frozen until')
    expect(text).toContain('holidays')
    expect(said(canary, {now: Date.UTC(2026, 11, 1)}, {freeze})).not.toContain('would wait')
  })

  test('how long the old release is kept after 100 %', () => {
    const given = input({preset: 'blue-green', stages: undefined}, plenty)
    expect(planReport(given).result.summary).toBe(
      'v2 goes 10% -> 50% -> 100% in 2h, watched for 1h more; a rollback restores v1.',
    )
    expect(textOf(planReport(given).report.blocks)).toContain('until then going back needs no start')
  })

  test('that the cheap ways to wait have conditions', () => {
    const text = said(canary)
    expect(text).toContain('GitHub Enterprise')
    // 8 h are 480 minutes, in jobs of 13 minutes 37.
    expect(text).toContain('about 517 minutes in 37 jobs')
  })
})

describe('advice on the pattern: start simple, evolve when justified', () => {
  test('a canary that spares users much is justified, and the plan says how much', () => {
    const finding = findingOf(input(canary, plenty), 'plan/canary-makes-sense')
    const [, planned, atOnce] = /gives about (\d+) bad answers .* it would be (\d+)/.exec(finding.what) ?? []
    expect(Number(atOnce)).toBeGreaterThan(2 * Number(planned))
  })

  const slow = {stages: [{weight: '50%', for: '2d'}]}

  test('a canary that spares users nothing is a warning, and the simpler way is named', () => {
    const finding = findingOf(input(slow, 0.05), 'plan/canary-spares-nothing')
    expect(finding.verdict).toBe('warn')
    expect(finding.remedy).toContain('Start simple')
    const [, planned, atOnce] = /gives about (\d+) bad answers .* it would be (\d+)/.exec(finding.what) ?? []
    expect(Number(planned)).toBeGreaterThan(0.9 * Number(atOnce))
  })

  test('an environment that asks for approval is not told to take risks', () => {
    const careful = input(slow, 0.05, {}, {approvals: [{team: 'risk'}]})
    expect(findingOf(careful, 'plan/canary-spares-nothing').remedy).toContain('mirror requests first')
    const {capabilities} = careful
    const without = {...careful, capabilities: {...capabilities, mirrors: false}}
    expect(findingOf(without, 'plan/canary-spares-nothing').remedy).toContain('validation before the release')
  })

  test.each([
    [450.00000000000006, 450],
    [450.1, 451],
    [0.2, 1],
    [0, 0],
  ])('%d bad answers are said as %d', (bad, said) => expect(roundedUp(bad)).toBe(said))

  test('where much is at stake and requests can be mirrored, that is named first', () => {
    const careful = input({stages: [{weight: '25%', for: '6h'}]}, 5000, {}, {approvals: [{team: 'risk'}]})
    expect(findingOf(careful, 'plan/canary-makes-sense').remedy).toContain('mirror requests first')
  })

  test('everything at once at high traffic is told what a canary would spare', () => {
    const given = input({preset: 'all-at-once', stages: undefined}, 2000)
    expect(findingOf(given, 'plan/no-canary').remedy).toContain('a canary is justified')
  })

  test('where a canary sees nothing, mirroring is offered only where the target can', () => {
    // In a day 6912 copies; in the stages 20 candidate requests.
    const blind = {stages: [{weight: '5%', for: '1h'}], guards: [errors]}
    const can = findingOf(input(blind, 0.08), 'plan/canary-makes-no-sense')
    expect(can.remedy).toContain('`preset: shadow`')
    const cannot = {granularityPercent: 1, observesWeight: true, observesReadiness: true, mirrors: false}
    expect(findingOf(input(blind, 0.08, {capabilities: cannot}), 'plan/canary-makes-no-sense').remedy).toContain(
      'replay recorded requests',
    )
  })
})

describe('what a plan knows from before', () => {
  const requests = {name: 'errors', share: {of: 'r', bad: 'x="1"'}, 'at-most': '1%'}

  test('rates of the stable release are taken as it counted itself, and the plan says so', () => {
    const {report} = planReport(input({...canary, guards: [requests]}, plenty, {known: {errors: counts(50_000, 100)}}))
    expect(textOf(report.blocks)).toContain('taken as it counted itself since its processes began, for errors')
    expect(textOf(planReport(input(canary, plenty)).report.blocks)).toContain('it is assumed to be at half')
  })

  test('a guard that knows how bad requests cluster is faster than one that has to assume it', () => {
    const given = input({stages: [{weight: '10%', for: '1h'}], guards: [requests]}, 10)
    const guard = {...guardOf('requests', {kind: 'share-at-most', limit: 0.01, alpha: 0.01}), name: 'errors'}
    const {plan} = planReport(given)
    const learned = standingAfter(guard, drawnLooks(60, [200, 0.01], [1800, 0.01], 8))
    const cell = (of: PlanReportInput) => Number.parseFloat(detectedAt(of)[0]?.[0] ?? '')
    expect(cell({...given, before: {plan, guards: {errors: learned}}})).toBeLessThan(cell(given))
  })
})

describe('guards in their own unit', () => {
  test('each kind has a column and a row that say what it detects', () => {
    const guards = [
      errors,
      {name: 'revenue', mean: {of: 'value', between: [0, 10]}, 'may-lose': '5%', 'at-least': 2},
      {name: 'cost', mean: {of: 'cost', between: [0, 1]}, 'at-most': 0.1, 'may-grow': '10%'},
      {name: 'complaints', count: {of: 'complaints_total'}, 'at-most': 3, 'at-most-times-stable': 3},
      {name: 'scores', distribution: 'score', 'may-shift': '5%'},
    ]
    const given = input({stages: [{weight: '50%', for: '6h'}], guards}, 200)
    expect(detectedAt(given)[0]).toEqual([
      expect.stringMatching(/^1\.\d+ times \(1\.\d+%\)$/),
      expect.stringMatching(/^a mean of 1\.\d+$/),
      expect.stringMatching(/^[567]\.?\d*% lower$/),
      expect.stringMatching(/^a mean of 0\.1\d+$/),
      expect.stringMatching(/^1\d\.?\d*% higher$/),
      expect.stringMatching(/^[34]\.?\d* times stable$/),
      expect.stringMatching(/^[5-9]\.?\d*% apart$/),
    ])
    expect(textOf(planReport(given).report.blocks)).toContain(
      'complaints: event number 4 of the candidate aborts at the next look',
    )
  })

  test('a comparison is not asked where nothing stands beside the candidate', () => {
    const given = input({stages: [{weight: '50%', for: '6h'}], bake: '1h', guards: [compared]}, plenty)
    expect(detectedAt(given)).toEqual([[expect.stringContaining('times stable')], ['not asked']])
  })
})
