/** What somebody has set aside, or said something of: waivers, suppressions, VEX statements that change no verdict. */
import {formatDay} from '../../core/day.ts'
import type {Block} from '../../report/report.ts'
import type {SeenFlaw} from './across-platforms.ts'
import {type FlawColumn, flawSection, severityColumn, whatColumn} from './flaw-table.ts'

/** A section for each of them; nothing for what nobody has done. */
export function setAside(seen: readonly SeenFlaw[]): readonly Block[] {
  return [...waived(seen), ...suppressed(seen), ...saidByOthers(seen)]
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
