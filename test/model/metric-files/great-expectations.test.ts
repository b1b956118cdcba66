import {describe, expect, test} from 'vitest'
import {findReported} from '../../../src/model/metric-files/metrics-file.ts'
import {answerOf, readFixture, readText} from './fixtures.ts'

const noSamples = 'inconclusive model/reported-no-samples'

describe('Great Expectations', () => {
  test('a suite without expectations calls itself a success and has shown nothing', async () => {
    const file = await readFixture('great-expectations/nothing.json')
    expect(answerOf(file, 'statistics.unsuccessful_expectations')).toBe(noSamples)
    expect(answerOf(file, 'statistics.success_percent')).toBe(noSamples)
  })

  test('a validation and a checkpoint count what was not met', async () => {
    for (const path of ['great-expectations/validation.json', 'great-expectations/checkpoint.json']) {
      expect(findReported(await readFixture(path), 'unsuccessful_expectations')).toEqual({
        value: 1,
        better: 'less',
        n: 2,
      })
    }
  })

  test('a checkpoint as versions before 1.0 wrote it', async () => {
    const statistics = {
      evaluated_expectations: 3,
      successful_expectations: 2,
      unsuccessful_expectations: 1,
      success_percent: 66.7,
    }
    const checkpoint = {
      success: false,
      run_results: {id: {validation_result: {success: false, statistics, results: []}}},
    }
    expect(findReported(await readText(JSON.stringify(checkpoint)), 'unsuccessful_expectations')?.value).toBe(1)
  })

  test('a checkpoint is not met by one full suite beside an empty one', async () => {
    const of = (evaluated: number) => ({
      success: true,
      statistics: {evaluated_expectations: evaluated, unsuccessful_expectations: 0},
      expectations: [],
    })
    const checkpoint = {success: true, statistics: {evaluated_validations: 2}, validation_results: [of(4), of(0)]}
    expect(answerOf(await readText(JSON.stringify(checkpoint)), 'statistics.unsuccessful_expectations')).toBe(noSamples)
  })
})
