import type {CategoryColumn} from '../readers/columns.ts'

/** The groups that several columns make together: each combination that some row has. */
export interface Combination {
  /** The group of each row: 0 .. groups.length - 1, by falling number of rows. */
  readonly codes: Int32Array
  readonly groups: readonly GroupKey[]
}

export interface GroupKey {
  /** One value of each column; '' where the value is absent, which is a group of its own. */
  readonly values: readonly string[]
  readonly rows: number
}

/**
 * The groups of one column, or of several together. Values that no row has make no group: after a cut a column may know
 * names that are gone. Linear in rows: columns are joined one at a time, and codes are made dense after each.
 */
export function combineGroups(columns: readonly CategoryColumn[], rows: number): Combination {
  let joined: {codes: Int32Array; keys: readonly (readonly string[])[]} = {codes: new Int32Array(rows), keys: [[]]}
  for (const column of columns) joined = dense(joined, column)
  return byFallingRows(joined.codes, joined.keys)
}

/** How a person writes a group: "f", or "f, 25-40"; an absent value is said as such. */
export function groupName({values}: GroupKey): string {
  return values.map(value => (value === '' ? '(no value)' : value)).join(', ')
}

function dense(
  {codes, keys}: {codes: Int32Array; keys: readonly (readonly string[])[]},
  column: CategoryColumn,
): {codes: Int32Array; keys: readonly (readonly string[])[]} {
  const width = column.names.length
  const newCodeOf = new Map<number, number>()
  // A table is faster than a map, as long as it is small beside the rows.
  const table = keys.length * width <= 4 * codes.length + 1024 ? new Int32Array(keys.length * width).fill(-1) : null
  const found: (readonly string[])[] = []
  const joined = new Int32Array(codes.length)
  for (let row = 0; row < codes.length; row++) {
    const before = codes[row] ?? 0
    const code = column.codes[row] ?? 0
    const key = before * width + code
    let next = table ? (table[key] ?? -1) : (newCodeOf.get(key) ?? -1)
    if (next < 0) {
      next = found.length
      found.push([...(keys[before] ?? []), column.names[code] ?? ''])
      if (table) table[key] = next
      else newCodeOf.set(key, next)
    }
    joined[row] = next
  }
  return {codes: joined, keys: found}
}

/** Largest first; equals by their names, so that the order of rows in the file changes nothing. */
function byFallingRows(codes: Int32Array, keys: readonly (readonly string[])[]): Combination {
  const counts = new Int32Array(keys.length)
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] ?? 0
    counts[code] = (counts[code] ?? 0) + 1
  }
  const order = keys
    .map((values, code) => ({values, code, rows: counts[code] ?? 0}))
    .filter(({rows}) => rows > 0)
    .sort((a, b) => b.rows - a.rows || compareLists(a.values, b.values))
  const placeOf = new Int32Array(keys.length)
  order.forEach(({code}, place) => {
    placeOf[code] = place
  })
  const placed = new Int32Array(codes.length)
  for (let row = 0; row < codes.length; row++) placed[row] = placeOf[codes[row] ?? 0] ?? 0
  return {codes: placed, groups: order.map(({values, rows}) => ({values, rows}))}
}

function compareLists(a: readonly string[], b: readonly string[]): number {
  for (const [at, left] of a.entries()) {
    const right = b[at] ?? ''
    if (left !== right) return left < right ? -1 : 1
  }
  return 0
}
