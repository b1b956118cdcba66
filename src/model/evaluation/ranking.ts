import type {PredictionsConfig} from '../../config/validation-schema.ts'
import {formatCount} from '../../core/quantity.ts'
import {type Answers, identicalAnswers, sameValues} from './answer.ts'
import {groupingOf, groupSizes, splitGroups} from './grouping.ts'
import {isConstant, numberProblems} from './numbers.ts'
import type {Grouping, RankingOutcomes} from './outcomes.ts'
import {type DataProblem, hasError, problem, rows} from './problem.ts'
import {pick, pickIf, type Side} from './side.ts'

/** What is wrong with single cells of one file, whatever the other holds. */
export function rankingCells(side: Side, {columns}: PredictionsConfig): DataProblem[] {
  const relevance = pick(side, columns.label, 'number')
  const score = pick(side, columns.score ?? '', 'number')
  const problems = [
    ...numberProblems(relevance, {stem: 'relevance', noun: 'relevance'}, side.name),
    ...numberProblems(score, {stem: 'score', noun: 'score'}, side.name),
  ]
  let negative = 0
  for (let row = 0; row < relevance.values.length; row++) if ((relevance.values[row] ?? 0) < 0) negative++
  if (negative > 0) {
    const what = `The ${side.name}’s file has a negative relevance on ${rows(negative)}.`
    const remedy = 'Write 0 for a document that is not relevant, and more for one that is.'
    problems.push(problem('error', side.name, 'model/relevance-negative', what, remedy))
  }
  if (!hasError(problems) && side.table.rows > 1 && isConstant(score.values)) {
    const what = `Every row of the ${side.name} has the same score.`
    const remedy = 'A model that scores every document alike ranks nothing, or the column is the wrong one.'
    problems.push(problem('inconclusive', side.name, 'model/score-constant', what, remedy))
  }
  return problems
}

/** Truth and scores of both models; the baseline's rows are in the order of the candidate's, and its relevances the same. */
export function rankingOutcomes(
  candidate: Side,
  baseline: Side | null,
  {columns}: PredictionsConfig,
): Answers<RankingOutcomes> {
  const relevance = pick(candidate, columns.label, 'number').values
  const queries = groupingOf(pick(candidate, columns.query ?? '', 'category'))
  const read = (side: Side): RankingOutcomes => ({
    task: 'ranking',
    rows: side.table.rows,
    relevance,
    scores: pick(side, columns.score ?? '', 'number').values,
    queries,
  })
  const ours = read(candidate)
  const theirs = baseline === null ? null : read(baseline)
  const problems = [...queryProblems(relevance, queries), ...withinQuery(candidate, queries, columns)]
  if (theirs !== null && sameValues(ours.scores, theirs.scores)) problems.push(identicalAnswers('score'))
  if (hasError(problems)) return {candidate: null, baseline: null, problems}
  return {candidate: ours, baseline: theirs, problems}
}

/** Queries that say nothing of an order: with one document, without a relevant one, or with all alike. */
function queryProblems(relevance: Float64Array, queries: Grouping): DataProblem[] {
  const sizes = groupSizes(queries)
  const first = new Float64Array(queries.count).fill(Number.NaN)
  const relevant = new Uint8Array(queries.count)
  const varies = new Uint8Array(queries.count)
  for (let row = 0; row < relevance.length; row++) {
    const query = queries.codes[row] ?? 0
    const value = relevance[row] ?? 0
    if (value > 0) relevant[query] = 1
    if (Number.isNaN(first[query])) first[query] = value
    else if (first[query] !== value) varies[query] = 1
  }
  if (!relevant.includes(1)) {
    const what = 'No query has a relevant document: nothing shows whether one is ranked first.'
    const remedy = 'Name the column of the judged relevance under columns.label.'
    return [problem('inconclusive', 'both', 'model/nothing-relevant', what, remedy)]
  }
  if (!varies.includes(1)) {
    const what = 'In every query all documents are equally relevant: any order of them is right.'
    const remedy = 'Write all documents that were ranked, name the right column under columns.query, or a graded label.'
    return [problem('inconclusive', 'both', 'model/nothing-to-rank', what, remedy)]
  }
  const problems: DataProblem[] = []
  const single = count(queries.count, query => sizes[query] === 1)
  const without = count(queries.count, query => relevant[query] === 0)
  if (single > 0) {
    const what = `${ofQueries(single, queries.count)} one document: any order of it is right.`
    const remedy = 'Remove such queries from both files, or write all documents that were ranked.'
    problems.push(problem('warn', 'both', 'model/query-of-one-document', what, remedy))
  }
  if (without > 0) {
    const what = `${ofQueries(without, queries.count)} no relevant document: no order of it is right.`
    const remedy =
      'Check that relevances of all queries were written; how a metric counts such queries stands beside it.'
    problems.push(problem('warn', 'both', 'model/query-without-relevant', what, remedy))
  }
  return problems
}

/** A query is one unit: it has one weight and belongs to one cluster. */
export function withinQuery(
  side: Side,
  queries: Grouping,
  {weight, cluster}: PredictionsConfig['columns'],
): DataProblem[] {
  const problems: DataProblem[] = []
  const weights = pickIf(side, weight, 'number')?.values
  if (weights !== undefined) {
    const first = new Float64Array(queries.count).fill(Number.NaN)
    const differs = new Uint8Array(queries.count)
    for (let row = 0; row < weights.length; row++) {
      const query = queries.codes[row] ?? 0
      if (Number.isNaN(first[query])) first[query] = weights[row] ?? 0
      else if (first[query] !== weights[row]) differs[query] = 1
    }
    const several = count(queries.count, query => differs[query] === 1)
    if (several > 0) {
      const what = `${ofQueries(several, queries.count)} rows of different weights: a query counts as a whole.`
      const remedy = 'Write the same weight on all rows of a query.'
      problems.push(problem('error', 'candidate', 'model/weights-differ-within-query', what, remedy))
    }
  }
  const clusters = pickIf(side, cluster, 'category')
  const split = clusters === null ? 0 : splitGroups(queries, groupingOf(clusters))
  if (split > 0) {
    const what = `${ofQueries(split, queries.count)} rows in several clusters: a query belongs to one.`
    const remedy = 'Name a cluster column that is the same on all rows of a query, or none.'
    problems.push(problem('error', 'candidate', 'model/query-in-several-clusters', what, remedy))
  }
  return problems
}

function count(length: number, holds: (index: number) => boolean): number {
  let found = 0
  for (let index = 0; index < length; index++) if (holds(index)) found++
  return found
}

function ofQueries(some: number, all: number): string {
  return `${formatCount(some)} of ${formatCount(all)} ${all === 1 ? 'query' : 'queries'} ${some === 1 ? 'has' : 'have'}`
}
