/** Events in words: a commit message, a line of a transcript. */
import {assertNever} from '../core/assert.ts'
import {formatDuration} from '../core/quantity.ts'
import {describeRelease} from '../core/release.ts'
import type {Act, EventOf, LedgerEvent} from './events.ts'
import type {RolloutPlan} from './stages.ts'
import {isCounts, isMean, type Tally} from './tally.ts'

/** One readable line: a commit message, a line of a transcript. */
export function describeEvent(event: LedgerEvent): string {
  switch (event.type) {
    case 'rollout-started': {
      const {candidate, stable, plan, retryOf} = event
      const start = `${retryOf === undefined ? 'Start' : 'Try again'} ${describeRelease(candidate)}`
      if (!stable) return `${start}, the first release of this environment`
      return `${start} against ${stable.version}: ${plan.stages.map(describePlanned).join(', ') || 'all at once'}`
    }
    case 'approved':
      return `Approve as ${event.as}, by ${event.by}`
    case 'requested':
      return `Request to ${event.request}${event.despiteFreeze ? ' despite the freeze' : ''} by ${event.by}: ${event.why}`
    case 'measured':
      return describeMeasured(event)
    case 'held':
      return `Hold: ${event.why}`
    case 'continued':
      return `Continue: ${event.why}`
    case 'evidence-was-short':
      return `Evidence of stage ${event.stage + 1} is short (${event.guards.join(', ')}), the plan says ${event.answer}`
    case 'act-intended':
      return `Intend to ${describeAct(event.act)}: ${event.why}`
    case 'act-confirmed':
      return 'Confirm: the target did it'
    case 'act-failed':
      return `The target did not do it (${event.code}): ${event.message}`
    case 'handed-over':
      return `Hand over to ${event.to}`
    case 'taken-over':
      return `Taken over by ${event.by}`
    case 'rollout-ended':
      return `End, ${event.outcome}: ${event.why}`
    case 'restored':
      return `Restored ${describeRelease(event.release)} by ${event.by}: ${event.why}`
    default:
      return assertNever(event)
  }
}

/** `set the weight to 25%`, `restore v1`. */
export function describeAct(act: Act): string {
  switch (act.kind) {
    case 'deploy':
      return `deploy ${act.release.version}`
    case 'set-weight':
      return `set the weight to ${act.weightPercent}%`
    case 'mirror':
      return act.percent === 0 ? 'end the mirroring' : `mirror ${act.percent}% of the requests`
    case 'promote':
      return `promote ${act.release.version}`
    case 'restore':
      return `restore ${act.release.version}`
    default:
      return assertNever(act)
  }
}

function describePlanned({weightPercent, mirrorPercent, dwellMs, isBake}: RolloutPlan['stages'][number]): string {
  const share = mirrorPercent === undefined ? `${weightPercent}%` : `copies of ${mirrorPercent}%`
  return `${share} ${isBake ? 'watched for' : 'for'} ${formatDuration(dwellMs)}`
}

function describeMeasured(event: EventOf<'measured'>): string {
  const counted = Object.entries(event.guards).map(
    ([name, {candidate, stable}]) =>
      `${name} ${describeTally(candidate)} (stable ${describeTally(stable)}${event.partial?.[name] ? ', seen in part' : ''})`,
  )
  const alerts = Object.entries(event.alerts ?? {}).map(
    ([name, firing]) => `${name} ${firing.length === 0 ? 'quiet' : `firing: ${firing.join(', ')}`}`,
  )
  const absent = Object.entries(event.absent).map(([name, {kind}]) => `${name} ${kind}`)
  return `Look at ${event.weightPercent}%: ${[...counted, ...alerts, ...absent].join(', ') || 'nothing to count'}`
}

function describeTally(tally: Tally): string {
  if (isCounts(tally)) return `${tally.bad}/${tally.n}`
  if (isMean(tally))
    return tally.n === 0 ? 'mean of 0' : `mean ${Number((tally.sum / tally.n).toPrecision(4))} of ${tally.n}`
  return `${tally.n} values`
}
