import {describe, expect, test} from 'vitest'
import type {GateResult} from '../../../src/core/result.ts'
import type {Baseline} from '../../../src/image/judgement.ts'
import {acrossPlatforms} from '../../../src/image/render/across-platforms.ts'
import {whatToDoFirst} from '../../../src/image/render/first-upgrades.ts'
import {composeComment} from '../../../src/image/render/image-comment.ts'
import type {Vulnerability} from '../../../src/image/scan.ts'
import {commentSectionLimit, summaryLimit} from '../../../src/report/fit.ts'
import {renderMarkdown} from '../../../src/report/markdown.ts'
import type {Block, Report} from '../../../src/report/report.ts'
import {digestB, imageJudgement, misconfiguration, platformJudgement, unfixed, vulnerability} from '../scans.ts'
import {judgeEverything} from './everything.ts'

/** The blocks between a heading and the next one. */
function under(heading: string, {blocks}: Report): readonly Block[] {
  const from = blocks.findIndex(block => block.kind === 'heading' && block.text === heading)
  if (from < 0) return []
  const rest = blocks.slice(from + 1)
  const to = rest.findIndex(block => block.kind === 'heading')
  return to < 0 ? rest : rest.slice(0, to)
}

function rowsOf(blocks: readonly Block[]): readonly (readonly string[])[] {
  return blocks.flatMap(block => (block.kind === 'table' ? block.rows : []))
}

function texts({blocks}: Report): readonly string[] {
  return blocks.flatMap(block => (block.kind === 'paragraph' ? [block.text] : []))
}

const many = (count: number, change: Partial<Vulnerability> = {}) =>
  Array.from({length: count}, (_, index) =>
    vulnerability({id: `CVE-2026-${index}`, package: `package-${index}`, ...change}),
  )

describe('the report of an image', () => {
  test('begins with what to do first, and does not bury it', () => {
    const {report} = judgeEverything({flaws: [...many(12), vulnerability({id: 'CVE-2026-99', package: 'package-7'})]})
    expect(report.blocks[0]).toEqual({kind: 'heading', text: 'What to do first'})
    const [list] = under('What to do first', report)
    const items = list?.kind === 'list' ? list.items : []
    expect(items[0]).toBe('Upgrade package-7 1.36.1-r0 → 1.36.1-r1: removes 2 findings.')
    expect(items).toHaveLength(11)
    expect(items.at(-1)).toBe('And 2 more.')
  })

  test('puts what removes a blocking flaw before what removes several warnings', () => {
    const rule = (verdict: 'fail' | 'warn') => ({kind: 'rule', verdict, rule: verdict, index: 0}) as const
    const judged = (flaw: Vulnerability, verdict: 'fail' | 'warn') =>
      ({flaw, isNew: null, outcome: rule(verdict), waiver: {kind: 'none'}}) as const
    const part = platformJudgement({
      judged: [
        ...many(2, {package: 'aaa', purl: 'pkg:apk/alpine/aaa@1'}).map(flaw => judged(flaw, 'warn')),
        judged(vulnerability(), 'fail'),
      ],
    })
    expect(whatToDoFirst(acrossPlatforms(imageJudgement({platforms: [part]})))[1]).toEqual({
      kind: 'list',
      items: [
        'Upgrade busybox 1.36.1-r0 → 1.36.1-r1: removes 1 finding.',
        'Upgrade aaa 1.36.1-r0 → 1.36.1-r1: removes 2 findings.',
      ],
    })
  })

  test('has no advice where there is nothing to upgrade', () => {
    const {report} = judgeEverything({flaws: [vulnerability({fix: unfixed})]})
    expect(under('What to do first', report)).toEqual([])
  })

  test('shows a flaw of both platforms once, and says of the others where they are', () => {
    const {report} = judgeEverything()
    const rows = rowsOf(under('New since v11 in production', report))
    expect(rows.filter(([, what]) => what?.includes('libssl3'))).toHaveLength(1)
    expect(rows.find(([, what]) => what?.startsWith('aws-access-key-id'))).toEqual([
      'critical',
      'aws-access-key-id in app/.env',
      '',
      'secret: fail',
      'linux/amd64',
    ])
  })

  test('is not emptied by one name of a megabyte', () => {
    const flaws = [vulnerability({package: 'x'.repeat(1_000_000), severity: 'low'}), vulnerability({id: 'CVE-2026-7'})]
    const {comment} = judgeEverything({flaws})
    const text = renderMarkdown(comment, {limit: commentSectionLimit})
    expect(text).toContain('CVE-2026-7 in busybox')
    expect(text).toContain('In all: ')
  })

  test('tells two images for one platform apart by their digests', () => {
    const flaw = vulnerability()
    const judged = [{flaw, isNew: null, outcome: {kind: 'no-rule'}, waiver: {kind: 'none'}}] as const
    const first = platformJudgement({judged})
    const both = imageJudgement({platforms: [first, platformJudgement({judged, digest: digestB})]})
    expect(acrossPlatforms(both)).toMatchObject([{only: ''}])
    const one = imageJudgement({platforms: [first, platformJudgement({digest: digestB})]})
    expect(acrossPlatforms(one)).toMatchObject([{only: 'linux/amd64 (aaaaaaaaaaaa)'}])
  })

  test('counts what no rule names by platform, severity and fix', () => {
    const low = (id: string, fixed: boolean) => vulnerability({id, severity: 'low', ...(fixed ? {} : {fix: unfixed})})
    const {report} = judgeEverything({flaws: [low('CVE-1', true), low('CVE-2', true), low('CVE-3', false)]})
    expect(rowsOf(under('Vulnerabilities, not gated', report))).toEqual([
      ['linux/amd64', 'low', '2', '1'],
      ['linux/arm64', 'low', '2', '1'],
    ])
  })

  test('lists misconfigurations that no rule is against: nobody reads a count of them', () => {
    const {report} = judgeEverything({flaws: [misconfiguration({severity: 'low'})]})
    const folded = report.blocks.find(
      block => block.kind === 'details' && block.summary === 'Misconfigurations, not gated: 1',
    )
    expect(folded?.kind === 'details' ? rowsOf(folded.blocks) : []).toEqual([
      [
        'low',
        'runs-as-root in deploy/serving.yaml:12',
        'Container serving of Deployment credit may run as root',
        'no rule',
      ],
    ])
  })

  test('says what only one scanner found, and what they rate differently', () => {
    const {report} = judgeEverything()
    const blocks = under('What the scanners agree on', report)
    expect(rowsOf(blocks)[0]).toEqual(['critical', '3', '0', '1'])
    expect(blocks).toContainEqual(
      expect.objectContaining({kind: 'details', summary: 'Rated differently, where the graver word counts: 1'}),
    )
  })

  test('of 3,000 flaws fits the job summary', () => {
    const text = renderMarkdown(judgeEverything({flaws: many(3000)}).report, {limit: summaryLimit})
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(summaryLimit.max)
    expect(text).toContain('more, which the SARIF and the JSON of the scan have')
  })
})

