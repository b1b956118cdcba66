import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {bytesOf} from '../../../../src/model/safety/artifact.ts'
import {Cursor} from '../../../../src/model/safety/formats/cursor.ts'
import {integerOf, Message, numberOf} from '../../../../src/model/safety/formats/protobuf.ts'
import {usualLimits, Work} from '../../../../src/model/safety/limits.ts'
import {Malformed, OverLimit} from '../../../../src/model/safety/malformed.ts'
import {field, joined, message, packed, varint} from './protobuf-bytes.ts'

function open(bytes: Uint8Array, work = new Work()) {
  return new Message(new Cursor(bytesOf(bytes)), work)
}

async function first(bytes: Uint8Array) {
  const found = await open(bytes).next()
  if (!found) throw new Error('There is no field.')
  return found
}

describe('Message', () => {
  test('the examples of the encoding guide are read as it says', async () => {
    // protobuf.dev/programming-guides/encoding: field 1 = 150; field 2 = "testing"; field 3 = {1: 150}.
    const bytes = Uint8Array.from([
      0x08, 0x96, 0x01, 0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67, 0x1a, 0x03, 0x08, 0x96, 0x01,
    ])
    const outer = open(bytes)
    const one = await outer.next()
    expect(one && integerOf(one)).toBe(150n)
    const two = await outer.next()
    expect(two && (await outer.text(two))).toBe('testing')
    const three = await outer.next()
    const inner = three && (await outer.open(three).next())
    expect(inner && numberOf(inner)).toBe(150)
    expect(await outer.next()).toBeNull()
  })

  test.each([
    [0n],
    [1n],
    [127n],
    [128n],
    [2n ** 28n - 1n],
    [2n ** 28n],
    [2n ** 31n],
    [2n ** 32n - 1n],
    [2n ** 32n],
    [2n ** 35n],
    [2n ** 63n - 1n],
    [-1n],
    [-(2n ** 63n)],
  ])('the number %s comes back', async value => {
    expect(integerOf(await first(field(5, value)))).toBe(value)
  })

  test('every int64 comes back, alone and packed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.bigInt({min: -(2n ** 63n), max: 2n ** 63n - 1n})), async values => {
        const outer = open(packed(9, values))
        const found = await outer.next()
        expect(found && (await outer.integers(found, 2000))).toEqual(values)
      }),
    )
  })

  test('what nobody reads of a message is skipped without being fetched', async () => {
    const long = message(field(1, new Uint8Array(1_000_000)), field(2, 7))
    let fetched = 0
    const bytes = bytesOf(long)
    const slice = (start: number, end: number) => {
      fetched += Math.min(end, bytes.size) - start
      return bytes.slice(start, end)
    }
    const outer = new Message(new Cursor({size: bytes.size, slice}), new Work())
    await outer.next()
    const second = await outer.next()
    expect(second && numberOf(second)).toBe(7)
    expect(fetched).toBeLessThan(100_000)
  })

  test.each([
    ['a field that ends behind the file', Uint8Array.from([0x12, 0x07, 0x74])],
    ['field number 0', Uint8Array.from([0x02, 0x00])],
    ['a field number of more than 29 bits', joined([varint(2n ** 33n), varint(1)])],
    ['a group', Uint8Array.from([0x0b, 0x0c])],
    ['wire type 7', Uint8Array.from([0x0f, 0x00])],
    ['a number of eleven bytes', Uint8Array.from([0x08, ...Array(10).fill(0x80), 0x01])],
    ['a length of 2^63', joined([Uint8Array.of(0x0a), varint(2n ** 63n)])],
    ['a cut number', Uint8Array.from([0x08, 0x80])],
    ['a cut fixed number', Uint8Array.from([0x0d, 1, 2])],
  ])('%s is malformed', async (_, bytes) => {
    await expect(first(bytes)).rejects.toThrow(Malformed)
  })

  test('a field that leaves the message around it is malformed', async () => {
    const outer = open(joined([Uint8Array.from([0x0a, 0x02, 0x12, 0x04]), new Uint8Array(20)]))
    const found = await outer.next()
    const inner = found && outer.open(found)
    await expect(inner?.next()).rejects.toThrow('behind its message')
  })

  test('messages inside messages end at the depth where protobuf itself ends', async () => {
    let bytes = field(2, 1)
    for (let depth = 0; depth < 120; depth++) bytes = field(1, bytes)
    const descend = async (outer: Message): Promise<void> => {
      const found = await outer.next()
      if (found?.number === 1) await descend(outer.open(found))
    }
    await expect(descend(open(bytes))).rejects.toThrow('deeper than 100')
  })

  test('the walk spends work, so that endless empty fields end', async () => {
    const outer = open(new Uint8Array(4000).fill(0x08), new Work({...usualLimits, steps: 10}))
    const walk = async () => {
      while (await outer.next());
    }
    await expect(walk()).rejects.toThrow(OverLimit)
  })

  test('random bytes end in fields or in Malformed, never otherwise', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({maxLength: 200}), async bytes => {
        const outer = open(bytes)
        try {
          while (await outer.next());
        } catch (error) {
          expect(error).toBeInstanceOf(Malformed)
        }
      }),
    )
  })
})
