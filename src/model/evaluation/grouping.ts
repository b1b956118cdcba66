import type {CategoryColumn} from '../readers/columns.ts'
import type {Grouping} from './outcomes.ts'

/** The rows by the values of a column, numbered by first appearance: each number is used. */
export function groupingOf({codes, names}: Pick<CategoryColumn, 'codes' | 'names'>): Grouping {
  const numberOf = new Int32Array(names.length).fill(-1)
  const result = new Int32Array(codes.length)
  let count = 0
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] ?? 0
    let number = numberOf[code] ?? -1
    if (number === -1) {
      number = count++
      numberOf[code] = number
    }
    result[row] = number
  }
  return {codes: result, count}
}

/** How many rows each group has. */
export function groupSizes({codes, count}: Grouping): Int32Array {
  const sizes = new Int32Array(count)
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] ?? 0
    sizes[code] = (sizes[code] ?? 0) + 1
  }
  return sizes
}

/** In how many groups of `inner` rows disagree about the group of `outer`: a query in two clusters. */
export function splitGroups(inner: Grouping, outer: Grouping): number {
  const first = new Int32Array(inner.count).fill(-1)
  const split = new Uint8Array(inner.count)
  let count = 0
  for (let row = 0; row < inner.codes.length; row++) {
    const own = inner.codes[row] ?? 0
    const other = outer.codes[row] ?? 0
    if (first[own] === -1) first[own] = other
    else if (first[own] !== other && split[own] === 0) {
      split[own] = 1
      count++
    }
  }
  return count
}
