import {describe, expect, test} from 'vitest'
import {compareStatistics} from '../../../src/model/inference/compare.ts'
import {judgeNonInferiority, settlingPower} from '../../../src/model/inference/non-inferiority.ts'
import {type Case, cases} from './cases.ts'

/**
 * "About so many rows would settle it" is advice that costs somebody money: with so many rows of the same kind about four of
 * five comparisons must be settled. Each candidate loses half of what it may.
 */
describe('the rows that would settle an open comparison', () => {
  const runs = 120
  const asked = [
    'accuracy, Tango',
    'accuracy, clusters, MOVER',
    'roc-auc, DeLong',
    'losses, two lognormals, t',
    'RMSE, t',
  ]

  test.each(cases.filter(({name}) => asked.includes(name)))('$name: they settle about four of five', each => {
    const rows = rowsFor(each)
    let settled = 0
    for (let run = 0; run < runs; run++) if (judged(each, rows, 5000 + run).kind === 'shown') settled++
    // Bin(120, 0.8) lies between 82 and 109 with 99.9 %; the number itself comes from one sample's variance.
    expect(settled / runs).toBeGreaterThan(settlingPower - 0.14)
    expect(settled / runs).toBeLessThan(settlingPower + 0.14)
  })
})

/** From a sample of 20,000 rows that is told as if it had been of 100 and had shown the true loss. */
function rowsFor(each: Case): number {
  const comparison = compared(each, 20_000, 1)
  const loss = each.moreIsBetter ? -each.margin : each.margin
  const seen = {
    ...comparison,
    n: 100,
    difference: loss,
    candidateValue: comparison.baselineValue + loss,
    interval: {...comparison.interval, low: -10, high: 10},
    unseen: null,
  }
  const outcome = judgeNonInferiority(seen, 2 * each.margin, each.moreIsBetter)
  if (outcome.kind !== 'open' || outcome.rowsNeeded === null) throw new Error('expected a number of rows')
  return Math.ceil(outcome.rowsNeeded / 5) * 5
}

function judged(each: Case, rows: number, seed: number) {
  return judgeNonInferiority(compared(each, rows, seed), 2 * each.margin, each.moreIsBetter)
}

function compared(each: Case, rows: number, seed: number) {
  const {candidate, baseline, sample} = each.draw(rows, seed)
  const {range, moreIsBetter} = each
  const options = {coverage: 0.9, seed, replicates: 300, range, retain: 1, moreIsBetter}
  const comparison = compareStatistics(candidate, baseline, sample, options)
  if (comparison.kind === 'undefined') throw new Error(comparison.what)
  return comparison
}
