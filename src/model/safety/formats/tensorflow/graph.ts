import type {Work} from '../../limits.ts'
import type {Message} from '../protobuf.ts'
import type {OutsideOp} from './ops.ts'
import {Scope} from './scope.ts'

/** What graphs and their functions hold that may matter. */
export interface Graphs {
  /** Ops that reach outside. */
  readonly outside: OutsideNode[]
  /** Nodes that call functions, and may hand them a path. */
  readonly calls: Call[]
  /** Ops that TensorFlow does not register, until the names of functions are known. */
  readonly unknown: Map<string, number>
  /** Names of functions, with those of their arguments. */
  readonly functions: Map<string, readonly string[]>
  nodes: number
}

export interface OutsideNode {
  readonly op: string
  readonly known: OutsideOp
  readonly name: string
  readonly at: number
  /** The function that it stands in; null for the graph itself. */
  readonly scope: string | null
  readonly source: PathSource
}

/** Where a text comes from: any of these at once, none where an op has no path. */
export interface PathSource {
  readonly texts: readonly ConstantText[]
  /** Made by an op that is not followed. */
  readonly computed: boolean
  /** The same, and that op may give texts. */
  readonly computedText: boolean
  /** Arguments of the function that it stands in. */
  readonly fromArguments: readonly string[]
}

export interface ConstantText {
  readonly text: string
  /** The node that holds it. */
  readonly node: string
}

export interface Call {
  readonly name: string
  readonly at: number
  /** The function that it stands in; null for the graph itself. */
  readonly scope: string | null
  readonly callees: readonly string[]
  /** Where each argument of the function comes from; only one source where an op orders them in a way of its own. */
  readonly sources: readonly PathSource[]
  readonly ordered: boolean
}

export function noGraphs(): Graphs {
  return {outside: [], calls: [], unknown: new Map(), functions: new Map(), nodes: 0}
}

/** GraphDef (graph.proto): nodes, and a library of functions. @throws Malformed, OverLimit */
export async function readGraph(graph: Message, graphs: Graphs, work: Work): Promise<void> {
  const scope = new Scope(graphs, work, null)
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
  const scope = new Scope(graphs, work, '')
  for (let field = await definition.next(); field; field = await definition.next()) {
    if (field.type !== 'bytes') continue
    if (field.number === 3) await scope.add(definition.open(field), field)
    else if (field.number === 1) {
      const {name, inputs} = await readSignature(definition.open(field))
      scope.name = name
      graphs.functions.set(name, inputs)
    }
  }
  scope.close()
}

/** OpDef (op_def.proto): name 1, input_arg 2 (ArgDef: name 1). */
async function readSignature(signature: Message): Promise<{name: string; inputs: readonly string[]}> {
  let name = ''
  const inputs: string[] = []
  for (let field = await signature.next(); field; field = await signature.next()) {
    if (field.type !== 'bytes') continue
    if (field.number === 1) name = await signature.text(field)
    if (field.number !== 2) continue
    const argument = signature.open(field)
    for (let part = await argument.next(); part; part = await argument.next()) {
      if (part.number === 1 && part.type === 'bytes') inputs.push(await argument.text(part))
    }
  }
  return {name, inputs}
}
