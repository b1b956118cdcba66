import {describe, expect, test} from 'vitest'
import {configSchema} from '../../../src/config/schema.ts'

import {type Task, tasks} from '../../../src/core/metric-catalog.ts'
import {worstOf} from '../../../src/core/verdict.ts'
import {validateModel} from '../../../src/model/run.ts'
import {systemExec} from '../../../src/runtime/exec.ts'
import {memoryFiles} from '../memory-files.ts'
import {weights} from '../safetensors-file.ts'
import {allCases} from './cases/all.ts'
import {type Change, changedWorld} from './worlds.ts'
import {written} from './written.ts'

/** Gates that any model keeps: what does not pass, does not pass for its data. */
const lax: Readonly<Record<Task, readonly Readonly<Record<string, unknown>>[]>> = {
  binary: [{metric: 'accuracy', 'at-least': 0, 'may-lose': 1}],
  multiclass: [{metric: 'accuracy', 'at-least': 0, 'may-lose': 1}],
  multilabel: [{metric: 'hamming-loss', 'at-most': 1, 'may-lose': 1}],
  regression: [{metric: 'mae', 'at-most': 1e6, 'may-lose': 1e6}],
  ranking: [{metric: 'ndcg', 'at-least': 0, 'may-lose': 1}],
  text: [{metric: 'correct-share', 'at-least': 0, 'may-lose': 1}],
}

describe.each(tasks)('%s: the verdict over the whole model', task => {
  test('is a pass where nothing is wrong', async () => {
    // Sixty rows have too few clusters to say how sure a value is.
    const {verdict, reason} = await validate(task, {columns: {cluster: undefined}})
    expect({verdict, reason}).toEqual({verdict: 'pass', reason: 'model/passed'})
  })

  const cases = allCases[task].filter(({inMemory, says}) => !inMemory && says.length > 0)
  test.each(cases)('is none where something is: $title', async ({change, says}) => {
    const {verdict, findings} = await validate(task, change)
    const worst = worstOf(says.map(each => severityOf(each)))
    expect(worstOf([worst, verdict])).toBe(verdict)
    expect(verdict).not.toBe('pass')
    const told = findings
      .filter(({id}) => id === 'model/predictions-usable')
      .map(({verdict, reason}) => `${verdict} ${reason}`)
    expect(told).toEqual(says.map(each => each.replace(/ (candidate|baseline|both) /, ' ')))
  })
})

async function validate(task: Task, change: Change) {
  const {predictions, candidate, baseline} = changedWorld(task, change)
  const ours = written(candidate)
  const theirs = baseline === null ? null : written(baseline)
  const config = configSchema.parse({
    version: 1,
    service: 'zoo',
    model: {files: 'model'},
    validation: {
      predictions: {
        ...predictions,
        candidate: `candidate.${ours.ending}`,
        baseline: theirs === null ? 'none' : `baseline.${theirs.ending}`,
      },
      gates: lax[task],
      resamples: 200,
    },
  })
  const {result} = await validateModel({
    service: config.service,
    model: config.model,
    validation: config.validation,
    gates: config.validation.gates ?? [],
    today: 0,
    files: memoryFiles({
      'model/model.safetensors': weights,
      [`candidate.${ours.ending}`]: ours.text,
      ...(theirs === null ? {} : {[`baseline.${theirs.ending}`]: theirs.text}),
    }),
    exec: systemExec,
    env: {},
    production: null,
  })
  return result
}

function severityOf(said: string): 'error' | 'inconclusive' | 'warn' {
  const [severity] = said.split(' ')
  if (severity === 'error' || severity === 'inconclusive' || severity === 'warn') return severity
  throw new TypeError(`no severity: ${said}`)
}
