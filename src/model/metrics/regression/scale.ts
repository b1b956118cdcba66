/** Powers of two as units: dividing by one rounds nothing, so sums of huge or tiny numbers stay within a double. */

/** The largest absolute value. */
export function largestOf(values: Float64Array): number {
  let largest = 0
  for (let row = 0; row < values.length; row++) largest = Math.max(largest, Math.abs(values[row] ?? 0))
  return largest
}

/** The power of two at or next above a positive number, as far as its reciprocal is a double too. */
export function powerOfTwoAbove(value: number): number {
  return 2 ** Math.min(1000, Math.max(-1000, Math.ceil(Math.log2(value))))
}
