import type {PredictionsConfig} from '../../config/validation-schema.ts'
import {assertNever} from '../../core/assert.ts'
import type {Task} from '../../core/metric-catalog.ts'
import type {Answers} from './answer.ts'
import {binaryCells, binaryOutcomes} from './binary.ts'
import {multiclassCells, multiclassOutcomes} from './multiclass.ts'
import {multilabelCells, multilabelOutcomes} from './multilabel.ts'
import type {DataProblem} from './problem.ts'
import {rankingCells, rankingOutcomes} from './ranking.ts'
import {regressionCells, regressionOutcomes} from './regression.ts'
import type {Side} from './side.ts'
import {textCells, textOutcomes} from './text.ts'

/** How the columns of one kind of model are checked and read. A task is added by one file and one line here. */
export interface TaskReader {
  /** What is wrong with one file by itself. */
  readonly cells: (side: Side, config: PredictionsConfig) => readonly DataProblem[]
  /** Both files together: each without errors by itself, in one order, with the same truth. */
  readonly outcomes: (candidate: Side, baseline: Side | null, config: PredictionsConfig) => Answers
}

export function readerOf(task: Task): TaskReader {
  switch (task) {
    case 'binary':
      return {cells: binaryCells, outcomes: binaryOutcomes}
    case 'multiclass':
      return {cells: multiclassCells, outcomes: multiclassOutcomes}
    case 'multilabel':
      return {cells: multilabelCells, outcomes: multilabelOutcomes}
    case 'regression':
      return {cells: regressionCells, outcomes: regressionOutcomes}
    case 'ranking':
      return {cells: rankingCells, outcomes: rankingOutcomes}
    case 'text':
      return {cells: textCells, outcomes: textOutcomes}
    default:
      return assertNever(task)
  }
}
