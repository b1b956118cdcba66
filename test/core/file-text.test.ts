import {gzipSync} from 'node:zlib'
import {describe, expect, test} from 'vitest'
import {textOf} from '../../src/core/file-text.ts'

const most = 1000
const bytes = (text: string, encoding: BufferEncoding = 'utf8') => Buffer.from(text, encoding)
const bigEndian = (text: string) => bytes(text, 'utf16le').swap16()

describe('the text of a file', () => {
  test.each([
    ['UTF-8', bytes('{"a": "ä"}')],
    ['UTF-8 with a byte order mark', bytes('\uFEFF{"a": "ä"}')],
    ['UTF-16 as PowerShell’s ">" writes it', bytes('\uFEFF{"a": "ä"}', 'utf16le')],
    ['UTF-16, the other way round', bigEndian('\uFEFF{"a": "ä"}')],
    ['gzip', gzipSync(bytes('{"a": "ä"}'))],
  ])('%s', (_how, content) => expect(textOf(content, most)).toEqual({kind: 'text', text: '{"a": "ä"}'}))

  test('of an empty file is empty', () => expect(textOf(new Uint8Array(), most)).toEqual({kind: 'text', text: ''}))
})

describe('bytes that are no text', () => {
  const packed = gzipSync(bytes('a'.repeat(500)))
  test.each([
    ['gzip that ends in the middle', packed.subarray(0, packed.length - 10), {kind: 'cut-off'}],
    ['gzip that unpacks to more than the limit', gzipSync(Buffer.alloc(most + 1)), {kind: 'too-large'}],
    ['more than the limit as it is', Buffer.alloc(most + 1, 65), {kind: 'too-large'}],
    ['a ZIP archive', bytes('PK\u0003\u0004…'), {kind: 'not-text', what: 'a ZIP archive'}],
    ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0]), {kind: 'not-text', what: 'packed by zstd'}],
    ['bytes of no encoding', Buffer.from([0x7b, 0xff, 0xc0]), {kind: 'not-text', what: 'no text in UTF-8 or UTF-16'}],
  ])('%s', (_what, content, expected) => expect(textOf(content, most)).toEqual(expected))

  test('gzip with another checksum is damaged', () => {
    const damaged = Buffer.from(packed)
    damaged.writeUInt32LE(1, damaged.length - 8)
    expect(textOf(damaged, most)).toMatchObject({kind: 'damaged'})
  })
})
