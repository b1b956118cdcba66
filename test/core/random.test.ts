import {describe, expect, test} from 'vitest'
import {createRandom, fromState} from '../../src/core/random.ts'

describe('createRandom', () => {
  test('the generator is xoshiro128**: it reproduces the vector of the reference implementation', () => {
    // From the state 1, 2, 3, 4; the first value by hand: rotl(2 * 5, 7) * 9 = 11520.
    const random = fromState([1, 2, 3, 4])
    expect(Array.from({length: 5}, random.uint32)).toEqual([11520, 0, 5927040, 70819200, 2031721883])
  })

  test('the same seed draws the same numbers on every machine', () => {
    const first = createRandom(7)
    const second = createRandom(7)
    expect(Array.from({length: 20}, first.uint32)).toEqual(Array.from({length: 20}, second.uint32))
  })

  test('neighbouring seeds draw different numbers, also above 2^32', () => {
    const firsts = [0, 1, 2, 2 ** 32, 2 ** 32 + 1, 2 ** 40].map(seed => createRandom(seed).uint32())
    expect(new Set(firsts).size).toBe(firsts.length)
  })

  test('draws below a limit are even: chi-square of 10 cells stays under its 99.9 % quantile', () => {
    const random = createRandom(3)
    const cells = new Array<number>(10).fill(0)
    for (let draw = 0; draw < 100_000; draw++) {
      const cell = random.below(10)
      cells[cell] = (cells[cell] ?? 0) + 1
    }
    const chiSquare = cells.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)
    expect(chiSquare).toBeLessThan(27.88)
  })

  test('a uniform number is at least 0 and below 1', () => {
    const random = createRandom(5)
    const drawn = Array.from({length: 10_000}, random.uniform)
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...drawn)).toBeLessThan(1)
    expect(drawn.reduce((sum, value) => sum + value, 0) / drawn.length).toBeCloseTo(0.5, 1)
  })
})
