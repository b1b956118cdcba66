/**
 * One reconcile step: read the ledger, the target and the counters; fold; decide; write the intent; act; write the
 * outcome; again, until there is nothing more to do now. It may be killed between any two lines: the next tick reads
 * the same ledger, asks the target what became of the intent, and goes on.
 */
import {assertNever} from '../../core/assert.ts'
import {type Failure, SystemError} from '../../core/failure.ts'
import {eventOfDecision} from '../decide/decision-event.ts'
import {patienceMs} from '../decide/hard-stops.ts'
import {type Decision, decide, type Facts} from '../decide.ts'
import {describeAct} from '../event-words.ts'
import {foldReading} from '../look.ts'
import type {RolloutPorts, RolloutScope} from '../ports.ts'
import {
  type Headline,
  headlineOfEnd,
  type Next,
  type RolloutOutcomeReport,
  reportRollout,
  verdictOfWait,
} from '../report/rollout-report.ts'
import {isActive, type PendingIntent, type RolloutState} from '../state.ts'
import {carryOut, notFollowed} from './act.ts'
import {gatherMissingEvidence, gatherReading, gatherTarget} from './gather.ts'
import {type Logbook, openLogbook} from './logbook.ts'

/** Another run may write first this often before this one gives way. */
const roundsAllowed = 8
/** More steps than a tick can have; beyond it a decision repeats itself. */
const stepsAllowed = 50

/** What one tick remembers over its rounds: which intents it asked the target for, and whether that is settled. */
interface Memory {
  readonly asked: Set<string>
  overtaken: boolean
}

type StepOutcome =
  | {readonly kind: 'next'}
  /** Somebody else wrote first. */
  | {readonly kind: 'overtaken'}
  | {readonly kind: 'stop'; readonly headline: Headline; readonly next: Next}

/** @throws SystemError `ledger/contended`; what the ledger throws. Everything else that goes wrong is an outcome. */
export async function tick(ports: RolloutPorts, scope: RolloutScope): Promise<RolloutOutcomeReport> {
  const memory: Memory = {asked: new Set(), overtaken: false}
  for (let round = 1; round <= roundsAllowed; round++) {
    const book = await openLogbook(ports, scope)
    const outcome = await tickOnce(book, ports, memory)
    if (outcome.kind === 'overtaken') continue
    const {state, events} = book
    const now = ports.clock.now().getTime()
    return reportRollout({scope, state, events, headline: outcome.headline, next: outcome.next, now, guards: 'judged'})
  }
  throw new SystemError(
    'ledger/contended',
    `Other runs wrote to ${ports.ledger.location} ${roundsAllowed} times first.`,
    {
      system: 'ledger',
      retryable: true,
      hint: 'Put all runs of this environment into one concurrency group.',
    },
  )
}

type Settled = Exclude<StepOutcome, {kind: 'next'}>

async function tickOnce(book: Logbook, ports: RolloutPorts, memory: Memory): Promise<Settled> {
  const {rollout} = book.state
  if (rollout === null) return nothingRuns
  if (shouldLook(rollout) && !(await look(book, rollout, ports))) return {kind: 'overtaken'}
  for (let step = 0; step < stepsAllowed; step++) {
    const {rollout: present} = book.state
    if (present === null) return nothingRuns
    const facts = await gatherFacts(book, present, ports, memory)
    const decision = decide(present, facts, ports.clock.now().getTime())
    const outcome = await take(decision, present, book, ports, memory)
    if (outcome.kind !== 'next') return outcome
  }
  throw new SystemError('rollout/no-end', 'The rollout took more steps at once than it can have.', {
    system: 'rollout',
    retryable: true,
  })
}

const nothingRuns: Settled = {
  kind: 'stop',
  headline: {verdict: 'not-applicable', reason: 'rollout/nothing-running', why: 'No rollout has been started here.'},
  next: {kind: 'done'},
}

