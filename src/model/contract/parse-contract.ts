import {parse} from 'yaml'
import {messageOf, UserError} from '../../core/failure.ts'
import {parseStrictJson} from '../readers/strict-json.ts'
import type {Contract, Side} from './contract.ts'
import {contractOfSignature} from './mlflow-signature.ts'
import {isSchema, isSchemaObject, type Schema} from './schema.ts'

/**
 * Reads a contract: a JSON Schema, or an MLmodel file, told apart by the name MLmodel and by what stands in it.
 * @throws UserError `model/contract-malformed`, `model/contract-empty`, or as {@link contractOfSignature}
 */
export function parseContract(path: string, text: string, side: Side): Contract {
  if (/(^|[/\\])MLmodel$/.test(path) || /\.ya?ml$/i.test(path)) return parseYamlContract(path, text, side)
  const read = parseStrictJson(text)
  if (read.kind === 'problem') {
    const line = text.slice(0, read.at).split('\n').length
    const problem = {
      malformed: 'is no JSON',
      'duplicate-key': 'has a key twice in one object',
      'too-deep': 'is nested too deep',
      'too-many': 'holds more objects and lists than are read',
    }[read.problem]
    throw malformed(path, `${problem} (line ${line})`)
  }
  // The keys are known to be unique now, so that nothing is lost in the form that ajv reads.
  const schema: unknown = JSON.parse(text)
  if (!isSchema(schema)) throw malformed(path, 'holds neither an object nor true or false')
  if (isSchemaObject(schema) && isSchemaObject(schema.signature) && !('type' in schema)) {
    return contractOfSignature(schema, side)
  }
  return {source: 'json-schema', schema: sayingSomething(path, schema), rows: 'whole'}
}

function parseYamlContract(path: string, text: string, side: Side): Contract {
  let document: unknown
  try {
    document = parse(text, {maxAliasCount: 100, prettyErrors: true})
  } catch (cause) {
    throw malformed(path, `is no YAML: ${messageOf(cause).split('\n')[0]}`)
  }
  if (!isSchema(document)) throw malformed(path, 'holds neither an object nor true or false')
  const isModel = isSchemaObject(document) && ('signature' in document || 'flavors' in document)
  if (isModel || /MLmodel$/.test(path)) return contractOfSignature(isSchemaObject(document) ? document : {}, side)
  return {source: 'json-schema', schema: sayingSomething(path, document), rows: 'whole'}
}

/** @throws UserError `model/contract-empty`: what allows every value is kept by any data */
function sayingSomething(path: string, schema: Schema): Schema {
  const says = isSchemaObject(schema) ? Object.keys(schema).some(key => !annotations.has(key)) : !schema
  if (says) return schema
  throw new UserError('model/contract-empty', `"${path}" allows every value: it promises nothing.`, {
    hint: 'Write what a request or response must hold: type, properties, required.',
  })
}

/** Keywords that allow everything by themselves (JSON Schema 2020-12, core 8 and validation 9). */
const annotations: ReadonlySet<string> = new Set([
  '$schema',
  '$id',
  '$comment',
  '$anchor',
  '$defs',
  '$vocabulary',
  'title',
  'description',
  'default',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
])

function malformed(path: string, what: string): UserError {
  return new UserError('model/contract-malformed', `"${path}" ${what}.`, {
    hint: 'Expected a JSON Schema (2020-12) as JSON or YAML, or an MLmodel file.',
  })
}
