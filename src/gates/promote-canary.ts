import {loadConfig} from '../config/load.ts'
import {assertNever} from '../core/assert.ts'
import {UserError} from '../core/failure.ts'
import {parseInstant} from '../core/instant.ts'
import type {Release} from '../core/release.ts'
import type {EvidenceStore} from '../evidence/store.ts'
import {reportOf} from '../report/from-result.ts'
import {planGuards} from '../rollout/guards.ts'
import type {RolloutOutcomeReport} from '../rollout/report/rollout-report.ts'
import {readState} from '../rollout/run/logbook.ts'
import {type HandOver, recordHandOver, takeOver} from '../rollout/run/relay.ts'
import {requestRollout} from '../rollout/run/request.ts'
import {refuseOutdated} from '../rollout/run/requests.ts'
import {retryRollout, rolloutToRetry} from '../rollout/run/retry.ts'
import {startRollout} from '../rollout/run/start.ts'
import {readStatus} from '../rollout/run/status.ts'
import {runRollout} from '../rollout/run.ts'
import {activeRollout, type EnvironmentState} from '../rollout/state.ts'
import {checkGuards} from './check-guards.ts'
import {type OpenEnvironment, openEnvironment} from './environment.ts'
import {probeGuards} from './probe-guards.ts'
import {type ReleaseRequest, readRelease, requireImage} from './release.ts'
import type {RolloutRequestName} from './requests.ts'
import type {Session} from './session.ts'
import {readStable} from './stable-reading.ts'

export interface PromoteRequest extends ReleaseRequest {
  /** Path of the config. */
  readonly config: string
  readonly environment: string
  readonly request: RolloutRequestName
  readonly as?: string | undefined
  readonly why?: string | undefined
  /** For `promote`: that no freeze shall keep it. */
  readonly despiteFreeze?: boolean
  /** Id of the rollout that the word is meant for; for a run in a relay the ticket that the run before handed out. */
  readonly expect?: string | undefined
  /** Whether this run is one of many that follow each other, of which only one may drive the rollout. */
  readonly isRelay?: boolean
  /** The release in production, for an environment that was served before it had a ledger. */
  readonly stable?: Release | undefined
  /** How long this run may go on, in milliseconds; 0 is one tick. */
  readonly budgetMs: number
  /** Whether to return as soon as a person is needed, instead of watching on. */
  readonly leaveWhenHeld?: boolean
  /** For `continue`: only where nobody has written to the ledger for `stale-after`. What a watchdog asks. */
  readonly onlyWhenStale?: boolean
  /** Told after each tick. */
  readonly onTick?: (outcome: RolloutOutcomeReport) => void | Promise<void>
}

/** One reconcile step of a rollout, and as many more as fit into the budget. */
export async function promoteCanaryGate(session: Session, request: PromoteRequest): Promise<RolloutOutcomeReport> {
  const config = await loadConfig(session.runtime.files, request.config)
  const open = openEnvironment(session, config, request.environment)
  refuseMisplaced(request)
  const before = request.request === 'continue' ? await readState(open.ports) : null
  if (before && request.onlyWhenStale && isDriven(before, session)) {
    return {...(await readStatus(open.ports, open.scope)), next: {kind: 'wait'}}
  }
  const said = await say(session, open, request)
  if (said?.next.kind === 'done') return said
  const {clock} = session.runtime
  // A person's word is carried out and no more: whoever drives this rollout goes on driving it.
  const drives = driving.has(request.request)
  const inRelay = drives && request.isRelay === true
  // What a successor waits for its tick is a part of its time.
  const until = clock.now().getTime() + (drives ? request.budgetMs : 0)
  if (inRelay && !(await takeOver(open.ports, open.scope, ticketOf(request)))) return leftToAnother(open)
  const outcome = await runRollout(open.ports, open.scope, {
    until,
    leaveWhenTakenOver: inRelay,
    ...(request.leaveWhenHeld === undefined ? {} : {leaveWhenHeld: request.leaveWhenHeld}),
    ...(request.onTick === undefined ? {} : {onTick: request.onTick}),
  })
  return before && isIdle(before, outcome) ? nothingToDo(outcome, request.environment) : outcome
}

const driving: ReadonlySet<RolloutRequestName> = new Set(['start', 'retry', 'continue'])

/** A start needs no ticket: it is the first of its relay. */
function ticketOf({request, expect}: PromoteRequest): string | undefined {
  return request === 'continue' ? expect : undefined
}

/** The ticket is void: this run was dispatched twice, or came after the watchdog. */
async function leftToAnother({ports, scope}: OpenEnvironment): Promise<RolloutOutcomeReport> {
  ports.log.info('Another run goes on with this rollout; this one has nothing to do.')
  return {...(await readStatus(ports, scope)), next: {kind: 'wait'}}
}

/** Whether a run is at work: it writes to the ledger at every tick. */
function isDriven(state: EnvironmentState, {runtime}: Session): boolean {
  const rollout = activeRollout(state)
  if (!rollout || state.lastEventAt === null) return false
  return runtime.clock.now().getTime() - parseInstant(state.lastEventAt) < rollout.plan.staleAfterMs
}

