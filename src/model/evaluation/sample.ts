/** Weights, clusters and period: what describes a row and not an answer. Read from the candidate's file alone. */
import type {PredictionsConfig} from '../../config/validation-schema.ts'
import {formatCount} from '../../core/quantity.ts'
import {groupingOf} from './grouping.ts'
import {isConstant, numberProblems} from './numbers.ts'
import type {Grouping, Sample} from './outcomes.ts'
import {type DataProblem, hasError, problem, rows} from './problem.ts'
import {pickIf, type Side} from './side.ts'

export interface Period {
  readonly from: number
  readonly to: number
}

/** What is wrong with single cells of the columns that describe a row. */
export function sampleCells(side: Side, {columns}: PredictionsConfig): DataProblem[] {
  const weight = pickIf(side, columns.weight, 'number')
  const cluster = pickIf(side, columns.cluster, 'category')
  const problems: DataProblem[] = []
  if (weight !== null) {
    const cells = numberProblems(weight, {stem: 'weight', noun: 'weight'}, side.name)
    problems.push(...cells, ...(hasError(cells) ? [] : weightProblems(weight.values)))
  }
  if (cluster !== null && cluster.empty > 0) {
    const what = `The candidate’s file has no cluster on ${rows(cluster.empty)}.`
    const remedy = 'Write which rows come and go together; a row that stands alone is a cluster of its own.'
    problems.push(problem('error', 'candidate', 'model/cluster-missing', what, remedy))
  }
  return [...problems, ...instantProblems(side, columns.timestamp)]
}

function weightProblems(weights: Float64Array): DataProblem[] {
  let negative = 0
  let zero = 0
  let squares = 0
  for (let row = 0; row < weights.length; row++) {
    const weight = weights[row] ?? 0
    if (weight < 0) negative++
    if (weight === 0) zero++
    squares += weight * weight
  }
  const fail = (reason: DataProblem['reason'], what: string, remedy: string) => [
    problem('error', 'candidate', reason, what, remedy),
  ]
  if (negative > 0) {
    const what = `The candidate’s file has a negative weight on ${rows(negative)}.`
    return fail('model/weight-negative', what, 'A row counts or does not count: write weights from 0.')
  }
  if (zero === weights.length) {
    return fail('model/weights-all-zero', 'Every row has the weight 0: none counts.', 'Name another weight column.')
  }
  if (!Number.isFinite(squares)) {
    const what = 'The weights are so large that their squares cannot be added up.'
    return fail('model/weight-infinite', what, 'Divide all weights by the largest: only their ratios matter.')
  }
  if (zero === 0) return []
  const what = `${rows(zero)} of ${formatCount(weights.length)} ${zero === 1 ? 'has' : 'have'} the weight 0 and ${zero === 1 ? 'does' : 'do'} not count.`
  const remedy = 'Remove these rows from both files where that is meant.'
  return [problem('warn', 'candidate', 'model/weight-zero', what, remedy)]
}

/**
 * Null where all rows weigh alike: then methods hold that are exact for rows that count once. Samples of one text problem
 * come and go with it, also where nobody names a cluster: ten tries at one question are not ten questions.
 */
export function readSample(side: Side, {columns, task}: PredictionsConfig): Sample {
  const weight = pickIf(side, columns.weight, 'number')
  const cluster = pickIf(side, columns.cluster ?? (task === 'text' ? columns.query : undefined), 'category')
  const clusters = cluster === null ? null : groupingOf(cluster)
  return {
    rows: side.table.rows,
    weights: weight === null || isConstant(weight.values) ? null : weight.values,
    clusters: clusters !== null && isIndependent(clusters) ? null : clusters,
  }
}

/** Each row is a cluster of its own. */
function isIndependent({codes, count}: Grouping): boolean {
  return count === codes.length
}

/**
 * Too few rows to conclude anything. With weights it is the effective number that counts, (sum w)² / sum w² (Kish,
 * "Survey Sampling", 1965, 11.7): a million rows of which one carries all the weight are one row.
 */
export function tooFewRows({rows: count, weights}: Sample, minRows: number): DataProblem[] {
  const effective = weights === null ? count : effectiveRows(weights)
  if (effective >= minRows) return []
  const what =
    count < minRows
      ? `There ${count === 1 ? 'is' : 'are'} ${rows(count)}; with fewer than ${formatCount(minRows)} nothing is concluded.`
      : `The weights let ${rows(count)} count as ${formatCount(Math.floor(effective))}; with fewer than ${formatCount(minRows)} nothing is concluded.`
  const remedy = 'Evaluate on more rows, or lower validation.predictions.min-rows with a reason.'
  return [problem('inconclusive', 'both', 'model/too-few-rows', what, remedy)]
}

function effectiveRows(weights: Float64Array): number {
  let largest = 0
  for (let row = 0; row < weights.length; row++) largest = Math.max(largest, weights[row] ?? 0)
  let sum = 0
  let squares = 0
  for (let row = 0; row < weights.length; row++) {
    const weight = (weights[row] ?? 0) / largest
    sum += weight
    squares += weight * weight
  }
  return (sum * sum) / squares
}

/** No gate asks for the time of a row, so a time that cannot be read is told and stops nothing. */
function instantProblems(side: Side, name: string | undefined): DataProblem[] {
  const column = pickIf(side, name, 'instant')
  if (column === null) return []
  const {empty, text} = column.flaws
  if (empty + text > 0) {
    const what = `The candidate’s file has no readable timestamp on ${rows(empty + text)}: they are not in the period of the report.`
    const remedy = 'Write ISO 8601, or seconds or milliseconds since 1970.'
    return [problem('warn', 'candidate', 'model/timestamp-unreadable', what, remedy)]
  }
  const period = periodOf(column.values)
  if (period === null || period.to >= year1971) return []
  const what = 'All timestamps lie in 1970: they seem to be written in another unit, or are zero.'
  const remedy = 'Write ISO 8601, or seconds or milliseconds since 1970.'
  return [problem('warn', 'candidate', 'model/timestamp-implausible', what, remedy)]
}

const year1971 = 365 * 86_400_000

export function readPeriod(side: Side, {columns}: PredictionsConfig): Period | null {
  const column = pickIf(side, columns.timestamp, 'instant')
  return column === null ? null : periodOf(column.values)
}

function periodOf(values: Float64Array): Period | null {
  let from = Number.POSITIVE_INFINITY
  let to = Number.NEGATIVE_INFINITY
  for (let row = 0; row < values.length; row++) {
    const value = values[row] ?? Number.NaN
    if (value < from) from = value
    if (value > to) to = value
  }
  return from <= to ? {from, to} : null
}
