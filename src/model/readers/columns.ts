/**
 * Columns of an evaluation file. Only the columns that play a role are kept, each in the form its role needs; rows are
 * never built as objects, so a million rows cost their values and nothing else.
 */
export type Column = TextColumn | CategoryColumn | NumberColumn

/** Every value as it is written: row ids. */
export interface TextColumn {
  readonly kind: 'text'
  readonly values: readonly string[]
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

/** Scores. A cell that is no finite number holds NaN and is counted by what it was. */
export interface NumberColumn {
  readonly kind: 'number'
  readonly values: Float64Array
  readonly flaws: Readonly<Record<NumberFlaw, number>>
}

export type NumberFlaw = 'empty' | 'nan' | 'infinite' | 'text'

export interface ColumnRequest {
  readonly name: string
  readonly kind: Column['kind']
}

export interface Table {
  readonly rows: number
  /** By name; holds exactly the columns that were asked for and exist. */
  readonly columns: ReadonlyMap<string, Column>
  /** Names of all columns of the file, as far as they were seen. */
  readonly header: readonly string[]
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
  }
}

function textBuilder(): ColumnBuilder {
  const values: string[] = []
  let empty = 0
  return {
    push: cell => {
      if (cell === '') empty++
      values.push(cell)
    },
    build: () => ({kind: 'text', values, empty}),
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
    build: () => ({kind: 'number', values: values.slice(0, rows), flaws}),
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

function grown<T extends Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from)
  return to
}
