import {expect, test} from 'vitest'
import {Malformed} from '../../../src/model/safety/malformed.ts'

test('what ends a reading by the thousand takes no stack, and leaves those of other errors', () => {
  const before = Error.stackTraceLimit
  expect(new Malformed('broken', 7).stack?.split('\n')).toHaveLength(1)
  expect(Error.stackTraceLimit).toBe(before)
  expect(new Error('other').stack?.split('\n').length).toBeGreaterThan(1)
})
