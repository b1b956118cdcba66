/** What happens to files that are damaged, or were never files of metrics: a refusal with a code, or finite numbers. */
import {readFileSync} from 'node:fs'
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {UserError} from '../../../src/core/failure.ts'
import type {MetricsFile} from '../../../src/model/metric-files/metrics-file.ts'
import {fixtures, readText} from './fixtures.ts'

/** Whether the answer is one that a gate can be judged by: no defect, no NaN, no 0 that stands for nothing. */
async function isSound(read: Promise<MetricsFile>): Promise<boolean> {
  try {
    const {values, aliases} = await read
    const finite = [...values.values()].every(({value}) => typeof value !== 'number' || Number.isFinite(value))
    return finite && [...aliases.values()].every(name => values.has(name))
  } catch (error) {
    return error instanceof UserError && error.code.startsWith('model/metrics-') && error.hint !== undefined
  }
}

const damaged = [
  'generic/metrics.json',
  'generic/metrics.yaml',
  'dvc/show.json',
  'sklearn-report/binary.json',
  'mlflow/run.json',
  'model-index/several.md',
  'trainer/all_results.json',
  'lm-eval/results.json',
  'inspect/log.json',
  'ultralytics/detect.csv',
  'lightning/metrics.csv',
  'keras/training.csv',
  'sagemaker/binary.json',
  'evidently/report.json',
  'great-expectations/checkpoint.json',
  'deepchecks/suite.json',
  'wandb/wandb-summary.json',
  'k6/handle-summary.json',
]

describe('a damaged file is refused, or read as far as it is whole', () => {
  test.each(damaged)('%s, cut off or with a sign changed', async path => {
    const text = readFileSync(`${fixtures}/${path}`, 'utf8')
    const place = fc.nat({max: text.length - 1})
    const sign = fc.constantFrom('{', '}', '[', '"', ',', ':', '\n', '-', '0', 'e', ' ', '\0', '☃')
    await fc.assert(
      fc.asyncProperty(place, sign, fc.boolean(), async (at, put, cut) =>
        isSound(readText(cut ? text.slice(0, at) : text.slice(0, at) + put + text.slice(at + 1))),
      ),
      {numRuns: 60},
    )
  })

  test('JSON of any shape', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), async text => isSound(readText(text))),
      {numRuns: 300},
    )
  })

  test('text of any kind', async () => {
    const text = fc.string({
      unit: fc.constantFrom('a', '1', '.', ',', ':', ' ', '\n', '-', '{', '"', '&', '*', '|', '#'),
    })
    await fc.assert(
      fc.asyncProperty(text, async each => isSound(readText(each))),
      {numRuns: 500},
    )
  })
})

test('the order of keys changes nothing', async () => {
  const metrics = fc.uniqueArray(
    fc.tuple(fc.stringMatching(/^[a-z]{1,8}$/), fc.double({noNaN: true, noDefaultInfinity: true})),
    {
      selector: ([name]) => name,
      minLength: 1,
    },
  )
  await fc.assert(
    fc.asyncProperty(metrics, async entries => {
      const there = await readText(JSON.stringify(Object.fromEntries(entries)))
      const back = await readText(JSON.stringify(Object.fromEntries([...entries].reverse())))
      expect(new Map([...back.values].sort())).toEqual(new Map([...there.values].sort()))
    }),
    {numRuns: 100},
  )
})
