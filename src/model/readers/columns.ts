/**
 * Columns of a data file. Only the columns that were asked for are kept, each in the form its role needs; rows are never
 * built as objects, so ten million rows cost their values and nothing else.
 */
export type Column = TextColumn | CategoryColumn | NumberColumn | InstantColumn | ListColumn

/** Every value exactly as it is written, in one block of UTF-8: row ids, keys, texts. Nothing is rounded or trimmed. */
export interface TextColumn {
  readonly kind: 'text'
  readonly bytes: Uint8Array
  /** rows + 1 entries: row r is bytes[offsets[r]] up to bytes[offsets[r + 1]]. */
  readonly offsets: Uint32Array
  /** Rows whose value is absent: an empty cell, null, a missing key. */
  readonly empty: number
}

/** Few distinct values: classes and groups. `names[codes[row]]` is the value; an absent value is the name ''. */
export interface CategoryColumn {
  readonly kind: 'category'
  readonly codes: Int32Array
  readonly names: readonly string[]
  /** Rows whose value is absent. */
  readonly empty: number
}

/** Numbers. A cell that is no finite number holds NaN and is counted by what it was. */
export interface NumberColumn {
  readonly kind: 'number'
  readonly values: Float64Array
  readonly flaws: Readonly<Record<NumberFlaw, number>>
  /** Whole numbers beyond 2^53, which a double cannot hold: their values here are rounded. */
  readonly rounded: number
}

export type NumberFlaw = 'empty' | 'nan' | 'infinite' | 'text'

/** Points in time, in milliseconds since 1970, UTC; NaN where the cell is none. */
export interface InstantColumn {
  readonly kind: 'instant'
  readonly values: Float64Array
  readonly flaws: Readonly<Record<'empty' | 'text', number>>
}

/** Several values in one cell: the classes of a row. Row r has codes[offsets[r]] up to codes[offsets[r + 1]]. */
export interface ListColumn {
  readonly kind: 'list'
  readonly codes: Int32Array
  readonly offsets: Uint32Array
  readonly names: readonly string[]
  /** Rows whose value is absent. An empty list is a value: JSON `[]`, or a CSV cell of exactly `[]`. */
  readonly empty: number
}

export type ColumnRequest =
  | {readonly name: string; readonly kind: 'text' | 'category' | 'number' | 'instant'}
  /** JSON and Parquet lists as they are; text cells are split at `separator`. */
  | {readonly name: string; readonly kind: 'list'; readonly separator: string}

export interface Table {
  readonly rows: number
  /** By name; holds exactly the columns that were asked for and exist. */
  readonly columns: ReadonlyMap<string, Column>
  /** Names of all columns of the file, as far as they were seen. */
  readonly header: readonly string[]
}

const decoder = new TextDecoder()

/** The text of one row; '' where it is absent. */
export function textAt({bytes, offsets}: TextColumn, row: number): string {
  return decoder.decode(bytes.subarray(offsets[row] ?? 0, offsets[row + 1] ?? 0))
}
