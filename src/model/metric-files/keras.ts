/** `CSVLogger` of Keras: one dense row an epoch. Names without "val_" are measured while training, on its rows. */

import {cellNumber, chooseEpoch} from './epochs.ts'
import type {MetricsFormat} from './format.ts'
import {readNumberText} from './number-text.ts'
import type {MetricsTable} from './table.ts'

export const keras: MetricsFormat = {
  tool: 'keras',
  title: 'a CSV log of Keras',
  knownBy: 'CSV with the column "epoch" and no "step"',
  recognises: content => content.kind === 'table' && isKeras(content.table),
  read: (content, ask) => {
    const table = content.kind === 'table' ? content.table : {header: [], rows: []}
    const row = chooseEpoch(table, ask.run ?? 'last', ask)
    const entries = table.header.flatMap((name, index) => {
      if (name === 'epoch' || name === 'lr' || name === 'learning_rate') return []
      const entry = {name, value: readNumberText(row[index] ?? '').value}
      return [/^(?:val|test)_/.test(name) ? entry : {...entry, onTraining: true as const}]
    })
    return {run: `epoch ${cellNumber(table, row, 'epoch') ?? '?'}`, entries}
  },
}

function isKeras({header}: MetricsTable): boolean {
  return header[0] === 'epoch' && !header.includes('step') && !header.some(name => name.startsWith('metrics/'))
}
