import type {NumberColumn} from '../readers/columns.ts'
import {probabilityProblems, uninformativeScores, withinRange} from './probabilities.ts'
import {type DataProblem, hasError, quoted} from './problem.ts'
import {pick, type Side} from './side.ts'

type Scores = Readonly<Record<string, string>> | undefined

/** One score column for each class: cells first, and where those are well what the columns say together. */
export function scoreCells(
  side: Side,
  scores: Scores,
  together: (scores: readonly Float64Array[]) => readonly DataProblem[],
): DataProblem[] {
  const columns = scoreColumns(side, scores)
  const problems = columns.flatMap(([name, column]) =>
    probabilityProblems(column, side.name, `score of ${quoted(name)}`),
  )
  if (columns.length === 0 || hasError(problems)) return problems
  const numbers = columns.map(([, column]) => column)
  return [...problems, ...uninformativeScores(numbers, side.name), ...together(numbers.map(({values}) => values))]
}

/** The probabilities of each class, in the order of `classes`; null where no score columns are named. */
export function scoresByClass(side: Side, scores: Scores, classes: readonly string[]): readonly Float64Array[] | null {
  if (scores === undefined) return null
  const columnOf = new Map(scoreColumns(side, scores))
  return classes.map(name => withinRange(columnOf.get(name)?.values ?? new Float64Array(side.table.rows)))
}

function scoreColumns(side: Side, scores: Scores): readonly (readonly [string, NumberColumn])[] {
  return Object.entries(scores ?? {}).map(([name, column]) => [name, pick(side, column, 'number')])
}
