/**
 * The last good release back, now. Acts first and explains afterwards; needs no telemetry, and no ledger where the
 * release to restore is given.
 */
import {type Failure, isFailure, messageOf, UserError} from '../../core/failure.ts'
import {describeRelease, type Release} from '../../core/release.ts'
import {isReachedBy} from '../decide/goal.ts'
import type {LedgerEvent} from '../events.ts'
import type {RolloutPorts, RolloutScope} from '../ports.ts'
import {asSentence} from '../report/explain.ts'
import {type Headline, type RolloutOutcomeReport, reportRollout} from '../report/rollout-report.ts'
import {activeRollout, type EnvironmentState, initialState} from '../state.ts'
import {carryOut} from './act.ts'
import {gatherTarget} from './gather.ts'
import {type Logbook, openLogbook} from './logbook.ts'
import {refuseOutdated} from './requests.ts'

export interface RollBackInput {
  /** A version that the ledger knows, or a release with its digests. Default: the last good one. */
  readonly to?: string | Release
  readonly why: string
  /** The rollout that the rollback is meant to end or undo: where another one is the newest by then, it is refused. */
  readonly expect?: string | undefined
}

type Reading =
  | {readonly kind: 'read'; readonly book: Logbook}
  | {readonly kind: 'unreadable'; readonly failure: Failure}

/** A rollback asks this often before it says that it failed. */
const attempts = 3
const betweenMs = 1000

/**
 * @throws UserError `rollout/request-outdated`: before anything moves. `rollout/no-earlier-release`,
 *   `rollout/release-unknown`: when it is not known what to restore.
 *   Even then traffic has been taken from a candidate where the target could do it.
 */
export async function rollBack(
  ports: RolloutPorts,
  scope: RolloutScope,
  {to, why, expect}: RollBackInput,
): Promise<RolloutOutcomeReport> {
  const reading = await readLedger(ports, scope)
  // An alert that comes late must not take back the release after the one that it was about.
  if (reading.kind === 'read') refuseOutdated(reading.book.state, expect)
  const release = await releaseToRestore(reading, to, ports)
  const first = await restore(release, ports)
  const written = await record(reading, release, first, why, ports, scope)
  const failure = first ?? (await restoreAgain(release, ports))
  return answer({release, failure, written, why}, ports, scope)
}

async function readLedger(ports: RolloutPorts, scope: RolloutScope): Promise<Reading> {
  try {
    return {kind: 'read', book: await openLogbook(ports, scope)}
  } catch (error) {
    if (!isFailure(error)) throw error
    ports.log.warning(`The ledger cannot be read: ${error.message}`)
    return {kind: 'unreadable', failure: error}
  }
}

async function releaseToRestore(reading: Reading, to: RollBackInput['to'], ports: RolloutPorts): Promise<Release> {
  if (to !== undefined && typeof to !== 'string') return to
  const found = reading.kind === 'read' ? findRelease(reading.book.state, to) : unknown(reading.failure)
  if (!(found instanceof UserError)) return found
  await takeTraffic(ports)
  throw found
}

/** Without `to`: the stable release of the rollout under way, or the one that was promoted before the present one. */
function findRelease(state: EnvironmentState, to: string | undefined): Release | UserError {
  const known = state.history.map(({release}) => release)
  if (to !== undefined) {
    return known.findLast(release => release.version === to) ?? unknownVersion(to, known)
  }
  const active = activeRollout(state)
  const earlier = active ? active.stable : (state.lineage.at(-2) ?? null)
  if (earlier) return earlier
  return new UserError('rollout/no-earlier-release', 'There is no earlier release to go back to.', {
    hint: 'Name the release to restore with its model and image digests.',
  })
}

function unknownVersion(version: string, known: readonly Release[]): UserError {
  const versions = [...new Set(known.map(release => release.version))].join(', ') || 'none'
  return new UserError('rollout/release-unknown', `The ledger knows no release ${version} that served here.`, {
    hint: `It knows: ${versions}. For another one give its model and image digests too.`,
  })
}

function unknown(failure: Failure): UserError {
  return new UserError('rollout/release-unknown', `The ledger cannot be read (${failure.message})`, {
    hint: 'Traffic was taken from the candidate if there was one. Name the release to restore with its digests.',
    cause: failure,
  })
}

