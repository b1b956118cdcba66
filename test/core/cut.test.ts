import {describe, expect, test} from 'vitest'
import {cut} from '../../src/core/cut.ts'

describe('a text from outside', () => {
  test('that is short stays as it is', () => {
    expect(cut('busybox', 7)).toBe('busybox')
    expect(cut('')).toBe('')
  })

  test('is cut to the signs that are asked for, and shows it', () => {
    expect(cut('busybox', 5)).toBe('busy…')
    expect(cut('x'.repeat(1_000_000))).toHaveLength(200)
  })

  test('never loses half of a sign', () => {
    // U+1F600 has two halves: the first of them alone is no text.
    const text = cut(`ab\u{1F600}cd`, 4)
    expect(text).toBe('ab…')
    expect(text.isWellFormed()).toBe(true)
  })
})
