import {readdirSync} from 'node:fs'
import * as path from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {metricEntry, type Task, tasks} from '../../src/core/metric-catalog.ts'
import type {GateOutcome} from '../../src/gates/session.ts'
import {worlds} from '../model/evaluation/worlds.ts'
import {filesOf, type Row, toFile} from '../model/judge/rows.ts'
import {predictedRows, toCsv} from '../model/predictions-file.ts'
import {finding, type ProductionWorld, productionWorld, type Validation} from './production-world.ts'

let world: ProductionWorld
beforeEach(() => {
  world = productionWorld()
})
afterEach(() => world.remove())

/** v1 is wrong on 10 of 100 rows, v2 on 5 of the same rows and on no other. */
const rowsOfV1 = predictedRows({n: 400, wrong: 10, seed: 1})
const rowsOfV2 = predictedRows({n: 400, wrong: 5, seed: 2})
const accuracy = {metric: 'accuracy', 'may-lose': 0.05}

function binary(
  candidate: string,
  baseline: unknown,
  gates: readonly object[] = [accuracy],
  more: object = {},
): Validation {
  const columns = {score: 'score', groups: ['sex']}
  return {predictions: {candidate: world.file(candidate), baseline, positive: 'bad', columns, ...more}, gates}
}

/** v1 was validated as the first release ever, and serves. */
async function v1Serves(): Promise<GateOutcome> {
  world.write('v1/eval.csv', toCsv(rowsOfV1))
  world.write('v2/eval.csv', toCsv(rowsOfV2))
  return world.release('v1', binary('v1/eval.csv', 'none', [{metric: 'accuracy', 'at-least': 0.8}]))
}

