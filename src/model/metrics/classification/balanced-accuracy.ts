import type {MulticlassOutcomes} from '../../evaluation/outcomes.ts'
import type {Undefined} from '../../inference/estimate.ts'
import type {Statistic} from '../statistic.ts'
import {cellsBy} from './cells.ts'
import {type ClassificationMetric, metricOf} from './classification-metric.ts'
import {oneClassOnly} from './lacking.ts'
import {asTwoClasses} from './one-class.ts'
import {agreement} from './shares.ts'

/**
 * Plain mean of the recall of each class that has a row. scikit-learn `balanced_accuracy_score`, unadjusted: a class that
 * no row has is left out. With rows of one class only it is undefined, where scikit-learn answers that class's recall.
 */
export const balancedAccuracyMetrics: readonly ClassificationMetric[] = [
  metricOf('balanced-accuracy', 'binary', convention, outcomes => ofClasses(asTwoClasses(outcomes))),
  metricOf('balanced-accuracy', 'multiclass', convention, ofClasses),
]

function convention(): string {
  return 'plain mean of the recall of each class that has rows'
}

function ofClasses({rows, classes, label, predicted}: MulticlassOutcomes): Statistic | Undefined {
  const right = agreement(label, predicted)
  const {cells, cellCount, exampleOf} = cellsBy(rows, [
    {codes: label, count: classes.length},
    {codes: right, count: 2},
  ])
  const labelOf = exampleOf.map(row => label[row] ?? 0)
  const isRight = Uint8Array.from(exampleOf, row => right[row] ?? 0)
  if (labelOf.every(code => code === labelOf[0])) return oneClassOnly
  return {
    kind: 'table',
    cells,
    cellCount,
    of: counts => meanRecall(counts, labelOf, isRight),
    undefinedAs: oneClassOnly,
  }
}

/** Cells come class by class, wrong before right. */
function meanRecall(counts: Float64Array, labelOf: Int32Array, isRight: Uint8Array): number | null {
  let recalls = 0
  let classes = 0
  for (let cell = 0; cell < counts.length; ) {
    const label = labelOf[cell]
    let hits = 0
    let rows = 0
    for (; cell < counts.length && labelOf[cell] === label; cell++) {
      rows += counts[cell] ?? 0
      hits += isRight[cell] === 1 ? (counts[cell] ?? 0) : 0
    }
    if (rows === 0) continue
    classes++
    recalls += hits / rows
  }
  return classes < 2 ? null : recalls / classes
}
