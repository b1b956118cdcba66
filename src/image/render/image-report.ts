/**
 * The report of the image gate: what to do first, the findings, what is new, who found what, what is waived or
 * suppressed, what no rule names, and how it was judged.
 */

import type {ImageRule} from '../../config/image-schema.ts'
import {cut} from '../../core/cut.ts'
import {formatDay} from '../../core/day.ts'
import type {GateResult} from '../../core/result.ts'
import {severities} from '../../core/severity.ts'
import {reportOf} from '../../report/from-result.ts'
import type {Block, Report} from '../../report/report.ts'
import type {ImageJudgement} from '../judgement.ts'
import type {FlawKind} from '../scan.ts'
import {describeUpgrade, planUpgrades, type Upgrade} from '../upgrades.ts'
import {acrossPlatforms, platformName, type SeenFlaw} from './across-platforms.ts'
import {agreement} from './agreement.ts'
import {type Compared, comparedWith} from './compared.ts'
import {type Fate, fateOf, isOpen} from './fate.ts'
import {
  type FlawColumn,
  fixColumn,
  flawSection,
  flawTable,
  gateColumn,
  severityColumn,
  whatColumn,
} from './flaw-table.ts'
import {sentenceOf} from './flaw-text.ts'
import {howJudged} from './how-judged.ts'

export interface ImageReportContext {
  readonly rules: readonly ImageRule[]
}

const shownUpgrades = 10

export function composeReport(result: GateResult, judgement: ImageJudgement, {rules}: ImageReportContext): Report {
  const seen = acrossPlatforms(judgement)
  const report = reportOf(result, [
    ...whatIsNew(comparedWith(judgement, seen, result.verdict)),
    ...agreement(judgement, seen),
    ...waived(seen),
    ...suppressed(seen),
    ...saidByOthers(seen),
    ...belowTheGate(judgement),
    ...reportedSection('secret', 'Secrets, not gated', seen),
    ...foldedMisconfigurations(seen),
    ...allowedLicences(seen),
    howJudged(judgement, rules),
  ])
  return {...report, blocks: [...whatToDoFirst(seen), ...report.blocks]}
}

/** Upgrades that remove most of what stands against the gate, before them those that remove what blocks. */
export function whatToDoFirst(seen: readonly SeenFlaw[]): readonly Block[] {
  const open = seen.filter(({fate}) => isOpen(fate))
  const plan = (flaws: readonly SeenFlaw[]) => planUpgrades(flaws.map(({judged}) => judged))
  const nameOf = ({package: name, from}: Upgrade) => `${name}\n${from}`
  const needed = new Set(plan(open.filter(({fate}) => fate === 'blocks')).map(nameOf))
  const upgrades = plan(open).toSorted((a, b) => Number(needed.has(nameOf(b))) - Number(needed.has(nameOf(a))))
  if (upgrades.length === 0) return []
  const items = upgrades.slice(0, shownUpgrades).map(upgrade => cut(describeUpgrade(upgrade), 300))
  const rest = upgrades.length - items.length
  return [
    {kind: 'heading', text: 'What to do first'},
    {kind: 'list', items: rest > 0 ? [...items, `And ${rest} more.`] : items},
  ]
}

/** What blocks, then what somebody has to look at, then the rest; within that by severity, as they are given. */
export function openFirst(seen: readonly SeenFlaw[]): readonly SeenFlaw[] {
  return seen.toSorted((a, b) => urgency[a.fate] - urgency[b.fate])
}

const urgency: Readonly<Record<Fate, number>> = {
  blocks: 0,
  undecided: 1,
  warns: 2,
  reported: 3,
  waived: 4,
  suppressed: 5,
}

/** `3 are new since v12 in production, of which 1 is waived; 120 were there already, 4 are gone.` */
export function comparedText({label, fresh, inDoubt, waived: held, suppressed: taken, old, gone}: Compared): string {
  if (inDoubt && fresh.length === 0) return `Whether anything is new since ${label} cannot be told.`
  const parts = [
    ...(held === 0 ? [] : [`${held} ${isOrAre(held)} waived`]),
    ...(taken === 0 ? [] : [`${taken} ${isOrAre(taken)} suppressed by others`]),
  ]
  const aside = parts.length === 0 ? '' : `, of which ${parts.join(' and ')}`
  const goneText = gone === 0 ? '' : `, ${gone} ${isOrAre(gone)} gone`
  const count = fresh.length === 0 ? 'Nothing is' : `${fresh.length} ${isOrAre(fresh.length)}`
  return `${count} new since ${label}${aside}; ${old} ${old === 1 ? 'was' : 'were'} there already${goneText}.`
}

function isOrAre(count: number): string {
  return count === 1 ? 'is' : 'are'
}

/** What is waived or suppressed is no news; nor is the use of a package that no rule names. */
export function isNews({fate, judged: {flaw, outcome}}: SeenFlaw): boolean {
  const isInventory = flaw.kind === 'package' || flaw.kind === 'licence'
  return isOpen(fate) || (fate === 'reported' && !(isInventory && outcome.kind === 'no-rule'))
}

function whatIsNew(compared: Compared | null): readonly Block[] {
  if (compared === null) return []
  const news = openFirst(compared.fresh.filter(isNews))
  return [
    {kind: 'heading', text: `New since ${compared.label}`},
    {kind: 'paragraph', text: comparedText(compared)},
    ...flawTable(news, [severityColumn, whatColumn, fixColumn, gateColumn]),
  ]
}

