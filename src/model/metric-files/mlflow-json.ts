/** Runs of MLflow as JSON: `to_dictionary()`, `mlflow runs describe`, the REST answers of runs/get and runs/search. */
import type {Entry} from './format.ts'
import {type MlflowRun, statusOf} from './mlflow-run.ts'
import {isList, isMap, listAt, mapAt, type Node, type NodeMap, textAt} from './node.ts'
import {readNumber} from './number-text.ts'

export function runsIn(root: Node): readonly NodeMap[] {
  const run = mapAt(root, 'run') ?? root
  const candidates = [run, ...(listAt(root, 'runs') ?? [])]
  return candidates.filter(isMap).filter(each => mapAt(each, 'info')?.has('status') === true && isMap(each.get('data')))
}

export function readRun(run: NodeMap): MlflowRun {
  const info = mapAt(run, 'info')
  const id = textAt(info, 'run_id') ?? textAt(info, 'run_uuid') ?? 'unnamed'
  const status = info?.get('status')
  return {
    id,
    name: textAt(info, 'run_name') ?? id,
    status: typeof status === 'number' ? statusOf(status) : (textAt(info, 'status') ?? ''),
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
