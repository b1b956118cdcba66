import {describe, expect, test} from 'vitest'
import type {GuardTest, PlannedGuard} from '../../../src/rollout/guards.ts'
import {accumulate, type GuardStanding, noStanding} from '../../../src/rollout/judge/accumulate.ts'
import {type GuardJudgement, judgeGuard} from '../../../src/rollout/judge.ts'
import {
  explainHarm,
  explainProgress,
  explainSafety,
  explainShort,
  formatE,
} from '../../../src/rollout/report/explain.ts'
import type {ArmTallies} from '../../../src/rollout/tally.ts'

const safety = {margin: 2, risk: 0.05}
const at5 = {weightPercent: 5}
const minute = 60_000

const errors: PlannedGuard = {
  name: 'errors',
  // Sessions, so that nothing is corrected for clusters and the sums can be checked by hand.
  query: {kind: 'share', name: 'errors', of: 'r', bad: 'x="1"', session: 'session'},
  tests: [{kind: 'share-at-most', limit: 0.01, alpha: 0.01}],
}

/** One look each minute at 5 %. */
function seen(guard: PlannedGuard, ...looks: readonly ArmTallies[]): GuardStanding {
  return looks.reduce<GuardStanding>((standing, arms, index) => {
    const at = (index + 1) * minute
    return accumulate(standing, guard, {...arms, weightPercent: 5, at, since: 0, isPartial: false}, safety)
  }, noStanding)
}

function counts(n: number, bad: number, stable = {n: 19 * n, bad: 0}): ArmTallies {
  return {candidate: {n, bad, suspect: bad}, stable: {n: stable.n, bad: stable.bad, suspect: stable.bad}}
}

function judged(guard: PlannedGuard, ...looks: readonly ArmTallies[]): GuardJudgement {
  return judgeGuard(guard, seen(guard, ...looks), at5, safety)
}

function guardOf(test: GuardTest, query: PlannedGuard['query']): PlannedGuard {
  return {name: query.name, query, tests: [test]}
}

