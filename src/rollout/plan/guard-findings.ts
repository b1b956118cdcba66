/** What a plan is warned of for the sake of its guards, whatever its stages are. */
import type {Finding} from '../../core/finding.ts'
import {formatShare} from '../../core/quantity.ts'
import {allowedShare, isComparison, isThreshold, type PlannedGuard} from '../guards.ts'
import {describeLimit} from '../report/describe.ts'
import {isCounts} from '../tally.ts'
import type {Question} from './assumed.ts'
import {type FalseAborts, falseAbortsOf} from './threshold-chance.ts'
import type {PlanView} from './view.ts'

/** Each test's share of the false-abort rate below this makes it noticeably slower than a test of its own. */
const thinAlpha = 0.0005

export function guardFindings(view: PlanView): Finding[] {
  const {plan} = view
  return [
    ...thinlySplit(view),
    ...plainThresholds(view),
    ...plan.guards.flatMap(guard => betweenBuckets(guard, view)),
    ...unaskedWhileMirrored(view),
    ...plan.guards.flatMap(guard => copiesAlone(guard, view)),
  ]
}

function thinlySplit({plan}: PlanView): Finding[] {
  const alphas = plan.guards.flatMap(({tests}) =>
    tests.flatMap(test => ('alpha' in test && test.alpha > 0 ? [test.alpha] : [])),
  )
  const least = Math.min(...alphas)
  if (alphas.length === 0 || least >= thinAlpha) return []
  const cost = Math.log(1 / least) / Math.log(1 / plan.falseAbortRate) - 1
  return [
    {
      id: 'plan/alpha',
      verdict: 'warn',
      reason: 'plan/alpha-thin',
      subject: 'false-abort-rate',
      what:
        `${alphas.length} ${alphas.length === 1 ? 'test shares' : 'tests share'} a false-abort rate of ${formatShare(plan.falseAbortRate)}, ${formatShare(least)} each: ` +
        `each needs about ${formatShare(cost)} more requests than a test that had all of it.`,
      remedy: 'Leave out guards that say the same, or allow a larger false-abort-rate.',
      value: least,
    },
  ]
}

function plainThresholds({questions, course}: PlanView): Finding[] {
  return questions
    .filter(({test}) => isThreshold(test))
    .map(question => {
      const {guard, test} = question
      const aborts = course === null ? null : falseAbortsOf(question, course)
      return {
        id: 'plan/statistics' as const,
        verdict: 'warn' as const,
        reason: 'plan/no-statistics' as const,
        subject: guard.name,
        what: `Guard ${guard.name} (${describeLimit(test)}) is a plain threshold, which stops healthy releases by chance.${describeChance(question, aborts)}`,
        why: 'It takes one error in a hundred requests for as much as a hundred in ten thousand.',
        remedy: 'Remove `statistics: none`: the sequential test holds the false-abort rate, however often it looks.',
        limit: describeLimit(test),
        ...(aborts === null ? {} : {value: aborts.chance}),
      }
    })
}

function describeChance({test}: Question, aborts: FalseAborts | null): string {
  if (aborts === null) return ''
  const healthy = isComparison(test) ? 'as good as the stable one' : 'at half of its limit'
  return aborts.bound === 'exact'
    ? ` A release ${healthy} is aborted with a chance of ${formatShare(aborts.chance)} over this plan.`
    : ` A release ${healthy} is aborted with a chance of ${formatShare(aborts.chance)} at the first look alone.`
}

/** Slow requests are told from quick ones at the bounds of buckets; what lies between the two around a limit is neither. */
function betweenBuckets(guard: PlannedGuard, {input}: PlanView): Finding[] {
  const known = input.known?.[guard.name]
  const test = guard.tests.find(({kind}) => kind === 'quantile-at-most')
  const allowed = test === undefined ? null : allowedShare(test)
  if (!test || allowed === null || !known || !isCounts(known) || known.n === 0) return []
  const between = (known.suspect - known.bad) / known.n
  if (between <= allowed / 2) return []
  return [
    {
      id: 'plan/buckets',
      verdict: 'warn',
      reason: 'plan/guard-between-buckets',
      subject: guard.name,
      what:
        `Guard ${guard.name} (${describeLimit(test)}) has too few buckets around its limit: ${formatShare(between)} of the stable release's ` +
        `${known.n} requests lie in the bucket that the limit cuts, and ${formatShare(allowed)} are allowed to be slower.`,
      why: 'Those requests count as quick for an abort and as slow for safety; nothing is interpolated.',
      remedy: 'Add the limit itself to the bounds of the histogram, or move the limit to a bound that it has.',
      value: between,
      n: known.n,
    },
  ]
}

function unaskedWhileMirrored({plan}: PlanView): Finding[] {
  if (!plan.stages.some(({mirrorPercent}) => mirrorPercent !== undefined)) return []
  const own = plan.guards.filter(({tests}) => tests.some(test => !isComparison(test)))
  const silent = plan.guards.filter(guard => !own.includes(guard)).map(({name}) => name)
  if (silent.length === 0) return []
  return [
    {
      id: 'plan/mirrored',
      verdict: 'warn',
      reason: 'plan/guard-not-asked-while-mirrored',
      subject: silent.join(', '),
      what: `While requests are mirrored, ${silent.join(', ')} ${silent.length === 1 ? 'says' : 'say'} nothing: copies are judged by limits of the candidate's own, not against the stable release.`,
      remedy:
        own.length === 0
          ? 'Give at least one guard a limit of its own (`at-most`): as it is, nothing is judged there.'
          : 'Give it a limit of its own as well, where one can be named.',
    },
  ]
}

/** The embedded router counts copies under names of its own, and nothing else. */
const metricsOfCopies = 'slipway_mirror_'

function copiesAlone(guard: PlannedGuard, {plan}: PlanView): Finding[] {
  const {name, query, whileMirroring} = guard
  if (query.kind !== 'share' || whileMirroring || !query.of.startsWith(metricsOfCopies)) return []
  // A bake asks for no safety: harm alone is judged there, and what has no requests shows none.
  const first = plan.stages.findIndex(({weightPercent, isBake}) => weightPercent > 0 && !isBake)
  if (first < 0) return []
  return [
    {
      id: 'plan/copies',
      verdict: 'warn',
      reason: 'plan/guard-counts-copies-alone',
      subject: name,
      what: `Guard ${name} counts copies of requests (${query.of}), and from stage ${first + 1} on there are none: it would have no evidence there.`,
      why: `Then the plan's answer to short evidence counts: ${plan.whenEvidenceIsShort}.`,
      remedy: 'Say `while: mirroring` in the guard: it is then asked for the copies alone.',
    },
  ]
}
