import {type Column, type Table, textAt} from '../../../src/model/readers/columns.ts'

/** What a column holds, row by row: texts, class names, numbers, instants, lists. */
export function cellsOf(column: Column | undefined): unknown[] {
  switch (column?.kind) {
    case undefined:
      return []
    case 'text':
      return Array.from({length: column.offsets.length - 1}, (_, row) => textAt(column, row))
    case 'category':
      return Array.from(column.codes, code => column.names[code])
    case 'number':
    case 'instant':
      return [...column.values]
    case 'list':
      return Array.from({length: column.offsets.length - 1}, (_, row) =>
        Array.from(column.codes.subarray(column.offsets[row], column.offsets[row + 1]), code => column.names[code]),
      )
  }
}

export function columnOf(table: Table, name: string): unknown[] {
  return cellsOf(table.columns.get(name))
}

const encoder = new TextEncoder()

/** A text or bytes in pieces of `size` bytes. */
export async function* inPieces(content: string | Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  const bytes = typeof content === 'string' ? encoder.encode(content) : content
  for (let start = 0; start < bytes.length; start += size) yield bytes.slice(start, start + size)
}
