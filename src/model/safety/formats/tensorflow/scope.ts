import type {Work} from '../../limits.ts'
import {OverLimit} from '../../malformed.ts'
import type {Field, Message} from '../protobuf.ts'
import type {ConstantText, Graphs, PathSource} from './graph.ts'
import {knownOps} from './known-ops.ts'
import {type GraphNode, readNode} from './node.ts'
import {type OutsideOp, outsideOps} from './ops.ts'

/** Nodes of one graph that are kept: enough for any that a person wrote. */
const maxKept = 1_000_000

/** Ops that hand a text on, or put it together from others; with the inputs that are texts, where not all are. */
const passing: ReadonlyMap<string, readonly number[] | null> = new Map<string, readonly number[] | null>([
  ...['Identity', 'IdentityN', 'StringJoin', 'Pack', 'ConcatV2', 'Concat', 'Merge'].map(op => [op, null] as const),
  ...['ShardedFilename', 'ShardedFilespec', 'Reshape', 'ExpandDims', 'Squeeze'].map(op => [op, [0]] as const),
  ...['PlaceholderWithDefault', 'Switch', 'Tile', 'BroadcastTo', 'StopGradient'].map(op => [op, [0]] as const),
  ...['Select', 'SelectV2'].map(op => [op, [1, 2]] as const),
  ...['Gather', 'GatherV2', 'Slice', 'StridedSlice', 'Unpack', 'SplitV'].map(op => [op, [0]] as const),
  ...['Fill', 'Split'].map(op => [op, [1]] as const),
])
/** Filled in by whoever runs the graph, or never a text. */
const filledIn = new Set(['Placeholder', '_Arg', 'VarHandleOp', 'StaticRegexFullMatch', 'RegexFullMatch'])

/** Ops that hand their inputs to the function in its own order; as an op, a function does so too. */
const inArgumentOrder = new Set(['PartitionedCall', 'StatefulPartitionedCall', 'SymbolicGradient'])

/** Ops that give a text, and have no attribute that says so. */
const textOps = /^(?:String|Static|Regex|Unicode|DecodeBase64|EncodeBase64|DecodeCompressed|Substr|AsString|ReduceJoin)/

/**
 * The nodes of one graph or function: names are its own. Where the texts of its nodes come from is told when all of them
 * are known.
 */
export class Scope {
  /** Of the function; null for the graph itself. */
  name: string | null
  readonly #graphs: Graphs
  readonly #work: Work
  readonly #kept = new Map<string, GraphNode>()
  readonly #outside: {node: GraphNode; known: OutsideOp}[] = []
  readonly #calls: GraphNode[] = []
  /** Values that the graph assigns to a variable: the path of an asset stands in one. */
  readonly #assigned = new Map<string, string[]>()
  /** Nodes that compute something that is no text handed on, and whether that may be a text. */
  readonly #others = new Map<string, boolean>()

  constructor(graphs: Graphs, work: Work, name: string | null) {
    this.#graphs = graphs
    this.#work = work
    this.name = name
  }

  /** @param message a NodeDef */
  async add(message: Message, {at}: Field): Promise<void> {
    this.#graphs.nodes++
    const node = await readNode(message, at)
    const {op, name, functions} = node
    const known = outsideOps.get(op)
    const isForeign = known === undefined && !knownOps.has(op)
    if (known) this.#outside.push({node, known})
    else if (isForeign && !this.#graphs.unknown.has(op)) this.#graphs.unknown.set(op, at)
    if (isForeign || functions.length > 0) this.#calls.push(node)
    const isConstant = op === 'Const' && node.attributes.has('value')
    const isTextRead = op === 'ReadVariableOp' && node.hasText
    if (op === 'AssignVariableOp') this.#assign(node)
    if (isConstant || isTextRead || passing.has(op) || filledIn.has(op)) this.#kept.set(name, node)
    else this.#others.set(name, node.hasText || textOps.test(op))
    if (this.#kept.size + this.#others.size + this.#graphs.calls.length > maxKept) {
      throw new OverLimit('work', 'A graph has more nodes than are kept.')
    }
  }

  #assign({inputs: [variable, value]}: GraphNode): void {
    if (variable === undefined || value === undefined) return
    const values = this.#assigned.get(nodeOf(variable)) ?? []
    values.push(value)
    this.#assigned.set(nodeOf(variable), values)
  }

  close(): void {
    const {name: scope} = this
    for (const {node, known} of this.#outside) {
      const {op, name, at} = node
      this.#graphs.outside.push({op, known, name, at, scope, source: this.#sourceOf(node, known)})
    }
    for (const {name, op, at, functions, inputs} of this.#calls) {
      const ordered = functions.length === 0 || inArgumentOrder.has(op)
      const given = inputs.filter(input => !input.startsWith('^'))
      const sources = ordered ? given.map(input => this.#trace([input])) : [this.#trace(given)]
      this.#graphs.calls.push({name, at, scope, callees: [op, ...functions], sources, ordered})
    }
  }

  #sourceOf(node: GraphNode, {path}: OutsideOp): PathSource {
    if (path === null) return this.#trace([])
    if ('input' in path) return this.#trace(node.inputs.slice(path.input, path.input + 1))
    const texts = (node.attributes.get(path.attribute) ?? []).map(text => ({text, node: node.name}))
    return {texts, computed: false, computedText: false, fromArguments: []}
  }

  /** Follows texts back through the ops that hand them on. */
  #trace(inputs: readonly string[]): PathSource {
    const texts: ConstantText[] = []
    const fromArguments: string[] = []
    let computed = false
    let computedText = false
    const seen = new Set<string>()
    const stack = [...inputs]
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      const name = nodeOf(next)
      if (seen.has(name)) continue
      seen.add(name)
      this.#work.step(5)
      const node = this.#kept.get(name)
      const other = this.#others.get(name)
      if (node?.op === 'Const') {
        for (const text of node.attributes.get('value') ?? []) texts.push({text, node: name})
      } else if (node?.op === 'ReadVariableOp') {
        const values = this.#assigned.get(nodeOf(node.inputs[0] ?? ''))
        for (const value of values ?? []) stack.push(value)
        // What no node assigns comes from the checkpoint.
        computed ||= values === undefined
        computedText ||= values === undefined
      } else if (node) {
        for (const input of textInputs(node)) stack.push(input)
      } else if (other !== undefined) {
        computed = true
        computedText ||= other
      } else if (this.name !== null) fromArguments.push(name)
    }
    return {texts, computed, computedText, fromArguments}
  }
}

function textInputs({op, inputs}: GraphNode): readonly string[] {
  const indices = passing.get(op)
  if (indices === undefined) return []
  return indices === null ? inputs : indices.flatMap(index => inputs[index] ?? [])
}

/** `node`, `node:0`, and in functions `node:output:0`. */
function nodeOf(input: string): string {
  const colon = input.indexOf(':')
  return colon < 0 ? input : input.slice(0, colon)
}
