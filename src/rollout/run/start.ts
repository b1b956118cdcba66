/** The beginning of a rollout: everything that can be refused is refused here, before anything moves. */
import type {EnvironmentConfig} from '../../config/schema.ts'
import {UserError} from '../../core/failure.ts'
import {describeRelease, type Release, sameBytes, sameRelease} from '../../core/release.ts'
import type {TargetState} from '../../traffic/target.ts'
import type {RolloutPorts, RolloutScope} from '../ports.ts'
import {type Headline, type Next, type RolloutOutcomeReport, reportRollout} from '../report/rollout-report.ts'
import {planRollout} from '../stages.ts'
import {activeRollout, type EnvironmentState, type RolloutState} from '../state.ts'
import {gatherMissingEvidence, gatherPast} from './gather.ts'
import {type Logbook, openLogbook} from './logbook.ts'
import {servingRelease} from './serving.ts'

export interface StartInput {
  readonly environment: EnvironmentConfig
  readonly candidate: Release
  /** The release in production, for an environment that was served before it had a ledger. */
  readonly stable?: Release
  readonly policyLoosened?: boolean
  /** The rollout whose candidate is tried again; see {@link retryRollout}. */
  readonly retryOf?: string
}

/**
 * Writes the start of a rollout; a rollout of the same release that is under way is simply continued by the next tick.
 * A candidate without passing evidence is an answer (`rollout/evidence-missing`), and leaves the ledger as it was.
 *
 * @throws UserError `rollout/cannot-mirror`, `rollout/already-running`, `rollout/nothing-to-roll-out`, `rollout/version-reused`,
 *   `rollout/stable-unknown`, `rollout/target-changed-by-someone-else`, and what `planRollout` refuses
 */
export async function startRollout(
  ports: RolloutPorts,
  scope: RolloutScope,
  input: StartInput,
): Promise<RolloutOutcomeReport> {
  const {candidate} = input
  for (;;) {
    const book = await openLogbook(ports, scope)
    const active = activeRollout(book.state)
    if (active) {
      if (!sameRelease(active.candidate, candidate)) throw alreadyRunning(active)
      return answer(ports, scope, book, underWay(candidate), {kind: 'wait', at: ports.clock.now().getTime()})
    }
    const target = await ports.target.read()
    const stable = stableRelease(book.state, input, target)
    const plan = planRollout({
      environment: input.environment,
      candidate,
      stable,
      capabilities: ports.target.capabilities,
      policyLoosened: input.policyLoosened ?? false,
    })
    const missing = await gatherMissingEvidence(ports.evidence, candidate)
    if (missing.length > 0) return answer(ports, scope, book, refused(candidate, missing), {kind: 'done'}, candidate)
    const past = await gatherPast(ports, {plan, stable, before: book.state.rollout})
    const origin = {
      ...(input.retryOf === undefined ? {} : {retryOf: input.retryOf}),
      ...(past === null ? {} : {past}),
    }
    if (await book.append({type: 'rollout-started', rollout: ports.newId(), candidate, stable, plan, ...origin})) {
      return answer(ports, scope, book, started(candidate, stable), {kind: 'wait', at: ports.clock.now().getTime()})
    }
  }
}

/** The release that serves, where the candidate is another one. */
function stableRelease({current}: EnvironmentState, {candidate, stable: named}: StartInput, target: TargetState) {
  const stable = servingRelease({current, named: named ?? null, candidate, target})
  if (stable === null) return null
  if (sameBytes(stable, candidate)) {
    const isRenamed = stable.version !== candidate.version
    const seen = `${describeRelease(candidate)} ${isRenamed ? `has the bytes of ${stable.version}, which` : 'is what'} serves already.`
    throw new UserError('rollout/nothing-to-roll-out', seen, {
      hint: 'Build a new release; a changed version with the same bytes is the same release.',
    })
  }
  if (stable.version === candidate.version) {
    throw new UserError('rollout/version-reused', `${candidate.version} serves already, with other bytes.`, {
      hint: 'Give the new bytes a new version: targets and measurements tell releases apart by it.',
    })
  }
  return stable
}

function alreadyRunning({id, candidate, startedBy, phase}: RolloutState): UserError {
  return new UserError(
    'rollout/already-running',
    `The rollout of ${describeRelease(candidate)} is ${phase.kind}, started by ${startedBy} (${id}).`,
    {hint: 'Wait until it is over, or abort it first: one rollout at a time in one environment.'},
  )
}

function answer(
  ports: RolloutPorts,
  scope: RolloutScope,
  book: Logbook,
  headline: Headline,
  next: Next,
  subject?: Release,
): RolloutOutcomeReport {
  const {events} = book
  // A rollout that is over is not what was asked about: its phase must not stand beside a refusal.
  const state = {...book.state, rollout: activeRollout(book.state)}
  const now = ports.clock.now().getTime()
  const about = subject === undefined ? {} : {subject}
  return reportRollout({scope, state, events, headline, next, now, guards: 'shown', ...about})
}

function started(candidate: Release, stable: Release | null): Headline {
  const back = stable
    ? `A rollback restores ${describeRelease(stable)}.`
    : 'It is the first release of this environment.'
  return {verdict: 'inconclusive', reason: 'rollout/started', why: `${candidate.version} has been started. ${back}`}
}

function underWay(candidate: Release): Headline {
  return {verdict: 'inconclusive', reason: 'rollout/in-progress', why: `${candidate.version} is under way already.`}
}

function refused(candidate: Release, missing: readonly string[]): Headline {
  const why = `${candidate.version} is not started: ${missing.join(' ')}`
  const remedy = 'Run the gate that is missing for exactly these bytes, and record its evidence.'
  return {verdict: 'fail', reason: 'rollout/evidence-missing', why, remedy}
}
