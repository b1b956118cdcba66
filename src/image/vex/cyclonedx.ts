/**
 * CycloneDX 1.4 to 1.7 as VEX: `vulnerabilities[].analysis` (https://cyclonedx.org/docs/1.6/json/#vulnerabilities).
 * What a vulnerability affects is named by the `bom-ref` of a component in the same document, by purl, or by BOM-Link
 * (`urn:cdx:<serial>/<version>#<bom-ref>`), whose bom-ref is a purl in what Trivy and Syft write.
 */
import * as z from 'zod'
import {parseInstant} from '../../core/instant.ts'
import {parsePackageUrl} from '../../core/package-url.ts'
import {componentOf} from './component.ts'
import type {VexComponent, VexDocument, VexScope, VexStatement, VexStatus} from './document.ts'
import {malformed} from './refusal.ts'
import {justificationOfCycloneDx} from './words.ts'

const hash = z.object({alg: z.string(), content: z.string()})
const component = z.object({
  type: z.string().optional(),
  'bom-ref': z.string().optional(),
  name: z.string().optional(),
  version: z.string().optional(),
  purl: z.string().optional(),
  hashes: z.array(hash).optional(),
})
type Component = z.output<typeof component>

const statusOfState = {
  resolved: 'fixed',
  resolved_with_pedigree: 'fixed',
  exploitable: 'affected',
  in_triage: 'under_investigation',
  false_positive: 'not_affected',
  not_affected: 'not_affected',
} as const satisfies Record<string, VexStatus>

const affected = z.object({
  ref: z.string(),
  versions: z.array(z.object({version: z.string().optional(), status: z.string().optional()})).optional(),
})
const vulnerability = z.object({
  id: z.string().optional(),
  references: z.array(z.object({id: z.string().optional()})).optional(),
  published: z.string().optional(),
  updated: z.string().optional(),
  analysis: z
    .object({
      state: z
        .enum(['resolved', 'resolved_with_pedigree', 'exploitable', 'in_triage', 'false_positive', 'not_affected'])
        .optional(),
      justification: z.string().optional(),
      response: z.array(z.string()).optional(),
      detail: z.string().optional(),
      firstIssued: z.string().optional(),
      lastUpdated: z.string().optional(),
    })
    .optional(),
  affects: z.array(affected).optional(),
})
type Vulnerability = z.output<typeof vulnerability>

const bom = z.object({
  bomFormat: z.literal('CycloneDX'),
  specVersion: z.string().regex(/^1\.[4-7]$/, 'expected specVersion 1.4 to 1.7'),
  serialNumber: z.string().optional(),
  metadata: z
    .object({
      timestamp: z.string().optional(),
      authors: z.array(z.object({name: z.string().optional()})).optional(),
      supplier: z.object({name: z.string().optional()}).optional(),
      manufacturer: z.object({name: z.string().optional()}).optional(),
      component: component.optional(),
    })
    .optional(),
  components: z.array(component).optional(),
  vulnerabilities: z.array(vulnerability).optional(),
})
type Bom = z.output<typeof bom>

export function isCycloneDx(json: object): boolean {
  return 'bomFormat' in json && json.bomFormat === 'CycloneDX'
}

/** @throws UserError `vex/malformed` */
export function parseCycloneDxVex(json: unknown, source: string): VexDocument {
  const parsed = bom.safeParse(json)
  if (!parsed.success) throw malformed('CycloneDX', source, parsed.error)
  const subject = parsed.data.metadata?.component
  const refs = new Map<string, Component>()
  for (const each of [...(parsed.data.components ?? []), ...(subject ? [subject] : [])]) {
    if (each['bom-ref'] !== undefined) refs.set(each['bom-ref'], each)
  }
  const unread: string[] = []
  const statements = (parsed.data.vulnerabilities ?? []).flatMap((each, index) => {
    const read = toStatement(each, `vulnerabilities[${index}]`, {bom: parsed.data, subject, refs})
    unread.push(...read.unread)
    return read.statement ?? []
  })
  return {format: 'CycloneDX', source, author: authorOf(parsed.data), statements, unread}
}

interface Context {
  readonly bom: Bom
  readonly subject: Component | undefined
  readonly refs: ReadonlyMap<string, Component>
}

function toStatement(
  {id, references = [], analysis, affects = [], ...times}: Vulnerability,
  place: string,
  context: Context,
): {statement?: VexStatement; unread: readonly string[]} {
  // Without an analysis it is a report of what a scanner found, and says nothing of what counts.
  if (analysis?.state === undefined) return {unread: []}
  const ids = [...new Set([id ?? '', ...references.map(each => each.id ?? '')])].filter(name => name !== '')
  if (ids.length === 0) return {unread: [`${place} has no id`]}
  const status = statusOfState[analysis.state]
  const groundless = analysis.state === 'not_affected' && !analysis.justification && !/\S/.test(analysis.detail ?? '')
  if (groundless) return {unread: [`${place} (${ids[0]}) says not_affected without justification and detail`]}
  const said = analysis.lastUpdated ?? analysis.firstIssued ?? times.updated ?? context.bom.metadata?.timestamp
  const at = said === undefined ? undated : parseInstant(said)
  if (Number.isNaN(at)) return {unread: [`${place} (${ids[0]}) was said at no point in time`]}
  const justification = justificationOfCycloneDx(analysis.justification)
  const scopes: VexScope[] = []
  const unread: string[] = []
  if (affects.length === 0) unread.push(`${place} (${ids[0]}) does not say what it affects`)
  for (const each of affects) {
    const found = scopesOf(each, context)
    if (typeof found === 'string') unread.push(`${place} (${ids[0]}) ${found}`)
    else scopes.push(...found)
  }
  const statement = {
    place,
    ids,
    status,
    ...(justification === undefined ? {} : {justification}),
    says: wordsOf(analysis.state, analysis),
    at,
    scopes,
  }
  return {statement, unread}
}

