import type {MulticlassOutcomes, MultilabelOutcomes} from '../../evaluation/outcomes.ts'
import {type Cells, cellsBy} from './cells.ts'
import {columnAt} from './column-at.ts'

/** By class, weighted: rows of it that are found, rows taken for it by mistake, rows of it that are missed. */
export interface ClassCounts {
  readonly hits: Float64Array
  readonly alarms: Float64Array
  readonly misses: Float64Array
}

/** Cells from whose counts the counts of every class follow. */
export interface ClassCells extends Cells {
  readonly countClasses: (counts: Float64Array) => ClassCounts
}

export function classCells(outcomes: MulticlassOutcomes | MultilabelOutcomes): ClassCells {
  return outcomes.task === 'multiclass' ? cellsOfPairs(outcomes) : cellsOfPatterns(outcomes)
}

const pairs = new WeakMap<MulticlassOutcomes, ClassCells & PairCells>()

/** Cells of true and predicted class, counted once for all the metrics that are made of them. */
export function cellsOfPairs(outcomes: MulticlassOutcomes): ClassCells & PairCells {
  const known = pairs.get(outcomes)
  if (known) return known
  const made = pairCells(outcomes)
  pairs.set(outcomes, made)
  return made
}

function pairCells({rows, classes, label, predicted}: MulticlassOutcomes): ClassCells & PairCells {
  const {length} = classes
  const found = cellsBy(rows, [
    {codes: label, count: length},
    {codes: predicted, count: length},
  ])
  const labelOf = found.exampleOf.map(row => label[row] ?? 0)
  const predictedOf = found.exampleOf.map(row => predicted[row] ?? 0)
  const countClasses = (counts: Float64Array) => {
    const sums = emptyCounts(length)
    for (let cell = 0; cell < counts.length; cell++) {
      const count = counts[cell] ?? 0
      const truth = labelOf[cell] ?? 0
      const answer = predictedOf[cell] ?? 0
      if (truth === answer) add(sums.hits, truth, count)
      else {
        add(sums.misses, truth, count)
        add(sums.alarms, answer, count)
      }
    }
    return sums
  }
  return {...found, labelOf, predictedOf, countClasses}
}

export interface PairCells {
  /** True and predicted class of each cell. */
  readonly labelOf: Int32Array
  readonly predictedOf: Int32Array
}

/** Cells of everything that is true and predicted of a row. */
function cellsOfPatterns({rows, classes, labels, predicted}: MultilabelOutcomes): ClassCells {
  const traits = classes.map((_, index) => {
    const truth = columnAt(labels, index)
    const answer = columnAt(predicted, index)
    return {codes: truth.map((flag, row) => 2 * flag + (answer[row] ?? 0)), count: 4}
  })
  const found = cellsBy(rows, traits)
  const patterns = traits.map(({codes}) => Uint8Array.from(found.exampleOf, row => codes[row] ?? 0))
  const countClasses = (counts: Float64Array) => {
    const sums = emptyCounts(classes.length)
    patterns.forEach((pattern, index) => {
      for (let cell = 0; cell < counts.length; cell++) {
        const code = pattern[cell] ?? 0
        if (code === 0) continue
        const into = code === 3 ? sums.hits : code === 2 ? sums.misses : sums.alarms
        add(into, index, counts[cell] ?? 0)
      }
    })
    return sums
  }
  return {...found, countClasses}
}

function emptyCounts(classes: number): ClassCounts {
  return {hits: new Float64Array(classes), alarms: new Float64Array(classes), misses: new Float64Array(classes)}
}

function add(sums: Float64Array, index: number, count: number): void {
  sums[index] = (sums[index] ?? 0) + count
}
