import {describe, expect, test} from 'vitest'
import type {GuardTest} from '../../src/rollout/guards.ts'
import type {MeanTally, ShapeTally} from '../../src/rollout/tally.ts'
import {
  abortedAfter,
  counts,
  drawn,
  drawnLooks,
  drawnMean,
  guardOf,
  judgeAfter,
  type Look,
  look,
  random,
} from './world-of-guards.ts'

const alpha = 0.01
const unitBounds = {low: 0, high: 1}

/** `looks` looks of 200 candidate and 1800 stable values each. */
function meanLooks(looks: number, candidate: number, stable: number, seed: number, squares = true): Look[] {
  const next = random(seed)
  const cut = (tally: MeanTally): MeanTally => (squares ? tally : {...tally, sumOfSquares: null})
  return Array.from({length: looks}, () => ({
    candidate: cut(drawnMean(200, candidate, 1, next)),
    stable: cut(drawnMean(1800, stable, 1, next)),
  }))
}

function shape(n: number, below: number, next: () => number): ShapeTally {
  const hits = drawn(n, below, next)
  return {n, bounds: [0.5], buckets: [hits, n - hits]}
}

describe('each kind of guard stops a release that breaks it, and lets one pass that keeps it', () => {
  const cases: readonly [name: string, guard: ReturnType<typeof guardOf>, bad: Look[], good: Look[]][] = [
    [
      'share against a limit',
      guardOf('share', {kind: 'share-at-most', limit: 0.01, alpha}),
      drawnLooks(24, [200, 0.04], [1800, 0.005], 1),
      drawnLooks(24, [200, 0.005], [1800, 0.005], 2),
    ],
    [
      'share against stable',
      guardOf('share', {kind: 'share-at-most-times-stable', times: 1.5, alpha}),
      drawnLooks(48, [200, 0.06], [1800, 0.01], 3),
      drawnLooks(48, [200, 0.01], [1800, 0.01], 4),
    ],
    [
      'quantile against a limit',
      guardOf('quantile', {kind: 'quantile-at-most', quantile: 0.95, limitSeconds: 0.1, alpha}),
      drawnLooks(48, [200, 0.2], [1800, 0.02], 5),
      drawnLooks(48, [200, 0.02], [1800, 0.02], 6),
    ],
    [
      'slow requests against stable',
      guardOf('quantile', {kind: 'slow-at-most-times-stable', times: 1.5, limitSeconds: 0.1, alpha}),
      drawnLooks(48, [200, 0.2], [1800, 0.03], 7),
      drawnLooks(48, [200, 0.03], [1800, 0.03], 8),
    ],
    [
      'events against stable',
      guardOf('events', {kind: 'events-at-most-times-stable', times: 3, alpha}),
      drawnLooks(96, [200, 0.2], [1800, 0.01], 9),
      drawnLooks(96, [200, 0.01], [1800, 0.01], 10),
    ],
    [
      'mean at least',
      guardOf('mean', {kind: 'mean-at-least', limit: 0.8, ...unitBounds, alpha}),
      meanLooks(24, 0.7, 0.9, 11),
      meanLooks(24, 0.9, 0.9, 12),
    ],
    [
      'mean at most',
      guardOf('mean', {kind: 'mean-at-most', limit: 0.2, ...unitBounds, alpha}),
      meanLooks(24, 0.35, 0.1, 13),
      meanLooks(24, 0.1, 0.1, 14),
    ],
    [
      'mean that may lose 5 %',
      guardOf('mean', {kind: 'mean-may-lose', fraction: 0.05, ...unitBounds, alpha}),
      meanLooks(48, 0.6, 0.8, 15),
      meanLooks(48, 0.8, 0.8, 16),
    ],
    [
      'mean that may grow 10 %',
      guardOf('mean', {kind: 'mean-may-grow', fraction: 0.1, ...unitBounds, alpha}),
      meanLooks(48, 0.6, 0.4, 17),
      meanLooks(48, 0.4, 0.4, 18),
    ],
    [
      'mean without squares',
      guardOf('mean', {kind: 'mean-at-least', limit: 0.8, ...unitBounds, alpha}),
      meanLooks(24, 0.7, 0.9, 19, false),
      meanLooks(24, 0.9, 0.9, 20, false),
    ],
  ]

  test.each(cases)('%s', (_, guard, bad, good) => {
    expect(abortedAfter(guard, bad)).not.toBeNull()
    expect(abortedAfter(guard, good)).toBeNull()
    expect(judgeAfter(guard, bad).safe).toBe(false)
    expect(judgeAfter(guard, good).safe).toBe(true)
  })

  test('a distribution that shifts is stopped, and one that does not is shown to be safe', () => {
    const guard = guardOf('distribution', {kind: 'distribution-may-shift', distance: 0.1, alpha})
    const next = random(21)
    const looks = (below: number) =>
      Array.from({length: 20}, () => ({candidate: shape(1000, below, next), stable: shape(9000, 0.5, next)}))
    expect(abortedAfter(guard, looks(0.8))).not.toBeNull()
    const same = looks(0.5)
    expect(abortedAfter(guard, same)).toBeNull()
    expect(judgeAfter(guard, same).safe).toBe(true)
  })
})

