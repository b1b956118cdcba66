import type {PredictionsConfig} from '../../config/validation-schema.ts'
import type {ListColumn} from '../readers/columns.ts'
import {type Answers, identicalAnswers, oneClassPredicted, sameValues} from './answer.ts'
import {codesIn, labelMissing, predictionMissing, unlistedClasses, usedNames} from './class-names.ts'
import {scoreCells, scoreColumns} from './multiclass.ts'
import {isConstant} from './numbers.ts'
import type {MultilabelOutcomes} from './outcomes.ts'
import {withinRange} from './probabilities.ts'
import {type DataProblem, listed, problem, quoted} from './problem.ts'
import {pick, pickIf, type Side} from './side.ts'
import {spellingProblems} from './spelling.ts'

const emptyList = 'Write [] for a row that has no class at all: an empty cell is a value that is not known.'

/** What is wrong with single cells of one file, whatever the other holds. */
export function multilabelCells(side: Side, {columns}: PredictionsConfig): DataProblem[] {
  return [
    ...labelMissing(pick(side, columns.label, 'list').empty, side.name, emptyList),
    ...predictionMissing(pickIf(side, columns.prediction, 'list')?.empty ?? 0, side.name, emptyList),
    ...scoreCells(side, columns.scores, () => []),
  ]
}

/** Truth and answers of both models; the baseline's rows are in the order of the candidate's, and its labels the same. */
export function multilabelOutcomes(
  candidate: Side,
  baseline: Side | null,
  config: PredictionsConfig,
): Answers<MultilabelOutcomes> {
  const label = pick(candidate, config.columns.label, 'list')
  const problems = classProblems(label, [candidate, ...(baseline === null ? [] : [baseline])], config)
  const broken = problems.filter(({severity}) => severity === 'error').map(({side}) => side)
  if (broken.includes('candidate') || broken.includes('both')) return {candidate: null, baseline: null, problems}
  const compared = broken.includes('baseline') ? null : baseline
  const sides = [candidate, ...(compared === null ? [] : [compared])]
  const classes = config.classes ?? allClasses(label, sides, config)
  const labels = flagsByClass(label, classes)
  const ours = readAnswers(candidate, labels, classes, config)
  const theirs = compared === null ? null : readAnswers(compared, labels, classes, config)
  return {candidate: ours, baseline: theirs, problems: [...problems, ...answerProblems(labels, ours, theirs)]}
}

function classProblems(label: ListColumn, sides: readonly Side[], config: PredictionsConfig): DataProblem[] {
  const {classes, columns} = config
  const labels = usedNames(label)
  const scored = Object.keys(columns.scores ?? {})
  const predictions = sides.flatMap(side => {
    const column = pickIf(side, columns.prediction, 'list')
    return column === null ? [] : [{side: side.name, column}]
  })
  const spelled = spellingProblems(
    [
      {where: 'columns.scores of the config', side: 'both', names: scored},
      {where: 'the labels', side: 'both', names: labels},
      ...predictions.map(({side, column}) => ({
        where: `the predictions of the ${side}`,
        side,
        names: usedNames(column),
      })),
    ],
    classes ?? [],
  )
  if (spelled.length > 0) return spelled
  if (labels.length === 0) {
    const what = 'No row has any class: nothing shows whether the model finds one.'
    return [problem('inconclusive', 'both', 'model/one-class-only', what, 'Evaluate on rows that have classes.')]
  }
  if (classes !== undefined) {
    return [
      ...unlistedClasses(label, classes, 'candidate', 'label'),
      ...predictions.flatMap(({side, column}) => unlistedClasses(column, classes, side, 'prediction')),
    ]
  }
  const separator = otherSeparator(label, labels, columns.separator)
  if (separator !== null) return [separator]
  if (scored.length > 0) {
    const missing = labels.filter(name => !scored.includes(name))
    if (missing.length > 0) {
      const what = `No score column is named for a class of the labels: ${listed(missing)}.`
      const remedy = 'Name one column for each class under columns.scores, with the class as the files write it.'
      return [problem('error', 'both', 'model/class-without-score', what, remedy)]
    }
  }
  const known = new Set([...labels, ...scored])
  return predictions.flatMap(({side, column}) => {
    const unknown = usedNames(column).filter(name => !known.has(name))
    if (unknown.length === 0) return []
    const what = `The ${side} predicts a class that no label has: ${listed(unknown)}.`
    const remedy = 'List all classes under validation.predictions.classes, or check that both columns write them alike.'
    // A baseline that looks worse than it is makes any candidate pass.
    return [problem(side === 'baseline' ? 'inconclusive' : 'warn', side, 'model/unknown-class', what, remedy)]
  })
}