describe('a decision in words', () => {
  test.each([
    [Math.log(37), '37'],
    [Math.log(0.001), 'below 0.01'],
    [Math.log(44090), '44090'],
    [Math.log(5.2e9), '5.2e+9'],
    [2000, '1e+868'],
  ])('an e-value of exp(%d) reads %s', (logE, text) => expect(formatE(logE)).toBe(text))

  test('says how many bad requests in a row would abort, and that many do', () => {
    const text = explainProgress(judged(errors, counts(300, 0)), safety)
    const more = Number(/(\d+) more bad requests in a row would abort/.exec(text)?.[1])
    const beside = {n: 5700, bad: 0}
    expect(judged(errors, counts(300, 0), counts(more, more, beside)).harmful).not.toBeNull()
    expect(judged(errors, counts(300, 0), counts(more - 1, more - 1, beside)).harmful).toBeNull()
  })

  test('says how many more bad requests abort at the present rate, and when, and so it comes', () => {
    const text = explainProgress(judged(errors, counts(100, 3), counts(100, 3)), safety)
    const [, more, minutes] = /(\d+) more bad requests at this rate, in about (\d+)m/.exec(text) ?? []
    // Three bad requests each minute: what aborts must come about a third of that many minutes later.
    expect(Number(minutes)).toBeGreaterThanOrEqual(Math.floor(Number(more) / 3))
    expect(Number(minutes)).toBeLessThanOrEqual(Math.ceil(Number(more) / 3) + 1)
    const later = Array.from({length: 2 + Number(minutes)}, () => counts(100, 3))
    expect(judged(errors, ...later).harmful).not.toBeNull()
    expect(judged(errors, ...later.slice(0, -2)).harmful).toBeNull()
  })

  test('says how many more requests would show safety, in how many minutes, and that many do', () => {
    const text = explainProgress(judged(errors, counts(60, 0)), safety)
    const [, more, minutes] = /about (\d+) more candidate requests at this rate, in about (\d+)m/.exec(text) ?? []
    expect(judged(errors, counts(60, 0), counts(Number(more), 0)).safe).toBe(true)
    expect(judged(errors, counts(60, 0), counts(Number(more) - 2, 0)).safe).toBe(false)
    expect(Number(minutes)).toBe(Math.ceil(Number(more) / 60))
  })

  test('says when safety is out of reach, instead of promising a number', () => {
    expect(explainProgress(judged(errors, counts(300, 9)), safety)).toContain('out of reach at this rate')
  })

  test('says that nothing was seen, where nothing was', () => {
    const nothing = judgeGuard(errors, noStanding, at5, safety)
    expect(nothing).toMatchObject({safe: false, harmful: null})
    expect(explainProgress(nothing, safety)).toBe('errors: no candidate request yet')
    const idle = judged(errors, counts(0, 0, {n: 900, bad: 1}))
    expect(explainProgress(idle, safety)).toBe('errors: no candidate request yet')
  })

  test('names what was counted before, where only the present weight has no request yet', () => {
    const moved = judgeGuard(errors, seen(errors, counts(300, 0)), {weightPercent: 25}, safety)
    expect(explainProgress(moved, safety)).toMatch(/^errors: 0 of 300 .*; no candidate request at this weight yet$/)
  })

  test('an alert needs no request, and what aborts is said from the beginning', () => {
    const guard = guardOf({kind: 'no-alert'}, {kind: 'alert', name: 'alerts', matchers: 'severity="critical"'})
    expect(explainProgress(judgeGuard(guard, noStanding, at5, safety), safety)).toContain('the first one aborts')
  })

  test('events that nobody has asked for yet are not passed over', () => {
    const query = {kind: 'events', name: 'complaints', of: 'c', per: 'r'} as const
    const text = explainProgress(
      judged(guardOf({kind: 'events-at-most', limit: 5}, query), counts(0, 2, {n: 900, bad: 0})),
      safety,
    )
    expect(text).toContain('4 more would abort')
  })

  describe('what is counted as fewer', () => {
    const single: PlannedGuard = {...errors, query: {kind: 'share', name: 'errors', of: 'r', bad: 'x="1"'}}
    // One look in two has 25 errors of the stable release, the next 75: chi-square far above 1 at each pair.
    const clustered = Array.from({length: 30}, (_, index) => counts(100, 0, {n: 10_000, bad: index % 2 ? 75 : 25}))

    test('is said to be assumed, until the stable release has shown it', () => {
      expect(explainProgress(judged(single, counts(100, 0)), safety)).toMatch(
        /, counted as [\d.]+ times fewer until it is known how errors cluster; aborts at/,
      )
    })

    test('is said to be seen after that, and where the config says that nothing clusters', () => {
      expect(explainProgress(judged(single, ...clustered), safety)).toMatch(
        /, counted as [\d.]+ times fewer, since they come in clusters; /,
      )
      const stated = judged({...single, clustersOf: 1}, ...clustered.slice(0, 10))
      expect(explainProgress(stated, safety)).toContain('times fewer, since they come in clusters')
      expect(explainProgress(judged({...single, clustersOf: 1}, counts(100, 0)), safety)).not.toContain('fewer')
    })
  })

  test('a fault of both releases is said to be one', () => {
    const both = judged(errors, counts(200, 40, {n: 3800, bad: 760}))
    expect(both.harmful).toBeNull()
    expect(explainProgress(both, safety)).toContain(
      'while the stable release breaks the limit as well, with 760 of 3800 (20%) lately: what both do blames neither',
    )
    expect(explainProgress(judged(errors, counts(200, 4)), safety)).not.toContain('blames neither')
  })

  test('says that nothing whole was seen, where each look missed a series', () => {
    const look = {...counts(200, 0), weightPercent: 5, at: minute, since: 0, isPartial: true}
    const standing = accumulate(noStanding, errors, look, safety)
    expect(explainShort(judgeGuard(errors, standing, at5, safety), safety)).toBe(
      'errors (no look at this weight yet that missed no series)',
    )
  })

  test('what aborts already is not said to be on its way', () => {
    expect(explainProgress(judged(errors, counts(200, 30)), safety)).toMatch(/; e = [^;]*, 100 aborts; /)
  })

  test('an abort names counts, interval, limit and e-value', () => {
    const bad = judged(errors, counts(200, 30))
    if (!bad.harmful) throw new Error('30 of 200 against 1 % must abort')
    // Wilson for 30 of 200 at 95 %: 10.7 % to 20.6 %.
    expect(explainHarm(bad, bad.harmful)).toMatch(
      /^errors: 30 of 200 candidate requests are bad \(15%, 95% interval 10\.7% to 20\.6%\), at most 1% allowed; e = .*, 100 aborts\.$/,
    )
  })

  test('a passed stage says what safety rests on', () => {
    expect(explainSafety(judged(errors, counts(3600, 0)))).toMatch(
      /^errors: 0 of 3600 candidate requests are bad .* at this weight, e = .* of 20 for safety$/,
    )
  })
})

describe('a stage that is carried by the limit beside a comparison', () => {
  test('says what was shown, not what could not be told', () => {
    const tests = [
      {kind: 'share-at-most-times-stable', times: 1.5, alpha: 0.01},
      {kind: 'share-at-most', limit: 0.01, alpha: 0.01},
    ] as const
    const carried = judged({...errors, tests}, counts(3600, 0))
    expect(carried.safe).toBe(true)
    expect(explainSafety(carried)).toContain('at most 1% allowed, at this weight')
  })
})

