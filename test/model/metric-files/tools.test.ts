/** What each tool's file is read as, and the trap in it. Expected values stand in the files themselves. */
import {readFileSync} from 'node:fs'
import {describe, expect, test} from 'vitest'
import {readMetricsFile} from '../../../src/model/metric-files/gather.ts'
import {findReported} from '../../../src/model/metric-files/metrics-file.ts'
import {memoryFiles} from '../memory-files.ts'
import {answerOf, fixtures, readFixture, readText, refusalOf} from './fixtures.ts'

const noSamples = 'inconclusive model/reported-no-samples'

describe('an object of numbers', () => {
  test.each(['generic/metrics.json', 'generic/metrics.yaml'])(
    '%s: NaN and infinity are no numbers, lists no values',
    async path => {
      const file = await readFixture(path)
      expect(Object.fromEntries([...file.values.keys()].map(name => [name, answerOf(file, name)]))).toEqual({
        'test.f1': 0.87,
        'test.loss': 0.31,
        auc: 0.94,
        ratio: 'inconclusive model/reported-nan',
        worst: 'inconclusive model/reported-infinite',
        commit: 'error model/reported-not-a-number',
      })
    },
  )

  test.each([
    ['"0.91"', 0.91],
    ['" 1e-3 "', 0.001],
    ['"20.0 ± 1.2"', 20],
    ['"20.0 +/- 1.2"', 20],
    ['"N/A"', 'inconclusive model/reported-not-available'],
    ['""', 'inconclusive model/reported-not-available'],
    ['null', 'inconclusive model/reported-not-available'],
    ['"nan"', 'inconclusive model/reported-nan'],
    ['-Infinity', 'inconclusive model/reported-infinite'],
    ['1e999', 'inconclusive model/reported-infinite'],
    ['"91.2%"', 'error model/reported-percent'],
    ['"91.2 % of all"', 'error model/reported-percent'],
    ['true', 'error model/reported-truth-value'],
    ['"0,91"', 'error model/reported-not-a-number'],
    ['"1,234.5"', 'error model/reported-not-a-number'],
    ['"good"', 'error model/reported-not-a-number'],
    ['"0x10"', 'error model/reported-not-a-number'],
    ['[0.9]', 'missing'],
    ['{}', 'missing'],
  ])('a value written as %s is read as %s', async (written, expected) => {
    expect(answerOf(await readText(`{"other": 1, "value": ${written}}`), 'value')).toBe(expected)
  })

  test('what a spread beside a number means is not guessed', async () => {
    expect((await readText('{"bleu": "20.0 ± 1.2"}')).values.get('bleu')).toEqual({
      value: 20,
      note: 'The file writes ± 1.2 beside it without saying what that is: it is not used.',
    })
  })

  test('names that every object has are names like any other', async () => {
    const file = await readText('{"__proto__": 0.5, "constructor": {"accuracy": 0.9}}')
    expect([answerOf(file, '__proto__'), answerOf(file, 'constructor.accuracy')]).toEqual([0.5, 0.9])
    expect(answerOf(file, 'toString')).toBe('missing')
  })

  test('two ways to the same name leave it without a value', async () => {
    expect(answerOf(await readText('{"a.b": 1, "a": {"b": 2}}'), 'a.b')).toBe('error model/reported-twice')
  })

  test('a run is refused where there are none', async () => {
    expect(await refusalOf(readText('{"auc": 0.9}', 'candidate'))).toBe(
      'model/metrics-run-missing: metrics holds nothing that is called "candidate". It holds one run only, without a name.',
    )
  })
})

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

