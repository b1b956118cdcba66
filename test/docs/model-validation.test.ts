/** Everything that docs/model-validation.md shows is run: its configs, its expressions, and what it says that they print. */
import {describe, expect, test} from 'vitest'
import {modelGates} from '../../src/config/defaults.ts'
import {parseConfig} from '../../src/config/load.ts'
import {gate} from '../../src/config/model-gate-schema.ts'
import {metricEntry, metricNames, type Task} from '../../src/core/metric-catalog.ts'
import {parseCommandFindings} from '../../src/model/command/findings.ts'
import {parseExpression} from '../../src/model/expression/expression.ts'
import type {ProductionBaseline} from '../../src/model/gather-baseline.ts'
import {validateModel} from '../../src/model/run.ts'
import {renderTerminal} from '../../src/report/terminal.ts'
import type {Exec} from '../../src/runtime/exec.ts'
import {memoryFiles} from '../model/memory-files.ts'
import {firstFiles, loanFiles, serving} from './loans.ts'
import {examples, readPage, tableOf} from './page.ts'

const page = readPage('docs/model-validation.md')

const [first = '', predictions = '', gates = '', values = '', slices = '', migration = '', metrics = '', rule = ''] =
  examples(page.text, 'yaml')
const [printed = ''] = examples(page.text, 'json')

