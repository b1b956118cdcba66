import * as fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {decodeUtf8} from '../../../../src/model/safety/pickle/utf8.ts'

const bytes = (...values: number[]) => Uint8Array.from(values)

describe('UTF-8', () => {
  test('of any text is that text', () => {
    fc.assert(
      fc.property(fc.string({unit: 'grapheme', maxLength: 40}), text => {
        expect(decodeUtf8(new TextEncoder().encode(text), 'strict')).toBe(text)
      }),
    )
  })

  test('of any bytes is what a strict decoder says', () => {
    fc.assert(
      fc.property(fc.uint8Array({maxLength: 12}), content => {
        expect(decodeUtf8(content, 'strict')).toBe(strictly(content))
      }),
      {numRuns: 2000},
    )
  })

  // RFC 3629 §3: these forms are no UTF-8.
  test.each([
    ['an overlong form of two', bytes(0xc1, 0xbf)],
    ['an overlong form of three', bytes(0xe0, 0x9f, 0xbf)],
    ['an overlong form of four', bytes(0xf0, 0x8f, 0xbf, 0xbf)],
    ['a code beyond U+10FFFF', bytes(0xf4, 0x90, 0x80, 0x80)],
    ['a continuation without a beginning', bytes(0x80)],
    ['a beginning without its continuation', bytes(0xe2, 0x82)],
  ])('%s is refused, with surrogates or without', (_, content) => {
    expect(decodeUtf8(content, 'strict')).toBeNull()
    expect(decodeUtf8(content, 'surrogatepass')).toBeNull()
  })

  test('a lone surrogate passes where CPython lets it pass', () => {
    expect(decodeUtf8(bytes(0xed, 0xa0, 0x80), 'surrogatepass')).toBe('\ud800')
    expect(decodeUtf8(bytes(0xed, 0xa0, 0x80), 'strict')).toBeNull()
  })
})

function strictly(content: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(content)
  } catch {
    return null
  }
}
