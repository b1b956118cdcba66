import {describe, expect, test} from 'vitest'
import {formats} from '../../../src/model/metric-files/detect.ts'
import {readContent} from '../../../src/model/metric-files/gather.ts'
import {systemFiles} from '../../../src/runtime/files.ts'
import {fixtures, readFixture, readText, refusalOf} from './fixtures.ts'

type Made = [file: string, tool: string, run?: string]

/** Every file that the tools made, and the tool; `run` where one has to be chosen. */
const made: Made[] = [
  ['generic/metrics.json', 'generic'],
  ['generic/metrics.yaml', 'generic'],
  ['dvc/live', 'dvc'],
  ['dvc/live/dvc.yaml', 'dvc'],
  ['dvc/stages/dvc.yaml', 'dvc'],
  ['dvc/show.json', 'dvc'],
  ['dvc/show-revisions.json', 'dvc', 'workspace'],
  ['sklearn-report/binary.json', 'sklearn-report'],
  ['sklearn-report/subset.json', 'sklearn-report'],
  ['sklearn-report/empty-class.json', 'sklearn-report'],
  ['mlflow/mlruns', 'mlflow', 'candidate'],
  ['mlflow/run.json', 'mlflow'],
  ['mlflow/evaluation', 'mlflow'],
  ['mlflow/evaluation/metrics.json', 'mlflow'],
  ['model-index/one.md', 'model-index'],
  ['model-index/several.md', 'model-index'],
  ['trainer/all_results.json', 'trainer'],
  ['trainer/eval_results.json', 'trainer'],
  ['trainer/trainer_state.json', 'trainer', 'best'],
  ['hf-evaluate/result.json', 'hf-evaluate'],
  ['lm-eval/results.json', 'lm-eval'],
  ['inspect/log.json', 'inspect'],
  ['ultralytics/detect.csv', 'ultralytics'],
  ['ultralytics/segment.csv', 'ultralytics'],
  ['lightning/metrics.csv', 'lightning'],
  ['keras/training.csv', 'keras'],
  ['sagemaker/evaluation.json', 'sagemaker'],
  ['sagemaker/binary.json', 'sagemaker'],
  ['sagemaker/constraint_violations.json', 'sagemaker-violations'],
  ['sagemaker/no-violations.json', 'sagemaker-violations'],
  ['evidently/report.json', 'evidently'],
  ['evidently/report-old.json', 'evidently'],
  ['evidently/tests-old.json', 'evidently'],
  ['great-expectations/validation.json', 'great-expectations'],
  ['great-expectations/nothing.json', 'great-expectations'],
  ['great-expectations/checkpoint.json', 'great-expectations'],
  ['deepchecks/suite.json', 'deepchecks'],
  ['deepchecks/no-conditions.json', 'deepchecks'],
  ['wandb/wandb-summary.json', 'wandb'],
  ['k6/handle-summary.json', 'k6'],
  ['k6/summary-export.json', 'k6'],
  ['k6/no-samples.json', 'k6'],
  ['k6/no-samples-export.json', 'k6'],
  ['k6/machine-readable.json', 'k6'],
  ['k6/no-samples-machine-readable.json', 'k6'],
]

describe('a file of metrics is known by its content', () => {
  test.each<Made>(made)('%s is of %s', async (file, tool, run) => {
    expect((await readFixture(file, run)).source).toBe(tool)
  })

  test.each<Made>(made)('%s is of no other tool than %s', async (file, tool) => {
    const {content} = await readContent(systemFiles, `${fixtures}/${file}`)
    expect(formats.filter(format => format.recognises(content)).map(format => format.tool)).toEqual(
      tool === 'generic' ? [] : [tool],
    )
  })

  test('all formats have a file that a tool made', () => {
    const tools = new Set(made.map(([, tool]) => tool))
    expect(formats.filter(format => !tools.has(format.tool)).map(format => format.tool)).toEqual([])
  })

  test('the same content under another name is the same', async () => {
    const text = '{"accuracy": 0.9, "_evaluate_version": "0.4.6"}'
    expect((await readText(text)).source).toBe('hf-evaluate')
  })

  test('what is none of them is refused with what was looked for', async () => {
    const refusal = await refusalOf(readText('[1, 2, 3]'))
    expect(refusal).toContain('model/metrics-unknown: metrics is no file of metrics that is known. Looked for: ')
    for (const {title} of formats) expect(refusal).toContain(title)
  })

  test('what could be two of them is refused', async () => {
    const both = '{"_wandb": {"runtime": 1}, "_evaluate_version": "0.4.6", "accuracy": 0.9}'
    expect(await refusalOf(readText(both))).toBe(
      'model/metrics-ambiguous: metrics looks like a file of a result of Hugging Face evaluate and of a run summary of Weights & Biases.',
    )
  })
})

