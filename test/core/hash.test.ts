import {describe, expect, test} from 'vitest'
import {fnv1a, mixBits} from '../../src/core/hash.ts'

describe('hashes are the published ones, so that any machine computes the same', () => {
  // Vectors of draft-eastlake-fnv, appendix C.
  test.each([
    ['', 0x811c9dc5],
    ['a', 0xe40c292c],
    ['foobar', 0xbf9cf968],
  ])('FNV-1a of "%s"', (text, expected) => {
    const bytes = new TextEncoder().encode(`<${text}>`)
    expect(fnv1a(bytes, 1, bytes.length - 1) >>> 0).toBe(expected)
  })

  // fmix32 of MurmurHash3 for 0 and 1.
  test.each([
    [0, 0],
    [1, 0x514e28b7],
  ])('the finalizer of %i', (hash, expected) => {
    expect(mixBits(hash) >>> 0).toBe(expected)
  })
})
