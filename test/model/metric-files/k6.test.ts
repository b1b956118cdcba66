import {describe, expect, test} from 'vitest'
import {findReported} from '../../../src/model/metric-files/metrics-file.ts'
import {answerOf, readFixture} from './fixtures.ts'

const noSamples = 'inconclusive model/reported-no-samples'

describe('k6', () => {
  test.each(['k6/no-samples.json', 'k6/no-samples-export.json', 'k6/no-samples-machine-readable.json'])(
    '%s: the 0 of a metric without samples is no value',
    async path => {
      const file = await readFixture(path)
      expect(findReported(file, 'http_req_duration.p(95)')?.value).toMatchObject({reason: 'model/reported-no-samples'})
      expect(findReported(file, 'http_req_failed.rate')?.value).toMatchObject({reason: 'model/reported-no-samples'})
      // k6 itself calls these thresholds kept; the machine-readable shape does not speak of them.
      expect(answerOf(file, 'thresholds.crossed')).toBe(path.includes('machine') ? 'missing' : noSamples)
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

  test('the machine-readable shape has the same values, under the old names too', async () => {
    const file = await readFixture('k6/machine-readable.json')
    expect(findReported(file, 'http_req_duration.p(95)')).toEqual(file.values.get('http_req_duration.p95'))
    expect(answerOf(file, 'http_req_duration.p95')).toBeTypeOf('number')
    expect(file.values.get('http_req_failed.rate')).toMatchObject({better: 'less', n: 40, share: true})
    expect(file.values.get('checks_succeeded.rate')).toMatchObject({better: 'more', n: 40, share: true})
    expect(answerOf(file, 'never_rated.rate')).toBe(noSamples)
  })
})
