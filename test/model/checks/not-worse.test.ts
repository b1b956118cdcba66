import {describe, expect, test} from 'vitest'
import {notWorse, type ScopedComparison} from '../../../src/model/checks/not-worse.ts'
import type {Compared, Comparison} from '../../../src/model/inference/comparison.ts'

/** A difference in accuracy of 1,000 rows, with bounds so far off on either side. */
function compared(difference: number, reach: number, further: Partial<Compared> = {}): Compared {
  return {
    kind: 'compared',
    difference,
    candidateValue: 0.8 + difference,
    baselineValue: 0.8,
    retain: 1,
    interval: {low: difference - reach, high: difference + reach, confidence: 0.9, method: 'Tango score, paired'},
    n: 1000,
    independent: 1000,
    // The reach is 1.645 standard deviations of the mean.
    variancePerRow: (reach / 1.645) ** 2 * 1000,
    pWorse: difference + reach < 0 ? 0.01 : 0.5,
    unseen: null,
    ...further,
  }
}

function facts(comparison: Comparison | null, isWorse = false): ScopedComparison {
  return {
    metric: 'accuracy',
    subject: 'accuracy',
    // A margin in percent asks of candidate minus a share of the baseline: here 0.8.
    asked: {
      comparedWith: share => {
        if (comparison?.kind !== 'compared' || share === 0) return comparison
        const {interval} = comparison
        const shift = share * 0.8
        return {
          ...comparison,
          difference: comparison.difference + shift,
          retain: 1 - share,
          interval: {...interval, low: interval.low + shift, high: interval.high + shift},
        }
      },
    },
    moreIsBetter: true,
    alpha: 0.05,
    isWorse,
    comparisons: 1,
  }
}

describe('a gate that asks for a gain', () => {
  const gain = (comparison: Comparison, margin: number | {ofBaseline: number} = 0.02) =>
    notWorse.evaluate(facts(comparison), {kind: 'must-gain', margin})

  test('passes where all of the interval lies beyond it', () => {
    expect(gain(compared(0.04, 0.01))).toMatchObject({verdict: 'pass', reason: 'model/accuracy-better'})
  })

  test('fails where the interval lies below it, although the candidate is better', () => {
    const finding = gain(compared(0.005, 0.01))
    expect(finding).toMatchObject({verdict: 'fail', reason: 'model/accuracy-gain-not-reached'})
    expect(finding.what).toContain('shown not to be better by more than 0.02')
  })

  test.each([
    ['just below', 0.015],
    ['just above', 0.025],
  ])('is inconclusive where what is seen lies %s it, and says how many rows settle it', (_, difference) => {
    const finding = gain(compared(difference, 0.01))
    expect(finding.verdict).toBe('inconclusive')
    // (1.645 + 0.842)² * 1000 * (0.01 / 1.645)² / 0.005²
    expect(finding.details?.rowsNeeded).toBeGreaterThan(9100)
    expect(finding.details?.rowsNeeded).toBeLessThan(9200)
  })

  test('answers alike whether it is a number or the same share of the baseline', () => {
    for (const difference of [0.005, 0.015, 0.025, 0.04]) {
      const [number, share] = [
        gain(compared(difference, 0.01), 0.016),
        gain(compared(difference, 0.01), {ofBaseline: 0.02}),
      ]
      expect(share.verdict).toBe(number.verdict)
      expect(share.reason).toBe(number.reason)
    }
  })

  test('says that the candidate is worse where it is', () => {
    const finding = notWorse.evaluate(facts(compared(-0.04, 0.01), true), {kind: 'must-gain', margin: 0.02})
    expect(finding).toMatchObject({verdict: 'fail', reason: 'model/accuracy-worse-than-baseline'})
  })
})

describe('a comparison that no number of rows settles', () => {
  const lose = (comparison: Comparison) => notWorse.evaluate(facts(comparison), {kind: 'may-lose', margin: 0})

  test('of two that do not differ: it takes a margin', () => {
    expect(lose(compared(0, 0.01)).what).toContain('give a margin above 0')
  })

  test('of a baseline whose own interval is too wide: its rows are asked for', () => {
    const known = {sd: 0.05, pairing: 'independent'} as const
    const finding = lose(compared(0.01, 0.09, {known}))
    expect(finding.verdict).toBe('inconclusive')
    expect(finding.what).toContain('the baseline’s own interval is too wide')
    expect(finding.remedy).toContain('predictions on the same rows')
  })
})

test('rows that nobody joined are not called the same', () => {
  const known = {sd: 0, pairing: 'independent'} as const
  const finding = notWorse.evaluate(facts(compared(0.01, 0.001, {known})), {kind: 'may-lose', margin: 0.01})
  expect(finding.what).not.toContain('the same')
})

test.each([
  ['model/baseline-value-missing', 'give its value by this very name'],
  ['model/baseline-unusable', 'the finding about the baseline'],
] as const)('%s says what helps', (reason, remedy) => {
  const finding = notWorse.evaluate(facts({kind: 'undefined', verdict: 'error', reason, what: 'Nothing.'}), {
    kind: 'may-lose',
    margin: 0.01,
  })
  expect(finding.verdict).toBe('error')
  expect(finding.remedy).toContain(remedy)
})
