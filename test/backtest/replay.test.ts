import {describe, expect, test} from 'vitest'
import {type ReplayMode, replay} from '../../src/backtest/replay.ts'
import type {Trace} from '../../src/backtest/trace.ts'
import {stateOf} from '../../src/rollout/state.ts'
import {environment} from '../rollout/world.ts'
import {minute, type Pair, start, traceOf} from './lines.ts'

const follow: ReplayMode = {kind: 'follow-trace'}
const weights: ReplayMode = {kind: 'replay-weights', seed: 1}

/** Ticks of 2000 candidate and 18000 stable requests with these errors of the candidate. */
const ticks = (count: number, bad: number): Pair[] =>
  Array.from({length: count}, () => [
    [2000, bad],
    [18_000, 30],
  ])

/** Lines `from` on at another weight. */
function withWeight(trace: Trace, weightPercent: number, from = 0): Trace {
  return {...trace, lines: trace.lines.map((line, index) => (index < from ? line : {...line, weightPercent}))}
}

const hour = 12
const policy = environment()

describe('following a trace', () => {
  test('a healthy release is promoted at the end of the trace, through the stages that the trace had', () => {
    const trace = withWeight(traceOf(ticks(2 * hour, 3)), 50, hour)
    const {outcome, reason, at, events, plan} = replay(trace, policy, follow)
    expect({outcome, reason, at}).toEqual({outcome: 'promoted', reason: 'rollout/promoted', at: start + 120 * minute})
    expect(plan.stages.map(({weightPercent, dwellMs}) => [weightPercent, dwellMs])).toEqual([
      [10, 60 * minute],
      [50, 60 * minute],
    ])
    const weights = events.flatMap(event =>
      event.type === 'act-intended' && event.act.kind === 'set-weight' ? [[event.at, event.act.weightPercent]] : [],
    )
    expect(weights).toEqual([
      ['2026-01-01T00:00:00.000Z', 10],
      ['2026-01-01T01:00:00.000Z', 50],
    ])
  })

  test('a sick release is aborted at the first look that shows it, and what follows is not judged', () => {
    const trace = traceOf([...ticks(3, 3), ...ticks(20, 200)])
    const {outcome, reason, at, steps} = replay(trace, policy, follow)
    expect({outcome, reason, at}).toEqual({
      outcome: 'aborted',
      reason: 'rollout/share-above-limit',
      at: start + 20 * minute,
    })
    expect(steps).toHaveLength(4)
    expect(steps.at(-1)?.guards).toMatchObject([{guard: 'errors', harmful: true}])
  })

  test('says what the ledger of a real rollout would say: its events mean the state that is answered', () => {
    const {events, state} = replay(traceOf(ticks(6, 3)), policy, follow)
    expect(stateOf(events).rollout).toEqual(state)
  })

  test('too few requests hold it, and it is promoted by nobody', () => {
    const few = traceOf(
      Array.from(
        {length: 6},
        (): Pair => [
          [5, 0],
          [45, 0],
        ],
      ),
    )
    const {outcome, reason, at} = replay(few, policy, follow)
    expect({outcome, reason, at}).toEqual({
      outcome: 'held',
      reason: 'rollout/insufficient-evidence',
      at: start + 30 * minute,
    })
  })

  test('where the policy would have stayed and the trace went on, it is held, from then on', () => {
    const few = Array.from(
      {length: 6},
      (): Pair => [
        [5, 0],
        [45, 0],
      ],
    )
    const trace = withWeight(traceOf([...few, ...ticks(hour, 3)]), 50, 6)
    const {outcome, reason, at} = replay(trace, policy, follow)
    expect({outcome, reason, at}).toMatchObject({
      outcome: 'held',
      reason: 'rollout/insufficient-evidence',
      at: start + 30 * minute,
    })
  })

  test('an abort that would have come later wins over a hold', () => {
    const few = Array.from(
      {length: 6},
      (): Pair => [
        [5, 0],
        [45, 0],
      ],
    )
    const trace = withWeight(traceOf([...few, ...ticks(hour, 80)]), 50, 6)
    expect(replay(trace, policy, follow)).toMatchObject({outcome: 'aborted', at: start + 35 * minute})
  })

  test('a look that measured nothing holds the rollout, and neither promotes nor aborts', () => {
    const trace = traceOf([...ticks(5, 3), null, ...ticks(6, 3)])
    const {outcome, steps} = replay(trace, policy, follow)
    expect(steps[5]?.reason).toBe('rollout/no-traffic')
    expect(steps[6]?.reason).toBe('rollout/in-progress')
    expect(outcome).toBe('promoted')
  })

  test('a trace that ends in silence is not promoted', () => {
    const trace = traceOf([...ticks(5, 3), ...ticks(6, 3), null])
    expect(replay(trace, policy, follow)).toMatchObject({outcome: 'held', reason: 'rollout/no-traffic'})
  })

  test('lines without weight before and after the rollout are no part of it', () => {
    const trace = traceOf(ticks(hour, 3))
    const idle = {
      ...trace,
      lines: trace.lines.map((line, index) => (index > 1 && index < 10 ? line : {...line, weightPercent: 0})),
    }
    const {outcome, beganAt, at, steps} = replay(idle, policy, follow)
    expect({outcome, beganAt, at}).toEqual({outcome: 'promoted', beganAt: start + 10 * minute, at: start + 50 * minute})
    expect(steps).toHaveLength(8)
  })

  test('nothing of the policy’s own times holds it: no approval, window or deadline', () => {
    const strict = environment(
      {deadline: '10m', 'only-during': [{from: '03:00', to: '03:01'}]},
      {approvals: [{team: 'leads'}]},
    )
    expect(replay(traceOf(ticks(hour, 3)), strict, follow)).toMatchObject({outcome: 'promoted'})
  })

  test('a trace in which the candidate never had a request is refused', () => {
    const trace = traceOf(
      Array.from(
        {length: 3},
        (): Pair => [
          [0, 0],
          [100, 0],
        ],
      ),
      {weight: 0},
    )
    expect(() => replay(trace, policy, follow)).toThrow(
      expect.objectContaining({code: 'backtest/no-candidate-traffic'}),
    )
    expect(() => replay(trace, policy, weights)).toThrow(
      expect.objectContaining({code: 'backtest/no-candidate-traffic'}),
    )
  })
})

