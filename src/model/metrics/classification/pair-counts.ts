import type {MulticlassOutcomes} from '../../evaluation/outcomes.ts'
import type {Undefined} from '../../inference/estimate.ts'
import type {Statistic} from '../statistic.ts'
import {cellsOfPairs, type PairCells} from './class-counts.ts'
import {oneClassOnly, oneClassPredicted} from './lacking.ts'

/** Weighted counts of pairs of classes, and their sums by true and by predicted class. */
export interface PairCounts extends PairCells {
  readonly counts: Float64Array
  readonly truths: Float64Array
  readonly answers: Float64Array
  readonly total: number
}

/** A metric of the confusion of classes; undefined where it has no value on the rows themselves. */
export function ofPairs(outcomes: MulticlassOutcomes, of: (pairs: PairCounts) => number | null): Statistic | Undefined {
  const {cells, cellCount, labelOf, predictedOf} = cellsOfPairs(outcomes)
  const {length} = outcomes.classes
  const ofCounts = (weighted: Float64Array) => {
    const counts = scaled(weighted)
    if (counts === null) return null
    const truths = new Float64Array(length)
    const answers = new Float64Array(length)
    let total = 0
    for (let cell = 0; cell < counts.length; cell++) {
      const count = counts[cell] ?? 0
      const truth = labelOf[cell] ?? 0
      const answer = predictedOf[cell] ?? 0
      truths[truth] = (truths[truth] ?? 0) + count
      answers[answer] = (answers[answer] ?? 0) + count
      total += count
    }
    return of({counts, labelOf, predictedOf, truths, answers, total})
  }
  const undefinedAs = labelOf.every(code => code === labelOf[0]) ? oneClassOnly : oneClassPredicted
  const onRows = new Float64Array(cellCount)
  for (let row = 0; row < cells.length; row++) {
    const cell = cells[row] ?? 0
    onRows[cell] = (onRows[cell] ?? 0) + 1
  }
  return ofCounts(onRows) === null ? undefinedAs : {kind: 'table', cells, cellCount, of: ofCounts, undefinedAs}
}

/** Times a power of two, which changes no digit: the formulas multiply counts with each other, whatever the weights' unit. */
function scaled(counts: Float64Array): Float64Array | null {
  const total = counts.reduce((sum, count) => sum + count, 0)
  if (total === 0 || !Number.isFinite(total)) return null
  const unit = 2 ** Math.floor(Math.log2(total))
  return counts.map(count => count / unit)
}
