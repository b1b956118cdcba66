/** More than two classes: which there are, and which names in the two files are none of them. */
import type {PredictionsConfig} from '../../config/validation-schema.ts'
import {type Coded, countNamed, unlistedClasses, usedNames} from './class-names.ts'
import {type DataProblem, listed, problem, rows, type SideName} from './problem.ts'
import {spellingProblems} from './spelling.ts'

/** Where classes are named: once the truth, which both files share, and the predictions of each usable file. */
export interface NamedClasses {
  readonly label: Coded
  readonly predictions: readonly {readonly side: SideName; readonly column: Coded}[]
}

/** Names that are none of the classes of the config, or without such a list contradict each other. */
export function classProblems(named: NamedClasses, {classes, columns}: PredictionsConfig): DataProblem[] {
  const {label, predictions} = named
  const labels = usedNames(label)
  const scored = Object.keys(columns.scores ?? {})
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
  if (classes !== undefined) {
    return [
      ...unlistedClasses(label, classes, 'candidate', 'label'),
      ...predictions.flatMap(({side, column}) => unlistedClasses(column, classes, side, 'prediction')),
    ]
  }
  return [
    ...unscored(label, labels, scored, 'both', 'labels'),
    ...predictions.flatMap(({side, column}) => {
      const without = unscored(column, usedNames(column), scored, side, 'predictions')
      return without.length > 0 ? without : unlabelled(column, labels, scored, side)
    }),
  ]
}

/** The classes of the config, else all that labels, predictions and score columns name, by code unit. */
export function classesOf(
  {label, predictions}: NamedClasses,
  {classes, columns}: PredictionsConfig,
): readonly string[] {
  if (classes !== undefined) return classes
  const predicted = predictions.flatMap(({column}) => usedNames(column))
  return [...new Set([...usedNames(label), ...Object.keys(columns.scores ?? {}), ...predicted])].sort()
}

/** Whose outcomes these problems leave: nobody's without the truth, the candidate's without the baseline's. */
export function leftBy(problems: readonly DataProblem[]): Readonly<Record<SideName, boolean>> {
  const broken = problems.filter(({severity}) => severity === 'error').map(({side}) => side)
  const candidate = !broken.includes('candidate') && !broken.includes('both')
  return {candidate, baseline: candidate && !broken.includes('baseline')}
}

/** Classes of labels or predictions that no score column is named for. */
export function unscored(
  column: Coded,
  names: readonly string[],
  scored: readonly string[],
  side: DataProblem['side'],
  where: string,
): DataProblem[] {
  const missing = scored.length === 0 ? [] : names.filter(name => !scored.includes(name))
  if (missing.length === 0) return []
  const whose = side === 'both' ? where : `${where} of the ${side}`
  const what = `No score column is named for a class of the ${whose}: ${listed(missing, countNamed(column, missing))}.`
  const remedy = 'Name one column for each class under columns.scores, with the class as the files write it.'
  return [problem('error', side, 'model/class-without-score', what, remedy)]
}

/** Without a list of classes, a predicted class that no label has is a class, and each row of it is wrong. */
function unlabelled(
  column: Coded,
  labels: readonly string[],
  scored: readonly string[],
  side: SideName,
): DataProblem[] {
  const used = usedNames(column)
  const unknown = used.filter(name => !labels.includes(name) && !scored.includes(name))
  if (unknown.length === 0) return []
  const count = countNamed(column, unknown)
  if (unknown.length === used.length) {
    const what = `The ${side} predicts no class that a label has: ${listed(unknown, count)}.`
    const remedy = 'Write predictions with the same names as labels, or name the right column.'
    return [problem('error', side, 'model/unknown-class', what, remedy)]
  }
  const what = `The ${side} predicts a class that no label has on ${rows(count)}; it counts as wrong: ${listed(unknown, count)}.`
  const remedy = 'List all classes under validation.predictions.classes, or check that both columns write them alike.'
  // A baseline that looks worse than it is makes any candidate pass.
  return [problem(side === 'baseline' ? 'inconclusive' : 'warn', side, 'model/unknown-class', what, remedy)]
}
