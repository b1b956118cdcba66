import {describe, expect, test} from 'vitest'
import {traceOfLedger} from '../../src/backtest/ledger-trace.ts'
import {pastWeights, weightBefore} from '../../src/backtest/past-weights.ts'
import {readTrace} from '../../src/backtest/read-trace.ts'
import {replay} from '../../src/backtest/replay.ts'
import {writeTrace} from '../../src/backtest/trace.ts'
import type {LedgerEvent} from '../../src/rollout/events.ts'
import {planGuards} from '../../src/rollout/guards.ts'
import {environment} from '../rollout/world.ts'
import {counts, minute, type Pair, start, traceOf} from './lines.ts'

const policy = environment()
const ticks = (count: number, bad: number): Pair[] =>
  Array.from({length: count}, () => [
    [2000, bad],
    [18_000, 30],
  ])

/** The ledger that a rollout of these ticks would have left. */
function ledgerOf(pairs: readonly Pair[]): readonly LedgerEvent[] {
  return replay(traceOf(pairs), policy, {kind: 'follow-trace'}).events
}

describe('the trace of a ledger', () => {
  test('is what was fed into the rollout, after the base line', () => {
    const pairs = ticks(6, 3)
    const [base, ...lines] = traceOfLedger(ledgerOf(pairs), null)
    expect(base).toMatchObject({at: start, weightPercent: 0})
    expect(lines).toEqual(traceOf(pairs).lines)
  })

  test('gives the same verdict once more', () => {
    const first = replay(traceOf([...ticks(4, 3), ...ticks(8, 200)]), policy, {kind: 'follow-trace'})
    const text = writeTrace(traceOfLedger(first.events, null))
    const second = replay(readTrace(text, 'copy', planGuards(policy.rollout)), policy, {kind: 'follow-trace'})
    expect(second).toMatchObject({outcome: first.outcome, reason: first.reason, why: first.why, at: first.at})
  })

  test('names the looks that nobody took, so that the gap is a statement and not an accident', () => {
    const events = ledgerOf(ticks(6, 3)).map((event): LedgerEvent => {
      const late = Date.parse(event.at) > start + 15 * minute
      return late ? {...event, at: new Date(Date.parse(event.at) + 40 * minute).toISOString()} : event
    })
    const lines = traceOfLedger(events, null)
    const silent = lines.filter(({absent}) => Object.keys(absent).length > 0)
    expect(silent.map(({at}) => (at - start) / minute)).toEqual([20, 25, 30, 35, 40, 45, 50, 55])
    expect(silent[0]?.absent).toEqual({errors: {kind: 'no-data', detail: 'nobody looked'}})
    expect(readTrace(writeTrace(lines), 'copy', planGuards(policy.rollout)).lines).toHaveLength(lines.length)
  })

  test('makes one line of two looks at the same moment', () => {
    const events = ledgerOf(ticks(3, 3))
    const last = events.findLast(event => event.type === 'measured')
    if (!last) throw new Error('the ledger has no look')
    const lines = traceOfLedger([...events, {...last, id: 'again'}], null)
    expect(lines.at(-1)?.guards.errors?.candidate).toEqual(counts(4000, 6))
    expect(lines).toHaveLength(4)
  })

  test('calls a guard that had nothing new a guard without requests, not one without data', () => {
    const events = ledgerOf(ticks(3, 3)).map(
      (event, index): LedgerEvent => (event.type === 'measured' && index > 6 ? {...event, guards: {}} : event),
    )
    const quiet = traceOfLedger(events, null).at(-1)
    expect(quiet).toMatchObject({guards: {errors: {candidate: counts(0, 0), stable: counts(0, 0)}}, absent: {}})
  })

  test('is that of the rollout that is named, else of the newest', () => {
    const [older, newer] = [ledgerOf(ticks(3, 3)), ledgerOf(ticks(5, 3))]
    const second = newer.map(event => ({...event, ...('rollout' in event ? {rollout: 'second'} : {})}))
    const both = [...older, ...second] as readonly LedgerEvent[]
    expect(traceOfLedger(both, null)).toHaveLength(6)
    expect(traceOfLedger(both, 'backtest-1')).toHaveLength(4)
    expect(() => traceOfLedger(both, 'third')).toThrow(
      expect.objectContaining({
        code: 'export-trace/rollout-unknown',
        hint: expect.stringContaining('second (candidate, 2026-01-01T00:00:00.000Z)'),
      }),
    )
  })

  test('of a rollout that was never measured, and of no rollout at all, is refused', () => {
    const [first] = ledgerOf(ticks(1, 0))
    if (!first) throw new Error('the ledger is empty')
    expect(() => traceOfLedger([first], null)).toThrow(expect.objectContaining({code: 'export-trace/nothing-measured'}))
    expect(() => traceOfLedger([], null)).toThrow(expect.objectContaining({code: 'export-trace/rollout-unknown'}))
  })
})

describe('the weights of a ledger', () => {
  test('are those that the target confirmed, until the candidate has no weight of its own any more', () => {
    const weights = pastWeights(ledgerOf(ticks(6, 3)))
    expect(weights.map(({since, weightPercent}) => [(since - start) / minute, weightPercent])).toEqual([
      [0, 0],
      [0, 10],
      [30, 0],
    ])
    expect(weightBefore(weights, start)).toBe(null)
    expect(weightBefore(weights, start + minute)).toBe(10)
    expect(weightBefore(weights, start + 30 * minute)).toBe(10)
    expect(weightBefore(weights, start + 31 * minute)).toBe(0)
  })
})