describe('rules that count', () => {
  const complaints = guardOf('events', {kind: 'events-at-most', limit: 2})

  test('events above the limit abort, over the whole rollout and not only at this weight', () => {
    const early = {...look([2, 500], [0, 4500]), weightPercent: 5}
    expect(abortedAfter(complaints, [early, look([0, 500], [0, 4500])])).toBeNull()
    expect(abortedAfter(complaints, [early, look([1, 500], [0, 4500])])).toBe(2)
  })

  test('of zero tolerance the first event aborts', () => {
    const none = guardOf('events', {kind: 'events-at-most', limit: 0})
    expect(abortedAfter(none, [look([1, 10], [0, 90])])).toBe(1)
  })

  test('no request is no safety, also for a rule', () => {
    expect(judgeAfter(complaints, []).safe).toBe(false)
    expect(judgeAfter(complaints, [look([0, 0], [0, 900])]).safe).toBe(false)
    expect(judgeAfter(complaints, [look([0, 1], [0, 900])]).safe).toBe(true)
  })

  test('a threshold waits for 100 candidate requests, and then aborts at the first look above it', () => {
    const plain = guardOf('requests', {kind: 'share-at-most', limit: 0.01, alpha: 0, method: 'threshold'})
    expect(abortedAfter(plain, [look([1, 50], [0, 450]), look([1, 49], [0, 450])])).toBeNull()
    expect(abortedAfter(plain, [look([1, 50], [0, 450]), look([1, 50], [0, 450])])).toBe(2)
    expect(judgeAfter(plain, [look([0, 99], [0, 900])]).safe).toBe(false)
    expect(judgeAfter(plain, [look([1, 100], [0, 900])]).safe).toBe(true)
  })

  test.each<[GuardTest, Look, boolean]>([
    [{kind: 'share-at-most-times-stable', times: 2, alpha: 0, method: 'threshold'}, look([21, 1000], [10, 1000]), true],
    [
      {kind: 'share-at-most-times-stable', times: 2, alpha: 0, method: 'threshold'},
      look([20, 1000], [10, 1000]),
      false,
    ],
    [{kind: 'share-at-most-times-stable', times: 2, alpha: 0, method: 'threshold'}, look([9, 1000], [0, 99]), false],
    [
      {kind: 'mean-may-lose', fraction: 0.05, ...unitBounds, alpha: 0, method: 'threshold'},
      {candidate: {n: 200, sum: 94, sumOfSquares: null}, stable: {n: 200, sum: 100, sumOfSquares: null}},
      true,
    ],
    [
      {kind: 'mean-may-lose', fraction: 0.05, ...unitBounds, alpha: 0, method: 'threshold'},
      {candidate: {n: 200, sum: 96, sumOfSquares: null}, stable: {n: 200, sum: 100, sumOfSquares: null}},
      false,
    ],
    [
      {kind: 'mean-at-most', limit: 0.5, ...unitBounds, alpha: 0, method: 'threshold'},
      {candidate: {n: 200, sum: 101, sumOfSquares: null}, stable: {n: 0, sum: 0, sumOfSquares: null}},
      true,
    ],
  ])('a threshold %j compares what was counted', (asked, seen, aborts) => {
    const kind = asked.kind.startsWith('mean') ? 'mean' : 'requests'
    expect(judgeAfter(guardOf(kind, asked), [seen]).harmful !== null).toBe(aborts)
  })
})

