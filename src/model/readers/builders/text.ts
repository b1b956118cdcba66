import {grown, roomFor} from '../byte-dictionary.ts'
import {absentCell, type Cells} from '../cells.ts'
import {columnTooLarge, maxColumnBytes} from '../column-size.ts'
import type {TextColumn} from '../columns.ts'
import type {ColumnBuilder} from './builder.ts'
import {createTypeCheck} from './type-check.ts'

export function createTextBuilder(): ColumnBuilder<TextColumn> {
  const checkTypes = createTypeCheck()
  let block = new Uint8Array(4096)
  let offsets = new Uint32Array(1024)
  let used = 0
  let rows = 0
  let empty = 0

  const reserve = (moreRows: number, moreBytes: number, column: string, ahead: number) => {
    if (used + moreBytes > maxColumnBytes) throw columnTooLarge(`The column "${column}"`)
    if (used + moreBytes > block.length) {
      block = grown(
        block,
        new Uint8Array(
          Math.min(maxColumnBytes, roomFor(block.length, used + moreBytes, used + (moreBytes / moreRows) * ahead)),
        ),
      )
    }
    if (rows + moreRows + 1 > offsets.length) {
      offsets = grown(offsets, new Uint32Array(roomFor(offsets.length, rows + moreRows + 1, rows + ahead + 1)))
    }
  }

  return {
    append: (cells: Cells) => {
      checkTypes(cells)
      const {bytes, starts, ends, types, from, count, column} = cells
      let length = 0
      for (let cell = from; cell < from + count; cell++) {
        if (types[cell] !== absentCell) length += (ends[cell] ?? 0) - (starts[cell] ?? 0)
      }
      reserve(count, length, column, cells.ahead)
      const to = block
      let at = used
      for (let cell = from; cell < from + count; cell++) {
        const start = starts[cell] ?? 0
        const end = types[cell] === absentCell ? start : (ends[cell] ?? 0)
        if (end === start) empty++
        if (end - start > 48) {
          to.set(bytes.subarray(start, end), at)
          at += end - start
        } else {
          for (let each = start; each < end; each++) to[at++] = bytes[each] ?? 0
        }
        offsets[++rows] = at
      }
      used = at
    },
    appendAbsent: count => {
      reserve(count, 0, '', 0)
      offsets.fill(used, rows + 1, rows + count + 1)
      rows += count
      empty += count
    },
    build: () => ({kind: 'text', bytes: block.subarray(0, used), offsets: offsets.subarray(0, rows + 1), empty}),
  }
}
