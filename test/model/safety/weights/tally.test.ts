import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {openTally} from '../../../../src/model/safety/weights/tally.ts'
import type {WeightTally} from '../../../../src/model/safety/weights/tally-run.ts'

function tallyOf(dtype: string, ...chunks: readonly Uint8Array[]): WeightTally {
  const run = openTally(dtype)
  if (!run) throw new Error(`There is no tally for ${dtype}.`)
  for (const chunk of chunks) run.add(chunk)
  return run.tally
}

const bytes = (...values: readonly number[]) => Uint8Array.from(values)
const f32 = (...values: readonly number[]) => new Uint8Array(Float32Array.from(values).buffer)
const f64 = (...values: readonly number[]) => new Uint8Array(Float64Array.from(values).buffer)
const u16 = (...values: readonly number[]) => new Uint8Array(Uint16Array.from(values).buffer)

const inf = Number.POSITIVE_INFINITY
const nan = Number.NaN

describe('openTally', () => {
  test.each<[string, string, Uint8Array, WeightTally]>([
    ['ordinary weights', 'F32', f32(1, -2, 0), {values: 3, nan: 0, infinite: 0, isZero: false}],
    ['a NaN among weights', 'F32', f32(1, nan), {values: 2, nan: 1, infinite: 0, isZero: false}],
    ['both infinities', 'F32', f32(inf, -inf, 1), {values: 3, nan: 0, infinite: 2, isZero: false}],
    ['the largest number', 'F32', f32(3.4028234663852886e38), {values: 1, nan: 0, infinite: 0, isZero: false}],
    ['the smallest number', 'F32', f32(1e-45), {values: 1, nan: 0, infinite: 0, isZero: false}],
    ['zeros of both signs', 'F32', f32(0, -0), {values: 2, nan: 0, infinite: 0, isZero: true}],
    ['no value at all', 'F32', f32(), {values: 0, nan: 0, infinite: 0, isZero: false}],
    ['doubles', 'F64', f64(1, nan, inf, -inf, 5e-324), {values: 5, nan: 1, infinite: 2, isZero: false}],
    ['zeros as doubles', 'F64', f64(0, -0), {values: 2, nan: 0, infinite: 0, isZero: true}],
    // A NaN whose fraction has bits in its lower word alone.
    [
      'a double that is NaN by its last bit',
      'F64',
      bytes(1, 0, 0, 0, 0, 0, 0xf0, 0x7f),
      {values: 1, nan: 1, infinite: 0, isZero: false},
    ],
    ['complex numbers', 'C64', f32(1, nan), {values: 2, nan: 1, infinite: 0, isZero: false}],
    // IEEE 754 binary16: 0x3c00 = 1, 0x7c00 = inf, 0xfc00 = -inf, 0x7e00 = NaN, 0x7bff = 65504.
    [
      'halves',
      'F16',
      u16(0x3c00, 0x7c00, 0xfc00, 0x7e00, 0x7bff, 0x8000),
      {values: 6, nan: 1, infinite: 2, isZero: false},
    ],
    ['zeros as halves', 'F16', u16(0, 0x8000), {values: 2, nan: 0, infinite: 0, isZero: true}],
    // bfloat16 is the upper half of binary32: 0x3f80 = 1, 0x7f80 = inf, 0x7fc0 = NaN.
    [
      'brain halves',
      'BF16',
      u16(0x3f80, 0x7f80, 0xff80, 0x7fc0, 0x7c00),
      {values: 5, nan: 1, infinite: 2, isZero: false},
    ],
    // arXiv:2209.05433, table 1: E4M3 has NaN at S.1111.111 and no infinity; E5M2 is as IEEE 754.
    ['E4M3', 'F8_E4M3', bytes(0x7f, 0xff, 0x7e, 0x00), {values: 4, nan: 2, infinite: 0, isZero: false}],
    ['E5M2', 'F8_E5M2', bytes(0x7c, 0xfc, 0x7d, 0x7f, 0x7b), {values: 5, nan: 2, infinite: 2, isZero: false}],
    // arXiv:2206.02915: the FNUZ kinds have one NaN, where minus zero would be.
    ['E4M3 FNUZ', 'F8_E4M3FNUZ', bytes(0x80, 0x7f, 0xff), {values: 3, nan: 1, infinite: 0, isZero: false}],
    ['E5M2 FNUZ', 'F8_E5M2FNUZ', bytes(0x80, 0x7f), {values: 2, nan: 1, infinite: 0, isZero: false}],
    // OCP MX 1.0: 0xff is NaN, and the type has no zero: 0x00 is 2^-127.
    ['E8M0', 'F8_E8M0', bytes(0xff, 0x00), {values: 2, nan: 1, infinite: 0, isZero: false}],
    ['scales without zero', 'F8_E8M0', bytes(0, 0), {values: 2, nan: 0, infinite: 0, isZero: false}],
    ['whole numbers of zero', 'I32', bytes(0, 0, 0, 0), {values: 4, nan: 0, infinite: 0, isZero: true}],
    ['whole numbers', 'I64', bytes(0, 0, 0, 0, 0, 0, 0, 1), {values: 8, nan: 0, infinite: 0, isZero: false}],
  ])('%s (%s)', (_, dtype, content, expected) => {
    expect(tallyOf(dtype, content)).toEqual(expected)
  })

  test('of a quantised block the scale decides: NaN there makes 32 weights NaN', () => {
    const block = new Uint8Array(18).fill(0x55)
    block.set(u16(0x7e00))
    expect(tallyOf('Q4_0', block)).toEqual({values: 1, nan: 1, infinite: 0, isZero: false})
    expect(tallyOf('Q4_0', new Uint8Array(36))).toEqual({values: 2, nan: 0, infinite: 0, isZero: true})
  })

  test('microscaling types have scales of one byte', () => {
    const block = new Uint8Array(17)
    expect(tallyOf('MXFP4', block)).toEqual({values: 1, nan: 0, infinite: 0, isZero: false})
    block[0] = 0xff
    expect(tallyOf('MXFP4', block)).toEqual({values: 1, nan: 1, infinite: 0, isZero: false})
    const four = new Uint8Array(36)
    expect(tallyOf('NVFP4', four)).toEqual({values: 4, nan: 0, infinite: 0, isZero: true})
    four.set([0x7f, 1, 2, 0])
    expect(tallyOf('NVFP4', four)).toEqual({values: 4, nan: 1, infinite: 0, isZero: false})
  })

  test('a type that is not understood has no tally, rather than a clean one', () => {
    expect([openTally('IQ1_M'), openTally('STRING'), openTally('toString'), openTally('')]).toEqual([
      null,
      null,
      null,
      null,
    ])
  })

  test('it does not matter where chunks are cut, nor where in memory they lie', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('F16', 'BF16', 'F32', 'F64', 'F8_E5M2', 'I8', 'Q4_0', 'Q6_K', 'MXFP4', 'NVFP4'),
        fc.uint8Array({minLength: 1, maxLength: 900}),
        fc.array(fc.nat(900), {maxLength: 6}),
        fc.nat(7),
        (dtype, content, cuts, skew) => {
          const moved = new Uint8Array(content.length + skew).subarray(skew)
          moved.set(content)
          const places = [0, ...cuts.map(cut => cut % content.length).sort((a, b) => a - b), content.length]
          const chunks = places.slice(1).map((end, index) => moved.subarray(places[index], end))
          expect(tallyOf(dtype, ...chunks)).toEqual(tallyOf(dtype, content))
        },
      ),
    )
  })

  test('single precision counts what JavaScript itself calls NaN and infinite', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), words => {
        const values = new Float32Array(Int32Array.from(words).buffer)
        const expected = {
          values: values.length,
          nan: values.filter(Number.isNaN).length,
          infinite: values.filter(value => Math.abs(value) === inf).length,
          isZero: values.length > 0 && values.every(value => value === 0),
        }
        expect(tallyOf('F32', new Uint8Array(values.buffer))).toEqual(expected)
      }),
    )
  })
})
