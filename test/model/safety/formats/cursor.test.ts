import * as fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {bytesOf} from '../../../../src/model/safety/artifact.ts'
import {Cursor} from '../../../../src/model/safety/formats/cursor.ts'
import {Malformed} from '../../../../src/model/safety/malformed.ts'

const large = Uint8Array.from({length: 200_000}, (_, index) => index * 31)

describe('a cursor', () => {
  test('reads numbers of both byte orders', async () => {
    const cursor = new Cursor(bytesOf(Uint8Array.of(1, 2, 0, 0, 1, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 5)))
    await cursor.need(17)
    expect([cursor.u8(), cursor.u16(), cursor.u16(false)]).toEqual([1, 2, 1])
    expect([cursor.i32(), cursor.u64(false), cursor.left]).toEqual([-1, 5n, 0])
  })

  test('a count beyond 2^53 is none', async () => {
    const cursor = new Cursor(bytesOf(new Uint8Array(8).fill(255)))
    await cursor.need(8)
    expect(() => cursor.size()).toThrow(Malformed)
  })

  test('reads the same wherever it goes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(large.length - 1), fc.integer({min: 1, max: 70_000})), {maxLength: 20}),
        async visits => {
          const cursor = new Cursor(bytesOf(large))
          for (const [offset, wanted] of visits) {
            const count = Math.min(wanted, large.length - offset)
            cursor.seek(offset)
            await cursor.need(count)
            expect(Buffer.compare(cursor.take(count), large.subarray(offset, offset + count))).toBe(0)
            expect(cursor.at).toBe(offset + count)
          }
        },
      ),
      {numRuns: 50},
    )
  })

  test.each([
    ['needs more than there is', (cursor: Cursor) => cursor.need(5)],
    ['skips behind the end', async (cursor: Cursor) => cursor.skip(5)],
    ['goes behind the end', async (cursor: Cursor) => cursor.seek(5)],
    ['goes before the beginning', async (cursor: Cursor) => cursor.seek(-1)],
    ['reads what was not asked for', async (cursor: Cursor) => cursor.u32()],
  ])('ends the reading where it %s', async (_, act) => {
    await expect(act(new Cursor(bytesOf(new Uint8Array(4))))).rejects.toThrow(Malformed)
  })

  test('does not look behind its own end', async () => {
    const cursor = new Cursor(bytesOf(large), 0, 10)
    await expect(cursor.need(11)).rejects.toThrow(Malformed)
    await cursor.need(10)
    expect(cursor.take(10)).toEqual(large.subarray(0, 10))
  })
})