/** Manifests always have some advice against them that nobody gates: it is there, and in nobody's way. */
function foldedMisconfigurations(seen: readonly SeenFlaw[]): readonly Block[] {
  const [heading, ...blocks] = reportedSection('misconfiguration', 'Misconfigurations', seen)
  if (heading === undefined) return []
  return [
    {kind: 'details', summary: `Misconfigurations, not gated: ${reported('misconfiguration', seen).length}`, blocks},
  ]
}

/** Secrets and misconfigurations that no rule is against, each with its reason; the others stand among the findings. */
function reportedSection(kind: 'secret' | 'misconfiguration', heading: string, seen: readonly SeenFlaw[]) {
  const said: FlawColumn = {
    name: 'Why',
    cell: ({judged: {flaw}}) => sentenceOf(flaw.kind === 'misconfiguration' ? flaw.message : flaw.title),
  }
  return flawSection(heading, reported(kind, seen), [severityColumn, whatColumn, said, gateColumn])
}

function reported(kind: FlawKind, seen: readonly SeenFlaw[]): readonly SeenFlaw[] {
  return seen.filter(({judged: {flaw}, fate}) => flaw.kind === kind && fate === 'reported')
}

/** Licences that rules let pass by name: somebody decided that, and somebody may want to see it. */
function allowedLicences(seen: readonly SeenFlaw[]): readonly Block[] {
  const same = seen.filter(
    ({judged: {flaw, outcome}, fate}) => flaw.kind === 'licence' && fate === 'reported' && outcome.kind !== 'no-rule',
  )
  if (same.length === 0) return []
  const summary = `Licences that a rule lets pass: ${same.length}`
  return [{kind: 'details', summary, blocks: flawTable(same, [whatColumn, gateColumn])}]
}

function waived(seen: readonly SeenFlaw[]): readonly Block[] {
  const of = (read: (waiver: Extract<SeenFlaw['judged']['waiver'], {kind: 'holds'}>) => string) => {
    return ({judged: {waiver}}: SeenFlaw) => (waiver.kind === 'holds' ? read(waiver) : '')
  }
  const columns: readonly FlawColumn[] = [
    severityColumn,
    whatColumn,
    {name: 'Owner', cell: of(({waiver}) => waiver.owner)},
    {
      name: 'Until',
      cell: of(
        ({waiver, daysLeft, expiresSoon}) =>
          `${formatDay(waiver.expires)}${expiresSoon ? ` (${daysText(daysLeft)})` : ''}`,
      ),
    },
    {name: 'Reason', cell: of(({waiver}) => waiver.reason)},
  ]
  return flawSection(
    'Waived',
    seen.filter(({fate}) => fate === 'waived'),
    columns,
  )
}

function daysText(days: number): string {
  return days === 0 ? 'its last day' : days === 1 ? '1 more day' : `${days} more days`
}

function suppressed(seen: readonly SeenFlaw[]): readonly Block[] {
  const columns: readonly FlawColumn[] = [
    severityColumn,
    whatColumn,
    {name: 'By', cell: ({judged}) => judged.flaw.suppressed?.by ?? ''},
    {name: 'Until', cell: ({judged}) => untilText(judged.flaw.suppressed?.until)},
    {name: 'Reason', cell: ({judged}) => judged.flaw.suppressed?.reason || 'none given'},
  ]
  return flawSection(
    'Suppressed by others',
    seen.filter(({fate}) => fate === 'suppressed'),
    columns,
  )
}

function untilText(until: number | undefined): string {
  return until === undefined ? '' : formatDay(until)
}

/** What others say without taking anything away. */
function saidByOthers(seen: readonly SeenFlaw[]): readonly Block[] {
  const columns: readonly FlawColumn[] = [
    severityColumn,
    whatColumn,
    {name: 'Who', cell: ({judged}) => judged.flaw.vex?.by ?? ''},
    {name: 'Status', cell: ({judged}) => judged.flaw.vex?.status ?? ''},
    {name: 'Says', cell: ({judged}) => judged.flaw.vex?.says ?? ''},
  ]
  return flawSection(
    'What others say, and what changes no verdict',
    seen.filter(({judged, fate}) => judged.flaw.vex !== undefined && fate !== 'suppressed'),
    columns,
  )
}

/** Vulnerabilities that no rule is against, as numbers: platform x severity x fixable. */
function belowTheGate(judgement: ImageJudgement): readonly Block[] {
  const {platforms} = judgement
  const several = platforms.length > 1
  const rows = platforms.flatMap(part => {
    const rest = part.judged.filter(each => each.flaw.kind === 'vulnerability' && fateOf(each) === 'reported')
    return severities.toReversed().flatMap(severity => {
      const of = rest.filter(({flaw}) => flaw.severity === severity)
      const fixable = of.filter(({flaw}) => flaw.kind === 'vulnerability' && flaw.fix.versions.length > 0).length
      const counts = [severity, String(fixable), String(of.length - fixable)]
      return of.length === 0 ? [] : [several ? [platformName(part, judgement), ...counts] : counts]
    })
  })
  if (rows.length === 0) return []
  return [
    {kind: 'heading', text: 'Vulnerabilities, not gated'},
    {
      kind: 'table',
      columns: [
        ...(several ? [{name: 'Platform'}] : []),
        {name: 'Severity'},
        {name: 'Fixable', align: 'right'},
        {name: 'Without a fix', align: 'right'},
      ],
      rows,
    },
  ]
}
