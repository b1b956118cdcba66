import {describe, expect, test} from 'vitest'
import {gate as gateSchema} from '../../src/config/model-gate-schema.ts'
import {type Config, configSchema} from '../../src/config/schema.ts'
import {validateModel} from '../../src/model/run.ts'
import {systemExec} from '../../src/runtime/exec.ts'
import {memoryFiles} from './memory-files.ts'
import {predictedRows, type Row, toCsv} from './predictions-file.ts'
import {weights} from './safetensors-file.ts'

type Predictions = NonNullable<Config['validation']['predictions']>

interface Case {
  /** Content of the predictions files; null for no baseline, and for no candidate file at all. */
  readonly candidate?: string | Uint8Array | null
  readonly baseline?: string | Uint8Array | null
  readonly model?: Readonly<Record<string, string | Uint8Array | null>>
  readonly gates?: readonly object[]
  readonly columns?: Partial<Predictions['columns']>
  readonly positive?: string | null
  readonly task?: 'multiclass'
  readonly predictions?: null
  readonly whenInconclusive?: 'block' | 'warn'
}

const floor = {metric: 'accuracy', 'at-least': 0.85}
const mayLose = {metric: 'accuracy', 'may-lose': 0.05}
const fairness = {
  fairness: 'demographic-parity-difference',
  by: 'sex',
  'at-most': 0.1,
  'min-group': 30,
}

const good = predictedRows({seed: 1})
const production = predictedRows({seed: 2})

/** Everything is well unless the case says otherwise. */
async function validate(given: Case = {}) {
  const {candidate = toCsv(good), baseline = toCsv(production), model = {'model.safetensors': weights}} = given
  const files: Record<string, string | Uint8Array | null> = {}
  if (candidate !== null) files['candidate.csv'] = candidate
  if (baseline !== null) files['baseline.csv'] = baseline
  for (const [path, content] of Object.entries(model)) files[`model/${path}`] = content
  const config = configSchema.parse({
    version: 1,
    service: 'credit',
    model: {files: 'model'},
    validation: {
      'when-inconclusive': given.whenInconclusive ?? 'block',
      predictions: {
        candidate: 'candidate.csv',
        baseline: baseline === null ? 'none' : 'baseline.csv',
        columns: {score: 'score', groups: ['sex'], ...given.columns},
        ...(given.positive === null ? {} : {positive: given.positive ?? 'bad'}),
        task: given.task,
      },
    },
  })
  const {predictions, ...rest} = config.validation
  return validateModel({
    service: config.service,
    model: config.model,
    validation: given.predictions === null || !predictions ? rest : {...rest, predictions},
    gates: (given.gates ?? [floor, mayLose, fairness]).map(each => gateSchema.parse(each)),
    today: 0,
    files: memoryFiles(files),
    exec: systemExec,
    env: {},
    production: null,
  })
}

/** The rows with some of them changed. */
function edit(rows: readonly Row[], change: (row: Row, index: number) => Partial<Row> | null): string {
  return toCsv(
    rows.flatMap((row, index) => {
      const changed = change(row, index)
      return changed === null ? [] : [{...row, ...changed}]
    }),
  )
}