describe('the baseline that serves, by the values of its evidence', () => {
  test('is what v1 measured: v2 is better by the five rows of 100 that only v1 got wrong', async () => {
    await v1Serves()
    const outcome = await world.validate('v2', binary('v2/eval.csv', 'production'))
    expect(outcome.result).toMatchObject({verdict: 'pass', reason: 'model/passed'})
    const compared = finding(outcome, 'model/accuracy-may-lose')
    expect(compared.value).toBeCloseTo(0.05, 12)
    expect(compared.interval?.method).toBe('two intervals of the same rows, standard deviations added')
    expect(compared.what).toContain('by its value on the same 400 rows')
    expect(JSON.stringify(outcome.report)).toContain('values of v1 in production')
  })

  test('adds the distances of both intervals, as nobody kept which rows v1 got right', async () => {
    const before = finding(await v1Serves(), 'model/accuracy-at-least').interval
    const outcome = await world.validate('v2', binary('v2/eval.csv', 'production', [{...accuracy, 'at-least': 0.8}]))
    const own = finding(outcome, 'model/accuracy-at-least').interval
    const {interval} = finding(outcome, 'model/accuracy-may-lose')
    // MOVER with correlation -1: each bound lies as far off as the two of the values together.
    expect(interval?.low).toBeCloseTo(0.05 - (0.95 - (own?.low ?? 0) + (before?.high ?? 0) - 0.9), 6)
    expect(interval?.high).toBeCloseTo(0.05 + (0.9 - (before?.low ?? 0) + (own?.high ?? 0) - 0.95), 6)
  })

  test('is found worse, where v2 is', async () => {
    await v1Serves()
    world.write('v2/eval.csv', toCsv(predictedRows({n: 400, wrong: 30, seed: 2})))
    const {result} = await world.validate('v2', binary('v2/eval.csv', 'production'))
    expect(result).toMatchObject({verdict: 'fail', reason: 'model/accuracy-worse-than-baseline'})
  })

  test('counts as another sample where v2 is evaluated on other rows, and the finding does not call them the same', async () => {
    await v1Serves()
    world.write('v2/eval.csv', toCsv(rowsOfV2.map(row => ({...row, id: `next-${row.id}`}))))
    const compared = finding(await world.validate('v2', binary('v2/eval.csv', 'production')), 'model/accuracy-may-lose')
    expect(compared.interval?.method).toBe('MOVER, independent rows')
    expect(compared.what).toContain('by its value alone, on 400 rows')
    expect(compared.what).not.toContain('same')
  })

  test('counts as another sample where a label was corrected since', async () => {
    await v1Serves()
    const corrected = rowsOfV2.map((row, index) => (index === 3 ? {...row, label: 'good'} : row))
    world.write('v2/eval.csv', toCsv(corrected))
    const compared = finding(await world.validate('v2', binary('v2/eval.csv', 'production')), 'model/accuracy-may-lose')
    expect(compared.interval?.method).toBe('MOVER, independent rows')
  })

  test('holds margins as a share of its value too', async () => {
    await v1Serves()
    const outcome = await world.validate(
      'v2',
      binary('v2/eval.csv', 'production', [{metric: 'accuracy', 'may-lose': '5%'}]),
    )
    expect(finding(outcome, 'model/accuracy-may-lose')).toMatchObject({
      verdict: 'pass',
      limit: 'may lose 5% of the baseline',
    })
  })

  test('has the usual metrics that no gate asked v1 for, and says which it has where one is missing', async () => {
    await v1Serves()
    const gates = [
      {metric: 'mcc', 'may-lose': 0.2},
      {metric: 'f-beta', beta: 2, 'may-lose': 0.1},
    ]
    const outcome = await world.validate('v2', binary('v2/eval.csv', 'production', gates))
    expect(finding(outcome, 'model/mcc-may-lose').verdict).toBe('pass')
    const absent = finding(outcome, 'model/f-beta-may-lose')
    expect(absent).toMatchObject({verdict: 'error', reason: 'model/baseline-value-missing'})
    expect(absent.what).toMatch(/v1 in production has no value of f-beta \(beta 2\); it has accuracy, .* and 4 more\./)
  })

  test('has no values of slices, and says so: what holds for all rows is not known to hold for each group', async () => {
    await v1Serves()
    const gates = [{...accuracy, 'in-each': ['sex']}]
    const {result} = await world.validate('v2', binary('v2/eval.csv', 'production', gates))
    expect(result).toMatchObject({verdict: 'error', reason: 'model/baseline-value-missing'})
    expect(result.findings.filter(each => each.verdict === 'error')).toHaveLength(2)
  })

  test('is refused where it was measured for another positive class: recall of "bad" is none of "good"', async () => {
    await v1Serves()
    const gates = [{metric: 'recall', 'may-lose': 0.2, 'at-least': 0.1}]
    const outcome = await world.validate('v2', binary('v2/eval.csv', 'production', gates, {positive: 'good'}))
    expect(outcome.result).toMatchObject({verdict: 'error', reason: 'model/baseline-measured-otherwise'})
    expect(outcome.result.summary).toContain('measured as binary, positive "bad"')
    expect(finding(outcome, 'model/recall-may-lose')).toMatchObject({
      verdict: 'error',
      reason: 'model/baseline-unusable',
    })
  })

  test('is refused where it was measured without weights, and the candidate is weighted', async () => {
    await v1Serves()
    const weighted = `${toCsv(rowsOfV2)
      .trim()
      .split('\n')
      .map((line, at) => `${line},${at === 0 ? 'w' : 1 + (at % 2)}`)
      .join('\n')}\n`
    world.write('v2/eval.csv', weighted)
    const columns = {score: 'score', weight: 'w'}
    const {result} = await world.validate('v2', binary('v2/eval.csv', 'production', [accuracy], {columns}))
    expect(result).toMatchObject({verdict: 'error', reason: 'model/baseline-measured-otherwise'})
    expect(result.summary).toContain('weighted')
  })
})

