/**
 * Runs of MLflow: a file store (`mlruns`, an experiment, or one run; `metrics/<name>` with lines "timestamp value step",
 * since 3.0 also the data set), a run as JSON (`to_dictionary()`, `mlflow runs describe`, the REST answer of runs/get and
 * runs/search), and the metrics that `mlflow.evaluate` saves.
 */
import {UserError} from '../../core/failure.ts'
import {unanswerable} from '../inference/estimate.ts'
import {parseContent} from './content.ts'
import {type Ask, chooseRun, type Entry, listed, type MetricsFormat} from './format.ts'
import {entriesOf, rootOf} from './generic.ts'
import {isList, isMap, listAt, mapAt, type Node, type NodeMap, numberAt, textAt} from './node.ts'
import {readNumber, readNumberText} from './number-text.ts'

interface Run {
  readonly name: string
  readonly id: string
  readonly status: string
  readonly deleted: boolean
  readonly entries: readonly Entry[]
}

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
function chooseFinished(all: readonly Run[], ask: Ask): Run {
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

// ---- file store: mlflow/store/tracking/file_store.py ----

function isMeta(path: string): boolean {
  return /(?:^|\/)meta\.yaml$/.test(path)
}

function runsOfStore(texts: ReadonlyMap<string, string>): readonly Run[] {
  return [...texts].flatMap(([path, text]) => {
    if (!isMeta(path)) return []
    const folder = path.slice(0, -'meta.yaml'.length)
    const meta = rootOf(parseContent(path, text))
    const id = textAt(meta, 'run_id') ?? textAt(meta, 'run_uuid')
    if (id === undefined) return []
    const name = textAt(meta, 'run_name') ?? texts.get(`${folder}tags/mlflow.runName`)?.trim() ?? ''
    const metrics = [...texts].filter(([other]) => other.startsWith(`${folder}metrics/`))
    return [
      {
        id,
        name: name === '' ? id : name,
        status: statuses[(numberAt(meta, 'status') ?? 0) - 1] ?? 'of an unknown status',
        deleted: textAt(meta, 'lifecycle_stage') === 'deleted',
        entries: metrics.map(([other, lines]) => readHistory(other.slice(`${folder}metrics/`.length), lines)),
      },
    ]
  })
}

/** mlflow.entities.RunStatus, from 1. */
const statuses = ['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'] as const

/** The last value is that of the largest step, then of the latest time; lines may stand in any order. */
function readHistory(name: string, text: string): Entry {
  const lines = text.split('\n').filter(line => line.trim() !== '')
  const points = lines
    .map(line => line.trim().split(/\s+/))
    .map(([time, value = '', step = '0', dataset, digest]) => ({
      time: Number(time),
      value: readNumberText(value).value,
      step: Number(step),
      dataset: {...(dataset === undefined ? {} : {name: dataset}), ...(digest === undefined ? {} : {digest})},
    }))
  const last = points.reduce<(typeof points)[number] | undefined>(
    (best, point) =>
      best && (best.step > point.step || (best.step === point.step && best.time > point.time)) ? best : point,
    undefined,
  )
  if (last === undefined || points.some(({time, step}) => !Number.isFinite(time) || !Number.isFinite(step))) {
    const what = 'its file in the store is not made of lines "timestamp value step".'
    return {name, value: unanswerable('model/reported-not-a-number', what)}
  }
  return {name, value: last.value, ...(Object.keys(last.dataset).length === 0 ? {} : {dataset: last.dataset})}
}

// ---- JSON ----

function runsIn(root: Node): readonly NodeMap[] {
  const run = mapAt(root, 'run') ?? root
  const candidates = [run, ...(listAt(root, 'runs') ?? [])]
  return candidates.filter(isMap).filter(each => mapAt(each, 'info')?.has('status') === true && isMap(each.get('data')))
}

function readRun(run: NodeMap): Run {
  const info = mapAt(run, 'info')
  const id = textAt(info, 'run_id') ?? textAt(info, 'run_uuid') ?? 'unnamed'
  const status = info?.get('status')
  return {
    id,
    name: textAt(info, 'run_name') ?? id,
    status:
      typeof status === 'number' ? (statuses[status - 1] ?? 'of an unknown status') : (textAt(info, 'status') ?? ''),
    deleted: textAt(info, 'lifecycle_stage') === 'deleted',
    entries: readMetrics(mapAt(run, 'data')?.get('metrics')),
  }
}

/** A mapping of the client, or a list of the REST interface, which has the last value of each. */
function readMetrics(metrics: Node | undefined): readonly Entry[] {
  if (isMap(metrics)) {
    return [...metrics].flatMap(([name, node]) => {
      const reading = readNumber(node)
      return reading === null ? [] : [{name, value: reading.value}]
    })
  }
  if (!isList(metrics)) return []
  return metrics.filter(isMap).flatMap(metric => {
    const [name, reading] = [textAt(metric, 'key'), readNumber(metric.get('value') ?? null)]
    if (name === undefined || reading === null) return []
    const [dataset, digest] = [textAt(metric, 'dataset_name'), textAt(metric, 'dataset_digest')]
    const facets = {...(dataset === undefined ? {} : {name: dataset}), ...(digest === undefined ? {} : {digest})}
    return [{name, value: reading.value, ...(Object.keys(facets).length === 0 ? {} : {dataset: facets})}]
  })
}

// ---- mlflow.evaluate ----

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
    return n === undefined || !(n > 0) ? entry : {...entry, n, share: true}
  })
}
