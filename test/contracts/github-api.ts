/**
 * Holds requests and answers against GitHub's published OpenAPI description. Used by the fake GitHub for every exchange,
 * so a suite that ran against the fake can say that our code spoke GitHub's language, and that the fake did too.
 */
import {readFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import {Ajv, type ValidateFunction} from 'ajv'
import ajvFormats from 'ajv-formats'
import * as z from 'zod'

export interface Exchange {
  readonly method: string
  /** Without the query, percent-encoded as it was sent. */
  readonly path: string
  readonly query: URLSearchParams
  readonly requestBody: unknown
  readonly status: number
  readonly responseBody: unknown
}

const parameter = z.object({
  name: z.string(),
  in: z.enum(['path', 'query', 'header', 'cookie']),
  required: z.boolean().default(false),
  schema: z.record(z.string(), z.unknown()),
})
const content = z.record(z.string(), z.object({schema: z.unknown().optional()})).optional()
const response = z.union([z.object({$ref: z.string()}), z.object({content})])
const operation = z.object({
  parameters: z.array(z.union([z.object({$ref: z.string()}), parameter])).default([]),
  requestBody: z.object({required: z.boolean().default(false), content}).optional(),
  responses: z.record(z.string(), response),
})
const description = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.object({
    parameters: z.record(z.string(), z.unknown()),
    responses: z.record(z.string(), z.unknown()),
    schemas: z.record(z.string(), z.unknown()),
  }),
})

type Operation = z.output<typeof operation>

interface Api {
  readonly paths: readonly {readonly template: string; readonly pattern: RegExp; readonly literals: number}[]
  readonly document: z.output<typeof description>
  readonly ajv: Ajv
  readonly compiled: Map<string, ValidateFunction>
}

let loaded: Api | null = null

/** What does not fit the description, in sentences; empty when all does. */
export function violationsOf(exchange: Exchange): readonly string[] {
  loaded ??= load()
  const api = loaded
  const template = templateOf(api, exchange.path)
  const found = template === null ? undefined : api.document.paths[template]?.[exchange.method.toLowerCase()]
  const name = `${exchange.method} ${template ?? exchange.path}`
  if (template === null || found === undefined) return [`${name}: GitHub has no such endpoint`]
  const described = operation.parse(found)
  const pointer = `/paths/${escapePointer(template)}/${exchange.method.toLowerCase()}`
  return [
    ...queryViolations(api, described, exchange.query),
    ...bodyViolations(api, described, pointer, exchange.requestBody),
    ...responseViolations(api, described, pointer, exchange),
  ].map(text => `${name}: ${text}`)
}

function queryViolations(api: Api, described: Operation, query: URLSearchParams): string[] {
  const known = described.parameters
    .map(each => parameter.parse('$ref' in each ? resolve(api.document, each.$ref) : each))
    .filter(each => each.in === 'query')
  const missing = known.filter(each => each.required && !query.has(each.name))
  return [
    ...missing.map(each => `the query lacks ${each.name}`),
    ...[...query].flatMap(([name, text]) => {
      const each = known.find(candidate => candidate.name === name)
      if (!each) return [`the query has an unknown parameter ${name}`]
      const value = each.schema.type === 'integer' ? Number(text) : text
      const {$ref} = each.schema
      const schema = typeof $ref === 'string' ? {$ref: `github${$ref}`} : each.schema
      return check(api, `inline:${JSON.stringify(each.schema)}`, schema, value).map(why => `query ${name}: ${why}`)
    }),
  ]
}

