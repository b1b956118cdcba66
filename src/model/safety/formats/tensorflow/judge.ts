import {type Observation, quote} from '../../observation.ts'
import type {Call, Graphs, OutsideNode, PathSource} from './graph.ts'
import {tfCustomOp, tfPathUnsure} from './rules.ts'

/** Everything of an observation but the file it is in. */
export type GraphSight = Pick<Observation, 'rule' | 'what' | 'sure'> & {readonly at: number}

/**
 * What graphs would do to the machine.
 * @param assets names of the constants of the outermost graph that the loader replaces by paths inside the model
 */
export function judgeGraphs(graphs: Graphs, assets: ReadonlySet<string>): readonly GraphSight[] {
  const sights = graphs.outside.flatMap(node => sightsOf(node, assets))
  for (const [op, at] of graphs.unknown) {
    if (graphs.functions.has(op)) continue
    const what = `It needs the op ${quote(op)}, which TensorFlow does not have.`
    sights.push({rule: tfCustomOp, what, sure: 'certain', at})
  }
  return [...sights, ...sightsOfCalls(graphs, assets)]
}

function sightsOf(
  {op, known, name, at, scope, source}: OutsideNode,
  assets: ReadonlySet<string>,
): readonly GraphSight[] {
  const node = `The op ${op} (node ${quote(name)})`
  const {rule, does, when} = known
  const texts = source.texts.map(({text}) => text)
  switch (when) {
    case 'always': {
      const path =
        known.path === null ? '' : texts.length > 0 ? ` ${list(texts)}` : ` that ${namerOf(source, known.path)}`
      return [{rule, what: `${node} ${does}${path}.`, sure: 'likely', at}]
    }
    case 'url': {
      const urls = texts.filter(text => /:\/\//.test(text))
      if (urls.length === 0) return []
      return [{rule, what: `${node} ${does} ${list(urls)}.`, sure: 'likely', at}]
    }
    case 'own path': {
      const paths = ownPaths(source, scope, assets)
      if (paths.length > 0) return [{rule, what: `${node} ${does} ${list(paths)}.`, sure: 'likely', at}]
      if (!source.computed) return []
      return [{rule: tfPathUnsure, what: `${node} takes a path that the graph computes.`, sure: 'possible', at}]
    }
  }
}

/** Savers take their path as an argument: a node that calls their function, or one around it, may hand them its own. */
function sightsOfCalls({outside, calls, functions}: Graphs, assets: ReadonlySet<string>): readonly GraphSight[] {
  const callers = new Map<string, Call[]>()
  for (const call of calls) {
    for (const callee of call.callees) {
      const known = callers.get(callee)
      if (known) known.push(call)
      else callers.set(callee, [call])
    }
  }
  const reached = new Set<string>()
  const queue = outside.flatMap(saver =>
    saver.known.when === 'own path' ? stepsFrom(saver, saver.scope, saver.source) : [],
  )
  const sights: GraphSight[] = []
  for (let next = queue.pop(); next; next = queue.pop()) {
    const {saver, scope, argument} = next
    const step = `${saver.op} ${scope} ${argument}`
    if (reached.has(step)) continue
    reached.add(step)
    const index = functions.get(scope)?.indexOf(argument) ?? -1
    for (const call of callers.get(scope) ?? []) {
      for (const source of call.ordered && index >= 0 ? call.sources.slice(index, index + 1) : call.sources) {
        for (const sight of sightsOfCall(call, source, {saver, assets})) sights.push(sight)
        for (const further of stepsFrom(saver, call.scope, source)) queue.push(further)
      }
    }
  }
  return sights
}

/** Arguments of a function through which a path reaches a saver. */
function stepsFrom(saver: OutsideNode, scope: string | null, {fromArguments}: PathSource) {
  return scope === null ? [] : fromArguments.map(argument => ({saver, scope, argument}))
}

function sightsOfCall(
  {name, at, scope}: Call,
  source: PathSource,
  {saver, assets}: {readonly saver: OutsideNode; readonly assets: ReadonlySet<string>},
): readonly GraphSight[] {
  const {op, known} = saver
  const node = `The node ${quote(name)} calls a function whose op ${op}`
  const paths = ownPaths(source, scope, assets)
  if (paths.length > 0) return [{rule: known.rule, what: `${node} ${known.does} ${list(paths)}.`, sure: 'likely', at}]
  if (!source.computedText) return []
  return [{rule: tfPathUnsure, what: `${node} takes a path that the graph may compute.`, sure: 'possible', at}]
}

function ownPaths({texts}: PathSource, scope: string | null, assets: ReadonlySet<string>): readonly string[] {
  return texts.filter(({text, node}) => isOwnPath(text) && !(scope === null && assets.has(node))).map(({text}) => text)
}

/** Who says where an op reaches, where no text of the graph does. */
function namerOf({computed}: PathSource, path: {readonly input: number} | {readonly attribute: string}): string {
  if ('attribute' in path) return 'it does not name'
  return computed ? 'the graph computes' : 'its caller names'
}

function list(texts: readonly string[]): string {
  return texts
    .slice(0, 3)
    .map(text => quote(text))
    .join(', ')
}

/** A path that leads away from where the loader is: absolute, upward, or of another file system. */
function isOwnPath(text: string): boolean {
  return /^(?:[/\\~]|[A-Za-z]:[/\\]|[a-z][a-z0-9+.-]{1,20}:\/\/)/.test(text) || /(?:^|[/\\])\.\.(?:[/\\]|$)/.test(text)
}
