import type {Field, Message} from '../protobuf.ts'

/** One node, as far as paths are concerned. */
export interface GraphNode {
  readonly name: string
  readonly op: string
  readonly at: number
  readonly inputs: readonly string[]
  /** Texts of its attributes: of a constant its value. */
  readonly attributes: ReadonlyMap<string, readonly string[]>
  /** Functions that its attributes name: it calls them. */
  readonly functions: readonly string[]
  /** Whether one of its types is text, so that it may give one. */
  readonly hasText: boolean
}

interface Values {
  readonly texts: string[]
  readonly functions: string[]
  hasText: boolean
}

/** NodeDef (node_def.proto): name 1, op 2, input 3, attr 5. @throws Malformed, OverLimit */
export async function readNode(message: Message, at: number): Promise<GraphNode> {
  let name = ''
  let op = ''
  const inputs: string[] = []
  const attributes = new Map<string, readonly string[]>()
  const functions: string[] = []
  let hasText = false
  for (let field = await message.next(); field; field = await message.next()) {
    if (field.type !== 'bytes') continue
    if (field.number === 1) name = await message.text(field)
    else if (field.number === 2) op = await message.text(field)
    else if (field.number === 3) inputs.push(await message.text(field))
    else if (field.number === 5) {
      const {key, values} = await readAttribute(message.open(field))
      if (values.texts.length > 0) attributes.set(key, values.texts)
      for (const called of values.functions) functions.push(called)
      hasText ||= values.hasText
    }
  }
  return {name, op, at, inputs, attributes, functions, hasText}
}

/** An entry of map<string, AttrValue>: key 1, value 2. Only texts, types and functions are kept. */
async function readAttribute(entry: Message): Promise<{key: string; values: Values}> {
  let key = ''
  const values: Values = {texts: [], functions: [], hasText: false}
  for (let field = await entry.next(); field; field = await entry.next()) {
    if (field.type !== 'bytes') continue
    if (field.number === 1) key = await entry.text(field)
    else if (field.number === 2) await readValue(entry.open(field), values)
  }
  return {key, values}
}

/** AttrValue (attr_value.proto): s 2, type 6, tensor 8, func 10 (9 in lists); and a list 1 of such. */
async function readValue(value: Message, values: Values): Promise<void> {
  for (let field = await value.next(); field; field = await value.next()) {
    if (field.number === 6) values.hasText ||= (await value.integers(field, maxTexts)).includes(BigInt(stringType))
    if (field.type !== 'bytes') continue
    if (field.number === 2) await addText(value, field, values.texts)
    else if (field.number === 8) await readTensor(value.open(field), values.texts)
    else if (field.number === 9 || field.number === 10) await readFunctionName(value.open(field), values)
    else if (field.number === 1) await readValue(value.open(field), values)
  }
}

/** NameAttrList: name 1. */
async function readFunctionName(list: Message, values: Values): Promise<void> {
  for (let field = await list.next(); field; field = await list.next()) {
    if (field.number === 1 && field.type === 'bytes') values.functions.push(await list.text(field))
  }
}

/** A longer text is no path. */
const pathLimit = 4096

const stringType = 7
const maxTexts = 10_000

/** TensorProto (tensor.proto): dtype 1, tensor_content 4, string_val 8. Numbers are skipped. */
async function readTensor(tensor: Message, texts: string[]): Promise<void> {
  const most = texts.length + maxTexts
  let isText = false
  let content: Field | null = null
  for (let field = await tensor.next(); field; field = await tensor.next()) {
    if (field.number === 1 && field.type === 'varint') isText = field.low === stringType
    else if (field.number === 8 && field.type === 'bytes' && texts.length < most) await addText(tensor, field, texts)
    else if (field.number === 4 && field.type === 'bytes') content = field
  }
  // A text tensor may also stand in one piece: lengths as varints, then the texts. Its first text is enough here.
  if (isText && content !== null && content.end - content.start <= pathLimit) {
    const packed = new TextDecoder('utf-8').decode(await tensor.content(content))
    texts.push(packed.slice(1))
  }
}

async function addText(message: Message, field: Field, texts: string[]): Promise<void> {
  if (field.end - field.start <= pathLimit) texts.push(await message.text(field))
}