/** Cells of one class each, in which another separator stands, were not taken apart. */
function otherSeparator(label: ListColumn, names: readonly string[], separator: string): DataProblem | null {
  for (let row = 0; row + 1 < label.offsets.length; row++) {
    if ((label.offsets[row + 1] ?? 0) - (label.offsets[row] ?? 0) > 1) return null
  }
  const other = ['|', ';', ','].find(each => each !== separator && names.some(name => name.includes(each)))
  if (other === undefined) return null
  const what = `No cell holds ${quoted(separator)}, and some hold ${quoted(other)}: classes seem to be separated by it.`
  const remedy = `Set columns.separator: ${JSON.stringify(other)}, or list validation.predictions.classes.`
  return problem('error', 'both', 'model/separator-suspected', what, remedy)
}

function allClasses(label: ListColumn, sides: readonly Side[], {columns}: PredictionsConfig): readonly string[] {
  const names = new Set([...usedNames(label), ...Object.keys(columns.scores ?? {})])
  for (const side of sides) {
    const column = pickIf(side, columns.prediction, 'list')
    if (column !== null) for (const name of usedNames(column)) names.add(name)
  }
  return [...names].sort()
}

function readAnswers(
  side: Side,
  labels: readonly Uint8Array[],
  classes: readonly string[],
  {columns, threshold}: PredictionsConfig,
): MultilabelOutcomes {
  const columnOf = new Map(scoreColumns(side, columns.scores).map(({name, column}) => [name, column.values]))
  const length = side.table.rows
  const scores =
    columns.scores === undefined
      ? null
      : classes.map(name => withinRange(columnOf.get(name) ?? new Float64Array(length)))
  const prediction = pickIf(side, columns.prediction, 'list')
  const predicted =
    prediction === null
      ? (scores ?? []).map(column => Uint8Array.from(column, score => (score >= threshold ? 1 : 0)))
      : flagsByClass(prediction, classes)
  return {task: 'multilabel', rows: length, classes, labels, predicted, scores}
}

function flagsByClass(column: ListColumn, classes: readonly string[]): readonly Uint8Array[] {
  const length = column.offsets.length - 1
  const flags = classes.map(() => new Uint8Array(length))
  const codeOf = codesIn(column.names, classes)
  for (let row = 0; row < length; row++) {
    for (let at = column.offsets[row] ?? 0; at < (column.offsets[row + 1] ?? 0); at++) {
      const own = flags[codeOf[column.codes[at] ?? 0] ?? -1]
      if (own !== undefined) own[row] = 1
    }
  }
  return flags
}

function answerProblems(
  labels: readonly Uint8Array[],
  ours: MultilabelOutcomes,
  theirs: MultilabelOutcomes | null,
): DataProblem[] {
  const problems: DataProblem[] = []
  const truthVaries = labels.some(flags => !isConstant(flags))
  for (const [side, each] of [
    ['candidate', ours],
    ['baseline', theirs],
  ] as const) {
    if (each === null || !truthVaries || !each.predicted.every(isConstant)) continue
    const answer = each.predicted.some(flags => flags[0] === 1) ? 'always the same classes' : 'no class at all'
    problems.push(oneClassPredicted(side, answer))
  }
  if (theirs === null) return problems
  const same = (a: readonly (Float64Array | Uint8Array)[], b: readonly (Float64Array | Uint8Array)[]) =>
    a.every((column, code) => sameValues(column, b[code] ?? null))
  if (ours.scores !== null && theirs.scores !== null) {
    if (same(ours.scores, theirs.scores)) problems.push(identicalAnswers('scores'))
  } else if (same(ours.predicted, theirs.predicted)) problems.push(identicalAnswers('answer'))
  return problems
}
