/** Files of metrics that another tool wrote, the model card, and commands. */
import {readFileSync} from 'node:fs'
import * as path from 'node:path'
import {type Case, error, fail, inconclusive, warn} from './case.ts'
import {type Setup, validated} from './validated.ts'

type Json = Readonly<Record<string, unknown>>

const fixture = (name: string) =>
  readFileSync(path.join(import.meta.dirname, '../../fixtures/model/metric-files', name), 'utf8')

interface Reported {
  readonly text: string | Uint8Array
  readonly gate?: Json
  readonly metrics?: Json
  readonly name?: string
  readonly files?: Setup['files']
}

/** A floor for `accuracy` of this file of metrics, or another gate. */
function reported({text, gate = {}, metrics = {}, name = 'metrics.json', files = {}}: Reported) {
  return validated({
    files: {[name]: text, ...files},
    validation: {
      metrics: {candidate: `@/${name}`, ...metrics},
      gates: [{reported: 'accuracy', 'at-least': 0, ...gate}],
    },
  })
}

/** `classification_report` of scikit-learn, on so many rows of two classes. */
function sklearnReport(support: number): string {
  const row = {precision: 0.9, recall: 0.9, 'f1-score': 0.9, support}
  const all = {...row, support: 2 * support}
  return JSON.stringify({cat: row, dog: row, accuracy: 0.9, 'macro avg': all, 'weighted avg': all})
}

/** The card of a model in two sizes. */
const twoModels = `---
model-index:
${['small', 'large'].map(name => `- {name: ${name}, results: [{task: {type: x}, dataset: {name: y, type: y}, metrics: [{type: accuracy, value: 0.9}]}]}`).join('\n')}
---
`

const said = (text: string | Uint8Array, gate: Json = {}) => reported({text, gate})
const value = (json: string) => said(`{"f1": 0.7, "accuracy": ${json}}`)
const against = (baseline: unknown, gate: Json = {'may-lose': 0.1}, text = '{"accuracy": 0.9}') =>
  reported({text, gate: {'at-least': undefined, ...gate}, metrics: {baseline}})

const wrongReports: readonly Case[] = [
  error(
    'model/reported-candidate-missing',
    'no file of metrics',
    reported({text: '{}', metrics: {candidate: '@/nope.json'}}),
    'does not exist',
  ),
  error('model/metrics-empty', 'an empty file of metrics', said(''), 'is empty'),
  error(
    'model/metrics-malformed',
    'JSON that was cut off',
    said('{"accuracy": 0.9,'),
    'begins as JSON, and stops being it',
  ),
  error('model/metrics-duplicate-key', 'a key twice', said('{"accuracy": 0.9, "accuracy": 0.7}'), 'the same key twice'),
  error(
    'model/metrics-unknown',
    'a file without any number',
    said('{"note": "all well"}'),
    'is no file of metrics that is known',
  ),
  error('model/metrics-not-text', 'bytes that are no text', said(Uint8Array.of(0xff, 0xfe, 0x00)), 'is not UTF-8 text'),
  error('model/metrics-database', 'the database of MLflow', said('SQLite format 3\0'), 'is a database'),
  error(
    'model/metrics-too-large',
    'a file of rows in the place of a summary',
    said(' '.repeat(33 * 2 ** 20)),
    'has at most',
  ),
  error(
    'model/metrics-run-needed',
    'several models in one card',
    reported({text: twoModels, name: 'README.md'}),
    'Name one under validation.metrics.run',
  ),
  error(
    'model/metrics-run-missing',
    'a run that the file does not hold',
    reported({text: twoModels, name: 'README.md', metrics: {run: 'nope'}}),
    'Correct validation.metrics.run',
  ),
  error(
    'model/metrics-run-unfinished',
    'an evaluation that did not end',
    said(fixture('inspect/broken.json')),
    'did not finish',
  ),
  error(
    'model/metrics-dvc-template',
    'a dvc.yaml whose names are templates',
    reported({text: `stages:\n  train:\n    cmd: x\n    metrics: ["\${out}/metrics.json"]\n`, name: 'dvc.yaml'}),
    '${',
  ),
  error(
    'model/reported-missing',
    'a value that the file does not have',
    said('{"acc": 0.9}'),
    'has no value "accuracy" among its 1',
  ),
  inconclusive('model/reported-nan', 'NaN', value('NaN'), 'says NaN'),
  inconclusive('model/reported-infinite', 'infinity', value('Infinity'), 'says infinity'),
  inconclusive('model/reported-not-available', 'null', value('null'), 'nothing was measured'),
  error('model/reported-not-a-number', 'a text', value('"good"'), 'is no number'),
  error('model/reported-truth-value', 'true', value('true'), 'says true or false'),
  error('model/reported-percent', 'a percent sign', value('"90%"'), 'percent sign'),
  inconclusive(
    'model/reported-no-samples',
    'a class of no rows',
    said(
      '{"cat": {"precision": 0.9, "recall": 0.9, "f1-score": 0.9, "support": 40.0}, "dog": {"precision": 0.0, "recall": 0.0, "f1-score": 0.0, "support": 0.0}, "accuracy": 0.9, "macro avg": {"precision": 0.5, "recall": 0.5, "f1-score": 0.5, "support": 40.0}, "weighted avg": {"precision": 0.5, "recall": 0.5, "f1-score": 0.5, "support": 40.0}}',
      {reported: 'dog.recall'},
    ),
    'no row has the class "dog"',
  ),
  error(
    'model/direction-unknown',
    'a value of which nobody knows which way is better',
    said('{"zeta": 3}', {reported: 'zeta'}),
    'Nothing tells whether more or less',
  ),
  error(
    'model/reported-scale',
    'a percentage, held against a share',
    said('{"accuracy": 85}', {'at-least': 0.8}),
    'accuracy is 85, and its limit 0.8',
  ),
  error(
    'model/reported-scale',
    'a share, held against a percentage of the baseline',
    against({accuracy: 85}),
    'that of the baseline 85',
  ),
  warn(
    'model/first-release',
    'a comparison of reported values, and a config that declares no baseline',
    against('none'),
    'accuracy is not compared',
  ),
  error(
    'model/limit-on-wrong-side',
    'a floor for a loss',
    said('{"loss": 3}', {reported: 'loss'}),
    'it would refuse the best models only',
  ),
  inconclusive(
    'model/reported-on-training-data',
    'a value on the training rows',
    said(fixture('keras/training.csv')),
    'the rows that the model has learned from',
  ),
  error(
    'model/reported-baseline-undeclared',
    'a comparison without a baseline',
    against(undefined),
    'the config names none',
  ),
  error(
    'model/reported-baseline-missing',
    'a baseline without the value',
    against({f1: 0.7}),
    'has no value for "accuracy"',
  ),
  error('model/reported-baseline-missing', 'no file of the baseline', against('@/nope.json'), 'does not exist'),
  inconclusive(
    'model/reported-share-of-zero',
    'a share of 0',
    against({accuracy: 0}, {'may-lose': '5%'}),
    'a share of 0 is no margin',
  ),
  error(
    'model/metrics-ambiguous',
    'one file of two tools',
    said('{"_wandb": {"runtime": 3}, "_evaluate_version": "0.4.0", "accuracy": 0.9}'),
    'looks like a file of',
  ),
  error(
    'model/reported-twice',
    'a value that the file says twice',
    said('{"eval.f1": 0.7, "eval": {"f1": 0.8}}', {reported: 'eval.f1'}),
    'says it twice',
  ),
  inconclusive(
    'model/reported-samples-missing',
    'samples without a score',
    said(fixture('inspect/log.json').replace(/"completed_samples": \d+/, '"completed_samples": 1'), {
      reported: 'includes.accuracy',
    }),
    'samples have no score',
  ),
  error(
    'model/dataset-differs',
    'two reports of different rows',
    reported({
      text: sklearnReport(40),
      gate: {'at-least': undefined, 'may-lose': 0.1},
      metrics: {baseline: '@/old.json'},
      files: {'old.json': sklearnReport(50)},
    }),
    'was measured on different data',
  ),
]

