import {mixBits} from '../../core/hash.ts'
import type {Column} from '../readers/columns.ts'
import {type CellHashes, hashCells} from './cell-hashes.ts'
import {missingIn} from './column-form.ts'

/**
 * What names the values of a column whatever the order of rows, each as often as it stands there: the sums, modulo 2^32,
 * of four hashes of each cell (two of its own, two of both together), missing cells counted. A sum and not an exclusive
 * or, in which a value that stands twice would vanish (Clarke et al., "Incremental multiset hash functions", 2003). Made
 * against accidents; whoever wants to can find two columns with one checksum.
 */
export interface Checksum {
  /** 32 hexadecimal digits. */
  readonly text: string
  readonly rows: number
  readonly missing: number
}

export function checksumOf(column: Column): Checksum {
  const {first, second, missing} = hashCells(column)
  let [a, b, c, d] = [0, 0, 0, 0]
  for (let row = 0; row < first.length; row++) {
    if (missing[row] === 1) continue
    const one = first[row] ?? 0
    const two = second[row] ?? 0
    a = (a + one) | 0
    b = (b + two) | 0
    c = (c + mixBits(one ^ Math.imul(two, 0x9e3779b1))) | 0
    d = (d + mixBits(two ^ Math.imul(one, 0x85ebca77))) | 0
  }
  const text = [a, b, c, d].map(sum => (sum >>> 0).toString(16).padStart(8, '0')).join('')
  return {text, rows: first.length, missing: missingIn(column)}
}

/** Values that only one of two columns has, each counted as often as it stands there more often. */
export function countDifferences(left: Column, right: Column): {onlyLeft: number; onlyRight: number} {
  const [a, b] = [sortedHashes(hashCells(left)), sortedHashes(hashCells(right))]
  let onlyLeft = 0
  let onlyRight = 0
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    const one = a[i] ?? Number.POSITIVE_INFINITY
    const two = b[j] ?? Number.POSITIVE_INFINITY
    if (one === two) {
      i++
      j++
    } else if (one < two) {
      onlyLeft++
      i++
    } else {
      onlyRight++
      j++
    }
  }
  return {onlyLeft, onlyRight}
}

/** 53 bits of each present cell's hash, which a double holds exactly. */
function sortedHashes({first, second, missing}: CellHashes): Float64Array {
  const hashes = new Float64Array(first.length)
  let kept = 0
  for (let row = 0; row < first.length; row++) {
    if (missing[row] === 1) continue
    hashes[kept++] = (first[row] ?? 0) * 2_097_152 + ((second[row] ?? 0) >>> 11)
  }
  return hashes.subarray(0, kept).sort()
}
