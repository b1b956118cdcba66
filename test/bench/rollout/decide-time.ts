/** How long one decision takes late in a long rollout: ten guards, ten thousand events behind it. */

import {drawBinomial} from '../../../src/core/binomial.ts'
import {formatInstant} from '../../../src/core/instant.ts'
import {createRandom} from '../../../src/core/random.ts'
import {decide, type Facts} from '../../../src/rollout/decide.ts'
import {type LedgerEvent, ledgerSchemaVersion, type Unstamped} from '../../../src/rollout/events.ts'
import type {PlannedGuard} from '../../../src/rollout/guards.ts'
import {evolve, initialState, type RolloutState} from '../../../src/rollout/state.ts'

export interface DecideTime {
  readonly guards: number
  readonly events: number
  /** Of one decision, in milliseconds. */
  readonly medianMs: number
  readonly worstMs: number
  /** Reading the whole ledger into a state, once a run. */
  readonly replayMs: number
}

const guardCount = 10
const eventCount = 10_000
const timed = 200

export function measureDecide(): DecideTime {
  const events = history()
  const begun = performance.now()
  let state = initialState
  for (const event of events) state = evolve(state, event)
  const replayMs = performance.now() - begun
  const {rollout} = state
  if (!rollout) throw new Error('the history holds no rollout')
  const times = Array.from({length: timed}, () => timeOf(rollout, Date.parse(events.at(-1)?.at ?? '')))
  const sorted = times.toSorted((a, b) => a - b)
  return {
    guards: guardCount,
    events: events.length,
    medianMs: sorted[timed / 2] ?? Number.NaN,
    worstMs: sorted.at(-1) ?? Number.NaN,
    replayMs,
  }
}

function timeOf(rollout: RolloutState, now: number): number {
  const facts: Facts = {
    target: {
      kind: 'read',
      state: {
        stable: 'v1',
        candidate: 'v2',
        desiredWeightPercent: rollout.weightPercent,
        observedWeightPercent: rollout.weightPercent,
        mirrorPercent: 0,
        candidateReady: true,
      },
    },
    missingEvidence: [],
    current: rollout.stable,
    overtaken: false,
  }
  const started = performance.now()
  const decision = decide(rollout, facts, now)
  const ms = performance.now() - started
  if (decision.kind !== 'wait') throw new Error(`a decision in the middle of a dwell is to wait, not ${decision.kind}`)
  return ms
}

/** A rollout in the middle of its only dwell, looked at ten thousand times. */
function history(): LedgerEvent[] {
  const random = createRandom(1)
  const events: LedgerEvent[] = []
  let now = Date.parse('2026-01-01T00:00:00.000Z')
  const add = (event: Unstamped) => {
    events.push({
      ...event,
      schemaVersion: ledgerSchemaVersion,
      id: `${events.length}`,
      at: formatInstant(now),
      by: 'bench',
    })
  }
  const guards = Array.from({length: guardCount}, (_, index) => guard(`guard-${index}`))
  add({
    type: 'rollout-started',
    rollout: 'r',
    candidate: {version: 'v2', model: `sha256:${'2'.repeat(64)}`},
    stable: {version: 'v1', model: `sha256:${'1'.repeat(64)}`},
    plan: {
      stages: [{weightPercent: 10, dwellMs: 1e12}],
      guards,
      falseAbortRate: 0.01,
      safety: {margin: 2, risk: 0.05},
      whenEvidenceIsShort: 'hold',
      tickMs: 5000,
      staleAfterMs: 3_600_000,
      approvals: [],
    },
  })
  const act = (act: Extract<Unstamped, {type: 'act-intended'}>['act']) => {
    add({type: 'act-intended', rollout: 'r', act, reason: 'rollout/started', why: 'bench'})
    add({type: 'act-confirmed', rollout: 'r', intent: events.at(-1)?.id ?? ''})
  }
  act({kind: 'deploy', release: {version: 'v2', model: `sha256:${'2'.repeat(64)}`}})
  act({kind: 'set-weight', weightPercent: 10, stage: 0})
  const draw = (n: number) => {
    const bad = drawBinomial(random, n, 0.005)
    return {n, bad, suspect: bad}
  }
  while (events.length < eventCount) {
    now += 5000
    const look = Object.fromEntries(guards.map(({name}) => [name, {candidate: draw(100), stable: draw(900)}]))
    add({type: 'measured', rollout: 'r', weightPercent: 10, guards: look, absent: {}, snapshot: {}, notes: []})
  }
  return events
}

function guard(name: string): PlannedGuard {
  return {
    name,
    query: {kind: 'share', name, of: 'requests_total', bad: 'code="500"'},
    tests: [
      {kind: 'share-at-most', limit: 0.01, alpha: 0.0005},
      {kind: 'share-at-most-times-stable', times: 2, alpha: 0.0005},
    ],
  }
}