describe('the comment', () => {
  const known: Baseline = {
    kind: 'known',
    label: 'v11 in production',
    flaws: many(40).map(({id, package: name}) => ({ids: [id], package: name})),
  }

  test('has nothing of what was there already but its names, where they explain the verdict', () => {
    const {comment} = judgeEverything({baseline: known, flaws: many(8)})
    expect(texts(comment)[0]).toBe('Nothing is new since v11 in production; 8 were there already, 32 are gone.')
    expect(rowsOf(comment.blocks)).toEqual([])
    expect(texts(comment)[1]).toBe(
      'Not new, and stand against the gate: ' +
        [0, 1, 2, 3, 4].map(n => `CVE-2026-${n} in package-${n} 1.36.1-r0`).join(', ') +
        ' and 3 more.',
    )
    expect(texts(comment)).toContain('In all: 8 against the gate.')
  })

  test.each(['error', 'inconclusive'] as const)(
    'of a scan whose verdict is %s never says that nothing is wrong',
    verdict => {
      const result: GateResult = {
        gate: 'image',
        service: 'credit',
        verdict,
        reason: 'image/nothing-scanned',
        summary: 'The scanner saw no package.',
        findings: [],
        subject: {},
      }
      const empty = imageJudgement({baseline: known})
      expect(texts(composeComment(result, empty))).toEqual([
        'Whether anything is new since v11 in production cannot be told.',
        'Judged: no bytes, the rules only.',
      ])
      const another = imageJudgement({baseline: known, platforms: []})
      expect(texts(composeComment(result, another))).toEqual(['Judged: no bytes, the rules only.'])
    },
  )

  test('has what is new although no rule is against it', () => {
    const {comment} = judgeEverything({baseline: known, flaws: [vulnerability({id: 'CVE-9', severity: 'low'})]})
    expect(rowsOf(comment.blocks)).toEqual([['low', 'CVE-9 in busybox 1.36.1-r0', '1.36.1-r1', 'no rule']])
  })

  test('of 500 new flaws fits its share of GitHub’s comment, with the totals and the link', () => {
    const flaws = many(500, {title: 'x'.repeat(500)})
    const {comment} = judgeEverything({flaws, summaryUrl: 'https://github.com/acme/credit/actions/runs/42'})
    const text = renderMarkdown(comment, {limit: commentSectionLimit, level: 3})
    expect(text.length).toBeLessThanOrEqual(commentSectionLimit.max)
    expect(text).toContain('And 480 more')
    expect(text).toContain('In all: 500 against the gate.')
    expect(text).toContain('[The whole report](https://github.com/acme/credit/actions/runs/42)')
  })

  test('shows hostile names as text', () => {
    const hostile = vulnerability({
      id: 'CVE-1',
      package: '](https://evil.example) @everyone <img src=x> | `',
      title: '**bold** <!-- slipway:end image -->',
    })
    const {comment} = judgeEverything({flaws: [hostile]})
    const text = renderMarkdown(comment)
    expect(text).not.toMatch(/\]\(https:\/\/evil|<img|@everyone|<!--/)
  })
})
