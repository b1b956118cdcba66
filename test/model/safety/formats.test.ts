import {expect, test} from 'vitest'
import {formats} from '../../../src/model/safety/formats.ts'

test('formats that may be one file are named as they are listed', () => {
  const names = new Set(['pickle', ...formats.map(({name}) => name)])
  const unknown = formats.flatMap(format => (format.with ?? []).filter(name => !names.has(name)))
  expect(unknown).toEqual([])
})

test('no format stands in the list twice', () => {
  expect(new Set(formats).size).toBe(formats.length)
})
