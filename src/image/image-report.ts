/** The report of the image gate: what to do first, the findings, what is waived, what is below the gate, how it was judged. */
import type {ImageRule} from '../config/image-schema.ts'
import {formatDay} from '../core/day.ts'
import type {GateResult} from '../core/result.ts'
import {severities} from '../core/severity.ts'
import {reportOf} from '../report/from-result.ts'
import type {Block, Report} from '../report/report.ts'
import {describeRule, isGated, isOpen, type Judged} from './policy.ts'
import type {Scan} from './scanner.ts'
import {describeUpgrade, planUpgrades} from './upgrades.ts'

const shownUpgrades = 10

export function composeReport(
  result: GateResult,
  judged: readonly Judged[],
  scan: Scan,
  rules: readonly ImageRule[],
): Report {
  const report = reportOf(result, [
    ...waived(judged),
    ...belowTheGate(judged),
    {kind: 'details', summary: 'How this was judged', blocks: [{kind: 'list', items: provenance(scan, rules)}]},
  ])
  return {...report, blocks: [...whatToDoFirst(judged), ...report.blocks]}
}

function whatToDoFirst(judged: readonly Judged[]): readonly Block[] {
  const upgrades = planUpgrades(judged.filter(isOpen))
  if (upgrades.length === 0) return []
  const items = upgrades.slice(0, shownUpgrades).map(describeUpgrade)
  const rest = upgrades.length - items.length
  return [
    {kind: 'heading', text: 'What to do first'},
    {kind: 'list', items: rest > 0 ? [...items, `And ${rest} more.`] : items},
  ]
}

function waived(judged: readonly Judged[]): readonly Block[] {
  const rows = judged.flatMap(({affected, waiver: state}) => {
    if (state.kind !== 'holds') return []
    const {owner, expires, reason} = state.waiver
    return [[affected.severity, affected.id, affected.package, owner, formatDay(expires), reason]]
  })
  if (rows.length === 0) return []
  const columns = ['Severity', 'Vulnerability', 'Package', 'Owner', 'Until', 'Reason'].map(name => ({name}))
  return [
    {kind: 'heading', text: 'Waived'},
    {kind: 'table', columns, rows},
  ]
}

/** What no rule names, as numbers: severity x fixable. What is waived stands in its own table. */
function belowTheGate(judged: readonly Judged[]): readonly Block[] {
  const rest = judged.filter(each => !isGated(each) && each.waiver.kind !== 'holds')
  if (rest.length === 0) return []
  const rows = severities.toReversed().flatMap(severity => {
    const of = rest.filter(({affected}) => affected.severity === severity)
    const fixable = of.filter(({affected}) => affected.fixedVersions.length > 0).length
    return of.length === 0 ? [] : [[severity, String(fixable), String(of.length - fixable)]]
  })
  return [
    {kind: 'heading', text: 'Reported, not gated'},
    {
      kind: 'table',
      columns: [{name: 'Severity'}, {name: 'Fixable', align: 'right'}, {name: 'Without a fix', align: 'right'}],
      rows,
    },
  ]
}

function provenance(scan: Scan, rules: readonly ImageRule[]): readonly string[] {
  const {scanner, digests, os, packages, createdAt, notJudged} = scan
  return [
    `Image: ${scan.image}`,
    `Digest: ${digests.length === 0 ? 'unknown' : digests.join(', ')}`,
    `Platform: ${scan.platform ?? 'unknown'}. Where the digest is of an index, no other platform was looked at.`,
    `Scanner: ${scanner.name}, version ${scanner.version ?? 'unknown'}${createdAt === null ? '' : `, at ${createdAt}`}`,
    `Seen: ${os === null ? 'no operating system' : os.name}, ${packages === null ? 'an unknown number of' : packages} packages`,
    `Gate, first match decides: ${rules.map(describeRule).join('; ')}`,
    ...(notJudged.length === 0 ? [] : [`In the report, and not judged by this gate: ${notJudged.join(', ')}`]),
  ]
}
