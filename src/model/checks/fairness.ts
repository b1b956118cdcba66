import type {FairnessGate} from '../../config/model-gate-schema.ts'
import type {Finding, ReasonCode} from '../../core/finding.ts'
import type {Verdict} from '../../core/verdict.ts'
import type {Evaluation} from '../evaluation/evaluation.ts'
import type {ChosenGroups} from '../fairness/choose-groups.ts'
import {computeFairness, type Fairness, groupsBy} from '../fairness/fairness.ts'
import {comparandOf, shapeOf} from '../fairness/measures.ts'
import type {Undefined} from '../inference/estimate.ts'
import type {InferenceOptions} from '../inference/options.ts'
import {reasonOf, type Standing, standingOf, verdictOf} from './fairness-verdict.ts'
import {groupColumnMissing, leftOut, seenFairness} from './fairness-words.ts'

const fairnessWhy = 'A model that answers one group differently than another may treat people unfairly, and unlawfully.'
const fairnessRemedy =
  'Look at the table of groups: is the difference in the data, in a feature that stands for the group, or in the threshold?'

/**
 * One measure of fairness held against its limit. By the value: what is seen is judged, and a warning says where chance
 * could turn it. Shown fair: passes only where the far bound lies within the limit. Shown unfair: fails only where the near
 * bound lies beyond it. A required group that cannot be judged never passes.
 */
export function judgeFairness(gate: FairnessGate, evaluation: Evaluation, options: InferenceOptions): Finding {
  const by = typeof gate.by === 'string' ? [gate.by] : gate.by
  const base = baseOf(gate, by)
  const absent = by.filter(name => !evaluation.groups.has(name))
  if (absent.length > 0) return {...base, ...groupColumnMissing(absent, [...evaluation.groups.keys()])}
  const limit = limitOf(gate)
  if (limit === null) return {...base, ...limitOfAnotherKind(gate)}
  const comparand = comparandOf(gate, evaluation.candidate)
  if (comparand.kind === 'undefined') return {...base, ...withoutAnswer(comparand)}

  const combination = groupsBy(by, evaluation)
  const {answer, chosen} = computeFairness(comparand, combination, gate, evaluation, options)
  const details = detailsOf(gate, by, chosen)
  if (answer.kind === 'undefined') {
    const told = {...answer, what: `${answer.what}${leftOut(gate, chosen)}`}
    return {...base, details, ...withoutAnswer(told)}
  }
  const method = methodOf(evaluation.sample.clusters !== null)
  return {...base, ...judged(gate, limit, answer, {chosen, by, details, method})}
}

interface Context {
  readonly chosen: ChosenGroups
  readonly by: readonly string[]
  readonly details: NonNullable<Finding['details']>
  readonly method: string
}

function judged(
  gate: FairnessGate,
  limit: number,
  fairness: Fairness,
  {chosen, by, details, method}: Context,
): Omit<Finding, 'id' | 'subject'> {
  const standing = standingOf(fairness, limit, shapeOf(gate.fairness))
  const ofJudged = verdictOf(gate['judge-by'], standing)
  // What is unfair among the groups that are there stays so, whoever is missing.
  const required = ofJudged === 'fail' ? null : requiredProblem(chosen, by)
  const verdict = required ? 'inconclusive' : ofJudged
  const seen = `${seenFairness(gate, fairness)}${sentenceOf(gate, ofJudged, standing, limit)}`
  const {value, low, high, confidence, n, byChance} = fairness
  return {
    verdict,
    reason: required?.reason ?? reasonOf(gate, verdict),
    what: `${seen}${required ? ` ${required.what}` : ''}${leftOut(gate, chosen)}`,
    ...adviceOf(verdict, required !== null),
    value,
    interval: {low, high, confidence, method},
    n,
    details: {
      ...details,
      ...(byChance && {expectedByChance: byChance.mean, extremeByChance: byChance.extreme}),
      ...(fairness.groupsOfFewClusters > 0 && {groupsOfFewClusters: fairness.groupsOfFewClusters}),
    },
  }
}

