import type {PredictionsConfig} from '../../config/validation-schema.ts'
import {type CategoryColumn, type ListColumn, type TextColumn, textAt} from '../readers/columns.ts'
import {type Answers, identicalAnswers, sameValues} from './answer.ts'
import {countNamed, labelMissing, usedNames} from './class-names.ts'
import {groupingOf} from './grouping.ts'
import {isConstant} from './numbers.ts'
import type {Grouping, TextOutcomes} from './outcomes.ts'
import {type DataProblem, hasError, listed, problem, rows} from './problem.ts'
import {withinQuery} from './ranking.ts'
import {pick, pickIf, type Side} from './side.ts'

/** What is wrong with single cells of one file, whatever the other holds. */
export function textCells(side: Side, {columns}: PredictionsConfig): DataProblem[] {
  const references = pickIf(side, columns.label, 'list')
  const answers = pickIf(side, columns.prediction, 'text')
  const correct = pickIf(side, columns.correct, 'category')
  return [
    ...(references === null ? [] : referenceProblems(references, side)),
    ...(answers === null ? [] : emptyAnswers(answers, references, side)),
    ...(correct === null ? [] : correctProblems(correct, side)),
  ]
}

/** References and answers of both models; the baseline's rows are in the order of the candidate's. */
export function textOutcomes(
  candidate: Side,
  baseline: Side | null,
  {columns}: PredictionsConfig,
): Answers<TextOutcomes> {
  const references = pickIf(candidate, columns.label, 'list')
  const query = pickIf(candidate, columns.query, 'category')
  const problems: Grouping | null = query === null ? null : groupingOf(query)
  const referencesOf = references === null ? () => [] : referenceReader(references)
  const read = (side: Side): TextOutcomes => {
    const answers = pickIf(side, columns.prediction, 'text')
    const correct = pickIf(side, columns.correct, 'category')
    return {
      task: 'text',
      rows: side.table.rows,
      referencesOf,
      answerOf: answers === null ? null : row => textAt(answers, row),
      correct: correct === null ? null : correctFlags(correct),
      problems,
    }
  }
  const ours = read(candidate)
  const theirs = baseline === null ? null : read(baseline)
  const found = problems === null ? [] : withinQuery(candidate, problems, columns)
  for (const [side, each] of [
    ['candidate', ours],
    ['baseline', theirs],
  ] as const) {
    if (each?.correct && each.rows > 1 && isConstant(each.correct)) found.push(allAlike(side, each.correct[0] === 1))
  }
  if (theirs !== null && baseline !== null && sameAnswers(candidate, baseline, ours, theirs, columns)) {
    found.push(identicalAnswers(columns.prediction === undefined ? 'verdict' : 'text'))
  }
  if (hasError(found)) return {candidate: null, baseline: null, problems: found}
  return {candidate: ours, baseline: theirs, problems: found}
}

/** Rows without any accepted answer. An empty text is one: it says that nothing should be answered (SQuAD 2.0). */
function referenceProblems({offsets}: ListColumn, {name}: Side): DataProblem[] {
  let none = 0
  for (let row = 0; row + 1 < offsets.length; row++) if (offsets[row] === offsets[row + 1]) none++
  const remedy =
    'Write at least one accepted answer on each row, [""] where nothing should be answered, or remove the row from both files.'
  return labelMissing(none, name, remedy)
}

/** An empty answer is an answer, and wrong but where nothing should be answered. */
function emptyAnswers(answers: TextColumn, references: ListColumn | null, {name, table}: Side): DataProblem[] {
  if (answers.empty === 0) return []
  const remedy =
    'Find out whether the model answered nothing or was never asked: a time limit, an error of the service.'
  if (answers.empty === table.rows) {
    return [problem('error', name, 'model/prediction-missing', `The ${name} has no text on any row.`, remedy)]
  }
  const accepted = references === null ? null : acceptsNothing(references)
  let count = 0
  for (let row = 0; row < table.rows; row++) {
    if (answers.offsets[row] === answers.offsets[row + 1] && accepted?.[row] !== 1) count++
  }
  if (count === 0) return []
  const what = `The ${name} has no text on ${rows(count)}; it counts as wrong.`
  // A baseline that failed to answer makes any candidate look better.
  return [problem(name === 'baseline' ? 'inconclusive' : 'warn', name, 'model/answer-empty', what, remedy)]
}

