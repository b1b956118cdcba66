import {describe, expect, test} from 'vitest'
import {arrayBytes, shapeOf, typeOfDescriptor} from '../../../../../src/model/safety/formats/numpy/dtype.ts'
import {parseLiteral} from '../../../../../src/model/safety/formats/numpy/literal.ts'

const typeOf = (text: string) => typeOfDescriptor(parseLiteral(text))

describe('the size of an element', () => {
  // Expected: np.lib.format.descr_to_dtype(text).itemsize and .hasobject, NumPy 2.4.6.
  test.each([
    ["'|b1'", 1, 'BOOL'],
    ["'|i1'", 1, 'I8'],
    ["'<i8'", 8, 'I64'],
    ["'<u2'", 2, 'U16'],
    ["'<f2'", 2, 'F16'],
    ["'<f4'", 4, 'F32'],
    ["'<f16'", 16, 'f16'],
    ["'<c8'", 8, 'C64'],
    ["'<c16'", 16, 'c16'],
    ["'<c32'", 32, 'c32'],
    ["'<M8[ns]'", 8, 'M8'],
    ["'<m8[25s]'", 8, 'm8'],
    ["'<M8'", 8, 'M8'],
    ["'|S5'", 5, '|S5'],
    ["'<U12'", 48, '<U12'],
    ["'|V8'", 8, '|V8'],
    ["[('a', '<i4'), ('b', '<f8')]", 12, 'record'],
    ["[('a', '|i1'), ('', '|V7'), ('b', '<i8')]", 16, 'record'],
    ["[('a', '<f4', (2, 3))]", 24, 'record'],
    ["[(('Title', 'a'), '<i4')]", 4, 'record'],
    ["[('x', [('y', '<f4'), ('z', '<i2', (3,))])]", 10, 'record'],
    ["('<f4', (2, 3))", 24, 'sub-array'],
    ["('<f4', 3)", 12, 'sub-array'],
    ['[]', 0, 'record'],
  ])('%s: %i bytes', (text, itemBytes, name) => {
    expect(typeOf(text)).toMatchObject({itemBytes, name, objects: false})
  })

  test.each(["'|O'", "'|O8'", "[('a', '<i4'), ('b', '|O')]", "[('x', [('y', '|O')])]", "('|O', (2,))"])(
    '%s holds Python objects, so its data is a pickle',
    text => expect(typeOf(text)).toMatchObject({objects: true}),
  )

  test.each(["'>f4'", "[('a', '<f4'), ('b', '>f4')]"])('%s is not in the order of this machine', text => {
    expect(typeOf(text)).toMatchObject({littleEndian: false})
  })
})

describe('a type that NumPy never writes is unknown, even where np.dtype would take it', () => {
  test.each([
    "'i4,O'",
    "'float32'",
    "'object'",
    "'O,O'",
    "'<f3'",
    "'<i'",
    "'f4[ns]'",
    "'<U99999999999'",
    "'<U2000000000'",
    "('<f4', (-1,))",
    "('<f4', (1,), 3)",
    "('<f4', (100000, 100000))",
    "[('a',)]",
    "[(1, '<f4')]",
    "['<f4']",
    '1',
    'None',
    "{'names': ['a']}",
  ])('%s', text => expect(typeOf(text)).toBeNull())
})

test('a shape is a tuple of sizes, and nothing else', () => {
  expect(shapeOf(parseLiteral('(3, 0)'))).toEqual([3, 0])
  for (const text of ['[3]', '3', "('3',)", '(-1,)', '(True,)', '(99999999999999999999,)']) {
    expect(shapeOf(parseLiteral(text))).toBeNull()
  }
})

test('an array of more bytes than can be counted exactly has no size', () => {
  expect(arrayBytes([2 ** 26, 2 ** 26], 1)).toBe(2 ** 52)
  expect(arrayBytes([2 ** 27, 2 ** 26], 2)).toBeNull()
  expect(arrayBytes([2 ** 40, 2 ** 40, 0], 8)).toBe(0)
})