/** The state itself where it says more than the status that it is mapped to, or where there is nothing else. */
function wordsOf(state: keyof typeof statusOfState, analysis: NonNullable<Vulnerability['analysis']>): string {
  const {justification, detail, response = []} = analysis
  const reasons = [justification?.replaceAll('_', ' '), detail, ...response.map(word => word.replaceAll('_', ' '))]
  const said = reasons.filter(text => text !== undefined && /\S/.test(text))
  const tells = said.length === 0 || state === 'false_positive' || state === 'resolved_with_pedigree'
  return [...(tells ? [state.replaceAll('_', ' ')] : []), ...said].join('; ')
}

/** Times are optional here: whoever says when he speaks overrides whoever does not. */
const undated = 0

/** What a reference leads to; a sentence where it leads nowhere. */
function scopesOf({ref, versions = []}: z.output<typeof affected>, context: Context): readonly VexScope[] | string {
  const found = context.refs.get(ref) ?? linked(ref, context)
  if (found === undefined) {
    const bare = componentOf([bomLink(ref)?.ref ?? ref])
    const [purl] = bare.purls
    if (purl === undefined) return `refers to ${quoted(ref)}, which is no component of the document and no package URL`
    const parts = ofVersions(bare, versions)
    return typeof parts === 'string' ? `${parts} of ${quoted(ref)}` : parts.map(product => ({product, parts: []}))
  }
  const {subject} = context
  const own = ofVersions(toComponent(found), versions)
  if (typeof own === 'string') return `${own} of ${quoted(ref)}`
  if (subject === undefined || found === subject || !isImage(subject)) return own.map(product => ({product, parts: []}))
  return [{product: toComponent(subject), parts: own}]
}

/**
 * The component in these versions alone. Trivy lists the version that it found beside a purl that says it already; the
 * status beside it (`affected`) is what the scanner said before somebody analysed it.
 */
function ofVersions(
  component: VexComponent,
  versions: NonNullable<z.output<typeof affected>['versions']>,
): readonly VexComponent[] | string {
  if (versions.length === 0) return [component]
  const exact = versions.flatMap(({version}) => version ?? [])
  if (exact.length < versions.length) return 'limits to a range of versions, which is not read, what it says'
  const [purl] = component.purls
  if (purl === undefined) return [component]
  if (purl.version === undefined) return exact.map(version => ({...component, purls: [{...purl, version}]}))
  return exact.includes(purl.version) ? [component] : `names other versions (${quoted(exact.join(', '))}) than that`
}

/** A BOM-Link to this very document. */
function linked(ref: string, {bom: {serialNumber}, refs}: Context): Component | undefined {
  const link = bomLink(ref)
  return link !== undefined && serialNumber === `urn:uuid:${link.serial}` ? refs.get(link.ref) : undefined
}

function bomLink(ref: string): {serial: string; ref: string} | undefined {
  const match = /^urn:cdx:([0-9a-f-]{36})\/\d{1,9}#(.+)$/s.exec(ref)
  if (match?.[1] === undefined || match[2] === undefined) return undefined
  try {
    const decoded = match[2].startsWith('pkg:') ? match[2] : decodeURIComponent(match[2])
    return {serial: match[1], ref: decoded}
  } catch {
    return undefined
  }
}

function isImage({type, purl}: Component): boolean {
  const parsed = purl === undefined ? undefined : parsePackageUrl(purl)
  return parsed ? parsed.type === 'oci' || parsed.type === 'docker' : type === 'container'
}

function toComponent({type, purl, name, version, hashes = [], 'bom-ref': ref}: Component): VexComponent {
  const sha256 = hashes.filter(({alg}) => alg === 'SHA-256').map(({content}) => content)
  if (purl !== undefined) return componentOf([purl], type === 'container' ? sha256 : [])
  if (type === 'container' && name !== undefined) return componentOf([imageName(name, version)], sha256)
  return componentOf([ref ?? name ?? ''])
}

/** `registry/credit:v12` and `registry/credit@sha256:…`, however name and version are divided. */
function imageName(name: string, version: string | undefined): string {
  if (version === undefined || version === '' || /[@]|:[^/]*$/.test(name)) return name
  return version.startsWith('sha256:') ? `${name}@${version}` : `${name}:${version}`
}

function authorOf({metadata}: Bom): string {
  const names = [metadata?.authors?.[0]?.name, metadata?.supplier?.name, metadata?.manufacturer?.name]
  return names.find(name => name !== undefined && name !== '') ?? 'nobody named'
}

function quoted(ref: string): string {
  return JSON.stringify(ref.length > 100 ? `${ref.slice(0, 100)}…` : ref)
}
