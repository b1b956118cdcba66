import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {type Task, tasks} from '../../../src/core/metric-catalog.ts'
import {buildEvaluation} from '../../../src/model/evaluation/evaluation.ts'
import type {Grouping, Outcomes} from '../../../src/model/evaluation/outcomes.ts'
import type {Column} from '../../../src/model/readers/columns.ts'
import {predictionsConfig} from './predictions-config.ts'
import {categories, instants, lists, numbers, tableOf, texts} from './tables.ts'
import {worlds} from './worlds.ts'

const names = fc.constantFrom('bad', 'good', 'Bad', 'ant', 'bee', 'cat', '1', '1.0', 'true', 'True', 'q0', ' ', '')
const values = fc.oneof(
  {weight: 6, arbitrary: fc.double({min: 0, max: 1, noNaN: true})},
  fc.constantFrom<number | string | null>(0, 1, -1, 2, 100, 1e300, Number.NaN, Number.POSITIVE_INFINITY, 'x', null),
)

/** A column of the kind that a role asks for, with anything in it. */
function anything(like: Column, rows: number): fc.Arbitrary<Column> {
  const cells = <T>(cell: fc.Arbitrary<T>) => fc.array(cell, {minLength: rows, maxLength: rows})
  switch (like.kind) {
    case 'text':
      // Mostly each row its own, in the order of rows or not: else hardly a table would be more than its duplicates.
      return fc.oneof(
        {weight: 3, arbitrary: fc.shuffledSubarray(numbered(rows), {minLength: rows}).map(texts)},
        cells(fc.option(fc.constantFrom('r0', 'r1', 'x', ''))).map(texts),
      )
    case 'category':
      return fc.oneof(
        {weight: 2, arbitrary: cells(fc.constantFrom('bad', 'good')).map(categories)},
        {weight: 2, arbitrary: cells(fc.constantFrom('ant', 'bee', 'cat')).map(categories)},
        {weight: 1, arbitrary: cells(fc.constantFrom('True', 'False')).map(categories)},
        cells(fc.option(names)).map(categories),
      )
    case 'number':
      return fc.oneof(
        {weight: 4, arbitrary: cells(fc.double({min: 0, max: 1, noNaN: true})).map(numbers)},
        cells(values).map(numbers),
      )
    case 'instant':
      return cells(fc.constantFrom('2026-01-01', '1970-01-01', 'now', null)).map(instants)
    case 'list':
      return fc.oneof(
        {weight: 3, arbitrary: cells(fc.subarray(['ant', 'bee', 'cat'], {minLength: 1})).map(lists)},
        cells(fc.option(fc.array(names, {maxLength: 3}))).map(lists),
      )
  }
}

const numbered = (rows: number) => Array.from({length: rows}, (_, row) => `r${row}`)

/** A file with most of the columns, each as it should be or not. */
function file(like: Readonly<Record<string, Column>>, rows: number, label: Column) {
  const columns = Object.fromEntries(
    Object.entries(like).map(([name, column]) => [
      name,
      name === 'label'
        ? fc.oneof({weight: 6, arbitrary: fc.constant(label)}, anything(column, rows))
        : anything(column, rows),
    ]),
  )
  return fc.record(columns, {noNullPrototype: true}).map(tableOf)
}

function files(task: Task) {
  const {candidate, baseline} = worlds[task]
  return fc.integer({min: 1, max: 8}).chain(rows =>
    anything(candidate.label ?? texts([]), rows).chain(label =>
      fc.record({
        candidate: file(candidate, rows, label),
        baseline: fc.option(file(baseline, rows, label)),
        // Not every role at once, or hardly a file would be well in all of them.
        roles: fc.constantFrom('all', 'prediction', 'other'),
      }),
    ),
  )
}

const answerRoles = ['score', 'scores', 'quantiles', 'interval', 'correct']

