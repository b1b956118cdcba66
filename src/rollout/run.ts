/** Ticks in a row: as long as the job lasts, then a successor goes on. What is published is the caller's matter. */
import {SystemError} from '../core/failure.ts'
import {formatDuration} from '../core/quantity.ts'
import {isExposed} from './evolve/exposure.ts'
import type {RolloutPorts, RolloutScope} from './ports.ts'
import type {RolloutOutcomeReport} from './report/rollout-report.ts'
import {isTakenOver} from './run/relay.ts'
import {tick} from './run/tick.ts'
import {activeRollout} from './state.ts'

export {recordHandOver} from './run/relay.ts'

export interface RunOptions {
  /** When this job must have ended, in milliseconds since 1970. */
  readonly until: number
  /** Whether to return as soon as a person is needed, instead of watching on. */
  readonly leaveWhenHeld?: boolean
  /** Whether this run has taken the rollout over: then it leaves as soon as another one does so. */
  readonly leaveWhenTakenOver?: boolean
  /** Told after each tick: a progress line, a check that is updated. */
  readonly onTick?: (outcome: RolloutOutcomeReport) => void | Promise<void>
}

/** A system that does not answer may fail this many ticks in a row; then the run ends, and the watchdog knows. */
const failuresAllowed = 5
const betweenFailuresMs = 5000

/**
 * Runs ticks until the rollout is over (`done`), only a person can go on (`wait`), or the next one lies beyond `until`:
 * then a successor goes on (`hand-over`), or, where nothing is at risk for long, the watchdog does (`wait` with `at`). Safe to kill and to run again at any moment.
 */
export async function runRollout(
  ports: RolloutPorts,
  scope: RolloutScope,
  options: RunOptions,
): Promise<RolloutOutcomeReport> {
  for (;;) {
    const outcome = await tickPatiently(ports, scope)
    await options.onTick?.(outcome)
    ports.log.info(outcome.result.summary)
    const {next} = outcome
    const now = ports.clock.now().getTime()
    if (next.kind === 'done' || next.at === undefined) return outcome
    if (options.leaveWhenTakenOver && isTakenOver(outcome, scope)) return {...outcome, next: {kind: 'wait'}}
    if (options.leaveWhenHeld && needsPerson(outcome)) return outcome
    if (next.at > options.until)
      return {...outcome, next: isWorthARun(outcome, next.at, now) ? {kind: 'hand-over', at: next.at} : next}
    await ports.clock.sleep(Math.max(0, next.at - now))
  }
}

async function tickPatiently(ports: RolloutPorts, scope: RolloutScope): Promise<RolloutOutcomeReport> {
  for (let failures = 1; ; failures++) {
    try {
      return await tick(ports, scope)
    } catch (error) {
      if (!(error instanceof SystemError) || !error.retryable || failures >= failuresAllowed) throw error
      ports.log.warning(`${error.message} Again in ${formatDuration(betweenFailuresMs)}.`)
      await ports.clock.sleep(betweenFailuresMs)
    }
  }
}

/**
 * While anything reaches the candidate somebody must look. Where nothing does, as in a freeze before the first weight, a
 * run after the other would be paid for waiting: the watchdog comes often enough.
 */
function isWorthARun({state}: RolloutOutcomeReport, at: number, now: number): boolean {
  const rollout = activeRollout(state)
  return rollout === null || isExposed(rollout) || at - now <= rollout.plan.staleAfterMs
}

function needsPerson({state}: RolloutOutcomeReport): boolean {
  const kind = state.rollout?.phase.kind
  return kind === 'holding' || kind === 'paused' || kind === 'failed-to-act'
}
