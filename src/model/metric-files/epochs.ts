/** Tables with a row for each epoch or step of a training, and the question which of them became the model. */
import {UserError} from '../../core/failure.ts'
import {directionOf} from './direction.ts'
import {type Ask, listed} from './format.ts'
import {readNumberText} from './number-text.ts'
import type {MetricsTable} from './table.ts'

/** The number in a column of a row; null where it is empty or none. */
export function cellNumber({header}: MetricsTable, row: readonly string[], column: string): number | null {
  const index = header.indexOf(column)
  const {value} = readNumberText(row[index] ?? '')
  return typeof value === 'number' ? value : null
}

/**
 * `last`, `epoch 7` or `best val_loss` of `validation.metrics.run`. A row for each epoch is expected.
 * @throws UserError `model/metrics-run-missing`
 */
export function chooseEpoch(table: MetricsTable, asked: string, {path}: Pick<Ask, 'path'>): readonly string[] {
  const last = table.rows.at(-1)
  if (asked === 'last' && last) return last
  const number = /^(?:epoch )?(\d+)$/.exec(asked)?.[1]
  const ofEpoch = table.rows.findLast(row => number !== undefined && cellNumber(table, row, 'epoch') === Number(number))
  if (ofEpoch) return ofEpoch
  const column = /^best (.+)$/.exec(asked)?.[1]
  const best = column === undefined ? undefined : bestBy(table, column)
  if (best) return best
  const epochs = listed(table.rows.flatMap(row => cellNumber(table, row, 'epoch') ?? []).map(String))
  throw new UserError(
    'model/metrics-run-missing',
    `${path} has no "${asked}". It has the epochs ${epochs}, and the columns ${listed(table.header)}.`,
    {
      hint: 'Write `last`, `epoch 7` or `best val_loss` under validation.metrics.run.',
    },
  )
}

/** The row with the best value of a column, the later of two alike; undefined where its direction is unknown. */
function bestBy(table: MetricsTable, column: string): readonly string[] | undefined {
  const better = directionOf(column)
  if (better === undefined || !table.header.includes(column)) return undefined
  const sign = better === 'more' ? 1 : -1
  return bestRow(table, row => {
    const value = cellNumber(table, row, column)
    return value === null ? null : sign * value
  })
}

/** The row with the largest rank, the later of two alike; rows without a rank do not count. */
export function bestRow(
  table: MetricsTable,
  rankOf: (row: readonly string[]) => number | null,
): readonly string[] | undefined {
  let best: readonly string[] | undefined
  let highest = Number.NEGATIVE_INFINITY
  for (const row of table.rows) {
    const rank = rankOf(row)
    if (rank === null || rank < highest) continue
    best = row
    highest = rank
  }
  return best
}
