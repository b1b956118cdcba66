/** What VEX statements take away from a scan. */
import {cut} from '../../core/cut.ts'
import {isCve} from '../../core/cve.ts'
import type {Day} from '../../core/day.ts'
import type {Scan, Vulnerability} from '../scan.ts'
import type {VexDocument, VexStatement, VexStatus} from './document.ts'
import {coversFlaw, type ImageIdentity, identityOf, purlOf} from './match.ts'

/** A document, and who takes its word until when (`image.vex`). */
export interface TrustedVex {
  readonly document: VexDocument
  readonly owner: string
  /** Last day on which it is believed, in UTC. */
  readonly expires: Day
}

/** A statement and whose it is. */
export interface Said {
  readonly statement: VexStatement
  readonly by: TrustedVex
  /** Place in its document: among statements of the same moment the later one counts. */
  readonly order: number
}

export type StatementIndex = ReadonlyMap<string, readonly Said[]>

/**
 * The scan with `suppressed` on what a believed statement calls not affected or fixed, and `vex` on what it calls
 * affected or under investigation. The last statement on a flaw counts (OpenVEX, "VEX Documents"); of two documents that
 * speak at the same moment the one that takes less away. What was suppressed before stays as it is.
 *
 * @param also digests and names by which the image is known besides those of the scan: its index, the tag that the caller wrote
 */
export function applyVex(scan: Scan, documents: readonly TrustedVex[], today: Day, also: readonly string[] = []): Scan {
  const index = indexStatements(documents.filter(({expires}) => expires >= today))
  if (index.size === 0) return scan
  const image = identityOf(scan, also)
  return {
    ...scan,
    flaws: scan.flaws.map(flaw => {
      if (flaw.kind !== 'vulnerability' || flaw.suppressed) return flaw
      const last = lastWord(statementsOn(flaw, image, index))
      return last ? {...flaw, ...fateOf(last)} : flaw
    }),
  }
}

/** Statements by each name of their vulnerability, so that many of both cost the sum and not the product. */
export function indexStatements(documents: readonly TrustedVex[]): StatementIndex {
  const index = new Map<string, Said[]>()
  for (const by of documents) {
    by.document.statements.forEach((statement, order) => {
      const said = {statement, by, order}
      for (const id of statement.ids) {
        const known = index.get(id)
        if (known) known.push(said)
        else index.set(id, [said])
      }
    })
  }
  return index
}

/** Every statement that speaks of this flaw in this image. */
export function statementsOn(flaw: Vulnerability, image: ImageIdentity, index: StatementIndex): readonly Said[] {
  const names = new Set([flaw.id, ...flaw.aliases])
  const candidates = new Set([...names].flatMap(name => index.get(name) ?? []))
  if (candidates.size === 0) return []
  const purl = purlOf(flaw)
  return [...candidates].filter(
    ({statement}) =>
      isSameVulnerability(statement.ids, names) && statement.scopes.some(scope => coversFlaw(scope, image, purl)),
  )
}

/** An advisory (DSA, RHSA) is of several CVEs: where both sides name one, it must be the same. */
function isSameVulnerability(ids: readonly string[], names: ReadonlySet<string>): boolean {
  const cves = ids.filter(isCve)
  return cves.length === 0 || ![...names].some(isCve) || cves.some(cve => names.has(cve))
}

function lastWord(said: readonly Said[]): Said | undefined {
  let last: Said | undefined
  for (const each of said) if (!last || overrides(each, last)) last = each
  return last
}

function overrides(one: Said, other: Said): boolean {
  if (one.statement.at !== other.statement.at) return one.statement.at > other.statement.at
  if (one.by === other.by) return one.order >= other.order
  return caution(one.statement.status) > caution(other.statement.status)
}

function caution(status: VexStatus): number {
  switch (status) {
    case 'affected':
      return 2
    case 'under_investigation':
      return 1
    case 'not_affected':
    case 'fixed':
      return 0
  }
}

function fateOf({statement: {status, says}, by: {document, expires}}: Said): Pick<Vulnerability, 'suppressed' | 'vex'> {
  // One statement may be of thousands of flaws, and each of them is printed.
  const by = `${document.format} of ${cut(document.author, 100)}`
  const why = cut(says, 500)
  switch (status) {
    case 'not_affected':
      return {suppressed: {by, reason: `not affected: ${why}`, until: expires}}
    case 'fixed':
      return {suppressed: {by, reason: why === 'fixed' ? why : `fixed: ${why}`, until: expires}}
    case 'affected':
    case 'under_investigation':
      return {vex: {status, by, says: why}}
  }
}
