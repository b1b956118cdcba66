/** What a case of wrong model data writes: a config, and files beside it, in which only one thing is wrong. */
import type {Task} from '../../../src/core/metric-catalog.ts'
import {type Change, changedWorld} from '../../model/evaluation/worlds.ts'
import {written} from '../../model/evaluation/written.ts'
import type {Given} from './case.ts'

type Json = Readonly<Record<string, unknown>>

export interface Setup {
  /** Files beside the config. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>
  /** The config's `validation`; `@/` is the folder. */
  readonly validation: Json
  readonly model?: Json
}

/** `slipway validate` of exactly this. */
export function validated({files = {}, validation, model}: Setup): Given {
  return world => {
    for (const [name, content] of Object.entries(files)) world.write(name, content)
    const config = {
      version: 1,
      service: 'zoo',
      model: {files: '@/model', ...model},
      validation,
      records: {kind: 'directory', path: '@/records'},
    }
    world.write('slipway.yml', JSON.stringify(config).replaceAll('@/', `${world.folder}/`))
    return ['validate']
  }
}

/** A gate that any model keeps: what does not pass, does not pass for its data. */
export const lax: Readonly<Record<Task, Json>> = {
  binary: {metric: 'accuracy', 'at-least': 0, 'may-lose': 1},
  multiclass: {metric: 'accuracy', 'at-least': 0, 'may-lose': 1},
  multilabel: {metric: 'hamming-loss', 'at-most': 1, 'may-lose': 1},
  regression: {metric: 'mae', 'at-most': 1e6, 'may-lose': 1e6},
  ranking: {metric: 'ndcg', 'at-least': 0, 'may-lose': 1},
  text: {metric: 'correct-share', 'at-least': 0, 'may-lose': 1},
}

export interface RowsSetup {
  /** Rows and roles; nothing is wrong with those that are not named. */
  readonly change?: Change
  /** Default: the lax one of the task. */
  readonly gates?: readonly Json[]
  /** Further keys of `validation`. */
  readonly validation?: Json
  /** Further keys of `validation.predictions`. */
  readonly predictions?: Json
  readonly files?: Setup['files']
}

/** Predictions of 60 rows, in which two models differ a little. */
export function rows(task: Task, {change = {}, gates = [lax[task]], validation, predictions, files}: RowsSetup): Given {
  const world = changedWorld(task, change)
  const ours = written(world.candidate)
  const theirs = world.baseline === null ? null : written(world.baseline)
  return validated({
    files: {
      [`candidate.${ours.ending}`]: ours.text,
      ...(theirs === null ? {} : {[`baseline.${theirs.ending}`]: theirs.text}),
      ...files,
    },
    validation: {
      predictions: {
        ...world.predictions,
        candidate: `@/candidate.${ours.ending}`,
        baseline: theirs === null ? 'none' : `@/baseline.${theirs.ending}`,
        ...predictions,
      },
      gates,
      resamples: 200,
      ...validation,
    },
  })
}