describe('scikit-learn classification_report', () => {
  test('accuracy and recall are shares of known numbers of rows', async () => {
    const file = await readFixture('sklearn-report/binary.json')
    expect(file.values.get('accuracy')).toMatchObject({n: 285, share: true})
    expect(file.values.get('benign.recall')).toMatchObject({n: file.values.get('benign.support')?.value, share: true})
    expect(findReported(file, 'macro avg.f1')).toEqual(file.values.get('macro avg.f1-score'))
  })

  test('with a subset of the labels there is a micro average and no accuracy', async () => {
    const file = await readFixture('sklearn-report/subset.json')
    expect(answerOf(file, 'accuracy')).toBe('error model/reported-not-available')
    expect(answerOf(file, 'micro avg.f1-score')).toBe(0.9701492537313433)
  })

  test('the 0 of a class without rows is no value', async () => {
    const file = await readFixture('sklearn-report/empty-class.json')
    expect(answerOf(file, '3.recall')).toBe(noSamples)
    expect(answerOf(file, '3.f1-score')).toBe(noSamples)
  })
})

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
    expect(file.values.get('accuracy_score')).toEqual({value: 0.9157894736842105, n: 285, share: true})
    expect(file.values.get('recall_score')).toMatchObject({n: 172 + 11, share: true})
    expect(file.values.get('precision_score')).toMatchObject({n: 172 + 13, share: true})
  })
})

describe('a model card with results', () => {
  test('a value knows its data set, and a short name where it is the only one', async () => {
    const file = await readFixture('model-index/one.md')
    expect(file.values.get('GLUE (sst2, validation).accuracy')).toEqual({
      value: 0.91,
      dataset: {
        type: 'glue',
        config: 'sst2',
        split: 'validation',
        revision: 'bcdcba79d07bc864c1c254ccfcedcce55bcc9a8c',
      },
    })
    expect(findReported(file, 'accuracy')?.value).toBe(0.91)
  })

  test('a text with a spread and a mapping of values are read', async () => {
    const file = await readFixture('model-index/several.md')
    expect(answerOf(file, 'GLUE (sst2, test).accuracy')).toBe(90)
    expect(answerOf(file, 'GLUE (sst2, test).rouge.rouge2')).toBe(0.2)
  })

  test('a short name that two data sets share is none; naming the data set makes it clear', async () => {
    expect(findReported(await readFixture('model-index/several.md'), 'accuracy')).toBeUndefined()
    const file = await readFixture('model-index/several.md', 'GLUE (sst2, test)')
    expect(answerOf(file, 'accuracy')).toBe(90)
    expect(await refusalOf(readFixture('model-index/several.md', 'SQuAD'))).toContain(
      'It holds: "GLUE (sst2, validation)", "GLUE (sst2, test)".',
    )
  })

  test('of several models one must be named', async () => {
    const model = (name: string) => `- name: ${name}\n  results: [{metrics: [{type: f1, value: 0.5}]}]\n`
    const card = `---\nmodel-index:\n${model('a')}${model('b')}---\n`
    expect(await refusalOf(readText(card))).toBe('model/metrics-run-needed: metrics holds 2 models: "a", "b".')
    expect((await readText(card, 'b')).run).toBe('b')
  })
})

describe('the Trainer of transformers', () => {
  test('values of the evaluation have a short name; those of the training say what they are', async () => {
    const file = await readFixture('trainer/all_results.json')
    expect(findReported(file, 'accuracy')?.value).toBe(answerOf(file, 'eval_accuracy'))
    expect(file.values.get('train_loss')?.onTraining).toBe(true)
    expect(file.values.get('train_runtime')?.onTraining).toBeUndefined()
  })

  test('where the best evaluation is not the last, only its user knows which was deployed', async () => {
    expect(await refusalOf(readFixture('trainer/trainer_state.json'))).toContain(
      'names step 16 as the best evaluation, and step 20 is the last.',
    )
    expect((await readFixture('trainer/trainer_state.json', 'best')).run).toBe('step 16')
    expect((await readFixture('trainer/trainer_state.json', 'last')).run).toBe('step 20')
    expect((await readFixture('trainer/trainer_state.json', 'step 8')).run).toBe('step 8')
    expect(await refusalOf(readFixture('trainer/trainer_state.json', 'step 9'))).toContain('model/metrics-run-missing')
  })

  test('a training without evaluation has no values', async () => {
    expect(await refusalOf(readText('{"log_history": [{"loss": 1, "step": 1}], "global_step": 1}'))).toContain(
      'model/metrics-empty',
    )
  })
})