function sentenceOf(
  {fairness: measure}: FairnessGate,
  verdict: Verdict,
  {holds, shownUnfair}: Standing,
  limit: number,
): string {
  const beyond = shapeOf(measure) === 'ratio' ? 'below' : 'above'
  switch (verdict) {
    case 'fail':
      return shownUnfair
        ? `, ${beyond} the limit of ${limit}, by more than chance could explain.`
        : `, ${beyond} the limit of ${limit}.`
    case 'warn':
    case 'inconclusive':
      return holds
        ? `: within the limit of ${limit}, but not by more than chance could explain.`
        : `: ${beyond} the limit of ${limit}, but not by more than chance could explain.`
    case 'pass':
    case 'error':
    case 'not-applicable':
      return '.'
  }
}

function requiredProblem(
  {requiredMissing, requiredLeftOut}: ChosenGroups,
  by: readonly string[],
): {readonly reason: ReasonCode; readonly what: string} | null {
  const source = by.join(' and ')
  if (requiredMissing.length > 0) {
    const names = requiredMissing.map(name => `"${name}"`).join('; ')
    return {reason: 'model/required-group-missing', what: `No row is of the required group ${names} of ${source}.`}
  }
  if (requiredLeftOut.length > 0) {
    const names = requiredLeftOut.map(name => `"${name}"`).join('; ')
    return {
      reason: 'model/required-group-too-small',
      what: `The required group ${names} of ${source} has too few rows to be judged.`,
    }
  }
  return null
}

function adviceOf(verdict: Verdict, lacksRequired: boolean): Partial<Finding> {
  switch (verdict) {
    case 'pass':
    case 'not-applicable':
      return {}
    case 'fail':
    case 'error':
      return {why: fairnessWhy, remedy: fairnessRemedy}
    case 'warn':
      return {why: fairnessWhy, remedy: 'Evaluate on more rows to be sure.'}
    case 'inconclusive':
      return {
        why: fairnessWhy,
        remedy: lacksRequired
          ? 'Evaluate on rows of every required group.'
          : 'Evaluate on more rows of the small groups.',
      }
  }
}

function withoutAnswer({verdict, reason, what}: Undefined): Omit<Finding, 'id' | 'subject'> {
  return {
    verdict,
    reason,
    what,
    why: 'A fairness gate that is not evaluated protects nobody.',
    remedy: remedyOf(reason, verdict),
  }
}

function remedyOf(reason: ReasonCode, verdict: Undefined['verdict']): string {
  if (reason === 'model/fairness-ratio-undefined') return 'Gate on the difference of the rates instead of their ratio.'
  return verdict === 'error'
    ? 'Correct the gate, or the columns it needs.'
    : 'Evaluate on more rows of the small groups, or join them.'
}

function limitOf(gate: FairnessGate): number | null {
  return (shapeOf(gate.fairness) === 'ratio' ? gate['at-least'] : gate['at-most']) ?? null
}

function limitOfAnotherKind({fairness: measure}: FairnessGate): Omit<Finding, 'id' | 'subject'> {
  const expected = shapeOf(measure) === 'ratio' ? 'at-least' : 'at-most'
  return withoutAnswer({
    kind: 'undefined',
    verdict: 'error',
    reason: 'model/fairness-limit-of-another-kind',
    what: `${measure} is held against ${expected}, which the gate does not give.`,
  })
}

function baseOf(gate: FairnessGate, by: readonly string[]): Pick<Finding, 'id' | 'subject' | 'limit'> {
  const {fairness: measure} = gate
  const limit = gate['at-most'] === undefined ? `at least ${gate['at-least']}` : `at most ${gate['at-most']}`
  const words = measure.replace(/-difference$/, '').replaceAll('-', ' ')
  const only = gate.class === undefined ? '' : ` of ${gate.class}`
  return {id: `model/${measure}`, subject: gate.name ?? `${words}${only} by ${by.join(' and ')}`, limit}
}

function detailsOf(gate: FairnessGate, by: readonly string[], chosen: ChosenGroups): NonNullable<Finding['details']> {
  return {
    by: by.join(' and '),
    groups: chosen.judged.length,
    groupsLeftOut: chosen.tooSmall + chosen.tooFewOfAClass.length,
    minGroup: gate['min-group'],
  }
}

function methodOf(isClustered: boolean): string {
  const near = 'near bound joint over all comparisons (Šidák), far bound by intersection-union'
  return isClustered ? `MOVER by cluster, ${near}` : `MOVER, ${near}`
}
