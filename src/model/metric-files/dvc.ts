/**
 * Metrics of DVC: the files that `dvc.yaml` names under `metrics`, at the top or in a stage, flattened as `dvc metrics
 * show` does it; and what `dvc metrics show --json` prints.
 */
import {UserError} from '../../core/failure.ts'
import {chooseRun, type Entry, type MetricsFormat} from './format.ts'
import {entriesOf, rootOf} from './generic.ts'
import {isList, isMap, listAt, mapAt, type Node, textAt} from './node.ts'

export const dvc: MetricsFormat = {
  tool: 'dvc',
  title: 'metrics of DVC',
  knownBy: 'a dvc.yaml with "metrics", or what `dvc metrics show --json` prints',
  recognises: content => content.kind === 'dvc' || (content.kind === 'document' && isShown(content.root)),
  read: (content, ask) => {
    if (content.kind === 'dvc') return {run: null, entries: entriesOfFiles(content.files)}
    const shown = rootOf(content)
    const revisions = isMap(shown)
      ? [...shown].map(([name, node]) => ({name: name === '' ? 'workspace' : name, node}))
      : []
    const {name, node} = chooseRun('revision', revisions, ask)
    const files = [...(mapAt(node, 'data') ?? [])]
    const broken = files.find(([, file]) => mapAt(file, 'data') === undefined)
    if (broken || files.length === 0) {
      const seen = broken ? `no values for ${broken[0]}` : 'no metrics'
      throw new UserError('model/metrics-empty', `${ask.path}: DVC found ${seen} in the revision "${name}".`, {
        hint: 'Run `dvc repro` or `dvc pull`, and write the file again.',
      })
    }
    return {
      run: name,
      entries: entriesOfFiles(files.map(([path, file]) => ({path, root: mapAt(file, 'data') ?? null}))),
    }
  },
}

/** With several files, the file stands before the name, as DVC's own table shows it. */
function entriesOfFiles(files: readonly {readonly path: string; readonly root: Node}[]): readonly Entry[] {
  const only = files.length === 1
  return files.flatMap(({path, root}) =>
    entriesOf(root).map(entry => (only ? entry : {...entry, name: `${path}:${entry.name}`, alias: entry.name})),
  )
}

function isShown(root: Node): boolean {
  if (!isMap(root) || root.size === 0) return false
  return [...root.values()].every(revision => {
    const files = mapAt(revision, 'data')
    return (
      files !== undefined &&
      [...files.values()].every(file => isMap(file) && (isMap(file.get('data')) || isMap(file.get('error'))))
    )
  })
}

/** Whether a document is a `dvc.yaml`. */
export function isDvcYaml(root: Node): boolean {
  const stages = mapAt(root, 'stages')
  if (
    stages !== undefined &&
    [...stages.values()].some(stage => isMap(stage) && ['cmd', 'do', 'foreach', 'matrix'].some(key => stage.has(key)))
  )
    return true
  const metrics = listAt(root, 'metrics')
  return metrics !== undefined && metrics.length > 0 && metrics.every(each => pathOf(each) !== undefined)
}

/**
 * Files and folders that a `dvc.yaml` names as metrics, relative to it.
 * @throws UserError `model/metrics-dvc-template` or `model/metrics-empty`
 */
export function dvcMetricPaths(path: string, root: Node): readonly string[] {
  const ofStages = [...(mapAt(root, 'stages') ?? [])].flatMap(([, stage]) => {
    const folder = textAt(stage, 'wdir')
    return pathsIn(listAt(stage, 'metrics') ?? listAt(stage, 'do', 'metrics')).map(each =>
      folder === undefined ? each : `${folder}/${each}`,
    )
  })
  const paths = [...new Set([...pathsIn(listAt(root, 'metrics')), ...ofStages])]
  const template = paths.find(each => each.includes('${'))
  if (template !== undefined) {
    throw new UserError('model/metrics-dvc-template', `${path} names its metrics with a template: ${template}.`, {
      hint: 'Write them with `dvc metrics show --json > metrics.json`, and point validation.metrics to that file.',
    })
  }
  if (paths.length > 0) return paths
  throw new UserError('model/metrics-empty', `${path} names no metrics.`, {
    hint: 'Declare them with `dvc stage add -M metrics.json`, or under `metrics:`.',
  })
}

function pathsIn(list: readonly Node[] | undefined): readonly string[] {
  return (list ?? []).flatMap(each => pathOf(each) ?? [])
}

/** `metrics.json`, or `metrics.json: {cache: false}`. */
function pathOf(node: Node): string | undefined {
  if (typeof node === 'string') return node
  const [entry, ...others] = isMap(node) ? node : []
  if (entry === undefined || others.length > 0) return undefined
  const [path, options] = entry
  return options === null || isMap(options) || isList(options) ? path : undefined
}
