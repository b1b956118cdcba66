import {messageOf, UserError} from '../../core/failure.ts'
import type {Contract, Side} from './contract.ts'
import {isSchemaObject, type Schema, type SchemaObject} from './schema.ts'

/**
 * An MLflow signature (the `signature` of an MLmodel file: `inputs` and `outputs`, each a JSON text) as a contract of one
 * row. Columns by name become an object, a tensor becomes nested lists, its first dimension of -1 being the rows. Columns
 * that are not named are no part of it, as MLflow takes them out before it calls the model. A floating-point number, a text
 * or a date may be null (pandas has NaN and None there), a whole number or a truth value may not.
 * Formats of ColSpec: `required` since MLflow 2.6, `optional` before; array, object and map since 2.9.
 * @param mlmodel the file, parsed
 * @throws UserError `model/contract-no-signature`, `model/contract-signature-malformed`
 */
export function contractOfSignature(mlmodel: SchemaObject, side: Side): Contract {
  const key = side === 'request' ? 'inputs' : 'outputs'
  const {signature} = mlmodel
  const said = isSchemaObject(signature) ? signature[key] : undefined
  if (said === undefined || said === null) {
    throw new UserError('model/contract-no-signature', `The MLmodel file has no signature of ${key}.`, {
      hint: 'Log the model with a signature: infer_signature(inputs, predictions).',
    })
  }
  const specs = parseSpecs(said, key)
  const names = specs.map(({name}) => name)
  if (names.every(name => typeof name === 'string')) {
    return {source: 'mlflow-signature', schema: objectOf(specs, key), rows: 'named'}
  }
  const [only] = specs
  if (only && specs.length === 1)
    return {source: 'mlflow-signature', schema: schemaOf(only, `${key}[0]`), rows: 'value'}
  throw malformed(key, 'has several columns without names')
}

function parseSpecs(said: unknown, key: string): readonly SchemaObject[] {
  let parsed: unknown = said
  if (typeof said === 'string') {
    try {
      parsed = JSON.parse(said)
    } catch (cause) {
      throw malformed(key, `is no JSON: ${messageOf(cause)}`)
    }
  }
  if (!Array.isArray(parsed) || parsed.length === 0 || !parsed.every(isSchemaObject)) {
    throw malformed(key, 'is no list of columns')
  }
  return parsed
}

function objectOf(specs: readonly SchemaObject[], where: string): Schema {
  const properties = new Map<string, Schema>()
  const required: string[] = []
  for (const spec of specs) {
    const name = String(spec.name)
    if (properties.has(name)) throw malformed(where, `has two columns "${name}"`)
    const optional = spec.required === false || spec.optional === true
    const schema = schemaOf(spec, `${where}.${name}`)
    properties.set(name, optional ? orNull(schema) : schema)
    if (!optional) required.push(name)
  }
  return {type: 'object', properties: Object.fromEntries(properties), required, additionalProperties: false}
}

function schemaOf(spec: SchemaObject, where: string): Schema {
  const {type} = spec
  switch (type) {
    case 'boolean':
      return {type: 'boolean'}
    case 'integer':
      return {type: 'integer', minimum: -(2 ** 31), maximum: 2 ** 31 - 1}
    case 'long':
      return {type: 'integer', minimum: -(2 ** 63), maximum: 2 ** 63}
    case 'float':
    case 'double':
      return {type: ['number', 'null']}
    case 'string':
    case 'datetime':
    case 'binary':
      return {type: ['string', 'null']}
    case 'any':
      return true
    case 'tensor':
      return tensorOf(spec, where)
    case 'array':
    case 'sparkvector':
      return {type: 'array', items: type === 'sparkvector' ? {type: 'number'} : nested(spec.items, `${where}[]`)}
    case 'map':
      return {type: 'object', additionalProperties: nested(spec.values, `${where}.*`)}
    case 'object':
      return propertiesOf(spec, where)
    default:
      throw malformed(where, `has the type ${JSON.stringify(type)}, which no MLflow up to 3 writes`)
  }
}

function nested(spec: unknown, where: string): Schema {
  if (typeof spec === 'string') return schemaOf({type: spec}, where)
  if (!isSchemaObject(spec)) throw malformed(where, 'does not say its type')
  return schemaOf(spec, where)
}

function propertiesOf({properties}: SchemaObject, where: string): Schema {
  if (!isSchemaObject(properties)) throw malformed(where, 'is an object without properties')
  const specs = Object.entries(properties).map(([name, spec]) => {
    if (!isSchemaObject(spec)) throw malformed(`${where}.${name}`, 'does not say its type')
    return {...spec, name}
  })
  return objectOf(specs, where)
}

function tensorOf(spec: SchemaObject, where: string): Schema {
  const tensor = spec['tensor-spec']
  if (!isSchemaObject(tensor) || typeof tensor.dtype !== 'string' || !Array.isArray(tensor.shape)) {
    throw malformed(where, 'is a tensor without dtype or shape')
  }
  const shape = tensor.shape.map(Number)
  if (shape.some(size => !Number.isInteger(size) || size < -1))
    throw malformed(where, 'has a shape of other than sizes')
  const sizes = shape[0] === -1 ? shape.slice(1) : shape
  return sizes.reduceRight<Schema>(
    (items, size) => ({type: 'array', items, ...(size === -1 ? {} : {minItems: size, maxItems: size})}),
    entryOf(tensor.dtype, where),
  )
}

/** numpy's names of types: `float32`, `int64`, `uint8`, `bool`, `str`, `object`. */
function entryOf(dtype: string, where: string): Schema {
  if (/^(float|complex)\d*$/.test(dtype)) return {type: 'number'}
  if (/^u?int\d*$/.test(dtype)) return {type: 'integer', ...(dtype.startsWith('u') ? {minimum: 0} : {})}
  if (dtype === 'bool') return {type: 'boolean'}
  if (/^(str|bytes|<U|\|S|datetime64)/.test(dtype)) return {type: 'string'}
  if (dtype === 'object') return true
  throw malformed(where, `has the dtype "${dtype}", which is no type of numpy`)
}

/** An optional column may be left out, and may be empty. */
function orNull(schema: Schema): Schema {
  return typeof schema === 'boolean' ? schema : {anyOf: [schema, {type: 'null'}]}
}

function malformed(where: string, what: string): UserError {
  return new UserError('model/contract-signature-malformed', `The signature cannot be read: ${where} ${what}.`, {
    hint: 'Log the model again with a signature, or give the contract as a JSON Schema.',
  })
}