describe('Hugging Face evaluate', () => {
  test('versions and times are no values', async () => {
    const file = await readFixture('hf-evaluate/result.json')
    expect([...file.values.keys()]).toEqual(['accuracy', 'f1', 'samples_in_test', 'model'])
  })
})

describe('lm-evaluation-harness', () => {
  test('direction, documents and standard error are those of the file', async () => {
    const file = await readFixture('lm-eval/results.json')
    expect(file.values.get('sums_small.acc,none')).toEqual({
      value: 0.5,
      better: 'more',
      n: 40,
      share: true,
      stderr: 0.08006407690254357,
      dataset: {'task version': '1', 'few-shot examples': '0', documents: '40'},
    })
  })

  test('a group of tasks has a row of its own, pooled over its tasks', async () => {
    const file = await readFixture('lm-eval/results.json', 'sums')
    expect([file.run, answerOf(file, 'acc,none'), file.values.get('acc,none')?.n]).toEqual(['sums', 0.48, 100])
  })

  test('what is no share of the documents is not taken for one', async () => {
    const file = await readFixture('lm-eval/results.json')
    expect(file.values.get('spoken.bleu,none')?.share).toBeUndefined()
    expect(file.values.get('spoken.exact_match,none')?.share).toBe(true)
    expect(file.values.get('sums.acc,none')?.share).toBeUndefined()
  })

  test('indented titles are no values, and "N/A" is no standard error', async () => {
    const results = {
      results: {
        mmlu: {' ': ' ', alias: 'mmlu', 'acc,none': 0.4, 'acc_stderr,none': 'N/A'},
        anatomy: {alias: ' - anatomy', 'acc,none': 'N/A'},
      },
      higher_is_better: {mmlu: {acc: true}},
      versions: {mmlu: 2},
      configs: {},
    }
    const file = await readText(JSON.stringify(results))
    expect([...file.values.keys()]).toEqual(['mmlu.acc,none', 'anatomy.acc,none'])
    expect(file.values.get('mmlu.acc,none')).toEqual({value: 0.4, better: 'more', dataset: {'task version': '2'}})
    expect(answerOf(file, 'anatomy.acc,none')).toBe('inconclusive model/reported-not-available')
  })

  test('less is better where the file says so', async () => {
    const results = {
      results: {wiki: {'word_perplexity,none': 12}},
      higher_is_better: {wiki: {word_perplexity: false}},
      versions: {},
      configs: {},
    }
    expect((await readText(JSON.stringify(results))).values.get('wiki.word_perplexity,none')?.better).toBe('less')
  })

  test('a limited run says on how many documents it rests', async () => {
    const results = {
      results: {gsm8k: {'exact_match,strict-match': 0.5, 'exact_match_stderr,strict-match': 0.1}},
      'n-samples': {gsm8k: {original: 1319, effective: 10}},
      versions: {gsm8k: 3},
      configs: {},
    }
    const value = (await readText(JSON.stringify(results))).values.get('gsm8k.exact_match,strict-match')
    expect(value?.note).toBe("It was measured on 10 of the task's 1319 documents (--limit).")
    expect(value?.n).toBe(10)
  })

  test('a task without documents has no value', async () => {
    const results = {
      results: {t: {'acc,none': 0}},
      'n-samples': {t: {original: 0, effective: 0}},
      versions: {},
      configs: {},
    }
    expect(answerOf(await readText(JSON.stringify(results)), 't.acc,none')).toBe(noSamples)
  })

  test('names without a filter, as before 0.4, are read', async () => {
    const results = {results: {boolq: {acc: 0.75, acc_stderr: 0.01}}, versions: {boolq: 1}, config: {model: 'gpt2'}}
    expect((await readText(JSON.stringify(results))).values.get('boolq.acc')).toMatchObject({value: 0.75, stderr: 0.01})
  })
})

