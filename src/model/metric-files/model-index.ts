/**
 * Results in the front matter of a model card: `model-index`, as the Hugging Face hub reads it. A result is of a task on
 * a data set; a value may be a text ("20.0 ± 1.2") or a mapping of several.
 */
import {UserError} from '../../core/failure.ts'
import type {Content} from './content.ts'
import {leavesOf} from './flatten.ts'
import {type Ask, chooseRun, type Entry, type MetricsFormat, type Reading} from './format.ts'
import type {Dataset} from './metrics-file.ts'
import {at, isMap, listAt, mapAt, type Node, textAt} from './node.ts'

export const modelIndex: MetricsFormat = {
  tool: 'model-index',
  title: 'a model card with results',
  knownBy: 'YAML front matter with "model-index"',
  recognises: content => content.kind === 'card' || listAt(frontMatterOf(content), 'model-index') !== undefined,
  read: (content, ask) => readModels(frontMatterOf(content), ask),
}

function frontMatterOf(content: Content): Node {
  return content.kind === 'card' ? content.frontMatter : content.kind === 'document' ? content.root : null
}

/** @throws UserError `model/metrics-empty`, `model/metrics-run-needed` or `model/metrics-run-missing` */
function readModels(frontMatter: Node, ask: Ask): Reading {
  const models = (listAt(frontMatter, 'model-index') ?? []).flatMap((model, index) => {
    const entries = (listAt(model, 'results') ?? []).flatMap(readResult)
    return entries.length === 0 ? [] : [{name: textAt(model, 'name') ?? `model ${index + 1}`, entries}]
  })
  const [only, ...others] = models
  if (only === undefined) {
    throw new UserError('model/metrics-empty', `${ask.path} is a model card without results under model-index.`, {
      hint: 'Write the results there, or point validation.metrics to the file that has them.',
    })
  }
  // With one model, `run` may name a data set instead.
  if (others.length === 0 && only.name !== ask.run) return {run: null, entries: only.entries}
  const chosen = chooseRun('model', models, ask)
  return {run: chosen.name, entries: chosen.entries}
}

function readResult(result: Node): readonly Entry[] {
  const dataset = mapAt(result, 'dataset')
  const part = partOf(dataset)
  const facets = facetsOf(dataset)
  const metrics = (listAt(result, 'metrics') ?? []).filter(isMap)
  const types = metrics.map(metric => textAt(metric, 'type') ?? textAt(metric, 'name') ?? 'value')
  return metrics.flatMap((metric, index) => {
    const type = types[index] ?? 'value'
    const repeated = types.indexOf(type) !== types.lastIndexOf(type)
    const title = repeated ? `${type} (${textAt(metric, 'name') ?? textAt(metric, 'config') ?? index + 1})` : type
    return leavesOf(metric.get('value') ?? null).map(({path, value, note}): Entry => {
      const name = [title, ...path].join('.')
      return {part, name, alias: name, value, dataset: facets, ...(note === undefined ? {} : {note})}
    })
  })
}

/** `GLUE SST-2 (sst2, validation)`. */
function partOf(dataset: Node | undefined): string {
  const name = textAt(dataset, 'name') ?? textAt(dataset, 'type') ?? 'unnamed data'
  const details = [textAt(dataset, 'config'), textAt(dataset, 'split')].filter(each => each !== undefined)
  return details.length === 0 ? name : `${name} (${details.join(', ')})`
}

function facetsOf(dataset: Node | undefined): Dataset {
  const facets = ['type', 'config', 'split', 'revision'].flatMap(facet => {
    const value = at(dataset, facet)
    return typeof value === 'string' || typeof value === 'number' ? [[facet, String(value)] as const] : []
  })
  return Object.fromEntries(facets)
}
