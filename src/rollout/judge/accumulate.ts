/**
 * What all looks together say about one guard: sums at each weight, the tests as they run, and how fast things go now.
 * Pure, plain JSON, one look at a time: the same looks in the same order give the same standing on every machine.
 */
import type {GuardQuery} from '../../telemetry/source.ts'
import type {PlannedGuard} from '../guards.ts'
import {nothingOf} from '../look/growth.ts'
import type {Past} from '../look/past.ts'
import {type DispersionMoments, noMoments} from '../sequential/dispersion.ts'
import type {EProcess} from '../sequential/e-process.ts'
import {type MeanLook, noMean} from '../sequential/mean.ts'
import type {SafetyRule} from '../stages.ts'
import {type ArmTallies, addTallies, areMeans, noCounts, type Tally} from '../tally.ts'
import {clustersOf, firstKnowledge, learnClusters} from './clusters.ts'
import {logEOfHarm, newTestStanding, observeTest, type TestStanding} from './harm.ts'
import {type Rise, riseAfter} from './rise.ts'
import {observeSafety} from './safety.ts'

/** What one look counted for a guard. */
export interface GuardLook extends ArmTallies {
  /** The weight that was in force since the look before; 0 while requests are only mirrored. */
  readonly weightPercent: number
  /** Milliseconds since 1970. */
  readonly at: number
  /** The look before, of any guard; what a guard missed meanwhile is counted since its own last look. */
  readonly since: number
  /** Whether a series was missing that had counted before: it can show harm, and it cannot show safety. */
  readonly isPartial: boolean
}

/** Tallies of both releases while one weight was in force. */
export interface WeightTallies extends ArmTallies {
  readonly weightPercent: number
}

/** One of the last looks: what it counted, over how long. */
export interface RecentLook extends ArmTallies {
  readonly spanMs: number
}

export interface GuardStanding {
  /** All looks: what harm is shown from. */
  readonly atWeights: readonly WeightTallies[]
  /** The looks that missed nothing: what safety is shown from. */
  readonly wholeAtWeights: readonly WeightTallies[]
  /** The tests of the guard, in its order. Empty before the first look. */
  readonly tests: readonly TestStanding[]
  /** Since when the evidence of each test rises; null for those that are answered from sums. Absent before the first look. */
  readonly rises?: readonly (Rise | null)[]
  /** The tests of means, as they run for safety at the present weight; null for the others, which need sums alone. */
  readonly safety: readonly (EProcess | null)[]
  /** How the bad requests of the stable release cluster. */
  readonly dispersion: DispersionMoments
  /** The last looks at the present weight, oldest first: the pace at which a forecast goes on. */
  readonly recent: readonly RecentLook[]
  /** The last look that counted this guard; null before the first. */
  readonly lastAt: number | null
}

export const noStanding: GuardStanding = {
  atWeights: [],
  wholeAtWeights: [],
  tests: [],
  safety: [],
  dispersion: noMoments,
  recent: [],
  lastAt: null,
}

/** As many looks as even out a single odd one, and still follow the traffic of the day. */
const recentLooks = 3

/** The standing after one more look. The look is judged by what was known before it, and is known afterwards. */
export function accumulate(
  standing: GuardStanding,
  guard: PlannedGuard,
  look: GuardLook,
  {margin}: Pick<SafetyRule, 'margin'>,
): GuardStanding {
  const past = {dispersion: standing.dispersion, tallies: sumOfAll(standing.atWeights)}
  const tests = guard.tests.map((test, index) =>
    observeTest(standing.tests[index] ?? newTestStanding(test), test, guard, look, past),
  )
  const stays = standing.atWeights.at(-1)?.weightPercent === look.weightPercent
  const means = meansOf(past.tallies)
  const clusters = clustersOf(guard, standing.dispersion)
  const safety = guard.tests.map((test, index) =>
    observeSafety((stays && standing.safety[index]) || null, test, look, means, {margin, factor: clusters.seen}),
  )
  const since = standing.lastAt ?? look.since
  const spanMs = Math.max(0, look.at - since)
  const {candidate, stable} = look
  return {
    atWeights: withLook(standing.atWeights, look),
    wholeAtWeights: look.isPartial ? standing.wholeAtWeights : withLook(standing.wholeAtWeights, look),
    tests,
    rises: tests.map((test, index) => riseAfter(standing.rises?.[index] ?? null, logEOfHarm(test), look, since)),
    safety,
    dispersion: learnClusters(standing.dispersion, guard.query, look),
    recent: [...(stays ? standing.recent : []), {spanMs, candidate, stable}].slice(-recentLooks),
    lastAt: look.at,
  }
}

/** What was known of values before a look; nothing at the first one. */
export function meansOf(past: ArmTallies | null): MeanLook {
  return past !== null && areMeans(past) ? past : {candidate: noMean, stable: noMean}
}

/** The weights come in order and do not return, so a look belongs to the last one or begins a new one. */
function withLook(known: readonly WeightTallies[], {weightPercent, candidate, stable}: GuardLook): WeightTallies[] {
  const here = known.find(each => each.weightPercent === weightPercent)
  if (!here) return [...known, {weightPercent, candidate, stable}]
  const sum = addArms(here, {candidate, stable})
  return known.map(each => (each === here ? {weightPercent, ...sum} : each))
}

/** Where two looks cannot be added (the buckets of a histogram changed), the newer one stands alone. */
export function addArms(a: ArmTallies, b: ArmTallies): ArmTallies {
  const candidate = addTallies<Tally>(a.candidate, b.candidate)
  const stable = addTallies<Tally>(a.stable, b.stable)
  return candidate === null || stable === null ? {candidate: b.candidate, stable: b.stable} : {candidate, stable}
}

/** Nothing seen: null. */
export function sumOfAll(looks: readonly ArmTallies[]): ArmTallies | null {
  const [first, ...rest] = looks
  return first === undefined
    ? null
    : rest.reduce<ArmTallies>(addArms, {candidate: first.candidate, stable: first.stable})
}

/** What a guard has before its first look. */
export function noTallies(query: GuardQuery): ArmTallies {
  const none = query.kind === 'alert' ? noCounts : nothingOf(query)
  return {candidate: none, stable: none}
}

/** What a guard begins with: what is known of clusters, see `firstKnowledge`, and nothing else. */
export function firstStanding(guard: PlannedGuard, before: Inherited | null, past: Past | null = null): GuardStanding {
  return {...noStanding, dispersion: firstKnowledge(guard, before, past).dispersion}
}

/** The rollout before, as far as the next one learns from it. */
export interface Inherited {
  readonly plan: {readonly guards: readonly PlannedGuard[]}
  readonly guards: Readonly<Record<string, GuardStanding>>
}