describe('the unit of an explanation is that of the question', () => {
  test('a mean is said as a mean, with its interval where squares are counted', () => {
    const query = {kind: 'mean', name: 'revenue', of: 'value', low: 0, high: 10} as const
    const guard = guardOf({kind: 'mean-may-lose', fraction: 0.05, low: 0, high: 10, alpha: 0.01}, query)
    const look = {
      candidate: {n: 400, sum: 1200, sumOfSquares: 4000},
      stable: {n: 7600, sum: 30_400, sumOfSquares: 129_200},
    }
    // Variance 10 - 9 = 1, standard error 0.05: 3 +- 0.098; 3 is 25 % below 4.
    expect(explainProgress(judged(guard, look, look), safety)).toMatch(
      /^revenue: a mean of 3 \(95% interval 2\.931 to 3\.069\) over 800 candidate requests against a mean of 4 over 15200 stable ones \(25% lower\), mean may lose 5%/,
    )
  })

  test('a mean on its way to an abort says how many requests are missing, not how many bad ones', () => {
    const query = {kind: 'mean', name: 'score', of: 'score', low: 0, high: 1} as const
    const guard = guardOf({kind: 'mean-at-least', limit: 0.8, low: 0, high: 1, alpha: 0.01}, query)
    const look = {candidate: {n: 20, sum: 14, sumOfSquares: 10.2}, stable: {n: 380, sum: 323, sumOfSquares: 280}}
    expect(explainProgress(judged(guard, look, look), safety)).toMatch(/about \d+ more candidate requests at this rate/)
  })

  test('events say how many more abort', () => {
    const query = {kind: 'events', name: 'complaints', of: 'complaints_total', per: 'r'} as const
    const guard = guardOf({kind: 'events-at-most', limit: 3}, query)
    // Two in a minute: two more in another one.
    expect(explainProgress(judged(guard, counts(500, 2)), safety)).toBe(
      'complaints: 2 in 500 candidate requests, at most 3 in all; 2 more would abort, in about 1m; shown to be safe here',
    )
  })

  test('an alert that began to fire is named', () => {
    const guard = guardOf({kind: 'no-alert'}, {kind: 'alert', name: 'security', matchers: 'severity="critical"'})
    const firing = judgeGuard(guard, noStanding, at5, safety, ['Intrusion'])
    expect(firing).toMatchObject({safe: false, harmful: {test: {kind: 'no-alert'}}})
    expect(explainProgress(firing, safety)).toContain('security: Intrusion began to fire')
  })

  test('a threshold says that it is one, and how many requests it waits for', () => {
    const query = {kind: 'share', name: 'errors', of: 'r', bad: 'x="1"'} as const
    const guard = guardOf({kind: 'share-at-most', limit: 0.01, alpha: 0, method: 'threshold'}, query)
    expect(explainProgress(judged(guard, counts(40, 0)), safety)).toContain(
      'a plain threshold, which judges from 100 candidate requests on and has 40',
    )
    expect(explainShort(judged(guard, counts(40, 0)), safety)).toContain('60 more candidate requests')
    const bad = judged(guard, counts(100, 2))
    if (!bad.harmful) throw new Error('2 of 100 stand above 1 %')
    expect(explainHarm(bad, bad.harmful)).toContain('a plain threshold, without statistics')
  })

  test('a distribution says how far the two are apart', () => {
    const query = {kind: 'distribution', name: 'scores', histogram: 'score'} as const
    const guard = guardOf({kind: 'distribution-may-shift', distance: 0.1, alpha: 0.01}, query)
    const look = {
      candidate: {n: 1000, bounds: [0.5], buckets: [700, 300]},
      stable: {n: 1000, bounds: [0.5], buckets: [500, 500]},
    }
    expect(explainProgress(judged(guard, look), safety)).toContain(
      'scores: the distributions of 1000 candidate and 1000 stable requests differ by 20%, may shift 10%',
    )
    expect(explainProgress(judged(guard, look), safety)).toMatch(
      /aborts at 1\/p >= 100, now .*: about \d+ more candidate requests/,
    )
  })

  test('where all traffic is moved, a comparison says that there is nothing to compare with', () => {
    const query = {kind: 'share', name: 'errors', of: 'r', bad: 'x="1"', session: 's'} as const
    const threshold = guardOf({kind: 'share-at-most-times-stable', times: 1.5, alpha: 0, method: 'threshold'}, query)
    const look = {...counts(500, 5, {n: 0, bad: 0}), weightPercent: 100, at: minute, since: 0, isPartial: false}
    const standing = accumulate(noStanding, threshold, look, safety)
    expect(explainProgress(judgeGuard(threshold, standing, {weightPercent: 100}, safety), safety)).toContain(
      'the stable release has no requests to compare with at this stage',
    )
  })
})
