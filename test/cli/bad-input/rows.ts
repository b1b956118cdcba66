/** Every way in which rows can be wrong, for each task: the cases that the evaluation is tested with, as files. */
import {type Task, tasks} from '../../../src/core/metric-catalog.ts'
import {allCases} from '../../model/evaluation/cases/all.ts'
import type {Given} from './case.ts'
import {rows} from './validated.ts'

export interface RowsCase {
  readonly task: Task
  readonly title: string
  readonly given: Given
  /** Verdict and reason of everything that is said of the rows: `error model/id-missing`. */
  readonly told: readonly string[]
}

/** Of the cases that bring the same things about in one task, the first: the others are tested without a command line. */
export const wrongRows: readonly RowsCase[] = tasks.flatMap(task => {
  const seen = new Set<string>()
  return allCases[task].flatMap(({title, change, says, inMemory}) => {
    const told = says.map(each => each.replace(/ (candidate|baseline|both) /, ' '))
    if (inMemory || told.every(each => seen.has(each))) return []
    for (const each of told) seen.add(each)
    return [{task, title, given: rows(task, {change}), told}]
  })
})
