import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {bytesOf} from '../../../../src/model/safety/artifact.ts'
import {readUbjson} from '../../../../src/model/safety/formats/ubjson.ts'
import {Work} from '../../../../src/model/safety/limits.ts'
import {Malformed} from '../../../../src/model/safety/malformed.ts'

const read = (text: string) => readUbjson(bytesOf(Buffer.from(text, 'latin1')), new Work(), 3)

describe('UBJSON as its description writes it', () => {
  test.each<[string, string, Record<string, string>]>([
    ['an object of texts', '{i\x01aSi\x02hii\x01bSi\x00}', {a: 'hi', b: ''}],
    [
      'lengths of every width',
      '{U\x01aSI\x00\x01xi\x01bSl\x00\x00\x00\x01yi\x01cSL\0\0\0\0\0\0\0\x01z}',
      {a: 'x', b: 'y', c: 'z'},
    ],
    [
      'numbers and words',
      '{i\x01aZi\x01bTi\x01cFi\x01dd1234i\x01eD12345678i\x01fCxi\x01gHi\x0312.i\x01hSi\x01w}',
      {g: '12.', h: 'w'},
    ],
    ['a list with an end mark and no-ops', '{i\x01a[NTNFN]i\x01bSi\x01x}', {b: 'x'}],
    ['a list with a count', '{i\x01a[#i\x02TFi\x01bSi\x01x}', {b: 'x'}],
    ['a list of one type', '{i\x01a[$l#i\x02\0\0\0\x01\0\0\0\x02i\x01bSi\x01x}', {b: 'x'}],
    ['a list of one type of no width', '{i\x01a[$T#l\x7f\xff\xff\xffi\x01bSi\x01x}', {b: 'x'}],
    ['an object with a count and a type', '{i\x01a{$S#i\x02i\x01ki\x01vi\x01li\x01w}', {'a.k': 'v', 'a.l': 'w'}],
    ['an empty object in an empty list', '{i\x01a[{}[]]i\x01bSi\x01x}', {b: 'x'}],
  ])('%s', async (_, text, texts) => {
    const outline = await read(text)
    expect(Object.fromEntries(outline.texts)).toEqual(texts)
    expect(outline.end).toBe(text.length)
  })

  test('a key twice is refused', async () => {
    await expect(read('{i\x01aTi\x01aF}')).rejects.toThrow('An object names a key twice.')
  })

  test('a type without a count is refused', async () => {
    await expect(read('[$i\x01\x02]')).rejects.toThrow('A typed container has no count.')
  })

  test('a count in no bytes takes no time', async () => {
    await expect(read('[#L\0\x10\0\0\0\0\0\0')).rejects.toThrow(Malformed)
    await expect(read('{$Z#L\0\x10\0\0\0\0\0\0')).rejects.toThrow(Malformed)
    await expect(read('[$[#L\0\x10\0\0\0\0\0\0')).rejects.toThrow(Malformed)
  })
})

test('no bytes are an exception of another kind', async () => {
  const marks = fc.constantFrom(...'{}[]$#iUIlLdDCSHZNTF'.split('')).map(sign => sign.charCodeAt(0))
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(marks, fc.nat(255)), {maxLength: 60}), async bytes => {
      try {
        await readUbjson(bytesOf(Uint8Array.from(bytes)), new Work(), 3)
      } catch (error) {
        expect(error).toBeInstanceOf(Malformed)
      }
    }),
    {numRuns: 1000},
  )
})