describe('what a stage may rest on', () => {
  const errors = guardOf('share', {kind: 'share-at-most', limit: 0.01, alpha})

  test('what was shown at one weight does not make another weight safe', () => {
    const at5 = {...look([0, 5000], [0, 45_000]), weightPercent: 5}
    expect(judgeAfter(errors, [at5], 5).safe).toBe(true)
    expect(judgeAfter(errors, [at5], 25).safe).toBe(false)
  })

  test('a mean that was shown to be safe at one weight is asked anew at the next', () => {
    const guard = guardOf('mean', {kind: 'mean-at-least', limit: 0.8, ...unitBounds, alpha})
    const at5 = meanLooks(24, 0.95, 0.95, 1).map(each => ({...each, weightPercent: 5}))
    expect(judgeAfter(guard, at5, 5).safe).toBe(true)
    expect(judgeAfter(guard, at5, 25).safe).toBe(false)
    const [first] = meanLooks(1, 0.95, 0.95, 2)
    if (!first) throw new Error('one look was asked for')
    expect(
      judgeAfter(guard, [...at5, {...first, candidate: {n: 3, sum: 3, sumOfSquares: 3}, weightPercent: 25}], 25).safe,
    ).toBe(false)
  })

  test('a candidate that failed at one weight is not better at the next', () => {
    const at5 = {...look([40, 400], [4, 7600]), weightPercent: 5}
    expect(judgeAfter(errors, [at5, look([0, 10], [0, 90])]).harmful).not.toBeNull()
  })

  test('a look that misses a series shows harm, and never safety', () => {
    const partial = {...look([0, 5000], [0, 45_000]), isPartial: true}
    expect(judgeAfter(errors, [partial])).toMatchObject({safe: false, harmful: null})
    const bad = {...look([300, 5000], [20, 45_000]), isPartial: true}
    expect(judgeAfter(errors, [bad]).harmful).not.toBeNull()
  })

  test('the same for a mean', () => {
    const guard = guardOf('mean', {kind: 'mean-at-least', limit: 0.8, ...unitBounds, alpha})
    const good = meanLooks(24, 0.95, 0.95, 3)
    expect(judgeAfter(guard, good).safe).toBe(true)
    expect(
      judgeAfter(
        guard,
        good.map(each => ({...each, isPartial: true})),
      ).safe,
    ).toBe(false)
    expect(
      judgeAfter(
        guard,
        meanLooks(24, 0.6, 0.95, 4).map(each => ({...each, isPartial: true})),
      ).harmful,
    ).not.toBeNull()
  })

  test('what may have been slow counts for an abort only where it surely was, and for safety where it may have been', () => {
    const guard = guardOf('quantile', {kind: 'quantile-at-most', quantile: 0.95, limitSeconds: 0.1, alpha})
    const cut = Array.from({length: 24}, () => ({candidate: counts(400, 0, 80), stable: counts(3600, 0, 720)}))
    expect(judgeAfter(guard, cut)).toMatchObject({safe: false, harmful: null})
  })

  test('two releases that never fail do not wait for errors, where an absolute limit stands beside the comparison', () => {
    const both = guardOf(
      'share',
      {kind: 'share-at-most', limit: 0.01, alpha},
      {kind: 'share-at-most-times-stable', times: 1.5, alpha},
    )
    expect(judgeAfter(both, [look([0, 5000], [0, 45_000])]).safe).toBe(true)
    const alone = guardOf('share', {kind: 'share-at-most-times-stable', times: 1.5, alpha})
    expect(judgeAfter(alone, [look([0, 5000], [0, 45_000])]).safe).toBe(false)
  })

  test('a release as good as stable is not held by a comparison that its few errors cannot decide', () => {
    const both = guardOf(
      'share',
      {kind: 'share-at-most', limit: 0.001, alpha},
      {kind: 'share-at-most-times-stable', times: 1.5, alpha},
    )
    // One bad request in 20 000, at 5 % of the traffic: 4 of 72 bad requests are the candidate's, 3.6 expected.
    expect(judgeAfter(both, [look([4, 72_000], [68, 1_368_000])]).safe).toBe(true)
    // Eight times as bad as stable, and still within its limit.
    expect(judgeAfter(both, [look([30, 72_000], [68, 1_368_000])]).safe).toBe(false)
    // With ten times as many errors the same relation can be told, and has to be shown.
    expect(judgeAfter(both, [look([70, 144_000], [600, 2_736_000])]).safe).toBe(false)
    expect(judgeAfter(both, [look([32, 144_000], [600, 2_736_000])]).tests[1]?.safety).toMatchObject({kind: 'e-value'})
    expect(judgeAfter(both, [look([32, 144_000], [600, 2_736_000])]).safe).toBe(true)
  })

  test('an alert guard is safe without a request, until an alert begins to fire', () => {
    expect(judgeAfter(guardOf('alert', {kind: 'no-alert'}), []).safe).toBe(true)
  })
})