function bodyViolations(api: Api, described: Operation, pointer: string, body: unknown): string[] {
  if (!described.requestBody?.content?.['application/json']) {
    return body === undefined ? [] : ['a body was sent where none is described']
  }
  if (body === undefined) return described.requestBody.required ? ['the body is missing'] : []
  const ref = `${pointer}/requestBody/content/application~1json/schema`
  // GitHub ignores what it does not know, so a mistyped optional field would never be noticed.
  const known = z.object({properties: z.record(z.string(), z.unknown())}).safeParse(resolve(api.document, `#${ref}`))
  const unknown = Object.keys(z.record(z.string(), z.unknown()).parse(body)).filter(
    key => known.success && !(key in known.data.properties),
  )
  return [
    ...unknown.map(key => `request has an unknown field ${key}`),
    ...check(api, ref, {$ref: `github#${ref}`}, body).map(why => `request ${why}`),
  ]
}

function responseViolations(api: Api, described: Operation, pointer: string, exchange: Exchange): string[] {
  const {status, responseBody} = exchange
  const found = described.responses[String(status)]
  // Refusals that the description leaves out (401, 403, 429 and server errors are possible everywhere).
  if (!found) return status >= 400 ? [] : [`the answer ${status} is not described`]
  const at = '$ref' in found ? found.$ref.slice(1) : `${pointer}/responses/${status}`
  const answered = '$ref' in found ? z.object({content}).parse(resolve(api.document, found.$ref)) : found
  if (!answered.content) return responseBody === undefined || status >= 400 ? [] : [`the answer ${status} has a body`]
  const type = 'application/json' in answered.content ? 'application/json' : Object.keys(answered.content)[0]
  const ref = `${at}/content/${escapePointer(type ?? '')}/schema`
  return check(api, ref, {$ref: `github#${ref}`}, responseBody).map(why => `answer ${status} ${why}`)
}

function check(api: Api, key: string, schema: object, value: unknown): string[] {
  const validate = api.compiled.get(key) ?? api.ajv.compile(schema)
  api.compiled.set(key, validate)
  if (validate(value)) return []
  return (validate.errors ?? []).slice(0, 3).map(error => `${error.instancePath || 'body'} ${error.message}`)
}

function load(): Api {
  const file = createRequire(import.meta.url).resolve('@octokit/openapi/generated/api.github.com.json')
  const json: unknown = JSON.parse(readFileSync(file, 'utf8'))
  const document = description.parse(json)
  const ajv = new Ajv({strict: false, validateFormats: true, addUsedSchema: false, logger: false, discriminator: false})
  ajvFormats.default(ajv)
  // The whole document as one schema: its own "#/components/..." references resolve within it, and compile on demand.
  ajv.addSchema({$id: 'github', ...z.record(z.string(), z.unknown()).parse(withNulls(json))})
  const paths = Object.keys(document.paths).map(template => ({
    template,
    pattern: new RegExp(`^${template.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&').replaceAll(/\{[^}]+\}/g, '[^/]+')}$`),
    literals: template.split('/').filter(part => part !== '' && !part.startsWith('{')).length,
  }))
  return {paths, document, ajv, compiled: new Map()}
}

/** OpenAPI 3.0 writes "or null" as `nullable`, which JSON Schema knows only beside a type. */
function withNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withNulls)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, inner]) => [key, withNulls(inner)])
  const {nullable, ...rest}: Record<string, unknown> = Object.fromEntries(entries)
  if (nullable !== true) return nullable === undefined || nullable === false ? rest : {...rest, nullable}
  return {anyOf: [rest, {type: 'null'}]}
}

/** The template that fits; the one with the most literal parts where several do, as a router would choose. */
function templateOf(api: Api, path: string): string | null {
  const fitting = api.paths.filter(({pattern}) => pattern.test(path)).sort((a, b) => b.literals - a.literals)
  return fitting[0]?.template ?? null
}

function resolve(document: unknown, ref: string): unknown {
  const parts = ref
    .slice(2)
    .split('/')
    .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  return parts.reduce<unknown>((at, part) => z.record(z.string(), z.unknown()).parse(at)[part], document)
}

function escapePointer(part: string): string {
  return part.replaceAll('~', '~0').replaceAll('/', '~1')
}
