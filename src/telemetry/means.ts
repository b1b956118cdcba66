/** Requests with a value each, from the `_sum` and `_count` of a summary or histogram. Pure. */
import type {CountedQuestion, ProcessSamples} from './counters.ts'
import {describeSeries, type Sample} from './exposition.ts'
import {
  type Count,
  counted,
  failed,
  notACounter,
  notBegun,
  samplesOf,
  sumOfCounts,
  unanswerable,
} from './process-count.ts'

export function countMean(question: Extract<CountedQuestion, {kind: 'mean'}>, replica: ProcessSamples): Count {
  const {of, squares} = question
  const [counts, sums] = [samplesOf(`${of}_count`, replica), samplesOf(`${of}_sum`, replica)]
  const zero = squares === undefined ? {n: 0, sum: 0} : {n: 0, sum: 0, sumOfSquares: 0}
  if (counts.length === 0 && sums.length === 0) {
    const plain = samplesOf(of, replica)
    return plain.length === 0
      ? notBegun(`${of}_sum`, zero)
      : unanswerable(`has ${of} alone; a mean needs ${of}_sum and ${of}_count: measure it as a histogram or summary`)
  }
  if (sums.length !== counts.length) {
    const missing = sums.length < counts.length ? `${of}_sum` : `${of}_count`
    return unanswerable(`has ${of} without a series ${missing} for each of its label sets`)
  }
  const n = sumOfCounts(counts)
  if (typeof n !== 'number') return n
  const sum = sumOfValues(sums)
  if (typeof sum !== 'number') return sum
  const outside = meanOutside({n, sum}, question)
  if (outside !== undefined) return failed(`${of} has ${outside}`)
  if (squares === undefined) return counted({n, sum})
  return withSquares(n, sum, squares, replica)
}

function withSquares(n: number, sum: number, squares: string, replica: ProcessSamples): Count {
  const samples = samplesOf(squares, replica)
  const otherType = notACounter(squares, replica)
  if (otherType !== undefined) return unanswerable(otherType)
  if (samples.length === 0 && n > 0) return unanswerable(`has no series ${squares}, which the guard's squares asks for`)
  const sumOfSquares = sumOfValues(samples)
  if (typeof sumOfSquares !== 'number') return sumOfSquares
  if (sumOfSquares < 0) return failed(`${squares} is ${sumOfSquares}; squares are never negative`)
  return counted({n, sum, sumOfSquares})
}

/**
 * Why `n` values with this sum cannot all lie between `low` and `high`; undefined where they can. The test of a mean bets
 * on these bounds, and is wrong without them. Sums of floats are allowed their rounding.
 */
function meanOutside(
  {n, sum}: {readonly n: number; readonly sum: number},
  {low, high}: {readonly low: number; readonly high: number},
): string | undefined {
  const rounding = 1e-9 * (Math.abs(sum) + n * Math.max(Math.abs(low), Math.abs(high)))
  const mean = n === 0 ? `a sum of ${sum} without a request` : `a mean of ${sum / n} over ${n} requests`
  if (sum < n * low - rounding) return `${mean}, below ${low}, the lower end of between`
  if (sum > n * high + rounding) return `${mean}, above ${high}, the upper end of between`
  return undefined
}

function sumOfValues(samples: readonly Sample[]): number | Extract<Count, {kind: 'failed'}> {
  let sum = 0
  for (const sample of samples) {
    if (!Number.isFinite(sample.value)) return failed(`${describeSeries(sample)} is ${sample.value}, not a number`)
    sum += sample.value
  }
  return sum
}
