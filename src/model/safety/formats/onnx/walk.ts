import {formatCount} from '../../../../core/quantity.ts'
import type {Artifact} from '../../artifact.ts'
import type {Scan, TensorEntry} from '../../format.ts'
import {Malformed, OverLimit} from '../../malformed.ts'
import {type Observation, quote, type Rule} from '../../observation.ts'
import {whyLeadsOut} from '../pointed-path.ts'
import type {Field, Message} from '../protobuf.ts'
import {type ExternalTensor, parseExternal} from './external-data.ts'
import {
  attributeFields,
  functionFields,
  graphFields,
  isKnown,
  modelFields,
  nodeFields,
  trainingFields,
} from './fields.ts'
import {isCompiled, runsPython} from './operators.ts'
import {rules} from './rules.ts'
import {elementsOf, elementTypeOf, type Held, type OnnxTensor, readTensor} from './tensor.ts'

/** What a walk through a whole model has met; verdicts on operators wait until all functions are known. */
export interface Walked {
  readonly graphs: readonly number[]
  readonly nodes: number
  readonly tensors: readonly TensorEntry[]
  readonly external: readonly ExternalTensor[]
  readonly operators: readonly UsedOperator[]
  readonly functions: readonly LocalFunction[]
}

export interface UsedOperator {
  readonly domain: string
  readonly name: string
  readonly overload: string
  /** Offset of its first node. */
  readonly at: number
  readonly count: number
}

export interface LocalFunction {
  readonly domain: string
  readonly name: string
  readonly overload: string
  readonly at: number
  readonly calls: readonly UsedOperator[]
}

/** More tensors, or more different operators, than any model has: beyond it memory would grow with a hostile file. */
const mostTensors = 250_000
const mostOperators = 20_000

/**
 * Walks every message of a model in which a tensor or a node can stand: graphs, the graphs and tensors in attributes at
 * any depth, functions and training. Payloads are skipped.
 * @returns `ended`: what ended the walk early, for the caller to throw when it has judged what was met before
 */
export async function walkModel(
  model: Message,
  artifact: Artifact,
  scan: Scan,
): Promise<{walked: Walked; ended: Malformed | OverLimit | null}> {
  const walked = new Walk(artifact, scan)
  try {
    await walked.model(model)
    return {walked, ended: null}
  } catch (error) {
    if (error instanceof Malformed || error instanceof OverLimit) return {walked, ended: error}
    throw error
  }
}

/** A file that is one tensor and nothing else: `input_0.pb` of a model's test data. */
export async function walkTensor(tensor: Message, artifact: Artifact, scan: Scan): Promise<Walked> {
  const walked = new Walk(artifact, scan)
  await walked.tensor(tensor)
  return walked
}

class Walk implements Walked {
  readonly graphs: number[] = []
  nodes = 0
  readonly tensors: TensorEntry[] = []
  readonly external: ExternalTensor[] = []
  readonly functions: LocalFunction[] = []
  readonly #artifact: Artifact
  readonly #scan: Scan
  readonly #operators = new Map<string, {-readonly [Key in keyof UsedOperator]: UsedOperator[Key]}>()
  /** Calls of the function that is being read. */
  #calls: Map<string, UsedOperator> | null = null
  #unknownBytes = 0

  constructor(artifact: Artifact, scan: Scan) {
    this.#artifact = artifact
    this.#scan = scan
  }

  get operators(): readonly UsedOperator[] {
    return [...this.#operators.values()]
  }

  async model(message: Message): Promise<void> {
    let unknownAt: number | null = null
    for (let field = await message.next(); field; field = await message.next()) {
      if (!isKnown(modelFields, field)) {
        unknownAt ??= field.at
        this.#unknownBytes += field.end - field.start
      } else if (field.number === 7) {
        this.graphs.push(field.at)
        await this.#graph(message.open(field))
      } else if (field.number === 20) {
        await this.#training(message.open(field))
      } else if (field.number === 25) {
        await this.#function(message.open(field), field.at)
      }
    }
    this.#seeUnknown(unknownAt ?? 0)
  }

  async tensor(message: Message): Promise<void> {
    await this.#tensor(message, 0)
    this.#seeUnknown(0)
  }

  #seeUnknown(at: number): void {
    if (this.#unknownBytes === 0) return
    const what = `${formatCount(this.#unknownBytes)} bytes stand in fields that ONNX does not have.`
    this.#see(rules.unknown, what, at)
  }

  async #training(message: Message): Promise<void> {
    for (let field = await message.next(); field; field = await message.next()) {
      if (!isKnown(trainingFields, field)) this.#unknownBytes += field.end - field.start
      else if (field.number <= 2) await this.#graph(message.open(field))
    }
  }