describe('Ultralytics', () => {
  test('the values are those of the best epoch, not of the last', async () => {
    const file = await readFixture('ultralytics/detect.csv')
    expect([file.run, answerOf(file, 'metrics/mAP50-95(B)')]).toEqual(['epoch 23', 0.84446])
    expect(answerOf(await readFixture('ultralytics/detect.csv', 'last'), 'metrics/mAP50-95(B)')).toBe(0.8388)
    expect((await readFixture('ultralytics/detect.csv', 'epoch 9')).run).toBe('epoch 9')
    expect(await refusalOf(readFixture('ultralytics/detect.csv', 'epoch 99'))).toContain('model/metrics-run-missing')
  })

  test('boxes and masks are told apart', async () => {
    const boxes = await readFixture('ultralytics/detect.csv')
    expect(findReported(boxes, 'mAP50')).toEqual(boxes.values.get('metrics/mAP50(B)'))
    const masks = await readFixture('ultralytics/segment.csv')
    expect(findReported(masks, 'mAP50')).toBeUndefined()
    expect(answerOf(masks, 'metrics/mAP50-95(M)')).not.toBe(answerOf(masks, 'metrics/mAP50-95(B)'))
  })

  test('headers with blanks before them, as of old, are the same', async () => {
    const file = await readText(
      '               epoch,      metrics/mAP_0.5, metrics/mAP_0.5:0.95\n    0,   0.5,   0.25\n    1,  0.75,   0.5\n',
    )
    expect([file.source, file.run, answerOf(file, 'metrics/mAP_0.5:0.95')]).toEqual(['ultralytics', 'epoch 1', 0.5])
  })

  test('of two epochs alike the later is kept, as best.pt is written again', async () => {
    const rows = 'epoch,metrics/mAP50(B),metrics/mAP50-95(B)\n1,0.9,0.6\n2,0.9,0.6\n3,0.8,0.5\n'
    expect((await readText(rows)).run).toBe('epoch 2')
  })

  test('where old and new versions keep different epochs, one must be named', async () => {
    const rows = 'epoch,metrics/mAP50(B),metrics/mAP50-95(B)\n1,0.90,0.600\n2,0.70,0.601\n'
    expect(await refusalOf(readText(rows))).toBe(
      'model/metrics-run-needed: metrics: the best epoch is 2 by mAP50-95, and 1 by 0.1 mAP50 + 0.9 mAP50-95 of older versions.',
    )
    expect((await readText(rows, 'epoch 2')).run).toBe('epoch 2')
  })

  test('classification is best by the mean of top-1 and top-5', async () => {
    const rows = 'epoch,metrics/accuracy_top1,metrics/accuracy_top5\n1,0.6,0.9\n2,0.7,0.85\n3,0.65,0.85\n'
    expect((await readText(rows)).run).toBe('epoch 2')
  })

  test('training losses are told apart from validation losses', async () => {
    const file = await readFixture('ultralytics/detect.csv')
    expect([file.values.get('train/box_loss')?.onTraining, file.values.get('val/box_loss')?.onTraining]).toEqual([
      true,
      undefined,
    ])
  })
})

describe('Lightning', () => {
  test('the value of a column is its last that is not empty', async () => {
    const file = await readFixture('lightning/metrics.csv')
    expect([answerOf(file, 'val_acc'), answerOf(file, 'test_loss'), answerOf(file, 'val_loss')]).toEqual([
      0.90625, 0.3315131962299347, 0.3315131962299347,
    ])
    expect(file.values.get('train_loss_epoch')?.onTraining).toBe(true)
  })

  test('an epoch can be named, and the best by a column', async () => {
    expect(answerOf(await readFixture('lightning/metrics.csv', 'epoch 1'), 'val_acc')).toBe(0.890625)
    expect((await readFixture('lightning/metrics.csv', 'best val_loss')).run).toBe('epoch 2')
    expect(answerOf(await readFixture('lightning/metrics.csv', 'epoch 1'), 'test_loss')).toBe(
      'inconclusive model/reported-not-available',
    )
  })

  test('a column that is empty throughout has no value', async () => {
    expect(answerOf(await readText('epoch,step,val_acc\n0,1,\n1,2,\n'), 'val_acc')).toBe(
      'inconclusive model/reported-not-available',
    )
  })
})

