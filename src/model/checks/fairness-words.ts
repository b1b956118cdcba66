/** The sentences of fairness findings. Values and names of small groups never stand in them. */
import type {FairnessGate} from '../../config/model-gate-schema.ts'
import type {Finding} from '../../core/finding.ts'
import {formatCount} from '../../core/quantity.ts'
import type {ChosenGroups} from '../fairness/choose-groups.ts'
import type {Fairness} from '../fairness/fairness.ts'
import {shapeOf} from '../fairness/measures.ts'
import type {RateName} from '../fairness/rate.ts'
import {groupName} from '../slices/combine-groups.ts'
import {formatRange, formatValue} from './check.ts'

/** `Predicted positive: 0.8 of "b", 0.6 of "a"; difference 0.2 (0.05 to 0.33; groups that are alike show about 0.04)`. */
export function seenFairness(gate: FairnessGate, fairness: Fairness): string {
  const {value, low, high, byChance, furthest} = fairness
  const isRatio = shapeOf(gate.fairness) === 'ratio'
  const sides = furthest.groups.map(({key, mean}) => `${formatValue(mean)} of "${groupName(key)}"`)
  if (gate['compared-with'] === 'all-rows') sides.push(`${formatValue(furthest.overall)} of all rows`)
  const gap = isRatio ? 'ratio' : sides.length === 1 ? 'distance' : 'difference'
  const joined = gate.fairness.startsWith('equalized-odds') && gate.odds === 'mean' ? `mean ${gap} of both rates` : gap
  const chance = byChance === null ? '' : `; groups that are alike show about ${formatValue(byChance.mean)}`
  return `${rateWords[furthest.rate]}: ${sides.join(', ')}; ${joined} ${formatValue(value)} (${boundsText(low, high)}${chance})`
}

/** A rate without any variation bounds nothing from above. */
function boundsText(low: number, high: number): string {
  return Number.isFinite(high) ? formatRange({low, high}) : `${formatValue(low)} or more`
}

const rateWords: Readonly<Record<RateName, string>> = {
  'selection rate': 'Predicted positive',
  'true positive rate': 'True positive rate',
  'false positive rate': 'False positive rate',
  precision: 'Precision',
  accuracy: 'Accuracy',
  'mean score above the observed rate': 'Mean score above the observed rate',
  'mean prediction': 'Mean prediction',
  'log loss': 'Log loss',
  'error rate': 'Error rate',
  'mean absolute error': 'Mean absolute error',
  'share of wrong labels': 'Share of wrong labels',
  loss: 'Loss',
}

/** What was not judged: small groups by their number alone, groups that lack rows of a class by name. */
export function leftOut(gate: FairnessGate, {tooSmall, tooFewOfAClass, judged}: ChosenGroups): string {
  const small =
    tooSmall === 0
      ? ''
      : ` ${formatCount(tooSmall)} ${tooSmall === 1 ? 'group' : 'groups'} below ${gate['min-group']} rows left out.`
  const shown = tooFewOfAClass.slice(0, 5).map(key => `"${groupName(key)}"`)
  const further = tooFewOfAClass.length - shown.length
  const names = further > 0 ? `${shown.join(', ')} and ${formatCount(further)} more` : shown.join(', ')
  const lacking =
    tooFewOfAClass.length === 0
      ? ''
      : ` Left out for too few rows of a class (min-positives ${gate['min-positives']}, min-negatives ${gate['min-negatives']}): ${names}.`
  const nameless = judged.some(({values}) => values.includes(''))
    ? ' Rows without a value are judged as a group of their own.'
    : ''
  return `${small}${lacking}${nameless}`
}

export function groupColumnMissing(
  absent: readonly string[],
  declared: readonly string[],
): Omit<Finding, 'id' | 'subject'> {
  const names = absent.map(name => `"${name}"`).join(' and ')
  return {
    verdict: 'error',
    reason: 'model/group-column-not-declared',
    what: `The gate asks for groups by ${names}, which is not among columns.groups (${declared.join(', ') || 'none'}).`,
    why: 'A fairness gate that is not evaluated protects nobody.',
    remedy: `Add ${names} to validation.predictions.columns.groups.`,
  }
}