describe('validateModel', () => {
  test('a good model passes every gate, and the result names exactly its bytes', async () => {
    const {result, report} = await validate()
    expect(result.findings.map(finding => [finding.id, finding.verdict])).toEqual([
      ['model/files-safe', 'pass'],
      ['model/accuracy-at-least', 'pass'],
      ['model/accuracy-may-lose', 'pass'],
      ['model/demographic-parity-difference', 'pass'],
    ])
    expect(result).toMatchObject({gate: 'model', service: 'credit', verdict: 'pass', reason: 'model/passed'})
    expect(result.subject.model).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(report).toMatchObject({verdict: 'pass', reason: 'model/passed', summary: result.summary})
  })

  test('the numbers are the ones that can be counted: 950 of 1000 right', async () => {
    const {result} = await validate()
    const accuracy = result.findings.find(finding => finding.id === 'model/accuracy-at-least')
    expect(accuracy).toMatchObject({value: 0.95, n: 1000, limit: 'at least 0.85', interval: {method: 'Wilson'}})
    expect(accuracy?.interval?.confidence).toBeCloseTo(0.9, 12)
  })

  test('the order of the rows says nothing: shuffled files give the same findings', async () => {
    const shuffled = [...good].sort((a, b) => (a.score < b.score ? -1 : 1))
    const {result} = await validate()
    const other = await validate({candidate: toCsv(shuffled), baseline: toCsv([...production].reverse())})
    expect(other.result.findings).toEqual(result.findings)
  })

  test('the same inputs give the same report, to the last character', async () => {
    expect(await validate()).toEqual(await validate())
  })

  test('a model below its floor is refused', async () => {
    const {result} = await validate({candidate: toCsv(predictedRows({wrong: 20})), gates: [floor]})
    expect(result).toMatchObject({verdict: 'fail', reason: 'model/accuracy-below-limit'})
    expect(result.findings.at(-1)).toMatchObject({value: 0.8, verdict: 'fail'})
  })

  test('a model just above its floor is let through with a warning', async () => {
    const {result} = await validate({candidate: toCsv(predictedRows({wrong: 14})), gates: [floor]})
    expect(result).toMatchObject({verdict: 'warn', reason: 'model/accuracy-near-limit'})
  })

  test('a model that is worse than the one in production is refused although it keeps its floor', async () => {
    const {result} = await validate({candidate: toCsv(predictedRows({wrong: 12}))})
    expect(result).toMatchObject({verdict: 'fail', reason: 'model/accuracy-worse-than-baseline'})
  })

  test('too few rows to compare: inconclusive blocks, and says how many rows would do', async () => {
    const few = {candidate: toCsv(predictedRows({n: 100, seed: 1})), baseline: toCsv(predictedRows({n: 100, wrong: 6}))}
    const {result} = await validate({...few, gates: [{metric: 'accuracy', 'may-lose': 0.01}]})
    expect(result).toMatchObject({verdict: 'inconclusive', reason: 'model/accuracy-comparison-inconclusive'})
    // One row gained of 100: (1.6449 + 0.8416)² * 0.01 / (0.01 + 0.01)² = 154.57, where 0.01 is the sample variance
    expect(result.findings.at(-1)?.details).toEqual({rowsNeeded: 155})
    expect(result.findings.at(-1)?.what).toContain('155 rows')
  })

  test('the config may let an inconclusive comparison pass, but only with a warning', async () => {
    const few = {candidate: toCsv(predictedRows({n: 100, seed: 1})), baseline: toCsv(predictedRows({n: 100, wrong: 6}))}
    const gates = [{metric: 'accuracy', 'may-lose': 0.01}] as const
    const {result} = await validate({...few, gates, whenInconclusive: 'warn'})
    expect(result).toMatchObject({verdict: 'warn', reason: 'model/accuracy-comparison-inconclusive'})
    expect(result.findings.at(-1)?.details).toMatchObject({softenedFrom: 'inconclusive'})
  })

  test('an unfair model is refused, and both groups are named', async () => {
    const candidate = edit(good, row => (row.sex === 'f' && Number(row.score) < 0.2 ? {score: '0.9'} : null) ?? {})
    const {result} = await validate({candidate, gates: [fairness]})
    expect(result).toMatchObject({verdict: 'fail', reason: 'model/demographic-parity-above-limit'})
    expect(result.findings.at(-1)?.what).toMatch(/"f".*"m"/)
  })

  test('all six metrics can be gated at once, in both directions', async () => {
    const names = ['accuracy', 'precision', 'recall', 'f1', 'roc-auc'] as const
    const gates: object[] = [
      ...names.map(metric => ({metric, 'at-least': 0.8, 'may-lose': 0.06})),
      {metric: 'log-loss', 'at-most': 0.5, 'may-lose': 0.1},
    ]
    const {result} = await validate({gates})
    expect(result.findings.map(finding => finding.verdict)).toEqual(new Array(13).fill('pass'))
  })

  test('the first release ever is judged by its floors, and the report says so', async () => {
    const {result} = await validate({baseline: null})
    expect(result).toMatchObject({verdict: 'warn', reason: 'model/first-release'})
    expect(result.findings.find(finding => finding.id === 'model/accuracy-may-lose')).toMatchObject({
      verdict: 'not-applicable',
      reason: 'model/no-baseline-declared',
    })
  })

  test('a reader of classes only can be judged too', async () => {
    const csv = (rows: readonly Row[]) =>
      [
        'id,label,answer,sex',
        ...rows.map(row => `${row.id},${row.label},${Number(row.score) >= 0.5 ? 'bad' : 'good'},${row.sex}`),
      ].join('\n')
    const {result} = await validate({
      candidate: csv(good),
      baseline: csv(predictedRows({wrong: 6})),
      columns: {score: undefined, prediction: 'answer'},
    })
    expect(result).toMatchObject({verdict: 'pass'})
  })

  test('three classes and a positive one: the config has to say which of two tasks is meant', async () => {
    const rows = Array.from(
      {length: 900},
      (_, row) => `r${row},${'abc'[row % 3]},${'abc'[row % 10 === 0 ? 0 : row % 3]},m`,
    )
    const given = {
      candidate: ['id,label,answer,sex', ...rows].join('\n'),
      baseline: null,
      positive: 'a',
      columns: {score: undefined, prediction: 'answer'},
    }
    const {result} = await validate({...given, gates: [floor]})
    expect(result).toMatchObject({verdict: 'error', reason: 'model/more-than-two-classes'})
    const told = await validate({...given, positive: null, task: 'multiclass', gates: [floor]})
    expect(told.result.verdict).toBe('pass')
  })
})

