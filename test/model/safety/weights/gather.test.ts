import {describe, expect, test} from 'vitest'
import type {TensorEntry} from '../../../../src/model/safety/format.ts'
import {gatherWeights} from '../../../../src/model/safety/weights/gather.ts'

/** Ten million floats without memory: ones, and a NaN at one place. */
function longTensor(nanAt: number | null): {tensor: TensorEntry; longest: () => number} {
  const size = 40_000_000
  let longest = 0
  const slice = async (start: number, end: number) => {
    const stop = Math.min(end, size + 3)
    longest = Math.max(longest, stop - start)
    const floats = new Float32Array((stop - start) / 4).fill(1)
    if (nanAt !== null && nanAt >= start && nanAt < stop) floats[(nanAt - start) / 4] = Number.NaN
    return new Uint8Array(floats.buffer)
  }
  const data = {begin: 3, end: size + 3, bytes: {size: size + 3, slice}}
  return {tensor: {name: 'w', dtype: 'F32', shape: [10_000_000], data}, longest: () => longest}
}

describe('gatherWeights', () => {
  test('a NaN is found wherever it stands, and no more than a few MiB are held at once', async () => {
    // In the first value, the first of the second chunk, and the last.
    for (const nanAt of [3, 4 * 2 ** 20 + 3, 40_000_003 - 4]) {
      const {tensor, longest} = longTensor(nanAt)
      const found = await gatherWeights(tensor)
      expect(found).toEqual({kind: 'read', tally: {values: 10_000_000, nan: 1, infinite: 0, isZero: false}})
      expect(longest()).toBeLessThanOrEqual(4 * 2 ** 20)
    }
  })

  test('sound weights are said to be sound', async () => {
    const {tensor} = longTensor(null)
    expect(await gatherWeights(tensor)).toMatchObject({kind: 'read', tally: {nan: 0, values: 10_000_000}})
  })

  test('a tensor that only claims to be long ends where its file ends', async () => {
    const bytes = {size: 8, slice: async () => new Uint8Array(Float32Array.of(1, 2).buffer)}
    const tensor: TensorEntry = {name: 'w', dtype: 'F32', shape: [1e12], data: {begin: 0, end: 4e12, bytes}}
    expect(await gatherWeights(tensor)).toMatchObject({kind: 'read', tally: {values: 2}})
  })

  test.each<[string, Partial<TensorEntry>, unknown]>([
    ['a type that is not understood', {dtype: 'IQ1_M'}, {kind: 'not read', why: 'type'}],
    ['values that do not lie in one piece', {data: null}, {kind: 'not read', why: 'place'}],
    [
      'no value at all',
      {data: null, shape: [3, 0]},
      {kind: 'read', tally: {values: 0, nan: 0, infinite: 0, isZero: false}},
    ],
  ])('%s', async (_, change, expected) => {
    expect(await gatherWeights({...longTensor(null).tensor, ...change})).toEqual(expected)
  })
})
