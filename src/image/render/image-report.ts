/**
 * The report of the image gate: what to do first, the findings, what is new, who found what, what is waived or
 * suppressed, what no rule names, and how it was judged.
 */
import type {ImageRule} from '../../config/image-schema.ts'
import {formatDay} from '../../core/day.ts'
import type {GateResult} from '../../core/result.ts'
import {severities} from '../../core/severity.ts'
import {reportOf} from '../../report/from-result.ts'
import type {Block, Report} from '../../report/report.ts'
import type {ImageJudgement} from '../judgement.ts'
import type {FlawKind} from '../scan.ts'
import {describeUpgrade, planUpgrades} from '../upgrades.ts'
import {acrossPlatforms, type SeenFlaw} from './across-platforms.ts'
import {agreement} from './agreement.ts'
import {type Compared, comparedWith} from './compared.ts'
import {fateOf, isOpen} from './fate.ts'
import {
  type FlawColumn,
  fixColumn,
  flawSection,
  flawTable,
  gateColumn,
  idColumn,
  installedColumn,
  severityColumn,
  titleColumn,
  whereColumn,
} from './flaw-table.ts'
import {howJudged} from './how-judged.ts'

export interface ImageReportContext {
  readonly rules: readonly ImageRule[]
}

const shownUpgrades = 10

export function composeReport(result: GateResult, judgement: ImageJudgement, {rules}: ImageReportContext): Report {
  const seen = acrossPlatforms(judgement)
  const report = reportOf(result, [
    ...whatIsNew(comparedWith(judgement, seen)),
    ...kindSection('secret', 'Secrets', seen),
    ...kindSection('misconfiguration', 'Misconfigurations', seen),
    ...kindSection('licence', 'Licences', seen),
    ...kindSection('package', 'Packages', seen),
    ...agreement(judgement, seen),
    ...waived(seen),
    ...suppressed(seen),
    ...saidByOthers(seen),
    ...belowTheGate(judgement),
    howJudged(judgement, rules),
  ])
  return {...report, blocks: [...whatToDoFirst(seen), ...report.blocks]}
}

/** Upgrades that remove most of what stands against the gate. */
export function whatToDoFirst(seen: readonly SeenFlaw[]): readonly Block[] {
  const upgrades = planUpgrades(seen.filter(({fate}) => isOpen(fate)).map(({judged}) => judged))
  if (upgrades.length === 0) return []
  const items = upgrades.slice(0, shownUpgrades).map(describeUpgrade)
  const rest = upgrades.length - items.length
  return [
    {kind: 'heading', text: 'What to do first'},
    {kind: 'list', items: rest > 0 ? [...items, `And ${rest} more.`] : items},
  ]
}

/** What somebody has to look at comes first, then by the order of the judgement, which is by severity. */
export function openFirst(seen: readonly SeenFlaw[]): readonly SeenFlaw[] {
  return [...seen.filter(({fate}) => isOpen(fate)), ...seen.filter(({fate}) => !isOpen(fate))]
}

/** `3 new since v12 in production, 120 were there already, 4 are gone.` */
export function comparedText({label, fresh, old, gone}: Compared): string {
  const goneText = gone === 0 ? '' : gone === 1 ? ', 1 is gone' : `, ${gone} are gone`
  return `${fresh.length} new since ${label}, ${old} ${old === 1 ? 'was' : 'were'} there already${goneText}.`
}

function whatIsNew(compared: Compared | null): readonly Block[] {
  if (compared === null) return []
  const columns = [severityColumn, idColumn, whereColumn, installedColumn, fixColumn, gateColumn]
  return [
    {kind: 'heading', text: `New since ${compared.label}`},
    {kind: 'paragraph', text: comparedText(compared)},
    ...flawTable(openFirst(compared.fresh), columns),
  ]
}

/** Kinds that are few and each of which is read; inventory that no rule names is none of them. */
function kindSection(kind: FlawKind, heading: string, seen: readonly SeenFlaw[]): readonly Block[] {
  const isInventory = kind === 'licence' || kind === 'package'
  const same = seen.filter(
    ({judged: {flaw, outcome}, fate}) =>
      flaw.kind === kind && (isOpen(fate) || (fate === 'reported' && (!isInventory || outcome.kind !== 'no-rule'))),
  )
  const what: FlawColumn =
    kind === 'misconfiguration'
      ? {name: 'What', cell: ({judged: {flaw}}) => (flaw.kind === 'misconfiguration' ? flaw.message : flaw.title)}
      : titleColumn
  return flawSection(heading, openFirst(same), [severityColumn, idColumn, whereColumn, what, gateColumn])
}

function waived(seen: readonly SeenFlaw[]): readonly Block[] {
  const of = (read: (waiver: Extract<SeenFlaw['judged']['waiver'], {kind: 'holds'}>) => string) => {
    return ({judged: {waiver}}: SeenFlaw) => (waiver.kind === 'holds' ? read(waiver) : '')
  }
  const columns: readonly FlawColumn[] = [
    severityColumn,
    idColumn,
    whereColumn,
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
    idColumn,
    whereColumn,
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
    idColumn,
    whereColumn,
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
function belowTheGate({platforms}: ImageJudgement): readonly Block[] {
  const several = platforms.length > 1
  const rows = platforms.flatMap(({platform, judged}) => {
    const rest = judged.filter(each => each.flaw.kind === 'vulnerability' && fateOf(each) === 'reported')
    return severities.toReversed().flatMap(severity => {
      const of = rest.filter(({flaw}) => flaw.severity === severity)
      const fixable = of.filter(({flaw}) => flaw.kind === 'vulnerability' && flaw.fix.versions.length > 0).length
      const counts = [severity, String(fixable), String(of.length - fixable)]
      return of.length === 0 ? [] : [several ? [platform ?? 'unknown', ...counts] : counts]
    })
  })
  if (rows.length === 0) return []
  return [
    {kind: 'heading', text: 'Reported, not gated'},
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
