import {describe, expect, test} from 'vitest'
import {answerOf, readFixture} from './fixtures.ts'

const noSamples = 'inconclusive model/reported-no-samples'

describe('Deepchecks', () => {
  test('a check that could not run is neither passed nor failed', async () => {
    const file = await readFixture('deepchecks/suite.json')
    expect([answerOf(file, 'conditions.failed'), answerOf(file, 'checks.not-run')]).toEqual([1, 1])
    // None warned among those that ran; of the one that did not, nobody knows.
    expect(answerOf(file, 'conditions.warned')).toBe(noSamples)
  })

  test('a suite without conditions has kept none', async () => {
    expect(answerOf(await readFixture('deepchecks/no-conditions.json'), 'conditions.failed')).toBe(noSamples)
  })
})
