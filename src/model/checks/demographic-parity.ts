import type {DemographicParity} from '../fairness/demographic-parity.ts'
import {selectionRate} from '../fairness/demographic-parity.ts'
import {advice, type Check, formatCount, formatRange, formatValue} from './check.ts'

interface FairnessFacts {
  /** The column whose values are the groups. */
  readonly by: string
  readonly parity: DemographicParity
}

interface FairnessLimits {
  readonly atMost: number
  readonly minGroup: number
}

export const demographicParityHolds: Check<FairnessFacts, FairnessLimits> = {
  id: 'model/demographic-parity-difference',
  what: 'No two groups differ by more than the limit in the share that is predicted positive.',
  why: 'A model that answers one group differently than another may treat people unfairly, and unlawfully.',
  remedy:
    'Look at the table of groups: is the difference in the data, in a feature that stands for the group, or in the threshold?',
  evaluate: ({by, parity}, {atMost, minGroup}) => {
    const {difference, interval, groups, leftOut, n} = parity
    const base = {
      id: demographicParityHolds.id,
      subject: `demographic parity by ${by}`,
      limit: `at most ${atMost}`,
      n,
      details: {by, groups: groups.length, groupsLeftOut: leftOut, minGroup},
    }
    const [highest, lowest] = [groups[0], groups.at(-1)]
    if (difference === null || interval === null || !highest || !lowest) {
      return {
        ...base,
        verdict: 'inconclusive',
        reason: 'model/too-few-groups',
        what: `Fewer than two groups of "${by}" have ${minGroup} rows or more; ${leftOut} ${leftOut === 1 ? 'is' : 'are'} smaller.`,
        why: demographicParityHolds.why,
        remedy: 'Evaluate on more rows of the small groups, or join them.',
      }
    }
    const holds = difference <= atMost
    const crossed = interval.high > atMost
    const verdict = !holds ? 'fail' : crossed ? 'warn' : 'pass'
    const seen =
      `Predicted positive: ${formatValue(selectionRate(highest))} of "${highest.name}", ` +
      `${formatValue(selectionRate(lowest))} of "${lowest.name}"; difference ${formatValue(difference)} (${formatRange(interval)})`
    const small =
      leftOut === 0
        ? ''
        : ` ${formatCount(leftOut)} ${leftOut === 1 ? 'group' : 'groups'} below ${minGroup} rows left out.`
    return {
      ...base,
      verdict,
      reason: !holds
        ? 'model/demographic-parity-above-limit'
        : crossed
          ? 'model/demographic-parity-near-limit'
          : 'model/demographic-parity-within-limit',
      what: !holds
        ? `${seen}, above the limit of ${atMost}.${small}`
        : crossed
          ? `${seen}: within the limit of ${atMost}, but not by more than chance could explain.${small}`
          : `${seen}.${small}`,
      value: difference,
      interval,
      ...(verdict === 'warn'
        ? {why: demographicParityHolds.why, remedy: 'Evaluate on more rows to be sure.'}
        : advice(verdict, demographicParityHolds)),
    }
  },
}