describe('data that is absent or wrong never passes', () => {
  const header = 'id,label,score,sex\n'
  const first = (change: Partial<Row>) => (_: Row, index: number) => (index === 0 ? change : {})
  const latin1 = Uint8Array.of(0x69, 0x64, 0x0a, 0xfc, 0x0a)

  const cases: readonly (readonly [string, string, string, Case])[] = [
    ['the candidate’s file is absent', 'error', 'model/candidate-missing', {candidate: null}],
    ['the candidate’s file is empty', 'error', 'model/predictions-empty', {candidate: ''}],
    ['a header and no row', 'error', 'model/no-rows', {candidate: header}],
    ['a baseline without a row', 'error', 'model/no-rows', {baseline: header}],
    ['a ragged row', 'error', 'model/csv-ragged-row', {candidate: `${header}a,good\n`}],
    ['a file cut off inside a quote', 'error', 'model/csv-quote-not-closed', {candidate: `${header}"a,good`}],
    ['a file that is no text', 'error', 'model/predictions-not-utf8', {candidate: latin1}],
    ['a baseline that is no text', 'error', 'model/predictions-not-utf8', {baseline: latin1}],
    ['no header line', 'error', 'model/csv-header-missing', {candidate: toCsv(good).split('\n').slice(1).join('\n')}],
    ['semicolons', 'error', 'model/csv-delimiter', {candidate: toCsv(good).replaceAll(',', ';')}],
    ['a column missing', 'error', 'model/column-missing', {columns: {score: 'probability'}}],
    ['a group column missing', 'error', 'model/column-missing', {columns: {groups: ['age']}}],
    ['a group that the config does not list', 'error', 'model/group-column-not-declared', {columns: {groups: []}}],
    ['two roles in one column', 'error', 'model/role-conflict', {columns: {prediction: 'label'}}],
    ['ids as groups', 'error', 'model/role-conflict', {columns: {groups: ['id']}}],
    ['neither scores nor predictions', 'error', 'model/no-answer-column', {columns: {score: undefined}}],
    ['no predictions at all', 'error', 'model/no-predictions', {predictions: null}],
    ['no gate at all', 'error', 'model/no-quality-gate', {gates: []}],
    ['a row without id', 'error', 'model/id-missing', {candidate: edit(good, first({id: ''}))}],
    ['an id twice', 'error', 'model/duplicate-ids', {candidate: edit(good, first({id: 'customer-5'}))}],
    ['a row without label', 'error', 'model/label-missing', {candidate: edit(good, first({label: ''}))}],
    ['a row without score', 'error', 'model/score-missing', {candidate: edit(good, first({score: ''}))}],
    ['a NaN score', 'error', 'model/score-nan', {candidate: edit(good, first({score: 'nan'}))}],
    ['a NaN score of the baseline', 'error', 'model/score-nan', {baseline: edit(production, first({score: 'NaN'}))}],
    ['an infinite score', 'error', 'model/score-infinite', {candidate: edit(good, first({score: 'inf'}))}],
    ['a score that is a word', 'error', 'model/score-not-a-number', {candidate: edit(good, first({score: 'high'}))}],
    ['a score above 1', 'error', 'model/score-out-of-range', {candidate: edit(good, first({score: '1.0001'}))}],
    ['a score below 0', 'error', 'model/score-out-of-range', {candidate: edit(good, first({score: '-2.5'}))}],
    [
      'the same score everywhere',
      'inconclusive',
      'model/score-constant',
      {candidate: edit(good, () => ({score: '0.1'})), gates: [{metric: 'accuracy', 'at-least': 0.5}]},
    ],
    [
      'one class only',
      'inconclusive',
      'model/one-class-only',
      {
        candidate: edit(good, row => (row.label === 'good' ? null : {})),
        baseline: edit(production, row => (row.label === 'good' ? null : {})),
      },
    ],
    ['no positive row', 'error', 'model/positive-class-absent', {positive: 'Bad'}],
    [
      'three classes and one score',
      'error',
      'model/more-than-two-classes',
      {
        candidate: edit(good, first({label: 'unclear'})),
        baseline: null,
      },
    ],
    ['predictions that name no class', 'error', 'model/unknown-class', {columns: {prediction: 'sex', groups: []}}],
    [
      'a row of the candidate’s alone',
      'error',
      'model/ids-differ',
      {baseline: edit(production, (_, row) => (row === 7 ? null : {}))},
    ],
    [
      'a row of the baseline’s alone',
      'error',
      'model/ids-differ',
      {candidate: edit(good, (_, row) => (row === 7 ? null : {}))},
    ],
    ['as many rows, other ids', 'error', 'model/ids-differ', {baseline: edit(production, first({id: 'customer-x'}))}],
    ['a label that differs', 'error', 'model/labels-differ', {baseline: edit(production, first({label: 'good'}))}],
    ['a model compared with itself', 'error', 'model/baseline-is-candidate', {baseline: toCsv(good)}],
    [
      'one small group beside a large one',
      'inconclusive',
      'model/too-few-groups',
      {
        candidate: edit(good, (_, row) => ({sex: row < 29 ? 'f' : 'm'})),
      },
    ],
    [
      'scores gated, none given',
      'error',
      'model/no-score-column',
      {
        candidate: toCsv(good)
          .replace('score', 'x')
          .replaceAll(/0\.\d+/g, 'bad'),
        baseline: null,
        columns: {score: undefined, prediction: 'x'},
        gates: [{metric: 'roc-auc', 'at-least': 0.5}],
      },
    ],
    [
      'nothing predicted positive',
      'inconclusive',
      'model/nothing-predicted-positive',
      {
        candidate: edit(good, row => ({score: (Number(row.score) / 4).toFixed(6)})),
        gates: [{metric: 'precision', 'at-least': 0}],
      },
    ],
    ['the model folder is absent', 'error', 'model/files-missing', {model: {}}],
    ['a link among the files', 'fail', 'model/symbolic-link', {model: {'model.safetensors': weights, link: null}}],
    ['a pickle that runs a command', 'fail', 'model/pickle-runs', {model: {'model.pkl': "cos\nsystem\n(S'true'\ntR."}}],
    [
      'the same pickle beside good weights',
      'fail',
      'model/pickle-runs',
      {
        model: {'model.safetensors': weights, 'tokenizer.json': "cos\nsystem\n(S'true'\ntR."},
      },
    ],
    ['weights cut off', 'fail', 'model/safetensors-truncated', {model: {'model.safetensors': weights.slice(0, -1)}}],
    [
      'program text beside weights',
      'fail',
      'model/code-beside-weights',
      {
        model: {'model.safetensors': weights, 'handler.py': 'import os\n'},
      },
    ],
    [
      'a file of unknown format',
      'inconclusive',
      'model/unknown-format',
      {
        model: {'model.safetensors': weights, blob: Uint8Array.of(0, 1, 2, 3)},
      },
    ],
    ['text and no weights', 'error', 'model/no-weights', {model: {'README.md': '# Model\n'}}],
    ['a name that no manifest can hold', 'error', 'model/file-name', {model: {'a\nb': weights}}],
  ]

  test.each(cases)('%s: %s, %s', async (_, verdict, reason, given) => {
    const {result, report} = await validate(given)
    expect({verdict: result.verdict, reason: result.reason}).toEqual({verdict, reason})
    expect(report.verdict).toBe(verdict)
    // Neither result nor report repeats an id of the data.
    expect(JSON.stringify({result, report})).not.toContain('customer-')
    const finding = result.findings.find(each => each.reason === reason)
    expect(finding?.what).toMatch(/^\S.*\.$/s)
    expect(finding?.why).toMatch(/\.$/)
    expect(finding?.remedy).toMatch(/[.?]$/)
  })

  test.each(cases)(
    '%s: letting inconclusive comparisons pass does not let this pass',
    async (_, verdict, __, given) => {
      const {result} = await validate({...given, whenInconclusive: 'warn'})
      expect(result.verdict === 'pass').toBe(false)
      if (verdict === 'error' || verdict === 'fail') expect(result.verdict).toBe(verdict)
    },
  )

  test('a problem on the baseline’s side does not hide what can be said about the candidate', async () => {
    const {result} = await validate({baseline: header})
    expect(result.findings.find(finding => finding.id === 'model/accuracy-at-least')?.verdict).toBe('pass')
    expect(result.findings.find(finding => finding.id === 'model/accuracy-may-lose')).toMatchObject({
      verdict: 'error',
      reason: 'model/baseline-unusable',
    })
  })

  test('all that is wrong is said at once', async () => {
    const candidate = edit(good, (_, row) =>
      row === 0 ? {score: 'NaN'} : row === 1 ? {score: '7'} : row === 2 ? {label: ''} : {},
    )
    const {result} = await validate({candidate, baseline: header})
    expect(result.findings.map(finding => finding.reason)).toEqual([
      'model/weights-only',
      'model/label-missing',
      'model/score-nan',
      'model/score-out-of-range',
      'model/no-rows',
    ])
  })

  test('one answer for every row is let through with a warning, whatever its accuracy', async () => {
    const {result} = await validate({
      candidate: edit(good, row => ({score: (Number(row.score) / 4).toFixed(6)})),
      gates: [{metric: 'accuracy', 'at-least': 0.5}],
    })
    expect(result).toMatchObject({verdict: 'warn', reason: 'model/one-class-predicted'})
  })

  test('the same scores in another file are let through with a warning', async () => {
    const {result} = await validate({baseline: `${toCsv(good)}\n`, gates: [floor]})
    expect(result).toMatchObject({verdict: 'warn', reason: 'model/predictions-identical'})
  })
})