describe('which release serves', () => {
  test('nothing does yet: an error, and never the first release by mistake', async () => {
    world.write('v2/eval.csv', toCsv(rowsOfV2))
    const outcome = await world.validate('v2', binary('v2/eval.csv', 'production', [{...accuracy, 'at-least': 0.8}]))
    expect(outcome.result).toMatchObject({verdict: 'error', reason: 'model/nothing-in-production'})
    expect(outcome.result.findings.find(({reason}) => reason === 'model/nothing-in-production')?.remedy).toContain(
      'none',
    )
    // What needs no baseline is judged all the same.
    expect(finding(outcome, 'model/accuracy-at-least').verdict).toBe('pass')
    expect(finding(outcome, 'model/accuracy-may-lose').reason).toBe('model/baseline-unusable')
  })

  test('the release before, while a rollout is under way', async () => {
    await v1Serves()
    await world.promote('v2', `sha256:${'2'.repeat(64)}`, {ends: null})
    expect((await world.validate('v3', binary('v2/eval.csv', 'production'))).result.verdict).toBe('pass')
  })

  test('the release before, after a rollout was aborted', async () => {
    await v1Serves()
    await world.promote('v2', `sha256:${'2'.repeat(64)}`, {ends: 'aborted'})
    expect((await world.validate('v3', binary('v2/eval.csv', 'production'))).result.verdict).toBe('pass')
  })

  test('the newest one, and the one before it again after a rollback', async () => {
    const {model = `sha256:${'0'.repeat(64)}`} = (await v1Serves()).result.subject
    await world.release('v2', binary('v2/eval.csv', 'production'))
    world.write('v3/eval.csv', toCsv(predictedRows({n: 400, wrong: 10, seed: 3})))
    const against = async () =>
      finding(await world.validate('v3', binary('v3/eval.csv', 'production')), 'model/accuracy-may-lose').value
    // v3 is as good as v1, and worse by 0.05 than v2.
    expect(await against()).toBeCloseTo(-0.05, 12)
    await world.rollBack('v1', model)
    expect(await against()).toBeCloseTo(0, 12)
  })

  test('in the environment that the config names', async () => {
    world.write('v1/eval.csv', toCsv(rowsOfV1))
    world.write('v2/eval.csv', toCsv(rowsOfV2))
    await world.release('v1', binary('v1/eval.csv', 'none', [{metric: 'accuracy', 'at-least': 0.8}]), 'staging')
    const ask = (environment: string) =>
      world.validate('v2', binary('v2/eval.csv', 'production', [accuracy], {environment}))
    expect((await ask('staging')).result.verdict).toBe('pass')
    expect((await ask('production')).result.reason).toBe('model/nothing-in-production')
    await expect(ask('stagign')).rejects.toMatchObject({code: 'config/environment-unknown'})
  })

  test('a baseline that was named for this run counts instead: nobody asks what serves', async () => {
    world.write('v1/eval.csv', toCsv(rowsOfV1))
    world.write('v2/eval.csv', toCsv(rowsOfV2))
    const validation = binary('v2/eval.csv', 'production')
    const outcome = await world.validate('v2', validation, {baseline: world.file('v1/eval.csv')})
    expect(finding(outcome, 'model/accuracy-may-lose').interval?.method).toMatch(/Tango/)
  })
})

