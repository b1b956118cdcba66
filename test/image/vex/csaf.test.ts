import {describe, expect, test} from 'vitest'
import {applyVex} from '../../../src/image/vex/apply.ts'
import {parseVex} from '../../../src/image/vex/read.ts'
import {digestA, digestB, scan, vulnerability} from '../scans.ts'
import {today, trusted} from './documents.ts'

type Json = Readonly<Record<string, unknown>>

const openssl = 'pkg:rpm/redhat/openssl@3.0.7-1.el9?arch=x86_64'
const flaw = vulnerability({id: 'CVE-2024-1', package: 'openssl', purl: `${openssl}&distro=redhat-9.2&epoch=1`})

const product = (id: string, purl?: string) => ({
  product_id: id,
  name: id,
  ...(purl === undefined ? {} : {product_identification_helper: {purl}}),
})

/** As Red Hat writes it: a platform without a purl, packages in nested branches, and both joined by relationships. */
function csaf(vulnerability: Json, tree: Json = {}, change: Json = {}): string {
  return JSON.stringify({
    document: {
      category: 'csaf_vex',
      csaf_version: '2.0',
      publisher: {name: 'Red Hat Product Security'},
      tracking: {current_release_date: '2026-11-01T00:00:00+00:00'},
      ...change,
    },
    product_tree: {
      branches: [
        {
          category: 'vendor',
          branches: [
            {category: 'product_name', product: product('rhel-9')},
            {category: 'architecture', branches: [{category: 'product_version', product: product('openssl', openssl)}]},
          ],
        },
      ],
      full_product_names: [
        product('credit', `pkg:oci/credit@${digestA}`),
        product('other', `pkg:oci/credit@${digestB}`),
      ],
      relationships: [
        {
          product_reference: 'openssl',
          relates_to_product_reference: 'rhel-9',
          full_product_name: product('rhel-9:openssl'),
        },
        {
          product_reference: 'openssl',
          relates_to_product_reference: 'credit',
          full_product_name: product('credit:openssl'),
        },
        {
          product_reference: 'openssl',
          relates_to_product_reference: 'other',
          full_product_name: product('other:openssl'),
        },
      ],
      product_groups: [{group_id: 'all', product_ids: ['openssl', 'rhel-9:openssl']}],
      ...tree,
    },
    vulnerabilities: [{cve: 'CVE-2024-1', ...vulnerability}],
  })
}

const because = (id: string) => ({flags: [{label: 'vulnerable_code_not_present', product_ids: [id]}]})

function fate(text: string): string {
  const [after] = applyVex(scan({flaws: [flaw]}), [trusted(text)], today).flaws
  if (after?.suppressed) return after.suppressed.reason
  return after?.kind === 'vulnerability' ? (after.vex?.status ?? 'counts') : 'gone'
}

const unread = (text: string) => parseVex(text, 'rhsa.json').unread

describe('CSAF', () => {
  test.each([
    ['a package of a platform', 'rhel-9:openssl', 'not affected: vulnerable code not present'],
    ['a package', 'openssl', 'not affected: vulnerable code not present'],
    ['this image', 'credit', 'not affected: vulnerable code not present'],
    ['a package of this image', 'credit:openssl', 'not affected: vulnerable code not present'],
    ['another image', 'other', 'counts'],
    ['a package of another image', 'other:openssl', 'counts'],
  ])('speaks of %s', (_, id, expected) => {
    expect(fate(csaf({product_status: {known_not_affected: [id]}, ...because(id)}))).toBe(expected)
  })

  // CSAF 2.0, §3.2.3.9 "product status".
  test.each([
    ['fixed', 'fixed'],
    ['first_fixed', 'fixed'],
    ['under_investigation', 'under_investigation'],
    ['known_affected', 'affected'],
    ['last_affected', 'affected'],
  ])('%s', (status, expected) => expect(fate(csaf({product_status: {[status]: ['openssl']}}))).toBe(expected))

  test('says why, by flags and impacts, of products and of groups', () => {
    const flags = [{label: 'component_not_present', group_ids: ['all']}]
    const threats = [{category: 'impact', details: 'Built without the engine.', product_ids: ['openssl']}]
    const text = csaf({product_status: {known_not_affected: ['openssl']}, flags, threats})
    expect(parseVex(text, 'rhsa.json')).toMatchObject({
      author: 'Red Hat Product Security',
      statements: [
        {
          ids: ['CVE-2024-1'],
          status: 'not_affected',
          justification: 'component_not_present',
          says: 'component not present; Built without the engine.',
        },
      ],
      unread: [],
    })
  })

  test('says why of all products at once', () => {
    const threats = [{category: 'impact', details: 'Built without the engine.'}]
    const text = csaf({product_status: {known_not_affected: ['openssl']}, threats})
    expect(fate(text)).toBe('not affected: Built without the engine.')
  })

  test('that contradicts itself takes nothing away', () => {
    const product_status = {known_not_affected: ['openssl'], known_affected: ['openssl']}
    expect(fate(csaf({product_status, ...because('openssl')}))).toBe('affected')
  })

  test.each([
    [
      'not affected for no reason',
      csaf({product_status: {known_not_affected: ['openssl']}}),
      'vulnerabilities[0] (CVE-2024-1): a product is not affected for no reason',
    ],
    [
      'a platform',
      csaf({product_status: {known_affected: ['rhel-9', 'rhel-8']}}),
      'vulnerabilities[0] (CVE-2024-1): a product has no package URL',
    ],
    ['no CVE', csaf({cve: undefined, product_status: {fixed: ['openssl']}}), 'vulnerabilities[0] has no CVE'],
    [
      'a package of any version, of a platform',
      csaf(
        {product_status: {known_not_affected: ['rhel-9:openssl']}, ...because('rhel-9:openssl')},
        {
          branches: [{product: product('rhel-9')}, {product: product('openssl', 'pkg:rpm/redhat/openssl')}],
        },
      ),
      'vulnerabilities[0] (CVE-2024-1): a product is a package of any version, as part of something without a package URL',
    ],
  ])('keeps what it cannot use: %s', (_, text, expected) => {
    expect(unread(text)[0]).toBe(expected)
    expect(fate(text)).toBe('counts')
  })

  test.each([
    ['another version', csaf({}, {}, {csaf_version: '2.1'}), 'vex/version-unknown'],
    ['no moment', csaf({}, {}, {tracking: {current_release_date: 'now'}}), 'vex/malformed'],
    ['a branch that is none', csaf({}, {branches: [{branches: [1]}]}), 'vex/malformed'],
  ])('is refused with %s', (_, text, code) => {
    expect(() => parseVex(text, 'rhsa.json')).toThrow(expect.objectContaining({code}))
  })

  test('may nest its products deep', () => {
    const inner = JSON.stringify({product: product('deep', openssl)})
    const nested = `${'{"branches":['.repeat(50_000)}${inner}${']}'.repeat(50_000)}`
    const flat = csaf({product_status: {known_not_affected: ['deep']}, ...because('deep')}, {branches: ['HERE']})
    const text = flat.replace('"HERE"', nested)
    expect(fate(text)).toBe('not affected: vulnerable code not present')
  })
})
