import {describe, expect, test} from 'vitest'
import type {ImageRule} from '../../src/config/schema.ts'
import {parseDay} from '../../src/core/day.ts'
import {judgeScan} from '../../src/image/run.ts'
import type {Scan, Vulnerability} from '../../src/image/scanner.ts'
import type {Block} from '../../src/report/report.ts'
import {digestA, scanOf, vulnerability} from './scans.ts'

const gate: ImageRule[] = [
  {severity: 'critical', verdict: 'fail'},
  {severity: 'high', fixable: true, verdict: 'fail'},
]

function blocksOf(vulnerabilities: readonly Vulnerability[], scan: Partial<Scan> = {}): readonly Block[] {
  const waivers = [
    {vulnerability: 'CVE-W', owner: 'ml', reason: 'not reachable', expires: parseDay('2027-01-31') ?? 0, line: 1},
  ]
  const request = {service: 'credit', config: {gate}, waivers, today: parseDay('2026-11-21') ?? 0}
  return judgeScan(scanOf({vulnerabilities, ...scan}), digestA, request).report.blocks
}

/** What stands under a heading. */
function under(heading: string, blocks: readonly Block[]): Block | undefined {
  return blocks[blocks.findIndex(block => block.kind === 'heading' && block.text === heading) + 1]
}

describe('the report of the image gate', () => {
  const many = Array.from({length: 12}, (_, index) => vulnerability({id: `CVE-${index}`, package: `package-${index}`}))

  test('begins with what to do first, and does not bury it', () => {
    const blocks = blocksOf([...many, vulnerability({id: 'CVE-99', package: 'package-7'})])
    expect(blocks[0]).toEqual({kind: 'heading', text: 'What to do first'})
    const list = under('What to do first', blocks)
    expect(list?.kind === 'list' ? list.items : []).toHaveLength(11)
    expect(list).toMatchObject({
      items: expect.arrayContaining(['Upgrade package-7 1.36.1-r0 → 1.36.1-r1: removes 2 findings.', 'And 2 more.']),
    })
  })

  test('has no advice where there is nothing to upgrade', () => {
    expect(blocksOf([vulnerability({fixedVersions: []})])[0]).toMatchObject({kind: 'findings'})
  })

  test('counts what no rule names by severity and fix, and leaves out what is waived', () => {
    const low = (id: string, fixedVersions: readonly string[]) => vulnerability({id, severity: 'low', fixedVersions})
    const blocks = blocksOf([
      low('CVE-1', ['2']),
      low('CVE-2', ['2']),
      low('CVE-3', []),
      vulnerability({id: 'CVE-4', severity: 'high', fixedVersions: []}),
      low('CVE-W', ['2']),
    ])
    expect(under('Reported, not gated', blocks)).toMatchObject({
      rows: [
        ['high', '0', '1'],
        ['low', '2', '1'],
      ],
    })
    expect(under('Waived', blocks)).toMatchObject({
      rows: [['low', 'CVE-W', 'busybox', 'ml', '2027-01-31', 'not reachable']],
    })
  })

  test('says how it was judged: scanner, image, platform, rules, and what nobody judged', () => {
    const details = blocksOf([], {notJudged: ['2 secrets']}).find(block => block.kind === 'details')
    expect(details?.blocks).toEqual([
      {
        kind: 'list',
        items: [
          `Image: registry.example.com/credit@${digestA}`,
          `Digest: ${digestA}`,
          'Platform: linux/amd64. Where the digest is of an index, no other platform was looked at.',
          'Scanner: trivy, version 0.72.0, at 2026-11-21T08:00:00Z',
          'Seen: alpine 3.23.3, 14 packages',
          'Gate, first match decides: critical: fail; high, fixable: fail',
          'In the report, and not judged by this gate: 2 secrets',
        ],
      },
    ])
  })
})
