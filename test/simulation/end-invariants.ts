/** What must hold when all is over. */
import type {EventOf, LedgerEvent} from '../../src/rollout/events.ts'
import {lateDeploy} from './act-invariants.ts'
import {type Jobs, whyOf} from './jobs.ts'
import type {World} from './world.ts'

/** A release with this share of failures is harmful, whatever the guards allow. */
const harmfulShare = 0.05

export function checkEnd(world: World, {heard, isRefused}: Jobs): void {
  const {state, transcript, router, ledger, story} = world
  const {rollout, current} = state
  if (rollout === null && isRefused && story.evidenceFailsAt !== null) return
  if (rollout?.phase.kind !== 'ended') {
    transcript.breach(`ends: the rollout did not end, it is ${rollout?.phase.kind ?? 'not even started'}`)
    return
  }
  const seen = router.read()
  // Of the first release of an environment nothing is left to go back to: it stays, and nobody calls it released.
  const isFirst = current === null && rollout.stable === null
  if (seen.stable !== (current?.version ?? null) && !isFirst) {
    transcript.breach(`at-rest: ${seen.stable} serves, the ledger says ${current?.version}`)
  }
  // A request that was stuck for minutes may put a release beside the stable one when all is over. It gets nothing.
  const isLate = transcript.troubles.has(lateDeploy)
  if ((seen.candidate !== null && !isLate) || seen.desiredWeightPercent !== 0 || seen.mirrorPercent !== 0) {
    transcript.breach(`at-rest: ${seen.candidate} is left at ${seen.desiredWeightPercent}%`)
  }
  for (const event of ledger.events) if (event.type === 'rollout-ended') checkOutcome(event, world)
  for (const word of heard) {
    const why = whyOf(word)
    const said = ledger.events.filter(event => 'why' in event && event.why === why && event.type === 'requested')
    if (word.say !== 'approve' && word.say !== 'roll-back' && said.length !== 1) {
      transcript.breach(`each-event-once: the word "${why}" is in the ledger ${said.length} times`)
    }
  }
}

function checkOutcome(end: EventOf<'rollout-ended'>, world: World): void {
  const {story, transcript, ledger} = world
  const events = ledger.events.filter(event => event.rollout === end.rollout)
  const started = events.find(event => event.type === 'rollout-started')
  if (!started) transcript.breach('one-rollout: a rollout ends that never started')
  if (!started) return
  const conduct = started.candidate.version === 'v3' ? story.rival?.conduct : story.candidate
  if (!conduct) return
  const isHarmful = conduct.badShare >= harmfulShare
  if (end.outcome === 'promoted' && isHarmful && end.reason === 'rollout/promoted') {
    transcript.breach(
      `no-harm: ${started.candidate.version} was promoted as safe, and fails ${conduct.badShare * 100}%`,
    )
  }
  // With enough traffic and a source that answers nothing is insufficient about such evidence.
  const isShort = story.perSecond < 1 || Object.values(story.telemetry).some(chance => chance > 0)
  if (end.reason === 'rollout/promoted-on-insufficient-evidence' && isHarmful && !isShort) {
    transcript.breach(
      `no-harm: ${started.candidate.version} fails ${conduct.badShare * 100}%, and that was called too little to say`,
    )
  }
  const isSick = isHarmful || conduct.crashesAfterMs !== undefined || conduct.readyAfterMs > 0
  if (end.outcome === 'aborted' && !isSick && !isCalledFor(end, started, events, world)) {
    transcript.breach(`same-end: a healthy release was aborted (${end.reason}): ${end.why}`)
  }
}

/** What may end the rollout of a release that is well. */
function isCalledFor(
  {reason}: EventOf<'rollout-ended'>,
  {plan, stable}: EventOf<'rollout-started'>,
  events: readonly LedgerEvent[],
  {story}: World,
): boolean {
  if (events.some(event => event.type === 'requested' && event.request === 'abort')) return true
  if (reason === 'rollout/late') return plan.deadlineMs !== undefined
  // A release that answers otherwise than a harmful one does what it should, and the guard what it was asked for.
  if (reason === 'rollout/distribution-shifted')
    return stable?.version === 'v2' && story.candidate.badShare >= harmfulShare
  if (reason === 'rollout/alert-fires') return story.alertFiresAt !== null
  if (reason === 'rollout/unwatched') return longestSilence(events) >= (plan.deadAfterMs ?? 0) - 2 * story.skewMs
  return false
}

function longestSilence(events: readonly LedgerEvent[]): number {
  const watched: ReadonlySet<string> = new Set(['measured', 'requested', 'act-confirmed'])
  const times = events.filter(event => watched.has(event.type)).map(event => Date.parse(event.at))
  return Math.max(0, ...times.map((time, index) => time - (times[index - 1] ?? time)))
}
