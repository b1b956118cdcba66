/**
 * `metrics.csv` of Lightning's CSVLogger: rows with most cells empty, because training, validation and test are logged
 * apart. The value of a column is its last that is not empty, or the one of the epoch that was asked for.
 */

import {cellNumber, chooseEpoch} from './epochs.ts'
import type {MetricsFormat} from './format.ts'
import {readNumberText} from './number-text.ts'
import type {MetricsTable} from './table.ts'

export const lightning: MetricsFormat = {
  tool: 'lightning',
  title: 'a metrics.csv of Lightning',
  knownBy: 'CSV with the columns "epoch" and "step"',
  recognises: content => content.kind === 'table' && isLightning(content.table),
  read: (content, ask) => {
    const table = content.kind === 'table' ? content.table : {header: [], rows: []}
    const asked = ask.run === undefined || ask.run === 'last' ? null : chooseEpoch(table, ask.run, ask)
    const epoch = asked === null ? null : cellNumber(table, asked, 'epoch')
    const rows = epoch === null ? table.rows : table.rows.filter(row => cellNumber(table, row, 'epoch') === epoch)
    const entries = table.header.flatMap((name, index) => {
      if (name === 'epoch' || name === 'step') return []
      const {value} = readNumberText(rows.findLast(row => row[index] !== '')?.[index] ?? '')
      return [{name, value, ...(/^train(?:ing)?[_/]/.test(name) ? {onTraining: true as const} : {})}]
    })
    return {run: epoch === null ? 'last' : `epoch ${epoch}`, entries}
  },
}

function isLightning({header}: MetricsTable): boolean {
  return header.includes('epoch') && header.includes('step') && !header.some(name => name.startsWith('metrics/'))
}