/** Whether the rollout was over before this run began, and still is: its verdict was published by the run that ended it. */
function isIdle(before: EnvironmentState, {state, next}: RolloutOutcomeReport): boolean {
  return activeRollout(before) === null && next.kind === 'done' && state.lastEventAt === before.lastEventAt
}

function nothingToDo(outcome: RolloutOutcomeReport, environment: string): RolloutOutcomeReport {
  const verdict = 'not-applicable'
  const reason = 'rollout/nothing-running'
  const {current} = outcome.state
  const what = `No rollout is under way in ${environment}; ${current ? `${current.version} serves` : 'nothing was ever released'}.`
  const findings = [{id: 'rollout/decision', verdict, reason, subject: environment, what} as const]
  const {gate, service} = outcome.result
  const result = {gate, service, verdict, reason, summary: what, findings, subject: current ?? {}} as const
  return {...outcome, result, report: reportOf(result)}
}

/**
 * Writes down who goes on with the rollout of an environment: after a run whose time is up, or after a person's word.
 * @returns the ticket of the successor; null where none is needed.
 */
export async function recordSuccessor(
  session: Session,
  request: Pick<PromoteRequest, 'config' | 'environment' | 'request'>,
  {to, at}: Pick<HandOver, 'to' | 'at'>,
): Promise<string | null> {
  const config = await loadConfig(session.runtime.files, request.config)
  const {ports, scope} = openEnvironment(session, config, request.environment)
  return recordHandOver(ports, scope, {to, at, as: driving.has(request.request) ? 'driver' : 'person'})
}

/** Puts the request into the ledger; null for `continue`, which says nothing new. */
async function say(
  session: Session,
  open: OpenEnvironment,
  request: PromoteRequest,
): Promise<RolloutOutcomeReport | null> {
  const {ports, scope} = open
  const {expect, why = 'no reason given'} = request
  switch (request.request) {
    case 'start': {
      checkGuards(request.environment, open.environment, session.runtime)
      const candidate = await readRelease(session, open.config, request)
      requireImage(candidate, open.config)
      const stable = (await readState(ports)).current ?? request.stable ?? null
      const guards = planGuards(open.environment.rollout)
      probeGuards(guards, await readStable(guards, ports.source, stable), stable)
      return startRollout(ports, scope, {
        environment: open.environment,
        candidate,
        policyLoosened: await policyMayBeLooser(open, candidate),
        ...(request.stable === undefined ? {} : {stable: request.stable}),
      })
    }
    case 'retry': {
      checkGuards(request.environment, open.environment, session.runtime)
      const state = await readState(open.ports)
      refuseOutdated(state, expect)
      const {candidate} = rolloutToRetry(state)
      requireImage(candidate, open.config)
      const policyLoosened = await policyMayBeLooser(open, candidate)
      return retryRollout(ports, scope, {environment: open.environment, policyLoosened, expect})
    }
    case 'continue':
      if (!request.isRelay) refuseOutdated(await readState(open.ports), expect)
      return null
    case 'approve':
      if (request.as === undefined) {
        const teams = open.environment.approvals.map(each => each.team).join(', ')
        throw new UserError('rollout/approval-for-nobody', 'The approval does not say for whom.', {
          hint: teams === '' ? 'The environment asks for no approval.' : `Give \`as\`: one of ${teams}.`,
        })
      }
      return requestRollout(ports, scope, {kind: 'approve', as: request.as, expect})
    case 'promote':
      return requestRollout(ports, scope, {kind: 'promote', why, expect, despiteFreeze: request.despiteFreeze === true})
    case 'pause':
    case 'hold':
    case 'resume':
    case 'abort':
      return requestRollout(ports, scope, {kind: request.request, why, expect})
    default:
      return assertNever(request.request)
  }
}

/** What would be passed over in silence is refused: whoever says it believes that it does something. */
function refuseMisplaced({request, despiteFreeze}: PromoteRequest): void {
  if (!despiteFreeze || request === 'promote') return
  throw new UserError('rollout/request-out-of-place', `\`${request}\` is not kept by a freeze, nor let through it.`, {
    hint: '`despite-freeze` belongs to `promote` alone: a rollout that waits for the end of a freeze goes on by itself.',
  })
}

/**
 * For approvals `when: policy-loosened`. Evidence keeps a digest of the policy and not the policy, so another digest than
 * the one that judged the release in production counts as looser: when in doubt, a person is asked.
 */
export async function policyMayBeLooser({ports}: OpenEnvironment, candidate: Release): Promise<boolean> {
  const {current} = await readState(ports)
  if (current === null) return false
  const before = await newestPolicy(ports.evidence, current)
  const now = await newestPolicy(ports.evidence, candidate)
  return before === undefined || before !== now
}

async function newestPolicy(evidence: EvidenceStore, {model}: Release): Promise<string | undefined> {
  return (await evidence.find('model', model)).at(-1)?.policy
}
