/** Several scanners of one image: what they agree on, what only one of them sees, and what they rate differently. */

import {cut} from '../../core/cut.ts'
import {severities} from '../../core/severity.ts'
import type {Block} from '../../report/report.ts'
import {subjectOf} from '../findings/flaw-words.ts'
import type {ImageJudgement} from '../judgement.ts'
import type {SeenFlaw} from './across-platforms.ts'
import {isOpen} from './fate.ts'
import {flawTable, foundByColumn, gateColumn, severityColumn, whatColumn} from './flaw-table.ts'

/** Nothing where one scanner alone looked vulnerabilities up. */
export function agreement(judgement: ImageJudgement, seen: readonly SeenFlaw[]): readonly Block[] {
  const vulnerabilities = seen.filter(({judged}) => judged.flaw.kind === 'vulnerability')
  const tools = toolsOf(judgement, vulnerabilities)
  if (tools.length < 2) return []
  const groups = ['', ...tools]
  const groupOf = ({judged: {flaw}}: SeenFlaw) => (flaw.foundBy.length > 1 ? '' : (flaw.foundBy[0] ?? ''))
  const rows = severities.toReversed().flatMap(severity => {
    const same = vulnerabilities.filter(({judged}) => judged.flaw.severity === severity)
    if (same.length === 0) return []
    return [[severity, ...groups.map(group => String(same.filter(each => groupOf(each) === group).length))]]
  })
  if (rows.length === 0) return []
  const both = tools.length === 2 ? 'Found by both' : 'Found by several'
  const alone = vulnerabilities.filter(each => isOpen(each.fate) && groupOf(each) !== '')
  return [
    {kind: 'heading', text: 'What the scanners agree on'},
    {
      kind: 'table',
      columns: [
        {name: 'Severity'},
        {name: both, align: 'right'},
        ...tools.map(tool => ({name: `Only by ${tool}`, align: 'right'}) as const),
      ],
      rows,
    },
    ...(alone.length === 0
      ? []
      : [
          {
            kind: 'details' as const,
            summary: `Against the gate, and found by one scanner only: ${alone.length}`,
            blocks: flawTable(alone, [severityColumn, whatColumn, foundByColumn, gateColumn]),
          },
        ]),
    ...disagreements(vulnerabilities),
  ]
}

/** Scanners that looked vulnerabilities up, also those that found none. */
function toolsOf({platforms}: ImageJudgement, vulnerabilities: readonly SeenFlaw[]): readonly string[] {
  const looked = platforms.flatMap(({scan}) => scan.scanners.filter(({databaseBuilt}) => databaseBuilt !== null))
  const found = vulnerabilities.flatMap(({judged}) => judged.flaw.foundBy)
  return [...new Set([...looked.map(({name}) => name), ...found])].sort()
}

const mostDisagreements = 30

function disagreements(vulnerabilities: readonly SeenFlaw[]): readonly Block[] {
  const rated = vulnerabilities.flatMap(({judged: {flaw}}) => {
    if (flaw.kind !== 'vulnerability' || new Set(flaw.ratings.map(({severity}) => severity)).size < 2) return []
    return [[cut(subjectOf(flaw)), flaw.ratings.map(({scanner, severity}) => `${scanner}: ${severity}`).join(', ')]]
  })
  if (rated.length === 0) return []
  const rest = rated.length - mostDisagreements
  return [
    {
      kind: 'details',
      summary: `Rated differently, where the graver word counts: ${rated.length}`,
      blocks: [
        {
          kind: 'table',
          columns: [{name: 'What'}, {name: 'Ratings'}],
          rows: rated.slice(0, mostDisagreements),
        },
        ...(rest > 0 ? [{kind: 'paragraph', text: `And ${rest} more.`} as const] : []),
      ],
    },
  ]
}
