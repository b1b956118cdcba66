import type {PredictionsConfig} from '../../config/validation-schema.ts'
import type {ListColumn} from '../readers/columns.ts'
import {type Answers, identicalAnswers, oneClassPredicted, sameValues} from './answer.ts'
import {codesIn, labelMissing, predictionMissing, tooManyClasses, usedNames} from './class-names.ts'
import {classesOf, classProblems, leftBy, type NamedClasses} from './classes.ts'
import {isConstant} from './numbers.ts'
import type {MultilabelOutcomes} from './outcomes.ts'
import {reaches} from './probabilities.ts'
import {type DataProblem, problem, quoted} from './problem.ts'
import {scoreCells, scoresByClass} from './score-columns.ts'
import {pick, pickIf, type Side} from './side.ts'

/** What is wrong with single cells of one file, whatever the other holds. */
export function multilabelCells(side: Side, config: PredictionsConfig): DataProblem[] {
  const {columns} = config
  return [
    ...listCells(pick(side, columns.label, 'list'), 'label', side, config),
    ...listCells(pickIf(side, columns.prediction, 'list'), 'prediction', side, config),
    ...scoreCells(side, columns.scores, () => []),
  ]
}

function listCells(
  column: ListColumn | null,
  what: 'label' | 'prediction',
  {name}: Side,
  {classes}: PredictionsConfig,
): DataProblem[] {
  if (column === null) return []
  const remedy = 'Write [] for a row that has no class at all: an empty cell is a value that is not known.'
  const empty = rowsWithout(column)
  return [
    ...(what === 'label' ? labelMissing(empty, name, remedy) : predictionMissing(empty, name, remedy)),
    ...(classes === undefined ? tooManyClasses(column, what, name) : []),
  ]
}

/** Rows whose classes are not known: no value at all, or a class without a name among them. */
function rowsWithout({codes, offsets, names, empty}: ListColumn): number {
  const nameless = names.indexOf('')
  if (nameless === -1) return empty
  let count = 0
  for (let row = 0; row + 1 < offsets.length; row++) {
    const end = offsets[row + 1] ?? 0
    let at = offsets[row] ?? 0
    while (at < end && codes[at] !== nameless) at++
    if (at < end) count++
  }
  return empty + count
}

/** Truth and answers of both models; the baseline's rows are in the order of the candidate's, and its labels the same. */
export function multilabelOutcomes(
  candidate: Side,
  baseline: Side | null,
  config: PredictionsConfig,
): Answers<MultilabelOutcomes> {
  const label = pick(candidate, config.columns.label, 'list')
  const named = namedClasses(candidate, baseline, config)
  const unreadable = labelProblems(label, config)
  const problems = unreadable.length > 0 ? unreadable : classProblems(named, config)
  const left = leftBy(problems)
  if (!left.candidate) return {candidate: null, baseline: null, problems}
  const compared = left.baseline ? baseline : null
  const classes = classesOf(compared === baseline ? named : namedClasses(candidate, null, config), config)
  const labels = flagsByClass(label, classes)
  const ours = readAnswers(candidate, labels, classes, config)
  const theirs = compared === null ? null : readAnswers(compared, labels, classes, config)
  return {candidate: ours, baseline: theirs, problems: [...problems, ...answerProblems(ours, theirs)]}
}

function namedClasses(candidate: Side, baseline: Side | null, {columns}: PredictionsConfig): NamedClasses {
  return {
    label: pick(candidate, columns.label, 'list'),
    predictions: [candidate, ...(baseline === null ? [] : [baseline])].flatMap(side => {
      const column = pickIf(side, columns.prediction, 'list')
      return column === null ? [] : [{side: side.name, column}]
    }),
  }
}

/** Labels without any class, or with several in what seems to be one. */
function labelProblems(label: ListColumn, {classes, columns}: PredictionsConfig): DataProblem[] {
  const names = usedNames(label)
  if (names.length === 0) {
    const what = 'No row has any class: nothing shows whether the model finds one.'
    return [problem('inconclusive', 'both', 'model/one-class-only', what, 'Evaluate on rows that have classes.')]
  }
  const separator = classes === undefined ? otherSeparator(label, names, columns.separator) : null
  return separator === null ? [] : [separator]
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

function readAnswers(
  side: Side,
  labels: readonly Uint8Array[],
  classes: readonly string[],
  {columns, threshold}: PredictionsConfig,
): MultilabelOutcomes {
  const scores = scoresByClass(side, columns.scores, classes)
  const prediction = pickIf(side, columns.prediction, 'list')
  const predicted =
    prediction === null ? (scores ?? []).map(column => reaches(column, threshold)) : flagsByClass(prediction, classes)
  return {task: 'multilabel', rows: side.table.rows, classes, labels, predicted, scores}
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

function answerProblems(ours: MultilabelOutcomes, theirs: MultilabelOutcomes | null): DataProblem[] {
  const problems: DataProblem[] = []
  const truthVaries = ours.labels.some(flags => !isConstant(flags))
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
