/** Tables of flaws for reports: as many rows as a person reads, and how many more there are. */

import {cut} from '../../core/cut.ts'
import type {Block, Column} from '../../report/report.ts'
import {subjectOf} from '../findings/flaw-words.ts'
import type {SeenFlaw} from './across-platforms.ts'
import {fixText, outcomeText} from './flaw-text.ts'

const mostRows = 30

export interface FlawColumn extends Column {
  readonly cell: (seen: SeenFlaw) => string
}

export const severityColumn: FlawColumn = {name: 'Severity', cell: ({judged}) => judged.flaw.severity}
/** The flaw with where it is: `CVE-2022-48174 in busybox 1.36.1-r0`. */
export const whatColumn: FlawColumn = {name: 'What', cell: ({judged}) => subjectOf(judged.flaw)}
export const fixColumn: FlawColumn = {
  name: 'Fixed in',
  cell: ({judged: {flaw}}) => (flaw.kind === 'vulnerability' ? fixText(flaw.fix) : ''),
}
export const gateColumn: FlawColumn = {name: 'Gate', cell: ({judged}) => outcomeText(judged.outcome)}
export const foundByColumn: FlawColumn = {name: 'Found by', cell: ({judged}) => judged.flaw.foundBy.join(', ')}
const platformColumn: FlawColumn = {name: 'Only on', cell: ({only}) => only}

/** Columns in which no row says anything are left out. */
export function flawTable(
  seen: readonly SeenFlaw[],
  columns: readonly FlawColumn[],
  {rows: most = mostRows}: {readonly rows?: number} = {},
): readonly Block[] {
  if (seen.length === 0) return []
  const shown = seen.slice(0, most)
  const used = [...columns, platformColumn].filter(({cell}) => shown.some(each => cell(each) !== ''))
  const rows = shown.map(each => used.map(({cell}) => cut(cell(each))))
  const rest = seen.length - shown.length
  return [
    {kind: 'table', columns: used.map(({name, align}) => (align ? {name, align} : {name})), rows},
    ...(rest > 0
      ? [{kind: 'paragraph', text: `And ${rest} more, which the SARIF and the JSON of the scan have.`} as const]
      : []),
  ]
}

/** The same under a heading; nothing at all where there is no flaw. */
export function flawSection(
  heading: string,
  seen: readonly SeenFlaw[],
  columns: readonly FlawColumn[],
  options?: {readonly rows?: number},
): readonly Block[] {
  return seen.length === 0 ? [] : [{kind: 'heading', text: heading}, ...flawTable(seen, columns, options)]
}