/** The best that can be done while nobody knows what to restore: the stable release serves alone. */
async function takeTraffic({target, log}: RolloutPorts): Promise<void> {
  try {
    const {candidate, mirrorPercent = 0} = await target.read()
    if (candidate !== null) await target.setWeight(0)
    if (mirrorPercent > 0) await target.mirror(0)
  } catch (error) {
    if (!isFailure(error)) throw error
    log.warning(`Traffic could not be taken from the candidate: ${error.message}`)
  }
}

/**
 * Between the act and the word in the ledger a run may have moved traffic once more; after the word nobody begins to.
 * What cannot be read now was restored as far as anybody knows.
 */
async function restoreAgain(release: Release, ports: RolloutPorts): Promise<Failure | null> {
  const seen = await gatherTarget(ports.target)
  const isDone = seen.kind === 'unreadable' || isReachedBy({kind: 'restore', release}, seen.state)
  return isDone ? null : restore(release, ports)
}

async function restore(release: Release, ports: RolloutPorts): Promise<Failure | null> {
  for (let attempt = 1; ; attempt++) {
    const outcome = await carryOut({kind: 'restore', release}, ports)
    if (outcome.kind === 'reached') return null
    if (attempt >= attempts) {
      return outcome.kind === 'failed'
        ? outcome.failure
        : new UserError(
            'rollout/target-does-not-follow',
            `The target accepted to restore ${release.version} and does not show it.`,
          )
    }
    ports.log.warning(`${release.version} is not restored yet; asking again.`)
    await ports.clock.sleep(betweenMs)
  }
}

interface Written {
  readonly state: EnvironmentState
  readonly events: readonly LedgerEvent[]
  /** Why the ledger could not be written; null when it was. */
  readonly problem: string | null
}

/** A rollback that failed becomes a request to abort, which each following tick goes on trying to fulfil. */
async function record(
  reading: Reading,
  release: Release,
  failure: Failure | null,
  why: string,
  ports: RolloutPorts,
  scope: RolloutScope,
): Promise<Written> {
  if (reading.kind === 'unreadable') return {state: initialState, events: [], problem: messageOf(reading.failure)}
  try {
    for (let book = reading.book; ; book = await openLogbook(ports, scope)) {
      const active = activeRollout(book.state)?.id ?? null
      const isDone =
        failure === null
          ? await book.append({type: 'restored', rollout: active, release, why})
          : active === null || (await book.append({type: 'requested', rollout: active, request: 'abort', why}))
      if (isDone) return {state: book.state, events: book.events, problem: null}
    }
  } catch (error) {
    if (!isFailure(error)) throw error
    const {state, events} = reading.book
    return {state, events, problem: error.message}
  }
}

interface Answer {
  readonly release: Release
  readonly failure: Failure | null
  readonly written: Written
  readonly why: string
}

function answer(
  {release, failure, written, why}: Answer,
  {clock}: RolloutPorts,
  scope: RolloutScope,
): RolloutOutcomeReport {
  const {events, problem} = written
  const last = events.at(-1)
  const endedByThis = last?.type === 'restored' && last.rollout !== null
  // A rollout that was over before is not what was restored: its phase and weight are no longer the environment's.
  const rollout = endedByThis ? written.state.rollout : activeRollout(written.state)
  const state = {...written.state, rollout}
  const headline = failure ? notRestored(release, failure) : restored(release, problem, why)
  const now = clock.now().getTime()
  return reportRollout({scope, state, events, headline, next: {kind: 'done'}, now, guards: 'shown', subject: release})
}

function notRestored(release: Release, failure: Failure): Headline {
  const why = `${describeRelease(release)} is NOT restored: ${failure.message} ${failure.hint ?? ''}`.trim()
  return {verdict: 'error', reason: 'rollout/restore-failed', why}
}

function restored(release: Release, problem: string | null, why: string): Headline {
  const back = `${describeRelease(release)} has all traffic: ${asSentence(why)}`
  if (problem === null) return {verdict: 'pass', reason: 'rollout/restored', why: back}
  return {
    verdict: 'warn',
    reason: 'rollout/restored-without-ledger',
    why: `${back} The ledger could not be written (${problem}): the next rollout will not know of it.`,
  }
}