describe('the report of a model', () => {
  test('hides small groups: neither their names nor their sizes leave', async () => {
    const {result, report} = await validate({
      candidate: edit(good, (row, index) => (index < 12 ? {sex: 'divers'} : row)),
    })
    const text = JSON.stringify({result, report})
    expect(text).not.toContain('divers')
    expect(result.findings.at(-1)?.details).toMatchObject({groups: 2, groupsLeftOut: 1})
  })

  test('names the conventions, the seed, the files and how to see the same again', async () => {
    const {report} = await validate()
    const text = JSON.stringify(report.blocks.at(-1))
    for (const part of [
      'seed 1',
      'B = 1000',
      'Tango',
      'Wilson',
      'candidate.csv',
      'slipway validate',
      'score at or above 0.5',
    ]) {
      expect(text).toContain(part)
    }
  })

  test('its confusion matrix adds up to all rows', async () => {
    const {report} = await validate()
    const table = report.blocks.find(block => block.kind === 'table' && block.columns[0]?.name === 'truth')
    const cells = table?.kind === 'table' ? table.rows.flatMap(row => row.slice(1).map(Number)) : []
    expect(cells.reduce((sum, count) => sum + count, 0)).toBe(1000)
  })

  test('every row of every table has as many cells as the table has columns', async () => {
    for (const given of [{}, {baseline: null}, {gates: [mayLose]}]) {
      const {report} = await validate(given)
      for (const block of report.blocks) {
        if (block.kind === 'table') for (const row of block.rows) expect(row).toHaveLength(block.columns.length)
      }
    }
  })
})
