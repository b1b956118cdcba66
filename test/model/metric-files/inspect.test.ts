import {readFileSync} from 'node:fs'
import {describe, expect, test} from 'vitest'
import {answerOf, fixtures, readFixture, readText, refusalOf} from './fixtures.ts'

describe('Inspect', () => {
  test('a scorer’s value has its standard error, and is a share where that is one', async () => {
    const file = await readFixture('inspect/log.json')
    expect(file.values.get('includes.accuracy')).toEqual({
      value: 0.75,
      n: 40,
      stderr: 0.06933752452815363,
      share: true,
      dataset: {name: 'sums', 'task version': '0', samples: '40'},
    })
    expect(file.values.get('exact.mean')).toMatchObject({value: 0.5, n: 40, stderr: 0.08006407690254357})
  })

  test('an evaluation that broke off has measured only a part', async () => {
    expect(await refusalOf(readFixture('inspect/broken.json'))).toContain('the evaluation\'s status is "error"')
    const log = readFileSync(`${fixtures}/inspect/log.json`, 'utf8')
    expect(await refusalOf(readText(log.replace('"invalidated": false', '"invalidated": true')))).toContain(
      'model/metrics-run-unfinished',
    )
  })

  test('samples without a score are missing, and what is missing does not pass', async () => {
    const log = readFileSync(`${fixtures}/inspect/log.json`, 'utf8')
    const dropped = await readText(log.replace('"completed_samples": 40', '"completed_samples": 38'))
    expect(answerOf(dropped, 'includes.accuracy')).toBe('inconclusive model/reported-samples-missing')
    const unscored = await readText(log.replace('"unscored_samples": 0', '"unscored_samples": 1'))
    expect(answerOf(unscored, 'includes.accuracy')).toBe('inconclusive model/reported-samples-missing')
    const empty = await readText(log.replaceAll('_samples": 40', '_samples": 0'))
    expect(answerOf(empty, 'includes.accuracy')).toBe('inconclusive model/reported-no-samples')
  })
})
