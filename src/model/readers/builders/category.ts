import {createByteDictionary, grown} from '../byte-dictionary.ts'
import {absentCell} from '../cells.ts'
import type {CategoryColumn} from '../columns.ts'
import type {ColumnBuilder} from './builder.ts'
import {createTypeCheck} from './type-check.ts'

export function createCategoryBuilder(): ColumnBuilder<CategoryColumn> {
  const checkTypes = createTypeCheck()
  const dictionary = createByteDictionary()
  const none = new Uint8Array(0)
  let codes = new Int32Array(1024)
  let rows = 0
  let empty = 0

  const reserve = (more: number) => {
    if (rows + more > codes.length) codes = grown(codes, new Int32Array(Math.max(codes.length * 1.5, rows + more)))
  }

  return {
    append: cells => {
      checkTypes(cells)
      const {bytes, starts, ends, types, from, count} = cells
      reserve(count)
      // Neighbours are often alike.
      let last = -1
      for (let cell = from; cell < from + count; cell++) {
        const start = starts[cell] ?? 0
        const end = types[cell] === absentCell ? start : (ends[cell] ?? 0)
        if (end === start) empty++
        if (last === -1 || !dictionary.equals(last, bytes, start, end)) last = dictionary.codeOf(bytes, start, end)
        codes[rows++] = last
      }
    },
    appendAbsent: count => {
      reserve(count)
      if (count > 0) codes.fill(dictionary.codeOf(none, 0, 0), rows, rows + count)
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