describe('what the evidence keeps', () => {
  test('none for these bytes: an error', async () => {
    world.write('v2/eval.csv', toCsv(rowsOfV2))
    await world.promote('v1', `sha256:${'1'.repeat(64)}`)
    const {result} = await world.validate('v2', binary('v2/eval.csv', 'production'))
    expect(result).toMatchObject({verdict: 'error', reason: 'model/production-evidence-missing'})
  })

  test('no values, because its rows could not be read: an error', async () => {
    world.write('v2/eval.csv', toCsv(rowsOfV2))
    const first = await world.release('v1', binary('v1/none.csv', 'none'))
    expect(first.result.reason).toBe('model/candidate-missing')
    const {result} = await world.validate('v2', binary('v2/eval.csv', 'production'))
    expect(result).toMatchObject({verdict: 'error', reason: 'model/production-evidence-missing'})
  })

  test('values of an older run, where the newest could not measure', async () => {
    await v1Serves()
    await world.validate('v1', binary('v1/none.csv', 'none'), {record: true})
    expect((await world.validate('v2', binary('v2/eval.csv', 'production'))).result.verdict).toBe('pass')
  })

  test('values of an older run on rows, where the newest read a file of metrics only', async () => {
    await v1Serves()
    world.write('v1/metrics.json', '{"f1": 0.8}')
    const metrics = {candidate: world.file('v1/metrics.json'), baseline: 'none'}
    await world.validate('v1', {metrics, gates: [{reported: 'f1', 'at-least': 0.5}]}, {record: true})
    expect((await world.validate('v2', binary('v2/eval.csv', 'production'))).result.verdict).toBe('pass')
  })

  test('the newest values, where the same bytes were measured twice', async () => {
    await v1Serves()
    world.write('v1/eval.csv', toCsv(predictedRows({n: 400, wrong: 2, seed: 1})))
    await world.validate('v1', binary('v1/eval.csv', 'none'), {record: true})
    const outcome = await world.validate('v2', binary('v2/eval.csv', 'production'))
    expect(finding(outcome, 'model/accuracy-may-lose').value).toBeCloseTo(0.95 - 0.98, 12)
  })

  test('nothing that names a row: neither ids nor scores of the data', async () => {
    const {measures} = await v1Serves()
    expect(measures).toMatchObject({rows: 400, reading: 'binary, positive "bad"'})
    expect(measures?.values.accuracy).toMatchObject({value: 0.9, n: 400})
    const kept = JSON.stringify(measures)
    for (const {id, score} of rowsOfV1) {
      expect(kept).not.toContain(`"${id}`)
      expect(kept).not.toContain(score)
    }
  })

  test('that was edited into nonsense is refused, not skipped', async () => {
    await v1Serves()
    const kept = path.join(world.file('records'), 'credit', 'evidence')
    for (const name of readdirSync(kept, {recursive: true, encoding: 'utf8'})) {
      if (name.endsWith('.json')) world.write(path.join('records/credit/evidence', name), '{"schemaVersion": 1}')
    }
    await expect(world.validate('v2', binary('v2/eval.csv', 'production'))).rejects.toMatchObject({
      code: expect.stringMatching(/^(evidence|records)\//),
    })
  })
})

describe('the predictions of the release that serves, where the config knows where they lie', () => {
  const withFile = (gates: readonly object[] = [accuracy], name = '{version}/eval.csv') =>
    binary('v2/eval.csv', 'production', gates, {'baseline-file': world.file(name)})

  test('are compared row by row: the findings are those of the file named as the baseline', async () => {
    await v1Serves()
    const gates = [
      {...accuracy, 'in-each': ['sex']},
      {metric: 'roc-auc', 'may-lose': 0.05},
      {metric: 'f1', 'may-lose': '5%'},
    ]
    const outcome = await world.validate('v2', withFile(gates))
    const named = await world.validate('v2', binary('v2/eval.csv', world.file('v1/eval.csv'), gates))
    expect(outcome.result.findings).toEqual(named.result.findings)
    expect(outcome.result.verdict).toBe('pass')
  })

  test('are refused where they are those of another model', async () => {
    await v1Serves()
    world.write('v1/eval.csv', toCsv(predictedRows({n: 400, wrong: 30, seed: 9})))
    const {result} = await world.validate('v2', withFile())
    expect(result).toMatchObject({verdict: 'error', reason: 'model/baseline-not-production'})
  })

  test('are an error where they are missing', async () => {
    await v1Serves()
    const {result} = await world.validate('v2', withFile([accuracy], '{version}/lost.csv'))
    expect(result).toMatchObject({verdict: 'error', reason: 'model/baseline-missing'})
    expect(result.summary).toContain('v1/lost.csv')
  })

  test('are the same file that the candidate has: an error', async () => {
    await v1Serves()
    world.write('v2/eval.csv', toCsv(rowsOfV1))
    const {result} = await world.validate('v2', withFile())
    expect(result).toMatchObject({verdict: 'error', reason: 'model/baseline-is-candidate'})
  })
})

describe('a candidate that serves already', () => {
  test('is an error, not a model that is never worse', async () => {
    await v1Serves()
    const outcome = await world.validate('v1', binary('v1/eval.csv', 'production'))
    expect(outcome.result).toMatchObject({verdict: 'error', reason: 'model/baseline-is-candidate'})
    expect(finding(outcome, 'model/accuracy-may-lose')).toMatchObject({
      verdict: 'error',
      reason: 'model/baseline-unusable',
    })
  })

  test('is an error by its bytes, although its predictions were written to another file', async () => {
    await v1Serves()
    world.write('again.csv', `${toCsv(rowsOfV1)}\n`)
    const more = {'baseline-file': world.file('{version}/eval.csv')}
    const {result} = await world.validate('v1', binary('again.csv', 'production', [accuracy], more))
    expect(result).toMatchObject({verdict: 'error', reason: 'model/baseline-is-candidate'})
  })

  test('is an error by its bytes for a file of metrics too', async () => {
    world.write('v1/metrics.json', '{"f1": 0.8}')
    const validation = (baseline: string): Validation => ({
      metrics: {candidate: world.file('v1/metrics.json'), baseline},
      gates: [{reported: 'f1', 'at-least': 0.5, 'may-lose': 0.1}],
    })
    await world.release('v1', validation('none'))
    const outcome = await world.validate('v1', validation('production'))
    expect(outcome.result).toMatchObject({verdict: 'error', reason: 'model/baseline-is-candidate'})
    expect(finding(outcome, 'model/reported-at-least').verdict).toBe('pass')
  })
})

describe('a file of metrics beside what serves', () => {
  const gate = {reported: 'f1', 'may-lose': 0.02}
  const metrics = (version: string, baseline: string, more: object = {}): Validation => ({
    metrics: {candidate: world.file(`${version}/metrics.json`), baseline, ...more},
    gates: [gate],
  })

  test.each([
    ['better', 0.85, 'pass', 'model/passed'],
    ['worse by more than the margin', 0.7, 'fail', 'model/reported-worse-than-baseline'],
    ['worse by nearly the margin', 0.785, 'warn', 'model/reported-loss-near-margin'],
  ])('is %s', async (_, f1, verdict, reason) => {
    world.write('v1/metrics.json', '{"f1": 0.8}')
    world.write('v2/metrics.json', JSON.stringify({f1}))
    await world.release('v1', metrics('v1', 'none'))
    expect((await world.validate('v2', metrics('v2', 'production'))).result).toMatchObject({verdict, reason})
  })

  test('is compared by what both runs say of how sure they are: the standard error is kept with the evidence', async () => {
    const written = (value: number) =>
      JSON.stringify({
        results: {arc: {'acc,none': value, 'acc_stderr,none': 0.01}},
        'n-samples': {arc: {original: 1000, effective: 1000}},
        config: {},
        versions: {arc: 1},
        n_shot: {arc: 0},
        higher_is_better: {arc: {acc: true}},
      })
    world.write('v1/metrics.json', written(0.8))
    world.write('v2/metrics.json', written(0.802))
    const asked = {reported: 'arc.acc', 'may-lose': 0.02}
    const first = await world.release('v1', {...metrics('v1', 'none'), gates: [asked]})
    expect(first.reported).toEqual({'arc.acc': {value: 0.8, n: 1000, stderr: 0.01}})
    const known = await world.validate('v2', {...metrics('v2', 'production'), gates: [asked]})
    const file = await world.validate('v2', {...metrics('v2', world.file('v1/metrics.json')), gates: [asked]})
    expect(finding(known, 'model/reported-may-lose')).toEqual(finding(file, 'model/reported-may-lose'))
    expect(finding(known, 'model/reported-may-lose')).toMatchObject({verdict: 'inconclusive'})
  })

  test('has nothing to be held against before the first release', async () => {
    world.write('v2/metrics.json', '{"f1": 0.9}')
    const {result} = await world.validate('v2', metrics('v2', 'production'))
    expect(result).toMatchObject({verdict: 'error', reason: 'model/nothing-in-production'})
  })

  test('has nothing to be held against where the evidence keeps values of rows only', async () => {
    await v1Serves()
    world.write('v2/metrics.json', '{"f1": 0.9}')
    const {result} = await world.validate('v2', metrics('v2', 'production'))
    expect(result).toMatchObject({verdict: 'error', reason: 'model/production-evidence-missing'})
  })

  test('is told where the evidence lacks the value that the gate asks for', async () => {
    world.write('v1/metrics.json', '{"f1": 0.8, "auc": 0.9}')
    world.write('v2/metrics.json', '{"f1": 0.8, "auc": 0.9}')
    await world.release('v1', metrics('v1', 'none'))
    const asked = {...metrics('v2', 'production'), gates: [{reported: 'auc', 'may-lose': 0.02}]}
    const {result} = await world.validate('v2', asked)
    expect(result).toMatchObject({verdict: 'error', reason: 'model/reported-baseline-missing'})
    expect(result.summary).toContain('The evidence of v1 in production has no value for "auc".')
  })

  test('is not held against a release of another environment than the rows are', async () => {
    await v1Serves()
    world.write('v2/metrics.json', '{"f1": 0.9}')
    const both: Validation = {
      ...binary('v2/eval.csv', 'production'),
      ...metrics('v2', 'production', {environment: 'staging'}),
      gates: [accuracy, gate],
    }
    const {result} = await world.validate('v2', both)
    expect(result).toMatchObject({verdict: 'error', reason: 'model/baseline-environments-differ'})
  })

  test('asks the environment that it names, whatever stands beside predictions with a baseline of their own', async () => {
    world.write('v1/eval.csv', toCsv(rowsOfV1))
    world.write('v2/eval.csv', toCsv(rowsOfV2))
    world.write('v1/metrics.json', '{"f1": 0.8}')
    world.write('v2/metrics.json', '{"f1": 0.9}')
    await world.release('v1', metrics('v1', 'none'), 'staging')
    const both: Validation = {
      ...binary('v2/eval.csv', world.file('v1/eval.csv')),
      ...metrics('v2', 'production', {environment: 'staging'}),
      gates: [accuracy, gate],
    }
    expect((await world.validate('v2', both)).result.verdict).toBe('pass')
  })
})

describe('each kind of model', () => {
  const margins: Readonly<Record<Task, readonly object[]>> = {
    binary: [
      {metric: 'f1', 'may-lose': 0.5},
      {metric: 'log-loss', 'may-lose': 5},
    ],
    multiclass: [
      {metric: 'accuracy', 'may-lose': 0.5},
      {metric: 'brier', 'may-lose': 1},
    ],
    multilabel: [
      {metric: 'hamming-loss', 'may-lose': 0.5},
      {metric: 'f1', 'may-lose': 0.5},
    ],
    regression: [
      {metric: 'rmse', 'may-lose': 50},
      {metric: 'r2', 'may-lose': '20%'},
    ],
    ranking: [
      {metric: 'ndcg', 'may-lose': 0.9},
      {metric: 'mrr', 'may-lose': 0.9},
    ],
    text: [
      {metric: 'exact-match', 'may-lose': 0.9},
      {metric: 'correct-share', 'may-lose': 0.9},
    ],
  }
  const validation = (task: Task, file: string, baseline: string): Validation => {
    const {config, columns} = worlds[task]
    return {predictions: {...config, columns, candidate: world.file(file), baseline}, gates: margins[task]}
  }
  const put = (name: string, rows: readonly Row[]): string => {
    const {text, ending} = toFile(rows)
    world.write(`${name}.${ending}`, text)
    return `${name}.${ending}`
  }

  test.each(tasks)('%s: the values of v1 are those that v2 is compared with', async task => {
    const {candidate, baseline} = filesOf(task)
    const ours = put('v2', candidate)
    // What belongs to the row stands in the candidate's file only.
    const theirs = put(
      'v1',
      candidate.map((row, at) => ({...row, ...baseline[at]})),
    )
    const first = await world.release('v1', validation(task, theirs, 'none'))
    const against = await world.validate('v2', validation(task, ours, 'production'))
    const paired = await world.validate('v2', validation(task, ours, world.file(theirs)))
    for (const gate of margins[task]) {
      const {metric} = gate as {metric: 'accuracy'}
      const compared = finding(against, `model/${metric}-may-lose`)
      const then = first.measures?.values[metric]
      const now = against.measures?.values[metric]
      expect(compared.verdict, compared.what).toMatch(/^(pass|inconclusive)$/)
      expect(compared.interval?.method).toBe('two intervals of the same rows, standard deviations added')
      if (metricEntry(metric).better !== 'neither' && task !== 'regression') {
        expect(compared.value).toBeCloseTo((now?.value ?? Number.NaN) - (then?.value ?? Number.NaN), 10)
      }
      // Rows in pairs say the same of the difference, and are surer of it.
      const pair = finding(paired, `model/${metric}-may-lose`)
      expect(pair.value).toBeCloseTo(Number(compared.value), 9)
    }
  })
})
