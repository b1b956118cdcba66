import {describe, expect, test} from 'vitest'
import {readMetricsFile} from '../../../src/model/metric-files/gather.ts'
import {findReported} from '../../../src/model/metric-files/metrics-file.ts'
import {memoryFiles} from '../memory-files.ts'
import {answerOf, readFixture, readText, refusalOf} from './fixtures.ts'

describe('DVC', () => {
  test('the files that a stage names are read, with numbers that are texts', async () => {
    const file = await readFixture('dvc/stages')
    expect(answerOf(file, 'eval/scores.json:by_class.bad.f1')).toBe(0.75)
    expect(answerOf(file, 'eval/cost.yaml:broken')).toBe('inconclusive model/reported-nan')
    expect(findReported(file, 'auc')?.value).toBe(0.93)
    expect(answerOf(file, 'eval/scores.json:curve')).toBe('missing')
  })

  test('with one file its own names are enough', async () => {
    expect(answerOf(await readFixture('dvc/live'), 'val.accuracy')).toBe(0.88)
  })

  test('of several revisions one must be named', async () => {
    expect(await refusalOf(readFixture('dvc/show-revisions.json'))).toContain(
      'holds 2 revisions: "workspace", "released".',
    )
    const released = await readFixture('dvc/show-revisions.json', 'released')
    expect([released.run, answerOf(released, 'eval/scores.json:auc')]).toEqual(['released', 0.91])
  })

  test('a revision whose metrics DVC could not find has no values', async () => {
    const text = '{"": {"data": {"m.json": {"error": {"type": "FileNotFoundError", "msg": "m.json"}}}}}'
    expect(await refusalOf(readText(text))).toBe(
      'model/metrics-empty: metrics: DVC found no values for m.json in the revision "workspace".',
    )
  })

  test('a name made by a template is refused', async () => {
    const yaml =
      'stages:\n  eval:\n    foreach: [a, b]\n    do:\n      cmd: run\n      metrics: ["\u0024{item}.json"]\n'
    expect(await refusalOf(readText(yaml))).toContain(
      'model/metrics-dvc-template: metrics names its metrics with a template: \u0024{item}.json.',
    )
  })

  test('a file that dvc.yaml names in a folder, or in TOML', async () => {
    const yaml = 'metrics: [out]\n'
    const folder = memoryFiles({'p/dvc.yaml': yaml, 'p/out/a.json': '{"f1": 1}', 'p/out/b.yaml': 'loss: 2\n'})
    expect([...(await readMetricsFile(folder, {candidate: 'p'})).values.keys()]).toEqual([
      'out/a.json:f1',
      'out/b.yaml:loss',
    ])
    const toml = memoryFiles({'p/dvc.yaml': yaml, 'p/out': 'f1 = 1\n'})
    expect(await refusalOf(readMetricsFile(toml, {candidate: 'p/dvc.yaml'}))).toBe(
      'model/metrics-unknown: out, which dvc.yaml names as metrics, is no mapping in JSON or YAML.',
    )
    const missing = memoryFiles({'p/dvc.yaml': yaml})
    expect(await refusalOf(readMetricsFile(missing, {candidate: 'p/dvc.yaml'}))).toContain('file/not-found')
  })

  test('a stage that runs in a folder names its files from there', async () => {
    const yaml = 'stages:\n  eval:\n    cmd: run\n    wdir: sub\n    metrics:\n    - m.json:\n        cache: false\n'
    const files = memoryFiles({'dvc.yaml': yaml, './sub/m.json': '{"f1": 0.5}'})
    expect(answerOf(await readMetricsFile(files, {candidate: 'dvc.yaml'}), 'f1')).toBe(0.5)
  })

  test('a dvc.yaml without metrics says so', async () => {
    expect(await refusalOf(readText('stages:\n  eval:\n    cmd: run\n'))).toBe(
      'model/metrics-empty: metrics names no metrics.',
    )
  })
})
