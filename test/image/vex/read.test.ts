import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {isFailure} from '../../../src/core/failure.ts'
import {parseVex} from '../../../src/image/vex/read.ts'
import {cycloneDx, openVex} from './documents.ts'

function refusal(text: string): string {
  try {
    parseVex(text, 'vendor.json')
  } catch (error) {
    if (!isFailure(error)) throw error
    return `${error.code} ${error.message}`
  }
  return 'read'
}

describe('a VEX document', () => {
  test('of OpenVEX is read with who speaks, when and why', () => {
    expect(parseVex(openVex([{impact_statement: 'No shell is started.'}]), 'vendor.json')).toMatchObject({
      format: 'OpenVEX',
      author: 'vendor.example',
      statements: [
        {
          place: 'statements[0]',
          ids: ['CVE-2022-48174'],
          status: 'not_affected',
          says: 'vulnerable code not in execute path; No shell is started.',
          at: Date.UTC(2026, 10, 1),
        },
      ],
      unread: [],
    })
  })

  test('of the first OpenVEX is read: names are plain texts, and parts stand beside products', () => {
    const statement = {vulnerability: 'CVE-1', products: ['pkg:oci/credit'], subcomponents: ['pkg:apk/alpine/busybox']}
    const {statements} = parseVex(openVex([statement], {'@context': 'https://openvex.dev/ns'}), 'vendor.json')
    expect(statements).toMatchObject([
      {ids: ['CVE-1'], scopes: [{product: {label: 'pkg:oci/credit'}, parts: [{label: 'pkg:apk/alpine/busybox'}]}]},
    ])
  })

  test.each([
    ['nothing', '', 'vex/format-unknown vendor.json is no VEX document that can be read: it is not JSON.'],
    ['XML', '<bom/>', 'vex/format-unknown vendor.json is no VEX document that can be read: it is XML.'],
    ['a list', '[]', 'vex/format-unknown'],
    ['null', 'null', 'vex/format-unknown vendor.json is no VEX document that can be read: it holds no JSON object.'],
    [
      'another document',
      '{"runs": []}',
      'vex/format-unknown vendor.json is no VEX document that can be read: its keys are "runs".',
    ],
    ['a later OpenVEX', openVex([{}], {'@context': 'https://openvex.dev/ns/v0.3.0'}), 'vex/version-unknown'],
    [
      'a later CycloneDX',
      cycloneDx({}, {specVersion: '2.0'}),
      'vex/malformed vendor.json is not CycloneDX: specVersion: expected specVersion 1.4 to 1.7.',
    ],
    ['no author', openVex([{}], {author: ''}), 'vex/malformed vendor.json is not OpenVEX: author: '],
    [
      'no moment',
      openVex([{}], {timestamp: 'yesterday'}),
      'vex/malformed vendor.json is not OpenVEX: timestamp: expected a point in time',
    ],
    [
      'an unknown status',
      openVex([{status: 'harmless'}]),
      'vex/malformed vendor.json is not OpenVEX: statements[0].status: ',
    ],
    [
      'an unknown justification',
      openVex([{justification: 'trust_me'}]),
      'vex/malformed vendor.json is not OpenVEX: statements[0].justification: ',
    ],
    [
      'an unknown state',
      cycloneDx({analysis: {state: 'fine'}}),
      'vex/malformed vendor.json is not CycloneDX: vulnerabilities[0].analysis.state: ',
    ],
    [
      'no reason',
      openVex([{}, {justification: undefined}, {justification: undefined, impact_statement: ' '}]),
      'vex/unjustified vendor.json says "not affected" without saying why: statements[1], statements[2].',
    ],
  ])('is refused with %s', (_, text, expected) => expect(refusal(text)).toContain(expected))

  test.each([
    ['without a product', openVex([{products: undefined}]), 'statements[0] names no product'],
    [
      'without a reason',
      cycloneDx({analysis: {state: 'not_affected'}}),
      'vulnerabilities[0] (CVE-2022-48174) says not_affected without justification and detail',
    ],
    [
      'without a moment',
      cycloneDx({}, {metadata: {timestamp: 'soon'}}),
      'vulnerabilities[0] (CVE-2022-48174) was said at no point in time',
    ],
    ['of nothing', cycloneDx({affects: []}), 'vulnerabilities[0] (CVE-2022-48174) does not say what it affects'],
    [
      'of something unknown',
      cycloneDx({affects: [{ref: 'c2'}]}),
      'vulnerabilities[0] (CVE-2022-48174) refers to "c2", which is no component of the document and no package URL',
    ],
    ['of no vulnerability', cycloneDx({id: undefined}), 'vulnerabilities[0] has no id'],
  ])('keeps what it cannot use: a statement %s', (_, text, expected) => {
    expect(parseVex(text, 'vendor.json').unread).toEqual([expected])
  })

  test('without an analysis is a scan, and says nothing', () => {
    expect(parseVex(cycloneDx({analysis: undefined}), 'vendor.json')).toMatchObject({statements: [], unread: []})
  })

  test('may have the names of an object’s own parts', () => {
    const hostile = '{"@context":"https://openvex.dev/ns","__proto__":{"author":"x"},"constructor":1}'
    expect(refusal(hostile)).toContain('vex/malformed')
  })

  test('that is anything at all is read or refused, and never a defect', () => {
    const json = fc.oneof(
      fc.json(),
      fc.json().map(text => openVex([], {statements: JSON.parse(text)})),
      fc.json().map(text => cycloneDx({affects: JSON.parse(text)})),
    )
    fc.assert(
      fc.property(json, text => {
        expect(refusal(text)).toMatch(/^(read|vex\/[a-z-]+ )/)
      }),
    )
  })

  test('that is nested without end is refused or read, and never a defect', () => {
    expect(refusal('['.repeat(200_000))).toContain('vex/format-unknown')
    expect(
      refusal(cycloneDx({}, {components: [JSON.parse('{"components":['.repeat(500) + ']}'.repeat(500))]})),
    ).toMatch(/^(read|vex)/)
  })
})