const card = (text: string, more: Json = {}) =>
  validated({
    files: {'README.md': text},
    model: {card: {file: '@/README.md', ...more}},
    validation: {metrics: '@/m.json', gates: [{reported: 'accuracy', 'at-least': 0}]},
  })
const withMetrics =
  (given: ReturnType<typeof card>): ReturnType<typeof card> =>
  world => {
    world.write('m.json', '{"accuracy": 0.9}')
    return given(world)
  }

const wrongCards: readonly Case[] = [
  error('model/card-missing', 'no model card', withMetrics(card('', {file: '@/nope.md'})), 'does not exist'),
  fail('model/card-empty', 'an empty model card', withMetrics(card(' ')), 'is empty'),
  error(
    'model/card-malformed',
    'front matter that is no YAML',
    withMetrics(card('---\na: [\n---\n# Owner\nme\n')),
    'is not YAML',
  ),
  fail(
    'model/card-part-missing',
    'a card without a part',
    withMetrics(card('# Owner\nme\n', {requires: ['owner', 'limits']})),
    'for "limits"',
  ),
  fail(
    'model/card-part-empty',
    'a part with nothing written in it',
    withMetrics(card('# Owner\n[More Information Needed]\n', {requires: ['owner']})),
    'nothing written in it',
  ),
]

const command = (script: string, more: Json = {}) =>
  validated({validation: {gates: [{name: 'rule', command: [process.execPath, '-e', script], ...more}]}})

const wrongCommands: readonly Case[] = [
  error(
    'model/command-not-found',
    'a program that is not there',
    command('', {command: ['./no-such-program']}),
    'does not exist or may not be run',
  ),
  error(
    'model/command-env-missing',
    'a variable that is not set',
    command('1', {env: ['SLIPWAY_NOT_SET']}),
    'are not set: SLIPWAY_NOT_SET',
  ),
  error(
    'model/command-failed',
    'a program that crashes',
    command("process.stderr.write('boom'); process.exit(7)"),
    'ended with exit code 7: boom',
  ),
  error(
    'model/command-output-malformed',
    'an answer that is no JSON',
    command("console.log('all well')"),
    'cannot be read',
  ),
  error('model/command-output-malformed', 'no answer at all', command('1'), 'cannot be read'),
  error(
    'model/command-output-malformed',
    'an answer without a finding',
    command("console.log('[]')"),
    'cannot be read',
  ),
  error(
    'model/command-output-too-large',
    'an answer without end',
    command("console.log('x'.repeat(5000))", {'max-output': '1KiB'}),
    'printed more than',
  ),
  error(
    'model/command-timeout',
    'a program that does not end',
    command('setInterval(() => {}, 1000)', {timeout: '1s'}),
    'did not end within 1 s',
  ),
  error(
    'model/business-rule-not-judged',
    'a rule that could not be judged',
    command(`console.log('[{"verdict": "error", "what": "No rows.", "remedy": "Write rows."}]')`),
    'No rows.',
  ),
  inconclusive(
    'model/business-rule-inconclusive',
    'a rule of which nobody can tell',
    command(`console.log('[{"verdict": "inconclusive", "what": "Too few loans.", "remedy": "Wait."}]')`),
    'Too few loans.',
  ),
]

export const wrongReportsAndRules: readonly Case[] = [...wrongReports, ...wrongCards, ...wrongCommands].map(each => ({
  ...each,
  when: 'model',
}))
