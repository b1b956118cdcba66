/**
 * What a reader hands to a column: where the cells of some rows lie in a block of bytes. Readers cut text into cells,
 * columns read them; neither builds a string per cell.
 */
export interface Cells {
  readonly bytes: Uint8Array
  /** Cell k is bytes[starts[k]] up to bytes[ends[k]], of the type types[k], for k from `from` to `from + count - 1`. */
  readonly starts: Int32Array
  readonly ends: Int32Array
  readonly types: Uint8Array
  readonly from: number
  readonly count: number
  /** Rows that are likely to come, these among them; 0 where nobody knows. */
  readonly ahead: number
  /** Whether it is the first column of these rows that is handed on. */
  readonly first: boolean
  /** Name of the column, for messages. */
  readonly column: string
  /** Where a row of this block stands in the file, such as "line 7" or "row 7 (line 9)". */
  readonly place: (index: number) => string
}

/** Nothing there: a key that the row lacks, null, a missing value of Parquet, NaN where a number cannot stand. */
export const absentCell = 0
/** A field of CSV or TSV: what it means is for the column to say. */
export const fieldCell = 1
export const stringCell = 2
export const numberCell = 3
export const booleanCell = 4
/** The words NaN, Infinity and -Infinity, which Python writes into JSON. */
export const notFiniteCell = 5
/** A list or an object, as its JSON text. */
export const listCell = 6
export const objectCell = 7

export function nameOfCellType(type: number): string {
  return cellTypeNames[type] ?? 'value'
}

const cellTypeNames = ['missing value', 'text', 'string', 'number', 'boolean', 'number', 'list', 'object']

/** Takes the cells of one column, block by block. */
export interface CellSink {
  append(cells: Cells): void
  /** Rows in which the column is not there. */
  appendAbsent(rows: number): void
}

/** Whether a column is wanted; asked once for each column of each part. */
export type Sinks = (column: string) => CellSink | null

/** What a reader says of one file beside the cells. */
export interface PartFacts {
  readonly rows: number
  /** Names of the columns, in the order in which they were seen. */
  readonly header: readonly string[]
}
