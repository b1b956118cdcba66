const orders = new WeakMap<Float64Array, Uint32Array>()

/**
 * Row numbers from the highest score to the lowest; equal scores (0 and -0 are equal) by rising row number. A radix sort
 * over the bits of the doubles, several times faster than sorting with a comparison. The order of a column is found once,
 * however many metrics ask for it.
 *
 * @param scores no NaN
 */
export function descendingOrder(scores: Float64Array): Uint32Array {
  const known = orders.get(scores)
  if (known) return known
  const order = sortDescending(scores)
  orders.set(scores, order)
  return order
}

/** The same for scores that are asked about once. */
export function sortDescending(scores: Float64Array): Uint32Array {
  return scores.length < leastForRadix ? sortByComparison(scores) : sortByRadix(scores)
}

/** Below this a radix sort spends its time on its counters. */
const leastForRadix = 20_000
const digitBits = 16
const digits = 1 << digitBits

function sortByComparison(scores: Float64Array): Uint32Array {
  const order = Uint32Array.from(scores, (_, row) => row)
  return order.sort((left, right) => {
    const one = scores[left] ?? 0
    const other = scores[right] ?? 0
    return one > other ? -1 : one < other ? 1 : left - right
  })
}

function sortByRadix(scores: Float64Array): Uint32Array {
  const keys = descendingKeys(scores)
  let from = new Uint32Array(scores.length)
  let to = new Uint32Array(scores.length)
  for (let row = 0; row < from.length; row++) from[row] = row
  for (const words of [keys.low, keys.high]) {
    for (let shift = 0; shift < 32; shift += digitBits) {
      if (!sortByDigit(words, shift, from, to)) continue
      const swapped = from
      from = to
      to = swapped
    }
  }
  return from
}

/** Two words for each score that rise as unsigned integers where the score falls. */
function descendingKeys(scores: Float64Array): {low: Uint32Array; high: Uint32Array} {
  const low = new Uint32Array(scores.length)
  const high = new Uint32Array(scores.length)
  const number = new Float64Array(1)
  const words = new Uint32Array(number.buffer)
  number[0] = -0
  const highWord = words[1] === 0 ? 0 : 1
  for (let row = 0; row < scores.length; row++) {
    // Adding 0 turns -0 into 0.
    number[0] = (scores[row] ?? 0) + 0
    const upper = words[highWord] ?? 0
    const isNegative = upper >>> 31 === 1
    high[row] = isNegative ? upper : upper ^ 0x7fffffff
    low[row] = isNegative ? (words[1 - highWord] ?? 0) : ~(words[1 - highWord] ?? 0)
  }
  return {low, high}
}

/** One stable pass; false where all rows have the same digit and nothing was moved. */
function sortByDigit(words: Uint32Array, shift: number, from: Uint32Array, to: Uint32Array): boolean {
  const starts = new Uint32Array(digits + 1)
  for (let row = 0; row < words.length; row++) {
    const digit = ((words[row] ?? 0) >>> shift) & (digits - 1)
    starts[digit + 1] = (starts[digit + 1] ?? 0) + 1
  }
  if ((starts[(((words[0] ?? 0) >>> shift) & (digits - 1)) + 1] ?? 0) === words.length) return false
  for (let digit = 0; digit < digits; digit++) starts[digit + 1] = (starts[digit + 1] ?? 0) + (starts[digit] ?? 0)
  for (let place = 0; place < from.length; place++) {
    const row = from[place] ?? 0
    const digit = ((words[row] ?? 0) >>> shift) & (digits - 1)
    const at = starts[digit] ?? 0
    to[at] = row
    starts[digit] = at + 1
  }
  return true
}
