import type {MultilabelOutcomes} from '../../evaluation/outcomes.ts'
import {columnAt} from './column-at.ts'

/** For each row, over its labels: how many are found, taken by mistake, missed. */
export interface RowCounts {
  readonly hits: Int32Array
  readonly alarms: Int32Array
  readonly misses: Int32Array
}

export function countsOfRows({rows, labels, predicted}: MultilabelOutcomes): RowCounts {
  const hits = new Int32Array(rows)
  const alarms = new Int32Array(rows)
  const misses = new Int32Array(rows)
  labels.forEach((truth, index) => {
    const answer = columnAt(predicted, index)
    for (let row = 0; row < rows; row++) {
      const into = truth[row] === 1 ? (answer[row] === 1 ? hits : misses) : alarms
      if (truth[row] === 1 || answer[row] === 1) into[row] = (into[row] ?? 0) + 1
    }
  })
  return {hits, alarms, misses}
}
