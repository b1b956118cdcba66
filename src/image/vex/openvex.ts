/**
 * OpenVEX 0.2 (https://github.com/openvex/spec), and the form before it, where vulnerabilities and products are plain
 * texts. Products by purl, hash or name of an image.
 */
import * as z from 'zod'
import {UserError} from '../../core/failure.ts'
import {parseInstant} from '../../core/instant.ts'
import {justifications} from '../../core/justification.ts'
import {componentOf} from './component.ts'
import type {VexComponent, VexDocument, VexScope, VexStatement} from './document.ts'
import {vexStatuses} from './document.ts'
import {malformed, unjustified} from './refusal.ts'

const instant = z.string().refine(text => !Number.isNaN(parseInstant(text)), 'expected a point in time (RFC 3339)')
const component = z.object({
  '@id': z.string().optional(),
  identifiers: z.object({purl: z.string().optional()}).optional(),
  hashes: z.object({'sha-256': z.string().optional()}).optional(),
})
const named = z.union([z.string().transform(id => ({'@id': id})), component])
const product = z.union([
  z.string().transform(id => ({'@id': id, subcomponents: undefined})),
  component.extend({subcomponents: z.array(named).optional()}),
])
const vulnerability = z.union([
  z.string().transform(name => ({name, aliases: undefined})),
  z.object({name: z.string().min(1), aliases: z.array(z.string()).optional()}),
])
const statement = z.object({
  vulnerability,
  timestamp: instant.optional(),
  products: z.array(product).optional(),
  subcomponents: z.array(named).optional(),
  status: z.enum(vexStatuses),
  justification: z.enum(justifications).optional(),
  impact_statement: z.string().optional(),
  action_statement: z.string().optional(),
  status_notes: z.string().optional(),
})
const openVex = z.object({
  '@context': z.string(),
  author: z.string().min(1),
  timestamp: instant,
  statements: z.array(statement),
})
type Statement = z.output<typeof statement>

const context = 'https://openvex.dev/ns'
const versions = ['', '/v0.0.1', '/v0.0.2', '/v0.2.0']

/** @throws UserError `vex/version-unknown`, `vex/malformed`, `vex/unjustified` */
export function parseOpenVex(json: unknown, source: string): VexDocument {
  const parsed = openVex.safeParse(json)
  if (!parsed.success) throw malformed('OpenVEX', source, parsed.error)
  const {data} = parsed
  if (!versions.includes(data['@context'].slice(context.length))) throw unknownVersion(data['@context'], source)
  const groundless = data.statements.flatMap((each, index) => (isGroundless(each) ? [placeOf(index)] : []))
  if (groundless.length > 0) throw unjustified(source, groundless)
  const at = parseInstant(data.timestamp)
  const unread = data.statements.flatMap((each, index) =>
    (each.products ?? []).length > 0 ? [] : [`${placeOf(index)} names no product`],
  )
  return {
    format: 'OpenVEX',
    source,
    author: data.author,
    statements: data.statements.map((each, index) => toStatement(each, index, at)),
    unread,
  }
}

/** By its own word, of whatever version. */
export function isOpenVex(json: object): boolean {
  return '@context' in json && typeof json['@context'] === 'string' && json['@context'].startsWith(context)
}

/** OpenVEX, "Status Justifications": who says "not affected" says why. */
function isGroundless({status, justification, impact_statement: impact}: Statement): boolean {
  return status === 'not_affected' && justification === undefined && !/\S/.test(impact ?? '')
}

function toStatement(each: Statement, index: number, documentAt: number): VexStatement {
  const {name, aliases = []} = each.vulnerability
  return {
    place: placeOf(index),
    ids: [...new Set([name, ...aliases])],
    status: each.status,
    ...(each.justification === undefined ? {} : {justification: each.justification}),
    says: wordsOf(each),
    at: each.timestamp === undefined ? documentAt : parseInstant(each.timestamp),
    scopes: (each.products ?? []).map(
      ({subcomponents, ...rest}): VexScope => ({
        product: toComponent(rest),
        parts: [...(subcomponents ?? []), ...(each.subcomponents ?? [])].map(toComponent),
      }),
    ),
  }
}

function toComponent(given: z.output<typeof component>): VexComponent {
  const {'@id': id, identifiers, hashes} = given
  return componentOf([id ?? '', identifiers?.purl ?? ''], hashes?.['sha-256'] === undefined ? [] : [hashes['sha-256']])
}

function wordsOf(each: Statement): string {
  const reason = each.justification?.replaceAll('_', ' ')
  const words = [reason, each.impact_statement, each.action_statement, each.status_notes]
  const said = words.filter(text => text !== undefined && /\S/.test(text))
  return said.length === 0 ? each.status.replaceAll('_', ' ') : said.join('; ')
}

function unknownVersion(seen: string, source: string): UserError {
  return new UserError('vex/version-unknown', `${source} is OpenVEX of a version that is not known here: ${seen}.`, {
    hint: `Known are ${context} and ${context}/v0.2.0.`,
  })
}

function placeOf(index: number): string {
  return `statements[${index}]`
}
