/**
 * The file store of MLflow (mlflow/store/tracking/file_store.py): folders of experiments and runs, each with a
 * `meta.yaml`, and `metrics/<name>` with lines "timestamp value step", since 3.0 also with the data set.
 */
import {unanswerable} from '../inference/estimate.ts'
import {parseContent} from './content.ts'
import type {Entry} from './format.ts'
import {rootOf} from './generic.ts'
import {type MlflowRun, statusOf} from './mlflow-run.ts'
import {numberAt, textAt} from './node.ts'
import {readNumberText} from './number-text.ts'

export function isMeta(path: string): boolean {
  return /(?:^|\/)meta\.yaml$/.test(path)
}

export function runsOfStore(texts: ReadonlyMap<string, string>): readonly MlflowRun[] {
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
        status: statusOf(numberAt(meta, 'status')),
        deleted: textAt(meta, 'lifecycle_stage') === 'deleted',
        entries: metrics.map(([other, lines]) => readHistory(other.slice(`${folder}metrics/`.length), lines)),
      },
    ]
  })
}

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