/** An abort waits for nothing, least of all for measurements. */
function shouldLook(rollout: RolloutState): boolean {
  return (
    isActive(rollout) &&
    rollout.deployed &&
    rollout.stable !== null &&
    !rollout.abort &&
    rollout.phase.kind !== 'aborting'
  )
}

async function look(book: Logbook, rollout: RolloutState, {source, clock}: RolloutPorts): Promise<boolean> {
  const reading = await gatherReading(source, rollout)
  return book.append(foldReading(rollout, reading, clock.now().getTime()))
}

async function gatherFacts(
  book: Logbook,
  rollout: RolloutState,
  {target, evidence}: RolloutPorts,
  memory: Memory,
): Promise<Facts> {
  const needsEvidence = isActive(rollout) && !rollout.abort && rollout.phase.kind !== 'aborting'
  return {
    target: await gatherTarget(target),
    missingEvidence: needsEvidence ? await gatherMissingEvidence(evidence, rollout.candidate) : [],
    current: book.state.current,
    overtaken: memory.overtaken,
  }
}

async function take(
  decision: Decision,
  rollout: RolloutState,
  book: Logbook,
  ports: RolloutPorts,
  memory: Memory,
): Promise<StepOutcome> {
  switch (decision.kind) {
    case 'act':
    case 'confirm':
    case 'hold':
    case 'continue':
    case 'short':
    case 'end': {
      if (decision.kind === 'act') ports.log.info(`${describeAct(decision.act)}: ${decision.why}`)
      if (!(await book.append(eventOfDecision(decision, rollout)))) return {kind: 'overtaken'}
      if (decision.kind === 'confirm') memory.overtaken = false
      return {kind: 'next'}
    }
    case 'repeat':
      return ask(decision.intent, rollout, book, ports, memory)
    case 'look':
      return (await look(book, rollout, ports)) ? {kind: 'next'} : {kind: 'overtaken'}
    case 'wait': {
      const {reason, why, lookAt} = decision
      const next: Next = lookAt === null ? {kind: 'wait'} : {kind: 'wait', at: lookAt}
      return {kind: 'stop', headline: {verdict: verdictOfWait(reason), reason, why}, next}
    }
    case 'done':
      return {kind: 'stop', headline: headlineOfEnd(rollout), next: {kind: 'done'}}
    default:
      return assertNever(decision)
  }
}

/** The intent is in the ledger: now the target may move. Once a tick; what has not happened then is for the next one. */
async function ask(
  intent: PendingIntent,
  rollout: RolloutState,
  book: Logbook,
  ports: RolloutPorts,
  memory: Memory,
): Promise<StepOutcome> {
  const {act} = intent
  const now = ports.clock.now().getTime()
  const later: Next = {kind: 'wait', at: now + rollout.plan.tickMs}
  if (memory.asked.has(intent.id)) {
    const why = `The target was asked to ${describeAct(act)} and does not show it yet.`
    return {kind: 'stop', headline: {verdict: 'inconclusive', reason: 'rollout/waiting-for-target', why}, next: later}
  }
  memory.asked.add(intent.id)
  memory.overtaken = true
  const outcome = await carryOut(act, ports)
  switch (outcome.kind) {
    case 'reached':
      return {kind: 'next'}
    case 'accepted':
      return now - intent.since < patienceMs
        ? {kind: 'next'}
        : writeFailure(notFollowed(act, ports.target.kind), intent, rollout, book)
    case 'failed':
      ports.log.warning(`The target did not ${describeAct(act)}: ${outcome.failure.message}`)
      return writeFailure(outcome.failure, intent, rollout, book)
    default:
      return assertNever(outcome)
  }
}

async function writeFailure(
  failure: Failure,
  intent: PendingIntent,
  rollout: RolloutState,
  book: Logbook,
): Promise<StepOutcome> {
  const retryable = failure instanceof SystemError && failure.retryable
  const {code, message} = failure
  const written = await book.append({
    type: 'act-failed',
    rollout: rollout.id,
    intent: intent.id,
    code,
    message,
    retryable,
  })
  return {kind: written ? 'next' : 'overtaken'}
}
