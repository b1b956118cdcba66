/**
 * CycloneDX 1.4 to 1.7 as VEX: `vulnerabilities[].analysis` (https://cyclonedx.org/docs/1.6/json/#vulnerabilities).
 * What a vulnerability affects is named by the `bom-ref` of a component in the same document, by purl, or by BOM-Link
 * (`urn:cdx:<serial>/<version>#<bom-ref>`), whose bom-ref is a purl in what Trivy and Syft write.
 */
import {parseInstant} from '../../core/instant.ts'
import {type Bom, bom, type CycloneDxComponent, type CycloneDxVulnerability} from './cyclonedx-document.ts'
import {type References, scopesOf} from './cyclonedx-references.ts'
import type {VexDocument, VexScope, VexStatement, VexStatus} from './document.ts'
import {malformed} from './refusal.ts'
import {justificationOfCycloneDx} from './words.ts'

/** By its own word; whether it is VEX is told by what it says. */
export function isCycloneDx(json: object): boolean {
  return 'bomFormat' in json && json.bomFormat === 'CycloneDX'
}

/** @throws UserError `vex/malformed` */
export function parseCycloneDxVex(json: unknown, source: string): VexDocument {
  const parsed = bom.safeParse(json)
  if (!parsed.success) throw malformed('CycloneDX', source, parsed.error)
  const subject = parsed.data.metadata?.component
  const refs = new Map<string, CycloneDxComponent>()
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

const statusOfState = {
  resolved: 'fixed',
  resolved_with_pedigree: 'fixed',
  exploitable: 'affected',
  in_triage: 'under_investigation',
  false_positive: 'not_affected',
  not_affected: 'not_affected',
} as const satisfies Record<string, VexStatus>

function toStatement(
  {id, references = [], analysis, affects = [], ...times}: CycloneDxVulnerability,
  place: string,
  context: References,
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
function wordsOf(state: keyof typeof statusOfState, analysis: NonNullable<CycloneDxVulnerability['analysis']>): string {
  const {justification, detail, response = []} = analysis
  const reasons = [justification?.replaceAll('_', ' '), detail, ...response.map(word => word.replaceAll('_', ' '))]
  const said = reasons.filter(text => text !== undefined && /\S/.test(text))
  const tells = said.length === 0 || state === 'false_positive' || state === 'resolved_with_pedigree'
  return [...(tells ? [state.replaceAll('_', ' ')] : []), ...said].join('; ')
}

/** Times are optional here: whoever says when he speaks overrides whoever does not. */
const undated = 0

function authorOf({metadata}: Bom): string {
  const names = [metadata?.authors?.[0]?.name, metadata?.supplier?.name, metadata?.manufacturer?.name]
  return names.find(name => name !== undefined && name !== '') ?? 'nobody named'
}
