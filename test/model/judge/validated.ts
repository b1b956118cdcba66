/** The whole pipeline in memory: files and what stands under `validation`, as `slipway.yml` says it. */
import {modelGates} from '../../../src/config/defaults.ts'
import {parseConfig} from '../../../src/config/load.ts'
import {type metricCatalog, metricEntry, metricNames, type Task} from '../../../src/core/metric-catalog.ts'
import {type ValidatedModel, validateModel} from '../../../src/model/run.ts'
import {systemExec} from '../../../src/runtime/exec.ts'
import {worlds} from '../evaluation/worlds.ts'
import {memoryFiles} from '../memory-files.ts'
import {weights} from '../safetensors-file.ts'
import {filesOf, type Row, toFile} from './rows.ts'

export type FileContents = Readonly<Record<string, string | Uint8Array>>

/** Refuses a config that Slipway would refuse. */
export function validated(files: FileContents, validation: object, model: object = {}): Promise<ValidatedModel> {
  const text = JSON.stringify({version: 1, service: 'credit', model: {files: 'model', ...model}, validation})
  const config = parseConfig(text, 'slipway.yml')
  return validateModel({
    service: config.service,
    model: config.model,
    validation: config.validation,
    gates: modelGates(config),
    today: 0,
    files: memoryFiles({'model/model.safetensors': weights, ...files}),
    exec: systemExec,
    env: {PATH: process.env.PATH},
    production: null,
  })
}

/** `validation.predictions` of a task's world, for files of these names. */
export function predictionsOf(task: Task, candidate: string, baseline: string, columns: object = {}): object {
  const world = worlds[task]
  return {...world.config, candidate, baseline, columns: {...world.columns, ...columns}}
}

/** What a metric needs beside its name. */
const parameters: Readonly<Record<string, object>> = {
  'f-beta': {beta: 2},
  'top-k-accuracy': {k: 2},
  'pinball-loss': {level: 0.9},
  'recall-at-k': {k: 3},
  'precision-at-k': {k: 3},
  'hit-rate': {k: 3},
  'pass-at-k': {k: 2},
}
const ofTask: Readonly<Record<string, Partial<Record<Task, object>>>> = {
  cost: {
    binary: {costs: {bad: {good: 5}, good: {bad: 1}}},
    multiclass: {costs: {ant: {bee: 1, cat: 2}, bee: {ant: 1, cat: 1}, cat: {ant: 3, bee: 1}}},
  },
  value: {
    binary: {of: "times * (answer == 'bad')"},
    multiclass: {of: "times * (answer == 'bee')"},
    regression: {of: 'times * answer'},
  },
}

/** A gate of a metric with every parameter that it needs, and these limits. */
export function gateOf(metric: keyof typeof metricCatalog, task: Task, limits: object): object {
  return {metric, ...parameters[metric], ...ofTask[metric]?.[task], ...limits}
}

/** Every metric of a task, held against the baseline, or between limits where neither more nor less is better. */
export function everyMetric(task: Task, margin: object = {'may-lose': 0.1}): object[] {
  return metricNames
    .filter(metric => metricEntry(metric).tasks.includes(task))
    .map(metric => gateOf(metric, task, metricEntry(metric).better === 'neither' ? {'at-least': 0.5} : margin))
}

/** Every metric, slices, groups, segments and drift. */
export function everyGate(task: Task): object[] {
  const [first] = everyMetric(task)
  return [
    ...everyMetric(task),
    {...first, 'in-each': ['region', 'late']},
    ...(task === 'binary' ? [{fairness: 'equalized-odds-difference', by: 'region', 'at-most': 0.2}] : []),
    ...(task === 'regression' ? [{fairness: 'loss-ratio', by: 'region', 'at-least': 0.5}] : []),
    ...segments(task),
    {drift: 'psi', against: 'reference.csv', in: 'judged.csv', 'at-most': 0.2},
  ]
}

function segments(task: Task): object[] {
  const metric = {binary: 'log-loss', multiclass: 'accuracy', regression: 'mae', text: 'exact-match'}
  if (task === 'multilabel' || task === 'ranking') return []
  return [{'weak-segments': metric[task], 'may-lag': 0.1, 'min-rows': 20}]
}

/** Rows of any kind, for drift: the second half is another one. */
const anyRows = (shift: number): Row[] =>
  Array.from({length: 200}, (_, row) => ({age: 20 + ((row * 7 + shift) % 40), city: row % 3 === 0 ? 'x' : 'y'}))

export const driftFiles = {
  'reference.csv': toFile(anyRows(0)).text,
  'judged.csv': toFile(anyRows(5)).text,
} as const

/** The slice that `everyGate` asks for by its name. */
export const slices = [{name: 'late', where: 'times >= 2'}]

/** All gates on the rows of a task's world, or on changed ones. */
export async function judgedWith(
  task: Task,
  change: {
    rows?: {candidate: readonly Row[]; baseline: readonly Row[]}
    gates?: readonly object[]
    columns?: object
    config?: object
    validation?: object
  } = {},
): Promise<ValidatedModel> {
  const {candidate, baseline} = change.rows ?? filesOf(task)
  const ours = toFile(candidate)
  const theirs = toFile(baseline)
  const names = [`candidate.${ours.ending}`, `baseline.${theirs.ending}`] as const
  return validated(
    {...driftFiles, [names[0]]: ours.text, [names[1]]: theirs.text},
    {
      predictions: {...predictionsOf(task, ...names, change.columns), ...change.config},
      gates: change.gates ?? everyGate(task),
      slices,
      resamples: 200,
      ...change.validation,
    },
  )
}
