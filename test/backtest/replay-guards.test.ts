/** Every kind of guard, replayed: what harms, and what only looks odd. */
import {describe, expect, test} from 'vitest'
import {readTrace} from '../../src/backtest/read-trace.ts'
import {type Replay, replay} from '../../src/backtest/replay.ts'
import {planGuards} from '../../src/rollout/guards.ts'
import {environment} from '../rollout/world.ts'
import {minute, start} from './lines.ts'

const conversion = {
  name: 'conversion',
  mean: {of: 'order_value', squares: 'order_value_squares', between: [0, 1]},
  'may-lose': '5%',
}
const complaints = {name: 'complaints', count: {of: 'complaints_total'}, 'at-most': 3}
const pager = {name: 'pager', alert: 'severity="critical"'}
const scores = {name: 'scores', distribution: 'scores', 'may-shift': '10%'}
const errors = {name: 'errors', share: {of: 'requests_total', bad: 'code="500"'}, 'at-most': '1%'}

/** Replays `count` lines of one guard, made from their number. */
function judge(guard: object, lineOf: (index: number) => object, {count = 12, weight = 10} = {}): Replay {
  const policy = environment({guards: [guard]})
  const text = Array.from({length: count}, (_, index) =>
    JSON.stringify({at: new Date(start + (index + 1) * 5 * minute).toISOString(), weight, ...lineOf(index)}),
  ).join('\n')
  const trace = readTrace(text, 'trace.jsonl', planGuards(policy.rollout))
  return replay(trace, policy, {kind: 'follow-trace'})
}

/** `orders` of n requests, each worth 1. */
const orders = (n: number, orders: number) => ({n, sum: orders, sumOfSquares: orders})

describe('a replayed guard', () => {
  test('on a mean aborts a release that loses a fifth of its orders, and none that loses nothing', () => {
    const arms = (candidate: number) => ({
      guards: {conversion: {candidate: orders(2000, candidate), stable: orders(18_000, 9000)}},
    })
    expect(judge(conversion, () => arms(800))).toMatchObject({
      outcome: 'aborted',
      reason: expect.stringContaining('mean'),
    })
    expect(judge(conversion, () => arms(1000)).outcome).not.toBe('aborted')
  })

  test('on events aborts at the first one too many, whenever it comes', () => {
    const arms = (index: number) => ({
      guards: {complaints: {candidate: {n: 2000, bad: index % 3 === 2 ? 1 : 0}, stable: {n: 18_000, bad: 0}}},
    })
    // One complaint in each third look: the fourth of them comes with line 12.
    expect(judge(complaints, arms)).toMatchObject({outcome: 'aborted', at: start + 60 * minute})
  })

  test('on alerts aborts when one begins to fire', () => {
    const alerts = (index: number) => ({guards: {}, alerts: {pager: index < 6 ? [] : ['ModelUnsafe']}})
    expect(judge(pager, alerts)).toMatchObject({outcome: 'aborted', at: start + 35 * minute})
    expect(judge(pager, () => alerts(0)).outcome).toBe('promoted')
  })

  test('on a distribution aborts when the scores move', () => {
    const bounds = [0.25, 0.5, 0.75]
    const arms = (candidate: readonly number[]) => ({
      guards: {scores: {candidate: {bounds, buckets: candidate}, stable: {bounds, buckets: [4500, 4500, 4500, 4500]}}},
    })
    expect(judge(scores, () => arms([1400, 200, 200, 200]))).toMatchObject({outcome: 'aborted'})
    expect(judge(scores, () => arms([500, 500, 500, 500])).outcome).not.toBe('aborted')
  })

  test('that was seen in part only can show harm, and no safety', () => {
    const partial = {errors: 'a series that had counted is not in the answer: candidate pod-2'}
    const arms = (bad: number) => ({
      guards: {errors: {candidate: {n: 2000, bad}, stable: {n: 18_000, bad: 30}}},
      partial,
    })
    expect(judge(errors, () => arms(3))).toMatchObject({outcome: 'held', reason: 'rollout/incomplete-measurement'})
    expect(judge(errors, () => arms(200))).toMatchObject({outcome: 'aborted'})
  })

  test('while requests are only mirrored judges the candidate by its own limits', () => {
    const arms = (bad: number) => ({guards: {errors: {candidate: {n: 2000, bad}, stable: {n: 2000, bad: 3}}}})
    const well = judge(errors, () => arms(3), {weight: 0})
    expect(well.plan.stages).toMatchObject([{weightPercent: 0, mirrorPercent: 100, dwellMs: 60 * minute}])
    expect(well.outcome).toBe('promoted')
    expect(judge(errors, () => arms(200), {weight: 0})).toMatchObject({outcome: 'aborted'})
  })
})