function acceptsNothing({codes, offsets, names}: ListColumn): Uint8Array {
  const isBlank = Uint8Array.from(names, each => (each.trim() === '' ? 1 : 0))
  const flags = new Uint8Array(offsets.length - 1)
  for (let row = 0; row < flags.length; row++) {
    for (let at = offsets[row] ?? 0; at < (offsets[row + 1] ?? 0); at++) {
      if (isBlank[codes[at] ?? 0] === 1) flags[row] = 1
    }
  }
  return flags
}

function correctProblems(correct: CategoryColumn, {name}: Side): DataProblem[] {
  const problems: DataProblem[] = []
  if (correct.empty > 0) {
    const what = `The ${name}’s file does not say on ${rows(correct.empty)} whether the answer is correct.`
    const remedy = 'Write false where a test or a judge found no correct answer, and find out why it did not decide.'
    problems.push(problem('error', name, 'model/correct-missing', what, remedy))
  }
  const strange = usedNames(correct).filter(each => isCorrect(each) === null)
  if (strange.length > 0) {
    const count = countNamed(correct, strange)
    const what = `The ${name}’s file says neither true nor false under correct on ${rows(count)}: ${listed(strange, count)}.`
    const remedy = 'Write true or false, 1 or 0, yes or no; a share of passed tests is no yes.'
    problems.push(problem('error', name, 'model/correct-not-boolean', what, remedy))
  }
  return problems
}

/** The spellings of Python, SQL and spreadsheets; nothing that only might be meant. */
function isCorrect(word: string): boolean | null {
  switch (word.toLowerCase()) {
    case 'true':
    case 'yes':
    case '1':
    case '1.0':
      return true
    case 'false':
    case 'no':
    case '0':
    case '0.0':
      return false
    default:
      return null
  }
}

function correctFlags({codes, names}: CategoryColumn): Uint8Array {
  const flagOf = Uint8Array.from(names, name => (isCorrect(name) ? 1 : 0))
  const flags = new Uint8Array(codes.length)
  for (let row = 0; row < codes.length; row++) flags[row] = flagOf[codes[row] ?? 0] ?? 0
  return flags
}

function referenceReader({codes, offsets, names}: ListColumn): (row: number) => readonly string[] {
  return row => Array.from(codes.subarray(offsets[row] ?? 0, offsets[row + 1] ?? 0), code => names[code] ?? '')
}

function allAlike(side: 'candidate' | 'baseline', correct: boolean): DataProblem {
  const what = `Every answer of the ${side} is said to be ${correct ? 'correct' : 'wrong'}.`
  const remedy = 'Check that the test or judge can tell: one that always says the same was perhaps never run.'
  return problem('warn', side, 'model/correct-constant', what, remedy)
}

function sameAnswers(
  candidate: Side,
  baseline: Side,
  ours: TextOutcomes,
  theirs: TextOutcomes,
  {prediction}: PredictionsConfig['columns'],
): boolean {
  if (prediction === undefined) return sameValues(ours.correct, theirs.correct)
  const a = pick(candidate, prediction, 'text')
  const b = pick(baseline, prediction, 'text')
  if (a.bytes.length !== b.bytes.length) return false
  for (let row = 0; row < a.offsets.length; row++) if (a.offsets[row] !== b.offsets[row]) return false
  for (let at = 0; at < a.bytes.length; at++) if (a.bytes[at] !== b.bytes[at]) return false
  return true
}
