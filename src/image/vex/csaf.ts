/**
 * CSAF 2.0 (https://docs.oasis-open.org/csaf/csaf/v2.0), of the profile VEX and of others that tell a product status. All
 * its statements are of one moment, the release of the document; where it contradicts itself, `affected` counts.
 */
import * as z from 'zod'
import {UserError} from '../../core/failure.ts'
import {parseInstant} from '../../core/instant.ts'
import {isJustification} from '../../core/justification.ts'
import {type Products, productsOf, productTree} from './csaf-products.ts'
import type {VexDocument, VexScope, VexStatement, VexStatus} from './document.ts'
import {malformed} from './refusal.ts'

const ids = z.array(z.string()).optional()
const ofProducts = {product_ids: ids, group_ids: ids}
const vulnerability = z.object({
  cve: z.string().optional(),
  ids: z.array(z.object({text: z.string()})).optional(),
  product_status: z
    .object({
      known_not_affected: ids,
      fixed: ids,
      first_fixed: ids,
      under_investigation: ids,
      known_affected: ids,
      first_affected: ids,
      last_affected: ids,
    })
    .optional(),
  flags: z.array(z.object({label: z.string(), ...ofProducts})).optional(),
  threats: z.array(z.object({category: z.string(), details: z.string(), ...ofProducts})).optional(),
  remediations: z.array(z.object({category: z.string(), details: z.string(), ...ofProducts})).optional(),
})
type Vulnerability = z.output<typeof vulnerability>

const csaf = z.object({
  document: z.object({
    csaf_version: z.string(),
    publisher: z.object({name: z.string()}),
    tracking: z.object({
      current_release_date: z.string().refine(text => !Number.isNaN(parseInstant(text)), 'expected a point in time'),
    }),
  }),
  product_tree: productTree.optional(),
  vulnerabilities: z.array(vulnerability).optional(),
})

/** By its own word, of whatever version. */
export function isCsaf(json: object): boolean {
  return (
    'document' in json && typeof json.document === 'object' && json.document !== null && 'csaf_version' in json.document
  )
}

/** @throws UserError `vex/version-unknown`, `vex/malformed` */
export function parseCsaf(json: unknown, source: string): VexDocument {
  const parsed = csaf.safeParse(json)
  if (!parsed.success) throw malformed('CSAF', source, parsed.error)
  const {document, product_tree: tree = {}, vulnerabilities = []} = parsed.data
  if (document.csaf_version !== '2.0') throw unknownVersion(document.csaf_version, source)
  const products = readProducts(tree, source)
  const at = parseInstant(document.tracking.current_release_date)
  const unread: string[] = []
  const statements = vulnerabilities.flatMap((each, index) =>
    statementsOf(each, `vulnerabilities[${index}]`, at, products, unread),
  )
  return {format: 'CSAF', source, author: document.publisher.name, statements, unread}
}

function readProducts(tree: z.output<typeof productTree>, source: string): Products {
  try {
    return productsOf(tree)
  } catch (error) {
    if (error instanceof z.ZodError) throw malformed('CSAF', source, error)
    throw error
  }
}

/** Later statements count more: so what takes least away stands last. */
const statuses = [
  ['known_not_affected', 'not_affected'],
  ['fixed', 'fixed'],
  ['first_fixed', 'fixed'],
  ['under_investigation', 'under_investigation'],
  ['first_affected', 'affected'],
  ['last_affected', 'affected'],
  ['known_affected', 'affected'],
] as const satisfies readonly (readonly [keyof NonNullable<Vulnerability['product_status']>, VexStatus])[]

