import {describe, expect, test} from 'vitest'
import {fillPoisson} from '../../../src/model/inference/poisson-weights.ts'

function drawn(length: number, seed: number, replicate: number): Uint8Array {
  const numbers = new Uint8Array(length)
  fillPoisson(numbers, seed, replicate)
  return numbers
}

describe('fillPoisson', () => {
  test('the numbers have the shares of a Poisson distribution of mean 1', () => {
    const total = 2_000_001
    const seen = new Float64Array(9)
    for (const number of drawn(total, 3, 0)) seen[number] = (seen[number] ?? 0) + 1
    let chiSquare = 0
    let share = Math.exp(-1)
    for (let number = 0; number < 7; number++) {
      chiSquare += ((seen[number] ?? 0) - total * share) ** 2 / (total * share)
      share /= number + 1
    }
    // 99.9 % quantile with 7 degrees of freedom.
    expect(chiSquare).toBeLessThan(24.32)
  })

  test('a resample can be made again alone', () => {
    expect(drawn(1001, 7, 12)).toEqual(drawn(1001, 7, 12))
    expect(drawn(1001, 7, 12)).not.toEqual(drawn(1001, 7, 13))
    expect(drawn(1001, 7, 12)).not.toEqual(drawn(1001, 8, 12))
    expect(drawn(1001, 7, 12)).not.toEqual(drawn(1001, 7 + 2 ** 32, 12))
  })

  test('resamples vary as independent rows do: the variance of their sizes is the number of rows', () => {
    const sizes = Array.from({length: 4000}, (_, replicate) => drawn(500, 1, replicate).reduce((a, b) => a + b, 0))
    const mean = sizes.reduce((a, b) => a + b, 0) / sizes.length
    const variance = sizes.reduce((sum, size) => sum + (size - mean) ** 2, 0) / (sizes.length - 1)
    expect(Math.abs(mean - 500)).toBeLessThan(4 * Math.sqrt(500 / 4000))
    expect(Math.abs(variance / 500 - 1)).toBeLessThan(4 * Math.sqrt(2 / 4000))
  })

  test('neighbouring rows and neighbouring resamples have nothing to do with each other', () => {
    const [one, next] = [drawn(400_000, 5, 0), drawn(400_000, 5, 1)]
    const productOf = (other: Uint8Array, shift: number) => {
      let sum = 0
      for (let row = 0; row + shift < one.length; row++) sum += ((one[row] ?? 0) - 1) * ((other[row + shift] ?? 0) - 1)
      return sum / Math.sqrt(one.length)
    }
    for (const product of [productOf(next, 0), productOf(next, 1), productOf(one, 1), productOf(one, 2)]) {
      expect(Math.abs(product)).toBeLessThan(4)
    }
  })
})
