import {type Observation, quote} from '../../observation.ts'
import {tfCustomOp, tfPathUnsure} from '../tensorflow-rules.ts'
import {type Graphs, isOwnPath, type OutsideNode} from './graph.ts'

/** Everything of an observation but the file it is in. */
export type GraphSight = Pick<Observation, 'rule' | 'what' | 'sure'> & {readonly at: number}

const maxConstants = 5

/**
 * What graphs would do to the machine.
 * @param assets names of the constants that the loader replaces by paths inside the model
 */
export function judgeGraphs(graphs: Graphs, assets: ReadonlySet<string>): readonly GraphSight[] {
  const sights = graphs.outside.flatMap(node => sightsOf(node))
  for (const [op, at] of graphs.unknown) {
    if (graphs.functions.has(op)) continue
    sights.push({
      rule: tfCustomOp,
      what: `It needs the op ${quote(op)}, which TensorFlow does not have.`,
      sure: 'certain',
      at,
    })
  }
  // A saver takes its path from its caller; a caller in the graph would hand it a constant.
  const savers = graphs.outside.filter(({known, source}) => known.when === 'own path' && source.kind === 'loader')
  if (savers.length === 0) return sights
  const said = new Set(graphs.outside.flatMap(({source}) => (source.kind === 'text' ? source.texts : [])))
  const own = graphs.constants.filter(
    ({name, texts}) => !assets.has(name) && texts.some(text => isOwnPath(text) && !said.has(text)),
  )
  for (const {texts, name, at} of own.slice(0, maxConstants)) {
    const path = quote(texts.find(isOwnPath) ?? '')
    const what = `The constant ${quote(name)} holds the path ${path}, and the op ${quote(savers[0]?.op ?? '')} takes its path from elsewhere in the graph or from the loader.`
    sights.push({rule: tfPathUnsure, what, sure: 'possible', at})
  }
  return sights
}

/** Who says where an op reaches, where no text of the graph does. */
const namers = {loader: 'its caller names', computed: 'the graph computes', text: 'it does not name', none: ''} as const

function sightsOf({op, known, name, at, source}: OutsideNode): readonly GraphSight[] {
  const node = `The op ${op} (node ${quote(name)})`
  const {rule, does, when} = known
  const texts = source.kind === 'text' ? source.texts : []
  const shown = texts
    .slice(0, 3)
    .map(text => quote(text))
    .join(', ')
  switch (when) {
    case 'always': {
      const path = shown === '' ? ` that ${namers[source.kind]}` : ` ${shown}`
      const what = source.kind === 'none' ? `${node} ${does}.` : `${node} ${does}${path}.`
      return [{rule, what, sure: 'likely', at}]
    }
    case 'url': {
      const urls = texts.filter(text => /:\/\//.test(text))
      if (urls.length === 0) return []
      return [
        {
          rule,
          what: `${node} ${does} ${urls
            .slice(0, 3)
            .map(url => quote(url))
            .join(', ')}.`,
          sure: 'likely',
          at,
        },
      ]
    }
    case 'own path':
      if (texts.some(isOwnPath)) return [{rule, what: `${node} ${does} ${shown}.`, sure: 'likely', at}]
      if (source.kind !== 'computed') return []
      return [{rule: tfPathUnsure, what: `${node} ${does} a path that the graph computes.`, sure: 'possible', at}]
  }
}
