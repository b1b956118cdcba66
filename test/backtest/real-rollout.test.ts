/** A rollout that really ran, tick by tick through all ports, says the same once more when its ledger is replayed. */
import {describe, expect, test} from 'vitest'
import {traceOfLedger} from '../../src/backtest/ledger-trace.ts'
import {readTrace} from '../../src/backtest/read-trace.ts'
import {replay} from '../../src/backtest/replay.ts'
import {writeTrace} from '../../src/backtest/trace.ts'
import type {LedgerEvent} from '../../src/rollout/events.ts'
import {planGuards} from '../../src/rollout/guards.ts'
import {startRollout} from '../../src/rollout/run/start.ts'
import {runRollout} from '../../src/rollout/run.ts'
import {createWorld, environment, scope, v1, v2} from '../rollout/world.ts'

const policy = environment()

async function roll(bad: number) {
  const {ports} = createWorld({traffic: {perSecond: 20, bad: {v1: 0.002, v2: bad}}})
  await startRollout(ports, scope, {environment: policy, candidate: v2, stable: v1})
  const until = ports.clock.now().getTime() + 24 * 3_600_000
  await runRollout(ports, scope, {until, leaveWhenHeld: true})
  return ports.ledger.events
}

/** What became of it, why, and when. */
function endOf(events: readonly LedgerEvent[]) {
  const last = events.findLast(event => event.type === 'rollout-ended' || event.type === 'evidence-was-short')
  if (last?.type === 'rollout-ended') return {outcome: last.outcome, reason: last.reason, at: last.at}
  return {outcome: 'held', reason: 'rollout/insufficient-evidence', at: last?.at}
}

describe('a backtest of a rollout that really ran', () => {
  test.each([
    ['healthy', 0.002, 'promoted', [5, 50]],
    ['sick', 0.05, 'aborted', [5]],
    ['too near to its limit to be called safe', 0.015, 'held', [5]],
  ] as const)('%s: the same outcome, for the same reason, at the same moment', async (_, bad, outcome, weights) => {
    const events = await roll(bad)
    const text = writeTrace(traceOfLedger(events, null))
    const again = replay(readTrace(text, 'ledger', planGuards(policy.rollout)), policy, {kind: 'follow-trace'})
    const {reason, at} = again
    expect(endOf(events).outcome).toBe(outcome)
    expect({outcome: again.outcome, reason, at: new Date(at).toISOString()}).toEqual(endOf(events))
    expect(again.plan.stages.map(({weightPercent}) => weightPercent)).toEqual(weights)
  })
})