  async #graph(message: Message): Promise<void> {
    for (let field = await message.next(); field; field = await message.next()) {
      if (!isKnown(graphFields, field)) this.#unknownBytes += field.end - field.start
      else if (field.number === 1) await this.#node(message.open(field), field.at)
      else if (field.number === 5) await this.#tensor(message.open(field), field.at)
      else if (field.number === 15) await this.#sparse(message.open(field))
    }
  }

  /** `SparseTensorProto`: values and indices are tensors. */
  async #sparse(message: Message): Promise<void> {
    for (let field = await message.next(); field; field = await message.next()) {
      if (field.type === 'bytes' && field.number <= 2) await this.#tensor(message.open(field), field.at)
    }
  }

  async #function(message: Message, at: number): Promise<void> {
    let domain = ''
    let name = ''
    let overload = ''
    const calls = new Map<string, UsedOperator>()
    this.#calls = calls
    for (let field = await message.next(); field; field = await message.next()) {
      if (!isKnown(functionFields, field)) this.#unknownBytes += field.end - field.start
      else if (field.number === 1) name = await message.text(field)
      else if (field.number === 7) await this.#node(message.open(field), field.at)
      else if (field.number === 10) domain = await message.text(field)
      else if (field.number === 11) await this.#attribute(message.open(field))
      else if (field.number === 13) overload = await message.text(field)
    }
    this.#calls = null
    if (this.functions.length === mostOperators) throw tooMany('functions', mostOperators)
    this.functions.push({domain, name, overload, at, calls: [...calls.values()]})
  }

  async #node(message: Message, at: number): Promise<void> {
    let domain = ''
    let name = ''
    let overload = ''
    const attributes: Attribute[] = []
    for (let field = await message.next(); field; field = await message.next()) {
      if (!isKnown(nodeFields, field)) this.#unknownBytes += field.end - field.start
      else if (field.number === 4) name = await message.text(field)
      else if (field.number === 7) domain = await message.text(field)
      else if (field.number === 8) overload = await message.text(field)
      else if (field.number === 5) {
        const attribute = await this.#attribute(message.open(field))
        if (spoken.has(attribute.name)) attributes.push(attribute)
      }
    }
    this.nodes++
    this.#use({domain, name, overload, at, count: 1})
    if (runsPython(domain, name)) this.#seePython(`${domain}.${name}`, attributes, at)
    else if (isCompiled(domain, name)) this.#seeCompiled(`${domain}.${name}`, attributes, at)
  }

  #use(used: UsedOperator): void {
    const key = JSON.stringify([used.domain, used.name, used.overload])
    const known = this.#operators.get(key)
    if (known) known.count++
    else if (this.#operators.size === mostOperators) throw tooMany('different operators', mostOperators)
    else this.#operators.set(key, {...used})
    this.#calls?.set(key, used)
  }

  async #attribute(message: Message): Promise<Attribute> {
    let name = ''
    let text: Field | null = null
    let number: number | null = null
    for (let field = await message.next(); field; field = await message.next()) {
      if (!isKnown(attributeFields, field)) this.#unknownBytes += field.end - field.start
      else if (field.number === 1) name = await message.text(field)
      else if (field.number === 3) number = Number(field.low)
      else if (field.number === 4) text = field
      else if (field.number === 5 || field.number === 10) await this.#tensor(message.open(field), field.at)
      else if (field.number === 6 || field.number === 11) await this.#graph(message.open(field))
      else if (field.number === 22 || field.number === 23) await this.#sparse(message.open(field))
    }
    const isShort = text !== null && text.end - text.start <= 4096
    return {name, number, text: text && isShort && spoken.has(name) ? await message.text(text) : null}
  }

  #seePython(operator: string, attributes: readonly Attribute[], at: number): void {
    const called = attributes.find(({text}) => text !== null)?.text
    const what = called === undefined || called === null ? '' : ` It calls ${quote(called)}.`
    this.#see(rules.python, `It runs Python when it is used, by the operator ${quote(operator)}.${what}`, at)
  }

  #seeCompiled(operator: string, attributes: readonly Attribute[], at: number): void {
    const isFile = attributes.some(({name, number}) => name === 'embed_mode' && number === 0)
    const path = attributes.find(({name}) => name === 'ep_cache_context')?.text ?? null
    const why = isFile && path !== null ? whyLeadsOut(path) : null
    if (why !== null)
      this.#see(rules.outside, `The operator ${quote(operator)} loads ${quote(path ?? '')}: ${why}.`, at)
    const where = isFile && path !== null ? `, in the file ${quote(path)}` : ''
    this.#see(rules.compiled, `The operator ${quote(operator)} brings a part that is compiled already${where}.`, at)
  }

  async #tensor(message: Message, at: number): Promise<void> {
    const tensor = await readTensor(message, at, this.#scan.work)
    this.#unknownBytes += tensor.unknownBytes
    if (this.tensors.length + this.external.length >= mostTensors) throw tooMany('tensors', mostTensors)
    const see = (rule: Rule, what: string, place: number, sure?: Observation['sure']) =>
      this.#see(rule, what, place, sure)
    // Entries without the location are ignored today; which reader ignores them is not ours to guess.
    const external = tensor.isExternal || tensor.external.length > 0 ? parseExternal(tensor, see) : null
    if (tensor.isExternal) {
      if (external) this.external.push(external)
      return
    }
    this.#held(tensor)
  }

  /** A tensor whose elements stand in the model. */
  #held(tensor: OnnxTensor): void {
    const {name, at, held} = tensor
    const type = elementTypeOf(tensor.type)
    if (type === null) {
      this.#see(rules.unknownType, `The tensor ${quote(name)} has the type ${tensor.type}.`, at)
      return
    }
    const elements = elementsOf(tensor.dims)
    if (elements === null) {
      this.#see(rules.size, `The tensor ${quote(name)} has a shape that cannot be: ${tensor.dims.join(' x ')}.`, at)
      return
    }
    const [only] = held
    if (held.length > 1) {
      const fields = held.map(({field}) => field).join(' and ')
      this.#see(rules.size, `The tensor ${quote(name)} holds its data twice, in ${fields}.`, at)
    }
    const isRaw = only?.field === 'raw_data'
    const needed = isRaw
      ? Math.ceil((elements * type.bits) / 8)
      : Math.ceil((elements * type.values) / type.perElements)
    const present = only?.count ?? 0
    if (needed !== present || (isRaw && type.bits === 0) || (only && !isRaw && only.field !== type.field)) {
      const has = only ? `${formatCount(present)} ${isRaw ? 'bytes' : 'values'} in ${only.field}` : 'none'
      const needs = `${formatCount(needed)} ${isRaw ? 'bytes' : `values in ${type.field}`}`
      this.#see(rules.size, `The tensor ${quote(name)} (${type.dtype}) needs ${needs}, and has ${has}.`, at)
      return
    }
    this.tensors.push({name, dtype: type.dtype, shape: tensor.dims.map(Number), data: this.#dataOf(only, type.dtype)})
  }

  #dataOf(held: Held | undefined, dtype: string): TensorEntry['data'] {
    if (!held?.isWhole) return null
    const {field, start: begin, end} = held
    const isLittleEndian =
      field === 'raw_data' ||
      (field === 'float_data' && dtype === 'F32') ||
      (field === 'double_data' && dtype === 'F64')
    return isLittleEndian ? {begin, end, bytes: this.#artifact.bytes} : null
  }

  #see(rule: Rule, what: string, byte: number, sure: Observation['sure'] = 'certain'): void {
    this.#scan.see({rule, what, place: {path: this.#artifact.path, byte}, sure})
  }
}

/** Attributes that are told to a person: which function, which file. */
const spoken = new Set(['func_name', 'name', 'onnx_key', 'module', 'ep_cache_context', 'embed_mode'])

interface Attribute {
  readonly name: string
  /** Its `i`; only small ones are asked for. */
  readonly number: number | null
  /** Its `s`, where it is short and `spoken`. */
  readonly text: string | null
}

function tooMany(what: string, limit: number): OverLimit {
  return new OverLimit('work', `It has more than ${formatCount(limit)} ${what}.`)
}
