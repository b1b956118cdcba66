import {UserError} from '../../../core/failure.ts'
import {createByteDictionary, grown} from '../byte-dictionary.ts'
import {
  absentCell,
  booleanCell,
  type Cells,
  fieldCell,
  listCell,
  notFiniteCell,
  numberCell,
  objectCell,
  stringCell,
} from '../cells.ts'
import type {ListColumn} from '../columns.ts'
import {skipBlank, skipValue, unescapeString} from '../json-scan.ts'
import type {ColumnBuilder} from './builder.ts'
import {mixedTypes, notAScalar} from './type-check.ts'

/** Takes lists value by value, too: Parquet holds them so. */
export interface ListBuilder extends ColumnBuilder<ListColumn> {
  addItem(bytes: Uint8Array, start: number, end: number): void
  endRow(absent: boolean): void
}

/** @param separator between the values of a text cell; spaces around a value do not belong to it */
export function createListBuilder(separator: string): ListBuilder {
  const dictionary = createByteDictionary()
  const mark = new TextEncoder().encode(separator)
  let codes = new Int32Array(1024)
  let offsets = new Uint32Array(1024)
  let used = 0
  let rows = 0
  let empty = 0
  let form: 'list' | 'text' | null = null
  let itemType = absentCell

  const add = (bytes: Uint8Array, start: number, end: number) => {
    if (used === codes.length) codes = grown(codes, new Int32Array(codes.length * 2))
    codes[used++] = dictionary.codeOf(bytes, start, end)
  }
  const endRow = () => {
    if (rows + 2 > offsets.length) offsets = grown(offsets, new Uint32Array(offsets.length * 2))
    offsets[++rows] = used
  }

  const addText = (bytes: Uint8Array, start: number, end: number) => {
    // "[]" is the list of nothing; an empty cell is no list.
    if (end - start === 2 && bytes[start] === 91 && bytes[start + 1] === 93) return
    let from = start
    for (let at = start; at + mark.length <= end; ) {
      if (!standsAt(bytes, at, mark)) {
        at++
        continue
      }
      addTrimmed(add, bytes, from, at)
      at += mark.length
      from = at
    }
    addTrimmed(add, bytes, from, end)
  }

  const addJson = (cells: Cells, index: number, start: number, end: number) => {
    const {bytes} = cells
    let at = skipBlank(bytes, start + 1)
    while (at < end && bytes[at] !== 93) {
      const type = jsonTypeAt(bytes, at)
      const stop = skipValue(bytes, at)
      if (type === listCell || type === objectCell) throw notAScalar(cells, index)
      if (type !== notFiniteCell) {
        if (itemType === absentCell) itemType = type
        if (itemType !== type) throw mixedItems(cells, index)
      }
      if (type === notFiniteCell) {
        // null and NaN are absent values, which have the name ''.
        add(bytes, at, at)
      } else if (type === stringCell) {
        const item = bytes.slice(at + 1, stop - 1)
        add(item, 0, unescapeString(item, 0, item.length))
      } else {
        add(bytes, at, stop)
      }
      at = skipBlank(bytes, stop)
      if (bytes[at] === 44) at = skipBlank(bytes, at + 1)
    }
  }

  return {
    append: cells => {
      const {bytes, starts, ends, types, from, count} = cells
      for (let cell = from; cell < from + count; cell++) {
        const type = types[cell] ?? absentCell
        const start = starts[cell] ?? 0
        const end = ends[cell] ?? 0
        const absent = type === absentCell || type === notFiniteCell || (type !== listCell && start === end)
        if (absent) {
          empty++
        } else if (type === objectCell) {
          throw notAScalar(cells, cell - from)
        } else if (type === listCell) {
          if (form === 'text') throw mixedTypes(cells, cell - from, stringCell)
          form = 'list'
          addJson(cells, cell - from, start, end)
        } else {
          if (form === 'list') throw mixedTypes(cells, cell - from, listCell)
          form = type === fieldCell ? null : 'text'
          addText(bytes, start, end)
        }
        endRow()
      }
    },
    addItem: add,
    endRow: absent => {
      if (absent) empty++
      endRow()
    },
    appendAbsent: count => {
      for (let row = 0; row < count; row++) endRow()
      empty += count
    },
    build: () => ({
      kind: 'list',
      codes: codes.subarray(0, used),
      offsets: offsets.subarray(0, rows + 1),
      names: Array.from({length: dictionary.size}, (_, code) => dictionary.text(code)),
      empty,
    }),
  }
}

function addTrimmed(
  add: (bytes: Uint8Array, start: number, end: number) => void,
  bytes: Uint8Array,
  start: number,
  end: number,
): void {
  while (start < end && bytes[start] === 32) start++
  while (end > start && bytes[end - 1] === 32) end--
  add(bytes, start, end)
}

function standsAt(bytes: Uint8Array, at: number, mark: Uint8Array): boolean {
  for (let index = 0; index < mark.length; index++) if (bytes[at + index] !== mark[index]) return false
  return true
}

function jsonTypeAt(bytes: Uint8Array, at: number): number {
  switch (bytes[at]) {
    case 34:
      return stringCell
    case 91:
      return listCell
    case 123:
      return objectCell
    case 116:
    case 102:
      return booleanCell
    case 110:
    case 78:
      return notFiniteCell
    default:
      return numberCell
  }
}

function mixedItems({column, place}: Cells, index: number): UserError {
  return new UserError(
    'model/mixed-types',
    `"${column}" holds lists of several JSON types, first on ${place(index)}.`,
    {
      hint: 'Write all values with one JSON type: "1" and 1 would be two classes.',
    },
  )
}
