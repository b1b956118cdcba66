/**
 * `results.csv` of Ultralytics YOLO: one row an epoch. What is deployed is `best.pt`, the epoch of the largest fitness,
 * not the last row. Fitness (ultralytics/utils/metrics.py) is mAP50-95, in older versions 0.1 mAP50 + 0.9 mAP50-95; box
 * and mask, or box and pose, are added; for classification the mean of top-1 and top-5. Of two alike the later wins.
 */
import {UserError} from '../../core/failure.ts'
import {bestRow, cellNumber, chooseEpoch} from './epochs.ts'
import type {Ask, Entry, MetricsFormat} from './format.ts'
import {readNumberText} from './number-text.ts'
import type {MetricsTable} from './table.ts'

export const ultralytics: MetricsFormat = {
  tool: 'ultralytics',
  title: 'a results.csv of Ultralytics',
  knownBy: 'CSV with the columns "epoch" and "metrics/…"',
  recognises: content => content.kind === 'table' && isUltralytics(content.table),
  read: (content, ask) => {
    const table = content.kind === 'table' ? content.table : {header: [], rows: []}
    const row = ask.run === undefined || ask.run === 'best' ? fittest(table, ask) : chooseEpoch(table, ask.run, ask)
    return {run: `epoch ${cellNumber(table, row, 'epoch') ?? '?'}`, entries: entriesOf(table, row)}
  },
}

function isUltralytics({header}: MetricsTable): boolean {
  return header.includes('epoch') && header.some(name => name.startsWith('metrics/'))
}

/** @throws UserError `model/metrics-run-needed` where old and new versions of Ultralytics keep different epochs */
function fittest(table: MetricsTable, {path}: Ask): readonly string[] {
  const now = bestRow(table, row => fitness(table, row, 0))
  const once = bestRow(table, row => fitness(table, row, 0.1))
  if (now && now === once) return now
  if (!now || !once) {
    throw new UserError('model/metrics-run-needed', `${path} has no columns by which the best epoch can be told.`, {
      hint: 'Name one under validation.metrics.run: `last`, `epoch 7`, or `best <column>`.',
    })
  }
  const [nowEpoch, onceEpoch] = [now, once].map(row => cellNumber(table, row, 'epoch'))
  throw new UserError(
    'model/metrics-run-needed',
    `${path}: the best epoch is ${nowEpoch} by mAP50-95, and ${onceEpoch} by 0.1 mAP50 + 0.9 mAP50-95 of older versions.`,
    {hint: `Name the one of best.pt under validation.metrics.run: "epoch ${nowEpoch}" or "epoch ${onceEpoch}".`},
  )
}

/** NaN counts as 0, as there. Null where the columns are not known. */
function fitness(table: MetricsTable, row: readonly string[], shareOf50: number): number | null {
  const value = (column: string) => cellNumber(table, row, column) ?? 0
  const parts = table.header.flatMap(strict => {
    const [, coarse, suffix = ''] = /^metrics\/(mAP50|mAP_0\.5)(?:-95|:0\.95)(\([A-Z]\))?$/.exec(strict) ?? []
    if (coarse === undefined) return []
    return [shareOf50 * value(`metrics/${coarse}${suffix}`) + (1 - shareOf50) * value(strict)]
  })
  if (parts.length > 0) return parts.reduce((sum, part) => sum + part, 0)
  const tops = table.header.filter(name => /^metrics\/accuracy_top[15]$/.test(name))
  if (tops.length > 0) return tops.reduce((sum, name) => sum + value(name), 0) / tops.length
  const only = ['metrics/mIoU', 'metrics/delta1'].find(name => table.header.includes(name))
  return only === undefined ? null : value(only)
}

function entriesOf({header}: MetricsTable, row: readonly string[]): readonly Entry[] {
  return header.flatMap((name, index) => {
    if (name === 'epoch' || name === 'time' || /^(?:lr|x)\//.test(name)) return []
    const entry: Entry = {name, value: readNumberText(row[index] ?? '').value}
    if (name.startsWith('train/')) return [{...entry, onTraining: true}]
    const [, short] = /^metrics\/(.+?)(?:\([A-Z]\))?$/.exec(name) ?? []
    return [short === undefined ? entry : {...entry, alias: short}]
  })
}