function statementsOf(
  given: Vulnerability,
  place: string,
  at: number,
  products: Products,
  unread: string[],
): readonly VexStatement[] {
  const names = [given.cve ?? '', ...(given.ids ?? []).map(({text}) => text)].filter(name => /^[A-Za-z]+-/.test(name))
  if (names.length === 0) return unreadWith(unread, `${place} has no CVE`)
  const reasons = reasonsOf(given, products)
  return statuses.flatMap(([key, status]) => {
    const byReason = new Map<string, VexScope[]>()
    const lost = new Map<string, number>()
    for (const id of given.product_status?.[key] ?? []) {
      const says = joined(reasons.ofProduct.get(id)?.get(status), reasons.ofAll.get(status))
      const scope = scopeOf(id, status, says, products)
      if (typeof scope === 'string') lost.set(scope, (lost.get(scope) ?? 0) + 1)
      else {
        const known = byReason.get(says)
        if (known) known.push(scope)
        else byReason.set(says, [scope])
      }
    }
    for (const [why, count] of lost) {
      unread.push(`${place} (${names[0]}): ${count === 1 ? 'a product' : `each of ${count} products`} ${why}`)
    }
    return [...byReason].map(([says, scopes]) => toStatement({place, names, status, says, at, scopes}))
  })
}

/** A sentence where the product cannot be tied to anything, or is not affected for no reason (CSAF 2.0, §6.1.27.8). */
function scopeOf(id: string, status: VexStatus, says: string, {scopes}: Products): VexScope | string {
  const scope = scopes.get(id) ?? 'is no product of the document'
  return status === 'not_affected' && says === '' ? 'is not affected for no reason' : scope
}

function toStatement({
  names,
  says,
  ...rest
}: Omit<VexStatement, 'ids' | 'justification'> & {names: readonly string[]}): VexStatement {
  const label = says.split('; ', 1)[0]?.replaceAll(' ', '_') ?? ''
  return {
    ...rest,
    ids: [...new Set(names)],
    ...(rest.status === 'not_affected' && isJustification(label) ? {justification: label} : {}),
    says: says === '' ? rest.status.replaceAll('_', ' ') : says,
  }
}

function unreadWith(unread: string[], text: string): readonly VexStatement[] {
  unread.push(text)
  return []
}

/** What is said of products, by the status that it is a reason of. */
interface Reasons {
  readonly ofProduct: ReadonlyMap<string, ReadonlyMap<VexStatus, string>>
  /** Said without naming products. */
  readonly ofAll: ReadonlyMap<VexStatus, string>
}

/** Flags and impacts say why not, remediations what to do. */
function reasonsOf({flags = [], threats = [], remediations = []}: Vulnerability, {groups}: Products): Reasons {
  const ofProduct = new Map<string, Map<VexStatus, string>>()
  const ofAll = new Map<VexStatus, string>()
  const add = (status: VexStatus, text: string, {product_ids: products = [], group_ids: groupIds = []}: Named) => {
    if (products.length + groupIds.length === 0) ofAll.set(status, joined(ofAll.get(status), text))
    for (const id of [...products, ...groupIds.flatMap(group => groups.get(group) ?? [])]) {
      const known = ofProduct.get(id) ?? new Map<VexStatus, string>()
      ofProduct.set(id, known.set(status, joined(known.get(status), text)))
    }
  }
  for (const flag of flags) add('not_affected', flag.label.replaceAll('_', ' '), flag)
  for (const threat of threats) if (threat.category === 'impact') add('not_affected', threat.details, threat)
  for (const remediation of remediations) {
    if (remediation.category === 'vendor_fix') add('fixed', remediation.details, remediation)
    add('affected', remediation.details, remediation)
  }
  return {ofProduct, ofAll}
}

interface Named {
  readonly product_ids?: readonly string[] | undefined
  readonly group_ids?: readonly string[] | undefined
}

function joined(...texts: readonly (string | undefined)[]): string {
  return texts.filter(text => text !== undefined && /\S/.test(text)).join('; ')
}

function unknownVersion(seen: string, source: string): UserError {
  return new UserError('vex/version-unknown', `${source} is CSAF of a version that is not known here: ${seen}.`, {
    hint: 'Known is 2.0.',
  })
}