describe.each(tasks)('%s: whatever stands in the files', task => {
  test('every value that is judged was checked, and what is not judged is told', () => {
    let judged = 0
    fc.assert(
      fc.property(files(task), ({candidate, baseline, roles}) => {
        const world = worlds[task]
        const ofRow = {weight: undefined, cluster: undefined, timestamp: undefined, groups: []}
        const others = Object.fromEntries(answerRoles.map(role => [role, undefined]))
        const columns =
          roles === 'all'
            ? world.columns
            : roles === 'prediction' && task !== 'ranking'
              ? {...world.columns, ...ofRow, ...others}
              : {...world.columns, ...ofRow, prediction: undefined}
        const config = predictionsConfig({...world.config, columns, 'min-rows': 1})
        const {evaluation, problems} = buildEvaluation(candidate, baseline, config)
        const severities = problems.map(({severity}) => severity)
        if (evaluation === null) {
          expect(severities.some(severity => severity !== 'warn')).toBe(true)
          return
        }
        judged++
        expect(problems.some(({severity, side}) => severity === 'error' && side === 'candidate')).toBe(false)
        if (baseline !== null && evaluation.baseline === null) {
          expect(problems.some(({severity, side}) => severity === 'error' && side !== 'candidate')).toBe(true)
        }
        const {rows} = candidate
        for (const outcomes of [evaluation.candidate, evaluation.baseline]) if (outcomes) checkOutcomes(outcomes, rows)
        checkGrouping(evaluation.sample.clusters, rows)
        const {weights} = evaluation.sample
        if (weights !== null) {
          expect(weights).toHaveLength(rows)
          expect(weights.every(weight => weight >= 0 && Number.isFinite(weight))).toBe(true)
          expect(weights.some(weight => weight > 0)).toBe(true)
        }
      }),
      {numRuns: 400},
    )
    expect(judged).toBeGreaterThan(20)
  })
})

/** What `outcomes.ts` promises of each array. */
function checkOutcomes(outcomes: Outcomes, rows: number): void {
  expect(outcomes.rows).toBe(rows)
  const finite = (column: Float64Array | null) => {
    expect(column === null || (column.length === rows && column.every(Number.isFinite))).toBe(true)
  }
  const share = (column: Float64Array | null) => {
    expect(column === null || (column.length === rows && column.every(value => value >= 0 && value <= 1))).toBe(true)
  }
  const flags = (column: Uint8Array | null) => {
    expect(column === null || (column.length === rows && column.every(flag => flag === 0 || flag === 1))).toBe(true)
  }
  switch (outcomes.task) {
    case 'binary':
      flags(outcomes.positive)
      flags(outcomes.predicted)
      share(outcomes.scores)
      break
    case 'multiclass':
      for (const codes of [outcomes.label, outcomes.predicted]) {
        expect(codes.length === rows && codes.every(code => code >= 0 && code < outcomes.classes.length)).toBe(true)
      }
      expect(new Set(outcomes.classes).size).toBe(outcomes.classes.length)
      outcomes.scores?.forEach(share)
      break
    case 'multilabel':
      for (const columns of [outcomes.labels, outcomes.predicted]) {
        expect(columns).toHaveLength(outcomes.classes.length)
        columns.forEach(flags)
      }
      outcomes.scores?.forEach(share)
      break
    case 'regression':
      finite(outcomes.target)
      finite(outcomes.predicted)
      for (const {values} of outcomes.quantiles) finite(values)
      if (outcomes.interval !== null) {
        const {low, high} = outcomes.interval
        expect(low.every((value, row) => value <= (high[row] ?? Number.NaN))).toBe(true)
      }
      break
    case 'ranking':
      finite(outcomes.scores)
      finite(outcomes.relevance)
      expect(outcomes.relevance.every(value => value >= 0)).toBe(true)
      checkGrouping(outcomes.queries, rows)
      break
    case 'text':
      flags(outcomes.correct)
      checkGrouping(outcomes.problems, rows)
      for (let row = 0; row < rows; row++) {
        expect(outcomes.referencesOf(row).every(text => typeof text === 'string')).toBe(true)
        expect(typeof (outcomes.answerOf?.(row) ?? '')).toBe('string')
      }
      break
  }
}

function checkGrouping(grouping: Grouping | null, rows: number): void {
  if (grouping === null) return
  expect(grouping.codes).toHaveLength(rows)
  expect([...new Set(grouping.codes)].sort((a, b) => a - b)).toEqual(
    Array.from({length: grouping.count}, (_, at) => at),
  )
}
