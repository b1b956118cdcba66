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

/** Fills one column, a cell at a time. */
export interface ColumnBuilder {
  push(cell: string): void
  build(): Column
}

export function createColumnBuilder(kind: Column['kind']): ColumnBuilder {
  switch (kind) {
    case 'text':
      return textBuilder()
    case 'category':
      return categoryBuilder()
    case 'number':
      return numberBuilder()
    case 'instant':
    case 'list':
      throw new TypeError(`columns of kind ${kind} are not read yet`)
  }
}

function textBuilder(): ColumnBuilder {
  const encoder = new TextEncoder()
  let bytes = new Uint8Array(4096)
  let offsets = new Uint32Array(1024)
  let used = 0
  let rows = 0
  let empty = 0
  return {
    push: cell => {
      if (cell === '') empty++
      while (bytes.length - used < cell.length * 3) bytes = grown(bytes, new Uint8Array(bytes.length * 2))
      used += encoder.encodeInto(cell, bytes.subarray(used)).written
      if (rows + 1 === offsets.length) offsets = grown(offsets, new Uint32Array(offsets.length * 2))
      offsets[++rows] = used
    },
    build: () => ({kind: 'text', bytes: bytes.slice(0, used), offsets: offsets.slice(0, rows + 1), empty}),
  }
}

function categoryBuilder(): ColumnBuilder {
  const codeOf = new Map<string, number>()
  let codes = new Int32Array(1024)
  let rows = 0
  let empty = 0
  return {
    push: cell => {
      let code = codeOf.get(cell)
      if (code === undefined) {
        code = codeOf.size
        codeOf.set(cell, code)
      }
      if (cell === '') empty++
      if (rows === codes.length) codes = grown(codes, new Int32Array(rows * 2))
      codes[rows++] = code
    },
    build: () => ({kind: 'category', codes: codes.slice(0, rows), names: [...codeOf.keys()], empty}),
  }
}

function numberBuilder(): ColumnBuilder {
  const flaws = {empty: 0, nan: 0, infinite: 0, text: 0}
  let values = new Float64Array(1024)
  let rows = 0
  return {
    push: cell => {
      const value = parseNumber(cell)
      if (rows === values.length) values = grown(values, new Float64Array(rows * 2))
      values[rows++] = typeof value === 'number' ? value : Number.NaN
      if (typeof value !== 'number') flaws[value]++
    },
    build: () => ({kind: 'number', values: values.slice(0, rows), flaws, rounded: 0}),
  }
}

/** A decimal number as CSV files hold it, or what it is instead. Hexadecimal and the like are text. */
export function parseNumber(cell: string): number | NumberFlaw {
  const value = Number(cell)
  if (Number.isFinite(value)) {
    if (value === 0 && cell.trim() === '') return 'empty'
    return /^\s*[+-]?0[xXbBoO]/.test(cell) ? 'text' : value
  }
  const word = cell.trim().toLowerCase()
  if (word === 'nan' || word === 'na' || word === 'null' || word === 'none') return 'nan'
  return /^[+-]?inf(inity)?$/.test(word) || !Number.isNaN(value) ? 'infinite' : 'text'
}

function grown<T extends Int32Array | Float64Array | Uint32Array | Uint8Array>(from: T, to: T): T {
  to.set(from)
  return to
}