/** The parts of the page in one file, as a reader would put them together. */
const whole = [
  'version: 1',
  'service: credit',
  'model: { files: models/credit }',
  predictions + slices + metrics + gates.replace(/^ {4}- \{ command.*\n/m, '') + rule,
].join('\n')

/** A program that prints what the page shows. */
const exec: Exec = {
  run: async () => ({
    exitCode: 0,
    stdout: printed,
    stderr: '',
    timedOut: false,
    outputTooLarge: false,
    notFound: false,
  }),
}

async function run(text: string, files: Readonly<Record<string, string | Uint8Array>>, production = false) {
  const config = parseConfig(text, 'docs/model-validation.md')
  const port = memoryFiles(files)
  const inputs = {
    service: config.service,
    model: config.model,
    validation: config.validation,
    gates: modelGates(config),
    today: 0,
    files: port,
    exec,
    env: {PRICE_TABLE: 'prices.csv'},
  }
  if (!production) return validateModel({...inputs, production: null})
  const file = `releases/${serving}/eval.csv`
  const measured = await validateModel({
    ...inputs,
    gates: [gate.parse({metric: 'accuracy', 'at-least': 0.5})],
    validation: {
      ...config.validation,
      ...(config.validation.predictions && {
        predictions: {...config.validation.predictions, candidate: file, baseline: 'none'},
      }),
    },
    production: null,
  })
  const baseline: ProductionBaseline = {
    release: {version: serving, model: `sha256:${'a'.repeat(64)}`},
    environment: 'production',
    measures: measured.measures ?? null,
    reported: {},
    tensors: null,
    file,
  }
  return validateModel({...inputs, production: {kind: 'gathered', value: baseline}})
}

describe('the first run', () => {
  test('prints what the page shows', async () => {
    const {report} = await run(first, firstFiles())
    const [shown = ''] = examples(page.section('## A first run'), 'text')
    const text = renderTerminal(report)
    const head = text.slice(0, text.indexOf('\n\nCandidate and baseline')).trim()
    expect(shown.trim()).toBe(head)
  })
})

describe('the parts of the page in one file', () => {
  const judged = run(whole, loanFiles(), true)

  test('are judged: nothing is missing and nothing misunderstood', async () => {
    const {result} = await judged
    expect(result.findings.filter(({verdict}) => verdict === 'error')).toEqual([])
    expect(result.findings.filter(({verdict}) => verdict === 'fail').map(({subject}) => subject)).toEqual([
      'business rules',
    ])
  })

  test('ask what the page says that they ask', async () => {
    const {result} = await judged
    expect(result.findings.map(({subject, limit}) => (limit === undefined ? subject : `${subject}: ${limit}`))).toEqual(
      [
        'model files',
        'roc-auc in sex: female: at least 0.8',
        'roc-auc in sex: female: may lose 0.02',
        'roc-auc in sex: male: at least 0.8',
        'roc-auc in sex: male: may lose 0.02',
        'log-loss: may lose 2% of the baseline',
        'recall in young borrowers: at least 0.6',
        'cost of decisions: at most 0.8',
        'money lent well: may lose 2% of the baseline',
        'equal opportunity by sex: at most 0.1',
        'weak segments by log-loss: may lag 0.2',
        'psi against data/training.csv: at most 0.2',
        'request contract contracts/request.json: every row keeps it',
        'contracts/request.json against contracts/deployed.json: what was allowed stays allowed',
        'eval_f1: at least 0.8',
        'business rules: at most 0',
      ],
    )
  })
})

test('a contract that demands more breaks at the path that is named', async () => {
  const text = whole.replace('contract: contracts/request.json', 'contract: contracts/stricter.json')
  const {result} = await run(text, loanFiles(), true)
  const broken = result.findings.filter(
    ({reason}) => reason.startsWith('model/contract') || reason.includes('breaking'),
  )
  expect(broken.map(({verdict, what}) => [verdict, what.includes('$.age')])).toContainEqual(['fail', true])
})

test('a drift gate without a list misses only what plays no role and is no index of pandas', async () => {
  const {result} = await run(whole.replace(', among: [age, amount, sex]', ''), loanFiles(), true)
  const drift = result.findings.filter(({subject}) => subject.startsWith('psi'))
  expect(drift.map(({verdict}) => verdict)).toEqual(['error', 'pass'])
  expect(drift[0]?.what).toBe('The column "prediction" is not in the reference.')
})

test('values in the config are compared by the names of the report', async () => {
  const text = whole
    .replace(/^ {4}baseline: production.*\n {4}baseline-file.*\n/m, values)
    .replace(', in-each: [sex] }', ' }')
    .replace(/^ {4}- \{ metric: value.*\n/m, '')
  const {result} = await run(text, loanFiles())
  expect(result.findings.filter(({verdict}) => verdict === 'error')).toEqual([])
  expect(result.findings.filter(({limit}) => limit?.startsWith('may lose'))).toHaveLength(2)
})

test('the migration of the page is a gate of each kind', () => {
  const config = parseConfig(whole + migration, 'docs/model-validation.md')
  expect(modelGates(config).at(-1)).toMatchObject({data: 'data/new.csv', unique: ['loan', ['customer', 'loan']]})
})

test('the program’s answer of the page is understood', () => {
  expect(parseCommandFindings(printed)).toMatchObject([{verdict: 'fail', value: 12}])
})

describe('expressions', () => {
  const shown = tableOf(page.text, 'an expression knows').flatMap(([what = '', cell = '']) =>
    [...cell.matchAll(/`` (.+?) ``|`([^`]+)`/g)].map(([, quoted, plain]) => [quoted ?? plain ?? '', what] as const),
  )

  test.each(shown)('%s is read: %s', text => {
    // A single number, text or column stands in a comparison.
    const parsed = [text, `x == ${text}`].map(parseExpression)
    expect(parsed.map(({kind}) => kind)).not.toEqual(['error', 'error'])
  })
})

describe('the metrics of each kind of model', () => {
  const kinds: Readonly<Record<string, Task>> = {
    'two classes': 'binary',
    'several classes': 'multiclass',
    'several classes at once': 'multilabel',
    numbers: 'regression',
    rankings: 'ranking',
    texts: 'text',
  }
  const listed = new Map(tableOf(page.text, 'metrics of').map(([kind = '', names = '']) => [kind, names.split(', ')]))

  test.each(Object.entries(kinds))('of %s are all there, and no other', (kind, task) => {
    const ours = metricNames.filter(name => metricEntry(name).tasks.includes(task))
    expect(listed.get(kind)?.toSorted()).toEqual(ours.toSorted())
  })
})
