import type {Work} from '../../limits.ts'
import {OverLimit} from '../../malformed.ts'
import type {Field, Message} from '../protobuf.ts'
import {knownOps} from './known-ops.ts'
import {type GraphNode, readNode} from './node.ts'
import {type OutsideOp, outsideOps} from './ops.ts'

/** What graphs and their functions hold that may matter. */
export interface Graphs {
  /** Ops that reach outside. */
  readonly outside: OutsideNode[]
  /** Texts in constants, by the graph or function that they stand in. */
  readonly constants: Constant[]
  /** Ops that TensorFlow does not register, until the names of functions are known. */
  readonly unknown: Map<string, number>
  readonly functions: Set<string>
  nodes: number
}

export interface OutsideNode {
  readonly op: string
  readonly known: OutsideOp
  readonly name: string
  readonly at: number
  readonly source: PathSource
}

/** Where a path comes from. `loader`: an argument or placeholder, which whoever runs the graph fills in. */
export type PathSource =
  | {readonly kind: 'text'; readonly texts: readonly string[]}
  | {readonly kind: 'loader' | 'computed' | 'none'}

export interface Constant {
  readonly name: string
  readonly texts: readonly string[]
  readonly at: number
}

export function noGraphs(): Graphs {
  return {outside: [], constants: [], unknown: new Map(), functions: new Set(), nodes: 0}
}

/** GraphDef (graph.proto): nodes, and a library of functions. @throws Malformed, OverLimit */
export async function readGraph(graph: Message, graphs: Graphs, work: Work): Promise<void> {
  const scope = new Scope(graphs, work)
  for (let field = await graph.next(); field; field = await graph.next()) {
    if (field.type !== 'bytes') continue
    if (field.number === 1) await scope.add(graph.open(field), field)
    else if (field.number === 2) await readLibrary(graph.open(field), graphs, work)
  }
  scope.close()
}

/** FunctionDefLibrary: functions are graphs of their own, whose names are ops where they are called. */
async function readLibrary(library: Message, graphs: Graphs, work: Work): Promise<void> {
  for (let field = await library.next(); field; field = await library.next()) {
    if (field.number === 1 && field.type === 'bytes') await readFunction(library.open(field), graphs, work)
  }
}

async function readFunction(definition: Message, graphs: Graphs, work: Work): Promise<void> {
  const scope = new Scope(graphs, work)
  for (let field = await definition.next(); field; field = await definition.next()) {
    if (field.type !== 'bytes') continue
    if (field.number === 3) await scope.add(definition.open(field), field)
    else if (field.number === 1) {
      const signature = definition.open(field)
      for (let part = await signature.next(); part; part = await signature.next()) {
        if (part.number === 1 && part.type === 'bytes') graphs.functions.add(await signature.text(part))
      }
    }
  }
  scope.close()
}

/** Nodes of one graph that are kept: enough for any that a person wrote. */
const maxKept = 1_000_000
/** Ops that hand a text on, or put it together from others; with the inputs that are texts, where not all are. */
const passing: ReadonlyMap<string, readonly number[] | null> = new Map<string, readonly number[] | null>([
  ...['Identity', 'IdentityN', 'StringJoin', 'Pack', 'ConcatV2', 'Concat', 'Merge'].map(op => [op, null] as const),
  ...['ShardedFilename', 'ShardedFilespec', 'Reshape', 'ExpandDims', 'Squeeze'].map(op => [op, [0]] as const),
  ...['PlaceholderWithDefault', 'Switch', 'Tile', 'BroadcastTo', 'StopGradient'].map(op => [op, [0]] as const),
  ...['Select', 'SelectV2'].map(op => [op, [1, 2]] as const),
  ['Fill', [1]],
])
/** Filled in by whoever runs the graph. */
const filledIn = new Set(['Placeholder', '_Arg', 'VarHandleOp', 'StaticRegexFullMatch', 'RegexFullMatch'])

/** The nodes of one graph or function: names are its own. */
class Scope {
  readonly #graphs: Graphs
  readonly #work: Work
  readonly #kept = new Map<string, GraphNode>()
  readonly #outside: {node: GraphNode; known: OutsideOp}[] = []
  /** Names of nodes that compute something that is no text handed on. */
  readonly #others = new Set<string>()

  constructor(graphs: Graphs, work: Work) {
    this.#graphs = graphs
    this.#work = work
  }

  /** @param message a NodeDef */
  async add(message: Message, {at}: Field): Promise<void> {
    this.#graphs.nodes++
    const node = await readNode(message, at)
    const {op, name} = node
    const known = outsideOps.get(op)
    if (known) this.#outside.push({node, known})
    else if (!knownOps.has(op) && !this.#graphs.unknown.has(op)) this.#graphs.unknown.set(op, at)
    const texts = op === 'Const' ? (node.attributes.get('value') ?? []) : []
    if (texts.length > 0) this.#graphs.constants.push({name, texts, at})
    if (texts.length > 0 || passing.has(op) || filledIn.has(op)) this.#kept.set(name, node)
    else this.#others.add(name)
    if (this.#kept.size + this.#others.size + this.#graphs.constants.length > maxKept) {
      throw new OverLimit('work', 'A graph has more nodes than are kept.')
    }
  }

  close(): void {
    for (const {node, known} of this.#outside) {
      const {op, name, at} = node
      this.#graphs.outside.push({op, known, name, at, source: this.#sourceOf(node, known)})
    }
  }

  #sourceOf(node: GraphNode, {path}: OutsideOp): PathSource {
    if (path === null) return {kind: 'none'}
    if ('attribute' in path) return {kind: 'text', texts: node.attributes.get(path.attribute) ?? []}
    const input = node.inputs[path.input]
    return input === undefined ? {kind: 'none'} : this.#trace(input)
  }

  /** Follows a text back through the ops that hand it on. */
  #trace(input: string): PathSource {
    const texts: string[] = []
    const seen = new Set<string>()
    const stack = [input]
    let computed = false
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      const name = nodeOf(next)
      if (seen.has(name)) continue
      seen.add(name)
      this.#work.step()
      const node = this.#kept.get(name)
      if (node === undefined) computed ||= this.#others.has(name)
      else if (node.op === 'Const') texts.push(...(node.attributes.get('value') ?? []))
      else stack.push(...textInputs(node))
    }
    if (texts.some(isOwnPath)) return {kind: 'text', texts: texts.filter(isOwnPath)}
    if (computed) return {kind: 'computed'}
    return texts.length > 0 ? {kind: 'text', texts} : {kind: 'loader'}
  }
}

function textInputs({op, inputs}: GraphNode): readonly string[] {
  const indices = passing.get(op)
  if (indices === undefined) return []
  return indices === null ? inputs : indices.flatMap(index => inputs[index] ?? [])
}

/** `node`, `node:0`, `^node`, and in functions `node:output:0`. */
function nodeOf(input: string): string {
  const name = input.startsWith('^') ? input.slice(1) : input
  const colon = name.indexOf(':')
  return colon < 0 ? name : name.slice(0, colon)
}

/** A path that leads away from where the loader is: absolute, upward, or of another file system. */
export function isOwnPath(text: string): boolean {
  return /^(?:[/\\~]|[A-Za-z]:[/\\]|[a-z][a-z0-9+.-]{1,20}:\/\/)/.test(text) || /(?:^|[/\\])\.\.(?:[/\\]|$)/.test(text)
}
