import {describe, expect, test} from 'vitest'
import {partOf, riseAfter} from '../../../src/rollout/judge/rise.ts'
import {judgeGuard} from '../../../src/rollout/judge.ts'
import {explainHarm, explainProgress} from '../../../src/rollout/report/explain.ts'
import {guardFinding} from '../../../src/rollout/report/guard-report.ts'
import {counts, guardOf, type Look, look, safety, standingAfter} from '../world-of-guards.ts'

const errors = guardOf('share', {kind: 'share-at-most', limit: 0.001, alpha: 0.01})
const good: Look = look([0, 700], [0, 700])
const judged = (looks: readonly Look[], guard = errors, weightPercent = 10) =>
  judgeGuard(guard, standingAfter(guard, looks), {weightPercent}, safety)

describe('a candidate that turns bad late', () => {
  // Twelve hours of five minutes at 700 requests without one error, then 1.5 %: 11 of 700 a look. Looks of the test's world
  // end at 00:05, 00:10 ... of 1970-01-01, so the last good one of 144 ends at 12:00.
  const bad = look([11, 700], [0, 700])
  const looks = [...Array.from({length: 144}, () => good), bad, bad]

  test('is aborted with the counts that say so beside the total, which is below the limit', () => {
    const after = judged(looks)
    if (!after.harmful) throw new Error('22 of 1400 against 0.1 % must abort')
    // Total: 22 of 146 looks of 700, 0.0215 %. Since the rise: 22 of 1400. Wilson at 95 %: 1.04 % to 2.37 %.
    expect(explainHarm(after, after.harmful)).toMatch(
      /^errors: 22 of 102200 candidate requests are bad \(0\.0215%, .*\), at most 0\.1% allowed, since 1970-01-01 12:00 UTC \(2 looks\) 22 of 1400 \(1\.57%, 95% interval 1\.04% to 2\.37%\); e = .*, 100 aborts\.$/,
    )
    expect(explainProgress(after, safety)).toContain('(2 looks) 22 of 1400')
  })

  test('tells programs the same part under keys that stay', () => {
    const headline = {verdict: 'fail', reason: 'rollout/share-above-limit', why: 'harm'} as const
    const {details} = guardFinding(judged(looks), null, headline)
    expect(details).toMatchObject({
      'candidate-requests': 102_200,
      'candidate-bad': 22,
      'rising-since': '1970-01-01T12:00:00.000Z',
      'rising-looks': 2,
      'rising-candidate-requests': 1400,
      'rising-candidate-bad': 22,
      'rising-stable-requests': 1400,
      'rising-stable-bad': 0,
    })
    const calm = guardFinding(judged(looks.slice(0, 144)), null, {...headline, verdict: 'pass'})
    expect(Object.keys(calm.details ?? {}).filter(key => key.startsWith('rising'))).toEqual([])
  })

  test('is not said to rise while nothing speaks against it', () => {
    expect(explainProgress(judged(looks.slice(0, 144)), safety)).not.toContain('since')
    // One error in 700 is what 0.1 % allows.
    expect(explainProgress(judged([...looks.slice(0, 144), look([1, 700], [0, 700])]), safety)).not.toContain('since')
  })

  test('has the good looks between two bad times counted to neither, once the evidence has gone', () => {
    const again = [...looks.slice(0, 145), ...Array.from({length: 144}, () => good), bad, bad]
    const [rise] = standingAfter(errors, again).rises ?? []
    expect(rise).toMatchObject({looks: 2, tallies: {candidate: counts(1400, 22)}})
  })

  test('is told from the same ledger in the same words, through JSON and back', () => {
    const half = JSON.parse(JSON.stringify(standingAfter(errors, looks.slice(0, 145))))
    const shifted = standingAfter(errors, looks.slice(145), half)
    expect(shifted.rises).toEqual(standingAfter(errors, looks).rises)
  })
})

test('a candidate that is bad from its first request has no part that is more telling than the whole', () => {
  const bad = look([11, 700], [0, 700])
  expect(explainProgress(judged([bad, bad]), safety)).not.toContain('since')
})

test('a look at weight 0 before the first request begins no rise', () => {
  const bad = look([11, 700], [0, 700])
  const nobody = {...look([0, 0], [0, 700]), weightPercent: 0}
  expect(explainProgress(judged([nobody, bad, bad]), safety)).not.toContain('since')
})

test('a comparison names what the stable release had in the same time', () => {
  const guard = guardOf('share', {kind: 'share-at-most-times-stable', times: 2, alpha: 0.01})
  const looks = [...Array.from({length: 100}, () => look([1, 1000], [1, 1000])), look([40, 1000], [1, 1000])]
  expect(explainProgress(judged(looks, guard), safety)).toContain('(1 look) 40 of 1000 (4%, ')
  expect(explainProgress(judged(looks, guard), safety)).toContain('against 1 of 1000 (0.1%) stable ones; ')
})

test('a mean names its own', () => {
  const guard = guardOf('mean', {kind: 'mean-at-least', limit: 0.4, low: 0, high: 1, alpha: 0.01})
  const mean = (value: number) => ({n: 1000, sum: 1000 * value, sumOfSquares: 1000 * value})
  const at = (value: number): Look => ({candidate: mean(value), stable: mean(0.5)})
  const looks = [...Array.from({length: 60}, () => at(0.5)), ...Array.from({length: 8}, () => at(0.2))]
  const text = explainProgress(judged(looks, guard), safety)
  // 60 looks at 0.5 and 8 at 0.2 are 0.4647 in all, above the limit.
  expect(text).toContain('a mean of 0.4647')
  expect(text).toMatch(/since 1970-01-01 05:00 UTC \(8 looks\) mean 0\.2 \(95% interval 0\.1912 to 0\.2088\) of 8000/)
})

test('tests that are answered from sums have no rise', () => {
  const guard = guardOf('events', {kind: 'events-at-most', limit: 3})
  expect(standingAfter(guard, [good]).rises).toEqual([null])
  expect(riseAfter(null, null, {...good, weightPercent: 10, at: 1, since: 0, isPartial: false}, 0)).toBeNull()
  expect(partOf(null, 3, good)).toBeNull()
})
