import {grown, roomFor} from '../byte-dictionary.ts'
import {absentCell, type Cells, fieldCell, numberCell, stringCell} from '../cells.ts'
import type {InstantColumn} from '../columns.ts'
import {instantOfNumber, parseInstant} from '../instant-cell.ts'
import {parseDecimal} from '../number-cell.ts'
import type {ColumnBuilder} from './builder.ts'

/** Takes instants that are already numbers, too: Parquet holds them so. */
export interface InstantBuilder extends ColumnBuilder<InstantColumn> {
  /** Milliseconds since 1970, UTC; `present[row]` is 0 where the value is absent. */
  appendValues(more: Float64Array, present: Uint8Array | null, ahead: number): void
}

export function createInstantBuilder(): InstantBuilder {
  const flaws = {empty: 0, text: 0}
  let values = new Float64Array(1024)
  let rows = 0

  const reserve = (more: number, ahead: number) => {
    if (rows + more > values.length)
      values = grown(values, new Float64Array(roomFor(values.length, rows + more, rows + ahead)))
  }

  return {
    append: cells => {
      reserve(cells.count, cells.ahead)
      for (let cell = cells.from; cell < cells.from + cells.count; cell++) {
        const value = instantAt(cells, cell)
        if (Number.isNaN(value)) flaws[isAbsent(cells, cell) ? 'empty' : 'text']++
        values[rows++] = value
      }
    },
    appendValues: (more, present, ahead) => {
      reserve(more.length, ahead)
      for (let row = 0; row < more.length; row++) {
        const absent = present !== null && present[row] === 0
        if (absent) flaws.empty++
        values[rows++] = absent ? Number.NaN : (more[row] ?? Number.NaN)
      }
    },
    appendAbsent: count => {
      reserve(count, 0)
      values.fill(Number.NaN, rows, rows + count)
      rows += count
      flaws.empty += count
    },
    build: () => ({kind: 'instant', values: values.subarray(0, rows), flaws: {...flaws}}),
  }
}

function instantAt({bytes, starts, ends, types}: Cells, cell: number): number {
  const type = types[cell]
  const start = starts[cell] ?? 0
  const end = ends[cell] ?? 0
  if (type === numberCell) return instantOfNumber(parseDecimal(bytes, start, end))
  if (type !== fieldCell && type !== stringCell) return Number.NaN
  const instant = parseInstant(bytes, start, end)
  return Number.isNaN(instant) && type === fieldCell ? instantOfNumber(parseDecimal(bytes, start, end)) : instant
}

function isAbsent({starts, ends, types}: Cells, cell: number): boolean {
  return types[cell] === absentCell || starts[cell] === ends[cell]
}