describe('what cannot be read is named', () => {
  test.each([
    ['nothing', '', 'model/metrics-empty: metrics is empty.'],
    ['blanks', ' \n\t\n', 'model/metrics-empty: metrics is empty.'],
    ['a text', 'all went well', 'model/metrics-unknown: '],
    ['an object without a number', '{"status": "good", "history": [1, 2]}', 'model/metrics-unknown: '],
    ['a list of rows', '[{"accuracy": 0.9}]', 'model/metrics-unknown: '],
    [
      'JSON that is cut off',
      '{"accuracy": 0.9',
      'model/metrics-malformed: metrics begins as JSON, and stops being it at line 1, column 17.',
    ],
    [
      'a key twice',
      '{"accuracy": 0.5,\n "accuracy": 0.9}',
      'model/metrics-duplicate-key: metrics has the same key twice in one object (line 2, column 2).',
    ],
    [
      'a key twice in YAML',
      'accuracy: 0.5\naccuracy: 0.9',
      'model/metrics-duplicate-key: metrics has the same key twice in one object (line 2).',
    ],
    ['a column twice', 'epoch,acc,acc\n1,2,3', 'model/metrics-duplicate-key: metrics has the column "acc" twice.'],
    ['broken YAML', 'a: 1\n  b: 2\n c', 'model/metrics-malformed: metrics is neither JSON, YAML, CSV nor a model card'],
    ['two YAML documents', 'a: 1\n---\nb: 2\n', 'model/metrics-malformed: '],
    ['depth without end', '{"a":'.repeat(200), 'model/metrics-malformed: metrics is nested beyond reason'],
    ['depth without end in YAML', `x: ${'['.repeat(200)}${']'.repeat(200)}`, 'model/metrics-malformed: '],
    ['an alias within itself', 'a: &a\n  b: *a\nc: 1', 'model/metrics-malformed: '],
    [
      'aliases that multiply',
      `a: &a [1,1,1,1,1,1,1,1,1,1]\n${'bcdefgh'
        .split('')
        .map((name, i) => `${name}: &${name} [${Array(10).fill(`*${'abcdefg'[i]}`).join(',')}]`)
        .join('\n')}`,
      'model/metrics-malformed: metrics has aliases that unfold into too much',
    ],
    [
      'a table with a short row',
      'epoch,step,loss\n1,2\n',
      'model/metrics-malformed: metrics is no table: 2 cells in row 2, and 3 in the header.',
    ],
    ['a table without rows', 'epoch,step,loss\n', 'model/metrics-empty: metrics has a header and no row.'],
    ['a table of something else', 'id,label\n1,2\n', 'model/metrics-unknown: '],
    ['an open quote', 'epoch,loss\n1,"2\n', 'model/metrics-malformed: metrics begins as CSV'],
    [
      'a card without results',
      '---\nlicense: mit\n---\n# Card\n',
      'model/metrics-empty: metrics is a model card without results under model-index.',
    ],
  ])('%s', async (_, text, expected) => {
    expect(await refusalOf(readText(text))).toContain(expected)
  })

  test('a file that is not there', async () => {
    expect(await refusalOf(readFixture('nowhere.json'))).toContain('file/not-found: ')
  })

  test('a folder that no tool keeps metrics in', async () => {
    expect(await refusalOf(readFixture('sagemaker'))).toContain('model/metrics-unknown: The folder ')
  })

  test('bytes that are no text', async () => {
    expect(await refusalOf(readText(new Uint8Array([0x7b, 0xff, 0xfe])))).toBe(
      'model/metrics-not-text: metrics is not UTF-8 text.',
    )
  })

  test('a database, as MLflow keeps its runs by default', async () => {
    expect(await refusalOf(readText('SQLite format 3\0\u0010\0'))).toContain('model/metrics-database: ')
  })

  test('a file that is larger than any summary', async () => {
    const huge = new Uint8Array(33 * 1024 * 1024).fill(0x20)
    expect(await refusalOf(readText(huge))).toBe(
      'model/metrics-too-large: metrics has 33 MiB; a file of metrics has at most 32 MiB.',
    )
  })

  test('a byte order mark and Windows line ends are no reason to refuse', async () => {
    expect((await readText('\uFEFF{"auc": 0.9}')).values.get('auc')).toEqual({value: 0.9})
    expect((await readText('epoch,val_loss\r\n0,0.5\r\n1,0.25\r\n')).values.get('val_loss')).toEqual({value: 0.25})
  })
})
