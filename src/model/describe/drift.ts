import {formatCount} from '../../core/quantity.ts'
import type {Block} from '../../report/report.ts'
import {formatValue} from '../checks/check.ts'
import {formatEffect} from '../checks/drift.ts'
import type {Judged} from '../describe.ts'

/** A table of more columns is read by nobody; the worst come first. */
const mostColumns = 40

/** How far each column of each drift gate lies from its reference. */
export function driftBlocks({judgement}: Judged): readonly Block[] {
  return [...judgement.drift].flatMap(([gate, {columns}]): readonly Block[] => {
    if (columns.length === 0) return []
    const beyond = columns.length - mostColumns
    return [
      {
        kind: 'details',
        summary: `Drift: ${gate.drift} against ${gate.against}`,
        blocks: [
          {
            kind: 'table',
            columns: [
              {name: 'column'},
              {name: gate.drift, align: 'right'},
              {name: 'limit', align: 'right'},
              {name: 'by chance', align: 'right'},
              {name: 'rows', align: 'right'},
              {name: 'rows of the reference', align: 'right'},
              {name: 'outcome'},
            ],
            rows: columns
              .slice(0, mostColumns)
              .map(({column, effect, chance, rows, referenceRows, outcome}) => [
                column,
                formatEffect(effect),
                formatValue(gate['at-most']),
                `up to ${formatEffect(chance.upper)}`,
                formatCount(rows),
                formatCount(referenceRows),
                outcome.replaceAll('-', ' '),
              ]),
          },
          ...(beyond > 0 ? [{kind: 'paragraph', text: `And ${beyond} columns that lie nearer.`} as const] : []),
        ],
      },
    ]
  })
}
