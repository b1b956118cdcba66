import {readFileSync} from 'node:fs'
import {describe, expect, test} from 'vitest'
import {readMetricsFile} from '../../../src/model/metric-files/gather.ts'
import {memoryFiles} from '../memory-files.ts'
import {answerOf, fixtures, readFixture, readText, refusalOf} from './fixtures.ts'

describe('MLflow', () => {
  test('the last value is that of the largest step, wherever its line stands', async () => {
    const file = await readFixture('mlflow/mlruns', 'candidate')
    expect(answerOf(file, 'accuracy')).toBe(0.91)
  })

  test('a name with a slash is a folder in the store', async () => {
    expect(answerOf(await readFixture('mlflow/mlruns', 'candidate'), 'val/loss')).toBe(0.42)
  })

  test('NaN is no value', async () => {
    expect(answerOf(await readFixture('mlflow/mlruns', 'candidate'), 'diverged')).toBe(
      'inconclusive model/reported-nan',
    )
    expect(answerOf(await readFixture('mlflow/run.json'), 'diverged')).toBe('inconclusive model/reported-nan')
  })

  test('a value that was logged with a data set knows it', async () => {
    const dataset = (await readFixture('mlflow/mlruns', 'with-dataset')).values.get('accuracy')?.dataset
    expect(dataset).toMatchObject({name: 'eval', digest: expect.stringMatching(/^[0-9a-f]{8}$/)})
  })

  test('of several finished runs one must be named; those that failed or were deleted are not among them', async () => {
    const refusal = await refusalOf(readFixture('mlflow/mlruns'))
    expect(refusal).toContain('model/metrics-run-needed')
    expect(refusal).toContain('"candidate"')
    expect(refusal).toContain('"with-dataset"')
    expect(refusal).not.toContain('broken')
    expect(refusal).not.toContain('thrown-away')
  })

  test.each([
    ['broken', 'model/metrics-run-unfinished'],
    ['thrown-away', 'model/metrics-run-missing'],
    ['nobody', 'model/metrics-run-missing'],
  ])('the run "%s" is refused: %s', async (run, code) => {
    expect(await refusalOf(readFixture('mlflow/mlruns', run))).toContain(code)
  })

  test('a run can be named by its id', async () => {
    const run = readFileSync(`${fixtures}/mlflow/run.json`, 'utf8')
    const id = /"run_id": "(\w+)"/.exec(run)?.[1]
    expect((await readFixture('mlflow/mlruns', id)).run).toBe('candidate')
    const experiment = /"experiment_id": "(\d+)"/.exec(run)?.[1]
    const alone = await readFixture(`mlflow/mlruns/${experiment}/${id}`)
    expect([alone.run, answerOf(alone, 'val/loss')]).toEqual(['candidate', 0.42])
  })

  test('a metric may be called as a folder of the store is', async () => {
    const files = memoryFiles({
      'run/meta.yaml': 'run_id: a1\nstatus: 3\nlifecycle_stage: active\n',
      'run/metrics/models/accuracy': '1 0.9 0\n',
      'run/artifacts/model/metrics/accuracy': 'no line of MLflow',
      // A store that was logged as an artifact is no run of this one.
      'run/artifacts/copy/meta.yaml': 'run_id: b2\nstatus: 3\nlifecycle_stage: active\n',
    })
    const file = await readMetricsFile(files, {candidate: 'run'})
    expect([...file.values]).toEqual([['models/accuracy', {value: 0.9}]])
  })

  test.each([
    ['a text', 'all went well', 'error model/reported-not-a-number'],
    ['nothing', '', 'error model/reported-not-a-number'],
    ['a value without a step, as of old', '1 0.5\n2 0.6\n', 0.6],
    ['an infinity of Java', '1 Infinity 0\n', 'inconclusive model/reported-infinite'],
  ])('a history that holds %s', async (_, text, expected) => {
    const files = memoryFiles({'run/meta.yaml': 'run_id: a1\nstatus: 3\n', 'run/metrics/m': text})
    expect(answerOf(await readMetricsFile(files, {candidate: 'run'}), 'm')).toBe(expected)
  })

  test('the answer of the REST interface is read, with data sets', async () => {
    const rest = {
      run: {
        info: {run_id: 'a1', run_name: 'r', status: 'FINISHED', lifecycle_stage: 'active'},
        data: {metrics: [{key: 'auc', value: 0.9, timestamp: 1, step: 0, dataset_name: 'eval', dataset_digest: 'd1'}]},
      },
    }
    const file = await readText(JSON.stringify(rest), 'a1')
    expect(file.values.get('auc')).toEqual({value: 0.9, dataset: {name: 'eval', digest: 'd1'}})
  })

  test('what mlflow.evaluate counted gives three shares their rows', async () => {
    const file = await readFixture('mlflow/evaluation')
    expect(file.values.get('accuracy_score')).toEqual({
      value: 0.9157894736842105,
      n: 285,
      share: true,
      dataset: {rows: '285'},
    })
    expect(file.values.get('recall_score')).toMatchObject({n: 172 + 11, share: true})
    expect(file.values.get('precision_score')).toMatchObject({n: 172 + 13, share: true})
  })
})
