import {expect, test} from 'vitest'
import {Adler32} from '../../../../../src/model/safety/archives/codecs/adler32.ts'
import {Crc64} from '../../../../../src/model/safety/archives/codecs/crc64.ts'
import {Xxh32} from '../../../../../src/model/safety/archives/codecs/xxh32.ts'

// The check values of the catalogue of parametrised CRC algorithms (CRC-64/XZ) and of zlib.adler32 in Python.
test('CRC-64 of "123456789" is the published check value', () => {
  const crc = new Crc64()
  crc.add(Buffer.from('1234'))
  crc.add(Buffer.from('56789'))
  expect(Buffer.from(crc.bytes).readBigUInt64LE()).toBe(0x995dc9bbdf1939fan)
})

test('Adler-32 of "Wikipedia" is the published one, in one piece or two', () => {
  const sum = new Adler32()
  sum.add(Buffer.from('Wiki'))
  sum.add(Buffer.from('pedia'))
  expect(sum.value).toBe(0x11e60398)
})

// xxhsum -H0 of xxHash 0.8.
test.each([
  ['', 0x02cc5d05],
  ['a', 0x550d7456],
  ['abc', 0x32d153ff],
  ['Nobody inspects the spammish repetition', 0xe2293b2f],
])('xxHash of %j is the one of the reference', (text, expected) => {
  expect(new Xxh32().add(Buffer.from(text)).value).toBe(expected)
  const sum = new Xxh32()
  for (const byte of Buffer.from(text)) sum.add(Uint8Array.of(byte))
  expect(sum.value).toBe(expected)
})
