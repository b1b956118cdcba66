import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {fixture, lookAt, rulesOf} from './whole-scan.ts'

function arrayOf(header: string, data: Uint8Array | string = '', version: readonly [number, number] = [1, 0]): Buffer {
  const text = Buffer.from(`${header}\n`, 'latin1')
  const length = Buffer.alloc(version[0] === 1 ? 2 : 4)
  if (version[0] === 1) length.writeUInt16LE(text.length)
  else length.writeUInt32LE(text.length)
  return Buffer.concat([
    Buffer.from(`\x93NUMPY${String.fromCharCode(...version)}`, 'latin1'),
    length,
    text,
    typeof data === 'string' ? Buffer.from(data, 'latin1') : data,
  ])
}

const header = (descr: string, shape = '(3,)') => `{'descr': ${descr}, 'fortran_order': False, 'shape': ${shape}, }`
const call = "cos\nsystem\n(S'true'\ntR."

describe('arrays that NumPy wrote', () => {
  test.each([
    ['f4', 'NumPy array, F32, 10 × 3', 'array 0 F32 [10, 3]'],
    ['fortran', 'NumPy array, F64, 10 × 3', 'array 0 F64 [10, 3]'],
    ['texts', 'NumPy array, <U3, 2', 'array 0 <U3 [2]'],
    ['record', 'NumPy array, record, 1', 'array 0 record [1]'],
    ['nested', 'NumPy array, record, 1', 'array 0 record [1]'],
    ['padded', 'NumPy array, record, 2', 'array 0 record [2]'],
    ['titled', 'NumPy array, record, 2', 'array 0 record [2]'],
    ['one', 'NumPy array, F64, one value', 'array 0 F64 []'],
    ['none', 'NumPy array, F64, 0 × 3', 'array 0 F64 [0, 3]'],
    ['big', 'NumPy array, F64, 10 × 3', 'array 0 F64 [10, 3]'],
    ['dates', 'NumPy array, M8, 1', 'array 0 M8 [1]'],
    ['version-3', 'NumPy array, record, 1', 'array 0 record [1]'],
  ])('%s.npy holds numbers, and nothing is said against it', async (name, is, tensor) => {
    const looked = await lookAt(fixture(`numpy/${name}.npy`), {name: `${name}.npy`})
    expect(looked).toMatchObject({is: [is], sights: [], imports: [], tensors: [tensor]})
  })

  test('the elements of an array are found, and those in the order of another machine are left alone', async () => {
    const {data} = await lookAt(fixture('numpy/f4.npy'))
    const elements = data.get('array 0') ?? new Uint8Array()
    // np.load('f4.npy')[0, 0], NumPy 2.4.6.
    expect(Buffer.from(elements).readFloatLE(0)).toBeCloseTo(0.5488135, 6)
    expect(elements).toHaveLength(120)
    expect((await lookAt(fixture('numpy/big.npy'))).data.size).toBe(0)
  })

  test('two arrays in one file are two', async () => {
    const looked = await lookAt(fixture('numpy/two.npy'))
    expect(looked).toMatchObject({is: ['NumPy file, 2 arrays'], sights: []})
    expect(looked.tensors).toEqual(['array 0 F64 [10, 3]', 'array 1 I64 [10, 3]'])
  })

  test.each(['several', 'packed'])('%s.npz is an archive of arrays', async name => {
    const looked = await lookAt(fixture(`numpy/${name}.npz`))
    expect(looked.is).toEqual([expect.stringMatching(/^NumPy archive, [12] arrays?$/)])
    expect(looked.sights).toEqual([])
    expect(looked.tensors[0]).toBe('array 0 F64 [10, 3]')
  })
})

describe('arrays of objects are the pickles that they are', () => {
  test('those that NumPy itself needs are named', async () => {
    const looked = await lookAt(fixture('numpy/objects.npy'))
    expect(looked.imports).toEqual(['numpy._core.multiarray._reconstruct', 'numpy.ndarray', 'numpy.dtype'])
    expect(rulesOf(looked)).toEqual(['note numpy-object-array'])
  })

  test('and so are those that run something', async () => {
    expect((await lookAt(fixture('numpy/evil.npy'))).calls).toContain('posix.system')
  })

  test.each([
    ['in a field of a record', header("[('a', '<i4'), ('b', '|O')]"), 'note numpy-object-array'],
    ['behind a type that only np.dtype understands', header("'i4,O'"), 'unsure numpy-type-unknown'],
  ])('%s', async (_, text, rule) => {
    const looked = await lookAt(arrayOf(text, call))
    expect(looked.calls).toEqual(['os.system'])
    expect(rulesOf(looked)).toContain(rule)
  })

  test('an array of objects without a pickle is damaged', async () => {
    expect(rulesOf(await lookAt(arrayOf(header("'|O'"))))).toContain('damaged file-damaged')
  })
})

describe('an array that is not what its header says', () => {
  test.each([
    ['too few bytes', arrayOf(header("'<f4'"), 'x'.repeat(11)), /need 12 bytes of data; 11 follow/],
    ['more elements than can be counted', arrayOf(header("'<f4'", '(9007199254740991, 9007199254740991)')), /counted/],
    ['a negative size', arrayOf(header("'<f4'", '(-1,)')), /no shape/],
    ['no type', arrayOf("{'fortran_order': False, 'shape': (1,)}"), /names no type/],
    ['an unknown key', arrayOf("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'x': 1}"), /unknown key "x"/],
    ['no order', arrayOf("{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}"), /Fortran order/],
    ['a header that is no dict', arrayOf("['descr']"), /not a dict/],
    ['a header that is a program', arrayOf("{'descr': __import__('os')}"), /not a literal/],
    ['an unknown version', arrayOf(header("'<f4'"), '', [4, 0]), /version is 4\.0/],
    ['a header that NumPy refuses', arrayOf(`${header("'<f4'")}${' '.repeat(10_000)}`, 'x'.repeat(12)), /refuses more/],
    ['a header that ends behind the file', arrayOf(header("'<f4'")).subarray(0, 40), /ends after/],
    ['text that is no UTF-8', arrayOf("{'descr': '\xff'}", '', [3, 0]), /not UTF-8/],
  ])('%s', async (_, file, said) => {
    const looked = await lookAt(file)
    expect(looked.sights.find(sight => sight.startsWith('damaged file-damaged'))).toMatch(said)
  })

  test('bytes behind the data are looked at as a pickle: a second np.load takes them for one', async () => {
    const looked = await lookAt(arrayOf(header("'|u1'"), `abc${call}`))
    expect(rulesOf(looked)).toContain('look numpy-trailing-bytes')
    expect(looked.calls).toEqual(['os.system'])
  })
})

test('no change of an array makes the reader give up in an untyped way', async () => {
  const original = fixture('numpy/record.npy')
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(original.length - 1), fc.nat(255)), {minLength: 1, maxLength: 4}),
      fc.nat(original.length),
      async (changes, length) => {
        const file = Uint8Array.from(original.subarray(0, length))
        for (const [at, value] of changes) if (at < length) file[at] = value
        await lookAt(file)
      },
    ),
  )
})