describe('where there is nothing to compare with', () => {
  const compared = guardOf('share', {kind: 'share-at-most-times-stable', times: 1.5, alpha})
  const both = guardOf(
    'share',
    {kind: 'share-at-most', limit: 0.01, alpha},
    {kind: 'share-at-most-times-stable', times: 1.5, alpha},
  )

  test('a comparison is not asked while requests are only mirrored, whatever the copies show', () => {
    const mirrored = {...look([400, 4000], [4, 4000]), weightPercent: 0}
    expect(judgeAfter(compared, [mirrored], 0)).toMatchObject({harmful: null, safe: true})
    expect(judgeAfter(compared, [mirrored], 0).tests[0]?.safety.kind).toBe('not-asked')
  })

  test('the candidate’s own limit is asked of copies', () => {
    expect(judgeAfter(both, [{...look([400, 4000], [4, 4000]), weightPercent: 0}], 0).harmful?.test.kind).toBe(
      'share-at-most',
    )
    expect(judgeAfter(both, [{...look([0, 4000], [0, 4000]), weightPercent: 0}], 0).safe).toBe(true)
  })

  test('a mirrored stage without a copy is not safe', () => {
    expect(judgeAfter(compared, [{...look([0, 0], [4, 4000]), weightPercent: 0}], 0).safe).toBe(false)
  })

  test('after all traffic is moved the limit still aborts', () => {
    const late = {...look([400, 4000], [0, 0]), weightPercent: 100}
    expect(judgeAfter(both, [late], 100).harmful?.test.kind).toBe('share-at-most')
    expect(judgeAfter(compared, [late], 100).harmful).toBeNull()
  })
})

describe('who is to blame', () => {
  const errors = guardOf('share', {kind: 'share-at-most', limit: 0.01, alpha})

  test('a fault that hits both releases alike does not blame the candidate', () => {
    const calm = drawnLooks(12, [200, 0.005], [1800, 0.005], 31)
    const outage = drawnLooks(6, [200, 0.2], [1800, 0.2], 32)
    expect(abortedAfter(errors, [...calm, ...outage, ...calm])).toBeNull()
  })

  test('nor does a mean that drops in both, and one that drops in the candidate alone does', () => {
    const score = guardOf('mean', {kind: 'mean-at-least', limit: 0.8, ...unitBounds, alpha})
    const calm = meanLooks(12, 0.9, 0.9, 41)
    expect(abortedAfter(score, [...calm, ...meanLooks(6, 0.6, 0.6, 42), ...calm])).toBeNull()
    expect(abortedAfter(score, [...calm, ...meanLooks(6, 0.6, 0.9, 43)])).not.toBeNull()
  })

  test('a few good answers of the old release do not excuse the new one after all traffic is moved', () => {
    const moved = Array.from({length: 6}, () => ({...look([60, 2000], [0, 2]), weightPercent: 100}))
    expect(judgeAfter(errors, moved, 100).harmful?.test.kind).toBe('share-at-most')
  })

  test('the same errors in the candidate alone do', () => {
    const calm = drawnLooks(12, [200, 0.005], [1800, 0.005], 31)
    const outage = drawnLooks(6, [200, 0.2], [1800, 0.005], 32)
    expect(abortedAfter(errors, [...calm, ...outage])).toBe(13)
  })

  test('a release that turns bad after twenty healthy hours is found nearly as fast as one that is bad at once', () => {
    const bad = drawnLooks(48, [200, 0.03], [1800, 0.005], 33)
    const healthy = drawnLooks(240, [200, 0.005], [1800, 0.005], 34)
    const atOnce = abortedAfter(errors, bad) ?? Number.POSITIVE_INFINITY
    const late = (abortedAfter(errors, [...healthy, ...bad]) ?? Number.POSITIVE_INFINITY) - 240
    expect(atOnce).toBeLessThan(12)
    expect(late).toBeLessThan(2.5 * atOnce + 3)
  })

  test('where the config states that each bad request comes by itself, a bad release is aborted after far fewer', () => {
    const requests = guardOf('requests', {kind: 'share-at-most', limit: 0.01, alpha})
    const bad = drawnLooks(60, [20, 0.1], [180, 0.001], 36)
    const careful = abortedAfter(requests, bad) ?? Number.POSITIVE_INFINITY
    const trusting = abortedAfter({...requests, clustersOf: 1}, bad) ?? Number.POSITIVE_INFINITY
    expect(trusting).toBeLessThan(careful / 2)
  })

  test('bad requests that come in clusters are counted as fewer, once the stable release shows it', () => {
    const requests = guardOf('requests', {kind: 'share-at-most-times-stable', times: 1, alpha})
    const next = random(35)
    // Five bad requests to each bad session, in both releases alike.
    const clustered = Array.from({length: 60}, () =>
      look([5 * drawn(40, 0.02, next), 200], [5 * drawn(360, 0.02, next), 1800]),
    )
    const judged = judgeAfter(requests, clustered)
    expect(judged.correction.factor).toBeGreaterThan(3)
    expect(judged.correction.factor).toBeLessThan(9)
    expect(judged.harmful).toBeNull()
  })
})