describe('Keras', () => {
  test('what is not of the validation was measured while training', async () => {
    const file = await readFixture('keras/training.csv')
    expect(file.run).toBe('epoch 5')
    expect(file.values.get('val_loss')).toEqual({value: 0.9084165692329407})
    expect(file.values.get('loss')?.onTraining).toBe(true)
    expect(file.values.get('accuracy')?.onTraining).toBe(true)
  })

  test('the best epoch by a column is the one whose weights ModelCheckpoint kept', async () => {
    const log = 'epoch,accuracy,val_accuracy,val_loss\n0,0.7,0.80,0.5\n1,0.8,0.85,0.4\n2,0.9,0.82,0.6\n'
    expect(answerOf(await readText(log, 'best val_loss'), 'val_accuracy')).toBe(0.85)
    expect(answerOf(await readText(log), 'val_accuracy')).toBe(0.82)
    expect(await refusalOf(readText(log, 'best epoch'))).toContain('model/metrics-run-missing')
  })
})

describe('SageMaker', () => {
  test('a standard deviation is no standard error', async () => {
    const value = (await readFixture('sagemaker/evaluation.json')).values.get('regression_metrics.mse')
    expect(value).toEqual({
      value: 4.925353410353891,
      note: 'The file writes a standard deviation of 2.219186917819692 beside it, of the rows or of the value: it is not used.',
    })
  })

  test('matrices and curves are no values, and "NaN" is none', async () => {
    const file = await readFixture('sagemaker/binary.json')
    expect([...file.values.keys()].map(name => name.split('.')[1])).toEqual(['recall', 'precision', 'accuracy', 'auc'])
    expect(findReported(file, 'accuracy')).toMatchObject({value: 0.9615961596159616, n: 3333})
    expect(answerOf(file, 'binary_classification_metrics.auc')).toBe('inconclusive model/reported-nan')
  })

  test('violations are counted by kind, and an empty list is a real 0', async () => {
    const file = await readFixture('sagemaker/constraint_violations.json')
    expect([
      answerOf(file, 'violations'),
      answerOf(file, 'violations.baseline_drift_check'),
      answerOf(file, 'violations.missing_column_check'),
    ]).toEqual([3, 2, 0])
    expect(answerOf(await readFixture('sagemaker/no-violations.json'), 'violations')).toBe(0)
  })
})

describe('Evidently', () => {
  test('of a drift that is a p-value more is better, whatever the name says', async () => {
    const now = await readFixture('evidently/report.json')
    expect(now.values.get('ValueDrift(column=age,method=K-S p_value,threshold=0.05)')).toEqual({
      value: 2.0179572425111938e-8,
      better: 'more',
    })
    const old = await readFixture('evidently/report-old.json')
    expect(old.values.get('DataDriftTable.drift_by_columns.age.drift_score')?.better).toBe('more')
  })

  test('both generations count tests that failed', async () => {
    for (const path of ['evidently/report.json', 'evidently/tests-old.json']) {
      expect(answerOf(await readFixture(path), 'tests.failed')).toBe(1)
    }
  })

  test('a test that ran into an error did not succeed', async () => {
    const tests = ['SUCCESS', 'ERROR', 'SKIPPED', 'WARNING'].map(status => ({name: 't', description: '', status}))
    const file = await readText(JSON.stringify({version: '0.4.40', tests}))
    expect([answerOf(file, 'tests.failed'), answerOf(file, 'tests.warned')]).toEqual([2, 1])
  })

  test('a report without tests has not passed them', async () => {
    const report = {metrics: [{metric_id: 'RowCount()', value: 3}], tests: []}
    expect(answerOf(await readText(JSON.stringify(report)), 'tests.failed')).toBe(noSamples)
  })
})

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

describe('Weights & Biases', () => {
  test('bookkeeping and tables are no values; a chosen summary keeps its name', async () => {
    const file = await readFixture('wandb/wandb-summary.json')
    expect([...file.values.keys()].sort()).toEqual(['diverged', 'epoch', 'note', 'val/accuracy.max', 'val/loss'])
    expect(answerOf(file, 'val/accuracy.max')).toBe(0.93)
    expect(answerOf(file, 'diverged')).toBe('inconclusive model/reported-nan')
  })
})

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
