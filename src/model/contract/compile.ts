import {Ajv2020, type ErrorObject, type Options} from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import {messageOf, UserError} from '../../core/failure.ts'
import {isSchemaObject, type Schema} from './schema.ts'

/** A schema that can be asked about values. */
export interface CompiledSchema {
  /** Every way in which a value breaks the schema; empty where it keeps it. */
  errors(value: unknown): readonly ErrorObject[]
  /** Whether the schema at a JSON pointer of the document allows a value. */
  allows(pointer: string, value: unknown): boolean
}

const draft = 'https://json-schema.org/draft/2020-12/schema'
/** Words that say nothing about which values are allowed, and that ajv does not list. */
const annotations = ['$anchor', 'example', 'discriminator', 'externalDocs', 'xml']

const extension = /^x-[a-z0-9_$:-]*$/i

/**
 * Compiles a contract. The schema itself is read strictly: an unknown keyword or format is most likely a typing error, and
 * would be a promise that nobody checks. `format` is a promise here, as it is for people.
 * @throws UserError `model/contract-draft`, `model/contract-remote-ref`, `model/contract-schema-invalid`
 */
export function compileSchema(schema: Schema): CompiledSchema {
  const extensions = new Set<string>()
  inspect(schema, '#', extensions, 0)
  const ajv = openAjv({meta: false, validateSchema: false})
  for (const word of [...annotations, ...extensions]) ajv.addKeyword(word)
  const validate = asUserError(() => {
    // Types of keywords (a "minimum" that is a text) are the standard's own schema's to check.
    metaSchema ??= openAjv({})
    if (!metaSchema.validateSchema(schema, false)) {
      const [first] = metaSchema.errors ?? []
      throw new Error(`#${first?.instancePath ?? ''} ${first?.message ?? 'is no schema'}`)
    }
    ajv.addSchema(withoutId(schema), 'contract')
    return ajv.compile<unknown>({$ref: 'contract#'})
  })
  const parts = new Map<string, (value: unknown) => boolean>()
  return {
    errors: value => {
      const answer = answerOf(validate, value)
      if (answer === 'unanswered') return [unanswered]
      return answer === 'allowed' ? [] : (validate.errors ?? [unanswered])
    },
    allows: (pointer, value) => {
      const known = parts.get(pointer) ?? asUserError(() => ajv.compile<unknown>({$ref: `contract#${pointer}`}))
      parts.set(pointer, known)
      return answerOf(known, value) === 'allowed'
    },
  }
}

/** Reads the standard's schema of schemas once for all contracts: that takes longer than any contract. */
let metaSchema: Ajv2020 | undefined

function openAjv(options: Options): Ajv2020 {
  const ajv = new Ajv2020({
    ...options,
    strict: true,
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    // A property that a pattern matches too is allowed by the standard: both hold.
    allowMatchingProperties: true,
    allErrors: true,
    allowUnionTypes: true,
    ownProperties: true,
    logger: false,
  })
  addFormats.default(ajv)
  return ajv
}

/**
 * Two entries of a list with a key such as `valueOf` cannot be told apart: ajv calls it as a function, and throws.
 * @throws UserError `model/contract-schema-invalid` where the schema refers to itself without a step into the value
 */
function answerOf(validate: (value: unknown) => boolean, value: unknown): 'allowed' | 'refused' | 'unanswered' {
  try {
    return validate(value) ? 'allowed' : 'refused'
  } catch (error) {
    if (error instanceof TypeError) return 'unanswered'
    // The stack is full: no value has an answer.
    if (error instanceof RangeError) throw endless(error)
    throw error
  }
}

/** What nobody could check is not kept. */
const unanswered: ErrorObject = {
  keyword: 'unanswered',
  instancePath: '',
  schemaPath: '#/ (a key of the row has the name of a method: it cannot be checked)',
  params: {},
}

/** References within the document are '#...', so that its own name is not needed. */
function withoutId(schema: Schema): Schema {
  if (typeof schema === 'boolean') return schema
  const {$id: _, ...rest} = schema
  return rest
}

/** Walks the document once: no reference may leave it, and words of the form `x-...` are extensions. */
function inspect(value: unknown, pointer: string, extensions: Set<string>, depth: number): void {
  if (depth > maxDepth) throw tooDeep()
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) inspect(item, `${pointer}/${index}`, extensions, depth + 1)
    return
  }
  if (!isSchemaObject(value)) return
  for (const [key, item] of Object.entries(value)) {
    if (extension.test(key)) {
      extensions.add(key)
      continue
    }
    // Values that a schema names are data: {"const": {"$ref": ...}} is no reference.
    if (key === 'const' || key === 'enum' || key === 'default' || key === 'examples' || key === 'example') continue
    if ((key === '$ref' || key === '$dynamicRef') && typeof item === 'string' && !item.startsWith('#')) {
      throw leavesDocument(item, `${pointer}/${key}`)
    }
    if (key === '$schema' && typeof item === 'string' && item.replace(/#$/, '') !== draft) {
      throw new UserError('model/contract-draft', `The contract is written for "${item}".`, {
        hint: `Write it for JSON Schema 2020-12: "$schema": "${draft}". Mostly "definitions" becomes "$defs", and a list under "items" becomes "prefixItems".`,
      })
    }
    inspect(item, `${pointer}/${key}`, extensions, depth + 1)
  }
}

/** As strict JSON is read. In YAML an alias within its own anchor is deeper than that, too. */
const maxDepth = 64

function tooDeep(): UserError {
  return new UserError(
    'model/contract-schema-invalid',
    'The contract is nested too deep, or an alias stands within its own anchor.',
    {hint: 'Refer to a schema that contains itself by $ref.'},
  )
}

function endless(cause: RangeError): UserError {
  return new UserError(
    'model/contract-schema-invalid',
    'The contract is nested too deep, or refers to itself in a circle.',
    {
      hint: 'A $ref may lead back to its own schema only below properties or items.',
      cause,
    },
  )
}

function leavesDocument(reference: string, where: string): UserError {
  const remote = /^[a-z][a-z0-9+.-]*:/i.test(reference)
  return new UserError(
    'model/contract-remote-ref',
    `The contract refers to ${remote ? 'another address' : 'another file'} at ${where}: "${reference}".`,
    {
      hint: 'A contract is one file, so that it cannot change behind its digest: put what it refers to under $defs, and refer to "#/$defs/...".',
    },
  )
}

function asUserError<T>(compile: () => T): T {
  try {
    return compile()
  } catch (cause) {
    const said = messageOf(cause).replaceAll('contract#', '#').replace(' from id contract', '')
    throw new UserError('model/contract-schema-invalid', `The contract is no valid JSON Schema: ${said}.`, {
      hint: 'Unknown keywords and formats are refused, since nobody would check them; extensions start with "x-".',
      cause,
    })
  }
}
