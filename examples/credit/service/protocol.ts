/**
 * The Open Inference Protocol, version 2, over REST
 * (https://github.com/open-inference/open-inference-protocol/blob/main/specification/protocol/inference_rest.md):
 * a request's tensors become rows, predictions become tensors. Whatever is wrong with a request is a `BadRequest`.
 */
import {categoryColumns, numberColumns, type Prediction, type Row} from './model.ts'

export class BadRequest extends Error {}

const largestBatch = 1000

export const inputs = [
  ...numberColumns.map(name => ({name, datatype: 'FP64', shape: [-1]})),
  ...categoryColumns.map(name => ({name, datatype: 'BYTES', shape: [-1]})),
]

export const outputs = [
  {name: 'score', datatype: 'FP64', shape: [-1]},
  {name: 'label', datatype: 'BYTES', shape: [-1]},
]

export interface InferRequest {
  readonly id: string | undefined
  readonly rows: readonly Row[]
}

/** Integers are welcome where a number is expected: JSON does not tell 24 from 24.0. */
const accepted: Readonly<Record<string, readonly string[]>> = {
  FP64: ['FP64', 'FP32', 'INT64', 'INT32'],
  BYTES: ['BYTES'],
}

export function parseInferRequest(text: string): InferRequest {
  const body = parseJson(text)
  if (!isObject(body) || !Array.isArray(body.inputs)) throw new BadRequest('expected an object with the list "inputs"')
  const given = new Map<string, unknown[]>()
  for (const tensor of body.inputs) {
    const {name, data} = parseTensor(tensor)
    if (given.has(name)) throw new BadRequest(`input "${name}" is given twice`)
    given.set(name, data)
  }
  const rowCount = [...given.values()][0]?.length ?? 0
  for (const {name} of inputs) {
    const length = given.get(name)?.length
    if (length === undefined) throw new BadRequest(`input "${name}" is missing`)
    if (length !== rowCount) throw new BadRequest(`input "${name}" has ${length} values, others have ${rowCount}`)
  }
  if (rowCount === 0 || rowCount > largestBatch) throw new BadRequest(`expected 1 to ${largestBatch} rows`)
  return {
    id: typeof body.id === 'string' ? body.id : undefined,
    rows: Array.from({length: rowCount}, (_, index) =>
      Object.fromEntries([...given].map(([name, data]) => [name, data[index] as string | number])),
    ),
  }
}

export function inferResponse(version: string, request: InferRequest, predictions: readonly Prediction[]): object {
  const data: Record<string, readonly (number | string)[]> = {
    score: predictions.map(each => each.score),
    label: predictions.map(each => each.label),
  }
  return {
    model_name: 'credit',
    model_version: version,
    ...(request.id === undefined ? {} : {id: request.id}),
    outputs: outputs.map(({name, datatype}) => ({name, datatype, shape: [predictions.length], data: data[name]})),
  }
}

function parseTensor(tensor: unknown): {name: string; data: unknown[]} {
  if (!isObject(tensor) || typeof tensor.name !== 'string') throw new BadRequest('an input has no name')
  const {name, datatype, shape, data} = tensor
  const expected = inputs.find(input => input.name === name)
  if (!expected) throw new BadRequest(`unknown input "${name}"`)
  if (typeof datatype !== 'string' || !accepted[expected.datatype]?.includes(datatype)) {
    throw new BadRequest(`input "${name}" has datatype ${String(datatype)}, expected ${expected.datatype}`)
  }
  if (!Array.isArray(data)) throw new BadRequest(`input "${name}" has no list "data"`)
  if (!Array.isArray(shape) || shape.reduce((size: number, side) => size * Number(side), 1) !== data.length) {
    throw new BadRequest(`the shape of input "${name}" does not fit its ${data.length} values`)
  }
  const fits = expected.datatype === 'BYTES' ? isText : isPositive
  const at = data.findIndex(value => !fits(value))
  if (at >= 0) {
    const wanted = expected.datatype === 'BYTES' ? 'text' : 'a number above zero'
    throw new BadRequest(`value ${at} of input "${name}" is not ${wanted}`)
  }
  return {name, data}
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new BadRequest('the body is not JSON')
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const isText = (value: unknown) => typeof value === 'string'
const isPositive = (value: unknown) => typeof value === 'number' && Number.isFinite(value) && value > 0
