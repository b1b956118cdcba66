import {describe, expect, test} from 'vitest'
import {tasks} from '../../../src/core/metric-catalog.ts'
import {buildEvaluation} from '../../../src/model/evaluation/evaluation.ts'
import {columnRequests} from '../../../src/model/evaluation/requests.ts'
import type {ColumnRequest} from '../../../src/model/readers/columns.ts'
import {readTable} from '../../../src/model/readers/table.ts'
import {memoryFiles} from '../memory-files.ts'
import {allCases} from './cases/all.ts'
import {predictionsConfig} from './predictions-config.ts'
import {type Columns, changedWorld, said} from './worlds.ts'
import {written} from './written.ts'

/** The same cases once more, with the files between. */
describe.each(tasks)('%s: files say what their columns say', task => {
  test.each(allCases[task].filter(({inMemory}) => !inMemory))('$title', async ({change, says, judged}) => {
    const {predictions, candidate, baseline} = changedWorld(task, change)
    const config = predictionsConfig(predictions)
    const requests = columnRequests(config, [])
    const read = async (columns: Columns, requested: readonly ColumnRequest[]) => {
      const {ending, text} = written(columns)
      return (await readTable(memoryFiles({[`rows.${ending}`]: text}), `rows.${ending}`, requested)).table
    }
    const ours = await read(candidate, requests.candidate)
    const theirs = baseline === null ? null : await read(baseline, requests.baseline)
    const {evaluation, problems} = buildEvaluation(ours, theirs, config)
    expect(said(problems)).toEqual(says)
    expect(evaluation !== null).toBe(judged !== 'none')
  })
})
