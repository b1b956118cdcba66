import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {tasks} from '../../../src/core/metric-catalog.ts'
import {buildEvaluation, type Evaluation} from '../../../src/model/evaluation/evaluation.ts'
import type {Grouping, Outcomes} from '../../../src/model/evaluation/outcomes.ts'
import type {DataProblem} from '../../../src/model/evaluation/problem.ts'
import {reorderTable} from '../../../src/model/evaluation/reorder.ts'
import {type Column, textAt} from '../../../src/model/readers/columns.ts'
import {predictionsConfig} from './predictions-config.ts'
import {categories, numbers, tableOf, texts} from './tables.ts'
import {type Columns, each, rowCount, worlds} from './worlds.ts'

const permutation = fc.array(fc.integer(), {minLength: rowCount, maxLength: rowCount}).map(keys =>
  Int32Array.from(
    keys.map((key, row) => ({key, row})).sort((a, b) => a.key - b.key),
    ({row}) => row,
  ),
)

describe.each(tasks)('%s: the order of rows says nothing', task => {
  const world = worlds[task]
  const config = predictionsConfig({...world.config, columns: world.columns})
  const candidate = tableOf(world.candidate)
  const baseline = tableOf(world.baseline)
  const expected = rowsOf(buildEvaluation(candidate, baseline, config).evaluation)

  test('of either file: the same outcomes for each id, the same digest, the same problems', () => {
    fc.assert(
      fc.property(permutation, permutation, (ours, theirs) => {
        const {evaluation, problems} = buildEvaluation(
          reorderTable(candidate, ours),
          reorderTable(baseline, theirs),
          config,
        )
        expect(problems).toEqual([])
        expect(rowsOf(evaluation)).toEqual(expected)
      }),
      {numRuns: 30},
    )
  })

  test('of files in which things are wrong: the same is said', () => {
    const broken = {
      candidate: tableOf({...world.candidate, ...brokenOf(world.candidate)}),
      baseline: tableOf({...world.baseline, ...brokenOf(world.baseline)}),
    }
    const said = buildEvaluation(broken.candidate, broken.baseline, config).problems.map(withoutExamples)
    expect(said.length).toBeGreaterThan(1)
    fc.assert(
      fc.property(permutation, permutation, (ours, theirs) => {
        const {problems} = buildEvaluation(
          reorderTable(broken.candidate, ours),
          reorderTable(broken.baseline, theirs),
          config,
        )
        expect(problems.map(withoutExamples)).toEqual(said)
      }),
      {numRuns: 10},
    )
  })

  test('candidate and baseline in each other’s place: the same rows, the answers exchanged', () => {
    const {evaluation} = buildEvaluation(
      tableOf({...world.candidate, ...world.baseline}),
      tableOf(world.candidate),
      config,
    )
    const swapped = rowsOf(evaluation)
    expect(swapped.digest).toBe(expected.digest)
    expect(swapped.rows.map(({candidate, baseline}) => [baseline, candidate])).toEqual(
      expected.rows.map(({candidate, baseline}) => [candidate, baseline]),
    )
  })
})

/** Rows 3 and 4 are absent in every column. */
function brokenOf(columns: Columns): Columns {
  const absent = (row: number) => row === 3 || row === 4
  return Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, without(column, absent)]))
}

function without(column: Column, absent: (row: number) => boolean): Column {
  switch (column.kind) {
    case 'text':
      return texts(each(row => (absent(row) ? null : textAt(column, row))))
    case 'category':
      return categories(each(row => (absent(row) ? null : (column.names[column.codes[row] ?? 0] ?? null))))
    case 'number':
      return numbers(each(row => (absent(row) ? null : (column.values[row] ?? null))))
    case 'instant':
    case 'list':
      return column
  }
}

/** Which three ids are named depends on the order of rows; nothing else does. */
function withoutExamples({what, ...problem}: DataProblem) {
  return {...problem, what: what.replace(/ \(sha256 of some: .*\)/, '')}
}

/** Everything that an evaluation says of each row, by the id of the row, whatever the order of rows. */
function rowsOf(evaluation: Evaluation | null) {
  if (evaluation === null) throw new TypeError('the rows cannot be judged')
  const {sample, candidate, baseline, groups, columns, digest, period} = evaluation
  const id = columns.get('id')
  const query = columns.get('q') ?? columns.get('task')
  if (id?.kind !== 'text' || baseline === null) throw new TypeError('no id, or no baseline')
  const key = (row: number) => {
    const prefix = query?.kind === 'category' ? query.names[query.codes[row] ?? 0] : ''
    return `${prefix} ${textAt(id, row)}`
  }
  const mates = (grouping: Grouping | null, row: number) =>
    grouping === null ? null : matesOf(grouping, row).map(key).sort().join()
  const rows = Array.from({length: evaluation.rows}, (_, row) => ({
    key: key(row),
    candidate: outcomeOf(candidate, row, mates),
    baseline: outcomeOf(baseline, row, mates),
    weight: sample.weights?.[row],
    cluster: mates(sample.clusters, row),
    groups: [...groups].map(([name, {codes, names}]) => [name, names[codes[row] ?? 0]]),
  }))
  return {digest, period, rows: rows.sort((a, b) => (a.key < b.key ? -1 : 1))}
}

function outcomeOf(
  outcomes: Outcomes,
  row: number,
  mates: (grouping: Grouping | null, row: number) => unknown,
): unknown {
  switch (outcomes.task) {
    case 'binary':
      return [outcomes.positive[row], outcomes.predicted[row], outcomes.scores?.[row]]
    case 'multiclass':
      return [
        outcomes.classes,
        outcomes.classes[outcomes.label[row] ?? 0],
        outcomes.classes[outcomes.predicted[row] ?? 0],
        outcomes.scores?.map(column => column[row]),
      ]
    case 'multilabel':
      return [outcomes.labels, outcomes.predicted, outcomes.scores].map(columns => columns?.map(column => column[row]))
    case 'regression':
      return [
        outcomes.target[row],
        outcomes.predicted?.[row],
        outcomes.quantiles.map(({level, values}) => [level, values[row]]),
        [outcomes.interval?.low[row], outcomes.interval?.high[row]],
      ]
    case 'ranking':
      return [outcomes.relevance[row], outcomes.scores[row], mates(outcomes.queries, row)]
    case 'text':
      return [
        outcomes.referencesOf(row),
        outcomes.answerOf?.(row),
        outcomes.correct?.[row],
        mates(outcomes.problems, row),
      ]
  }
}

function matesOf({codes}: Grouping, row: number): number[] {
  return [...codes].flatMap((code, other) => (code === codes[row] ? [other] : []))
}
