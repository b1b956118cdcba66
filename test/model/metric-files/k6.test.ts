import {describe, expect, test} from 'vitest'
import {findReported} from '../../../src/model/metric-files/metrics-file.ts'
import {answerOf, readFixture} from './fixtures.ts'

const noSamples = 'inconclusive model/reported-no-samples'

describe('k6', () => {
  test.each(['k6/no-samples.json', 'k6/no-samples-export.json'])(
    '%s: the 0 of a metric without samples is no value',
    async path => {
      const file = await readFixture(path)
      expect(answerOf(file, 'http_req_duration.p(95)')).toBe(noSamples)
      expect(findReported(file, 'http_req_failed.rate')?.value).toMatchObject({reason: 'model/reported-no-samples'})
      // k6 itself calls these thresholds kept.
      expect(answerOf(file, 'thresholds.crossed')).toBe(noSamples)
    },
  )

  test.each(['k6/handle-summary.json', 'k6/summary-export.json'])(
    '%s: both shapes say how many thresholds were crossed',
    async path => {
      const file = await readFixture(path)
      expect(file.values.get('thresholds.crossed')).toEqual({value: 1, better: 'less', n: 5})
      expect(findReported(file, 'http_req_failed.rate')).toMatchObject({better: 'less', n: 40, share: true})
      expect(findReported(file, 'checks.rate')).toMatchObject({better: 'more', n: 40, share: true})
      expect(answerOf(file, 'http_req_duration.p(95)')).toBeTypeOf('number')
    },
  )
})