describe('a rollout before it', () => {
  test('lets the engine know how errors cluster: a regression is found sooner than in the first rollout ever', () => {
    const before = traceOf(ticks(2 * hour, 3))
    const sick = traceOf(ticks(2 * hour, 40))
    const [first, second] = [replay(sick, policy, follow), replay(sick, policy, follow, before)]
    expect(first.outcome).toBe('aborted')
    expect(second.outcome).toBe('aborted')
    expect(second.at).toBeLessThan(first.at)
  })

  test('decides nothing by itself: a sick one before makes no healthy one sick', () => {
    const before = traceOf(ticks(hour, 400))
    expect(replay(traceOf(ticks(hour, 3)), policy, follow, before)).toMatchObject({outcome: 'promoted'})
  })
})

describe('replaying the policy’s weights', () => {
  test('goes through the stages of the policy, on counts thinned to its weights', () => {
    // The policy: 5 % for an hour, 50 % for an hour.
    const {outcome, steps, at} = replay(traceOf(ticks(2 * hour, 3)), policy, weights)
    expect({outcome, at}).toEqual({outcome: 'promoted', at: start + 120 * minute})
    const [first, last] = [steps[0]?.line.guards.errors, steps.at(-1)?.line.guards.errors]
    expect(steps.map(({weightPercent}) => weightPercent)).toEqual([...Array(12).fill(5), ...Array(12).fill(50)])
    // 5 % beside 18 000 is 947, give or take five standard deviations of 22; 50 % is 2000 beside 2000 (42).
    expect(Math.abs((first?.candidate.n ?? 0) - 947)).toBeLessThan(112)
    expect(first?.stable.n).toBe(18_000)
    expect(last?.candidate.n).toBe(2000)
    expect(Math.abs((last?.stable.n ?? 0) - 2000)).toBeLessThan(212)
  })

  test('the same seed gives the same answer', () => {
    const trace = traceOf([...ticks(8, 3), ...ticks(20, 60)])
    expect(replay(trace, policy, weights)).toEqual(replay(trace, policy, weights))
  })

  test('a trace that ends before the plan does is held, and says so', () => {
    const {outcome, reason, why} = replay(traceOf(ticks(hour + 3, 3)), policy, weights)
    expect({outcome, reason}).toEqual({outcome: 'held', reason: 'backtest/trace-ended'})
    expect(why).toContain('The trace ends at stage 2 of 2 (50%)')
  })

  test('at 5 % a regression takes longer to see than in the trace’s 10 %', () => {
    const trace = traceOf(ticks(2 * hour, 34))
    const [given, thinned] = [replay(trace, policy, follow), replay(trace, policy, weights)]
    expect(given.outcome).toBe('aborted')
    expect(thinned.outcome).toBe('aborted')
    expect(thinned.at).toBeGreaterThan(given.at)
  })
})
