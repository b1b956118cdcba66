/** Columns of a world with some rows changed. */
import type {Task} from '../../../src/core/metric-catalog.ts'
import type {CategoryColumn, ListColumn, NumberColumn, TextColumn} from '../../../src/model/readers/columns.ts'
import {textAt} from '../../../src/model/readers/columns.ts'
import {categories, lists, numbers, texts} from './tables.ts'
import {worlds} from './worlds.ts'

type Side = 'candidate' | 'baseline'
type Values<T> = Readonly<Record<number, T>> | ((value: T, row: number) => T)

export function changedNumbers(
  task: Task,
  side: Side,
  name: string,
  values: Values<number | bigint | string | null>,
): NumberColumn {
  const column = worlds[task][side][name]
  if (column?.kind !== 'number') throw new TypeError(`${name} holds no numbers`)
  return numbers(changed<number | bigint | string | null>([...column.values], values))
}

export function changedNames(task: Task, side: Side, name: string, values: Values<string | null>): CategoryColumn {
  const column = worlds[task][side][name]
  if (column?.kind !== 'category') throw new TypeError(`${name} holds no categories`)
  return categories(
    changed<string | null>(
      [...column.codes].map(code => column.names[code] ?? null),
      values,
    ),
  )
}

export function changedTexts(task: Task, side: Side, name: string, values: Values<string | null>): TextColumn {
  const column = worlds[task][side][name]
  if (column?.kind !== 'text') throw new TypeError(`${name} holds no texts`)
  const cells = Array.from({length: column.offsets.length - 1}, (_, row) => textAt(column, row))
  return texts(changed<string | null>(cells, values))
}

export function changedLists(
  task: Task,
  side: Side,
  name: string,
  values: Values<readonly string[] | null>,
): ListColumn {
  const column = worlds[task][side][name]
  if (column?.kind !== 'list') throw new TypeError(`${name} holds no lists`)
  const cells = Array.from({length: column.offsets.length - 1}, (_, row) =>
    Array.from(column.codes.subarray(column.offsets[row], column.offsets[row + 1]), code => column.names[code] ?? ''),
  )
  return lists(changed<readonly string[] | null>(cells, values))
}

function changed<T>(cells: readonly T[], values: Values<T>): T[] {
  return cells.map((cell, row) => {
    if (typeof values === 'function') return values(cell, row)
    const replaced = values[row]
    return row in values && replaced !== undefined ? replaced : cell
  })
}
