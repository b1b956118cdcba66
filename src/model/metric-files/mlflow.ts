/**
 * Runs of MLflow: a file store (`mlruns`, an experiment, or one run; `metrics/<name>` with lines "timestamp value step",
 * since 3.0 also the data set), a run as JSON (`to_dictionary()`, `mlflow runs describe`, the REST answer of runs/get and
 * runs/search), and the metrics that `mlflow.evaluate` saves.
 */
import {UserError} from '../../core/failure.ts'
import {type Ask, chooseRun, type Entry, listed, type MetricsFormat} from './format.ts'
import {entriesOf, rootOf} from './generic.ts'
import {readRun, runsIn} from './mlflow-json.ts'
import type {MlflowRun} from './mlflow-run.ts'
import {isMeta, runsOfStore} from './mlflow-store.ts'
import {isMap, type Node, numberAt} from './node.ts'

export const mlflow: MetricsFormat = {
  tool: 'mlflow',
  title: 'a run of MLflow',
  knownBy:
    'a folder with "meta.yaml" and "metrics/", or JSON with "info" and "data" of a run, or "example_count" beside scores',
  recognises: content =>
    content.kind === 'store'
      ? [...content.texts.keys()].some(path => isMeta(path))
      : runsIn(rootOf(content)).length > 0 || isEvaluation(rootOf(content)),
  read: (content, ask) => {
    if (isEvaluation(rootOf(content))) return {run: null, entries: readEvaluation(rootOf(content))}
    const runs = content.kind === 'store' ? runsOfStore(content.texts) : runsIn(rootOf(content)).map(readRun)
    const {name, entries} = chooseFinished(runs, ask)
    return {run: name, entries}
  },
}

/** @throws UserError `model/metrics-run-unfinished`, `model/metrics-run-needed` or `model/metrics-run-missing` */
function chooseFinished(all: readonly MlflowRun[], ask: Ask): MlflowRun {
  const kept = all.filter(run => !run.deleted)
  const runs = kept.map(run =>
    kept.some(other => other !== run && other.name === run.name) ? {...run, name: run.id} : run,
  )
  const finished = runs.filter(run => run.status === 'FINISHED')
  const asked = runs.find(run => run.name === ask.run || run.id === ask.run)
  if (asked && asked.status !== 'FINISHED') {
    throw new UserError('model/metrics-run-unfinished', `${ask.path}: the run "${asked.name}" is ${asked.status}.`, {
      hint: 'A run that did not finish has measured only a part: run it again.',
    })
  }
  if (finished.length === 0) {
    const names = listed(runs.map(run => run.name))
    throw new UserError('model/metrics-run-unfinished', `${ask.path} holds no finished run. It holds: ${names}.`, {
      hint: 'A run that did not finish has measured only a part: run it again.',
    })
  }
  return chooseRun('run', finished, ask)
}

function isEvaluation(root: Node): boolean {
  return (
    numberAt(root, 'example_count') !== undefined &&
    isMap(root) &&
    [...root.keys()].some(key => /_score$|_error$|^roc_auc$/.test(key))
  )
}

/** The default evaluator counts the cells of a binary confusion matrix, so that three shares have a number of rows. */
function readEvaluation(root: Node): readonly Entry[] {
  const count = (key: string) => numberAt(root, key) ?? Number.NaN
  const [truePositives, falsePositives, falseNegatives] = ['true_positives', 'false_positives', 'false_negatives'].map(
    count,
  )
  const rows = new Map([
    ['accuracy_score', count('example_count')],
    ['recall_score', (truePositives ?? Number.NaN) + (falseNegatives ?? Number.NaN)],
    ['precision_score', (truePositives ?? Number.NaN) + (falsePositives ?? Number.NaN)],
  ])
  return entriesOf(root).map(entry => {
    const n = rows.get(entry.name)
    const measured = {...entry, dataset: {rows: String(count('example_count'))}}
    return n === undefined || !(n > 0) ? measured : {...measured, n, share: true}
  })
}
