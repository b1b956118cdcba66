import {UserError} from '../../../core/failure.ts'
import {grown, roomFor} from '../byte-dictionary.ts'
import {absentCell, type Cells, fieldCell, notFiniteCell, numberCell} from '../cells.ts'
import type {NumberColumn, NumberFlaw} from '../columns.ts'
import {isRounded, parseDecimal, parseNumber} from '../number-cell.ts'
import type {ColumnBuilder} from './builder.ts'

/** Takes numbers that are already numbers, too: Parquet holds them so. */
export interface NumberBuilder extends ColumnBuilder<NumberColumn> {
  /** `present[row]` is 0 where the value is absent; null where none is. `rounded`: how many are not exact. */
  appendValues(more: Float64Array, present: Uint8Array | null, rounded: number, ahead: number): void
}

export function createNumberBuilder(): NumberBuilder {
  const flaws: Record<NumberFlaw, number> = {empty: 0, nan: 0, infinite: 0, text: 0}
  let values = new Float64Array(1024)
  let rows = 0
  let rounded = 0

  const reserve = (more: number, ahead: number) => {
    if (rows + more > values.length)
      values = grown(values, new Float64Array(roomFor(values.length, rows + more, rows + ahead)))
  }

  /** What the quick reader leaves: flaws, words, spaces, very long numbers. */
  const readSlowly = (cells: Cells, cell: number): number => {
    const {bytes, starts, ends, types, from} = cells
    const type = types[cell] ?? absentCell
    if (type === absentCell) {
      flaws.empty++
      return Number.NaN
    }
    // A string of JSON is no number, whatever it holds. Counted, not refused: then the other problems are told too.
    if (type !== fieldCell && type !== numberCell && type !== notFiniteCell) {
      flaws.text++
      return Number.NaN
    }
    const text = decoder.decode(bytes.subarray(starts[cell] ?? 0, ends[cell] ?? 0))
    const value = parseNumber(text)
    if (typeof value === 'number') {
      if (isRounded(text, value)) rounded++
      return value
    }
    if (value === 'text' && /^\s*[+-]?\d+,\d+\s*$/.test(text)) throw decimalComma(cells, cell - from)
    flaws[value]++
    return Number.NaN
  }

  return {
    append: cells => {
      const {bytes, starts, ends, types, from, count} = cells
      reserve(count, cells.ahead)
      const to = values
      for (let cell = from; cell < from + count; cell++) {
        const type = types[cell]
        let value = Number.NaN
        if (type === fieldCell || type === numberCell) value = parseDecimal(bytes, starts[cell] ?? 0, ends[cell] ?? 0)
        if (Number.isNaN(value)) value = readSlowly(cells, cell)
        to[rows++] = value
      }
    },
    appendValues: (more, present, moreRounded, ahead) => {
      reserve(more.length, ahead)
      rounded += moreRounded
      for (let row = 0; row < more.length; row++) {
        const value = more[row] ?? Number.NaN
        if (present !== null && present[row] === 0) {
          flaws.empty++
          values[rows++] = Number.NaN
        } else if (Number.isFinite(value)) {
          values[rows++] = value
        } else {
          flaws[Number.isNaN(value) ? 'nan' : 'infinite']++
          values[rows++] = Number.NaN
        }
      }
    },
    appendAbsent: count => {
      reserve(count, 0)
      values.fill(Number.NaN, rows, rows + count)
      rows += count
      flaws.empty += count
    },
    build: () => ({kind: 'number', values: values.subarray(0, rows), flaws: {...flaws}, rounded}),
  }
}

const decoder = new TextDecoder()

function decimalComma({column, place}: Cells, index: number): UserError {
  return new UserError('model/decimal-comma', `"${column}" on ${place(index)} is a number with a decimal comma.`, {
    hint: 'Write numbers with a point, such as 0.25.',
  })
}
