import {createByteDictionary, grown, roomFor} from '../byte-dictionary.ts'
import {absentCell} from '../cells.ts'
import type {CategoryColumn} from '../columns.ts'
import type {ColumnBuilder} from './builder.ts'
import {createTypeCheck} from './type-check.ts'

/** Takes values that are numbered already, too: Parquet holds a dictionary beside the rows. */
export interface CategoryBuilder extends ColumnBuilder<CategoryColumn> {
  /** All further values are of this type. @throws UserError `model/mixed-types` where earlier ones were of another */
  noteType(type: number, column: string): void
  /** The code of a value. A value that no row has must not be asked for: it would become a class. */
  codeOf(bytes: Uint8Array, start: number, end: number): number
  /** One code for each row where `present` is 1, or for every row. */
  appendCodes(more: Int32Array, present: Uint8Array | null, ahead: number): void
}

export function createCategoryBuilder(): CategoryBuilder {
  const checkTypes = createTypeCheck()
  const dictionary = createByteDictionary()
  const none = new Uint8Array(0)
  let codes = new Int32Array(1024)
  let rows = 0
  let empty = 0
  /** Code of '', which is the name of an absent value; -1 before there is one. */
  let emptyCode = -1

  const reserve = (more: number, ahead: number) => {
    if (rows + more <= codes.length) return
    codes = grown(codes, new Int32Array(roomFor(codes.length, rows + more, rows + ahead)))
  }
  const absentCode = () => {
    if (emptyCode === -1) emptyCode = dictionary.codeOf(none, 0, 0)
    return emptyCode
  }
  const codeOf = (bytes: Uint8Array, start: number, end: number) =>
    start === end ? absentCode() : dictionary.codeOf(bytes, start, end)

  return {
    append: cells => {
      checkTypes(cells)
      const {bytes, starts, ends, types, from, count} = cells
      reserve(count, cells.ahead)
      const to = codes
      for (let cell = from; cell < from + count; cell++) {
        const start = starts[cell] ?? 0
        const end = ends[cell] ?? 0
        if (end === start || types[cell] === absentCell) {
          empty++
          to[rows++] = absentCode()
        } else {
          to[rows++] = dictionary.codeOf(bytes, start, end)
        }
      }
    },
    noteType: (type, column) => {
      const one = new Int32Array(1)
      const types = Uint8Array.of(type)
      const place = () => 'its first row'
      checkTypes({bytes: none, starts: one, ends: one, types, from: 0, count: 1, ahead: 0, first: false, column, place})
    },
    codeOf,
    appendCodes: (more, present, ahead) => {
      const count = present?.length ?? more.length
      reserve(count, ahead)
      let next = 0
      for (let row = 0; row < count; row++) {
        const code = present === null || present[row] === 1 ? (more[next++] ?? 0) : absentCode()
        if (code === emptyCode) empty++
        codes[rows++] = code
      }
    },
    appendAbsent: count => {
      if (count === 0) return
      reserve(count, 0)
      codes.fill(absentCode(), rows, rows + count)
      rows += count
      empty += count
    },
    build: () => ({
      kind: 'category',
      codes: codes.subarray(0, rows),
      names: Array.from({length: dictionary.size}, (_, code) => dictionary.text(code)),
      empty,
    }),
  }
}
