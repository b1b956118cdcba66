import {deflateSync} from 'node:zlib'
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import type {Sibling, Siblings} from '../../../../src/model/safety/artifact.ts'
import {folderOf} from './recorded-scan.ts'
import {fixture, lookAt, rulesOf} from './whole-scan.ts'

const text = (value: string) => `X${String.fromCharCode(value.length, 0, 0, 0)}${value}`
const bytes = (latin1: string) => Buffer.from(latin1, 'latin1')
const call = "cos\nsystem\n(S'true'\ntR"

/** A wrapper of joblib in the place of an array, protocol 2. */
function wrapper({
  shape = 'K\x03\x85',
  dtype = 'cnumpy\ndtype\n(U\x02f4K\x00K\x01tR(K\x03U\x01<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb',
  order = 'U\x01C',
  alignment = `${text('numpy_array_alignment_bytes')}K\x10`,
  module = 'joblib.numpy_pickle',
} = {}): string {
  const attributes = [
    `${text('subclass')}cnumpy\nndarray\n`,
    `${text('shape')}${shape}`,
    `${text('order')}${order}`,
    `${text('dtype')}${dtype}`,
    `${text('allow_mmap')}\x88`,
    alignment,
  ]
  return `c${module}\nNumpyArrayWrapper\n)\x81}(${attributes.join('')}ub`
}

describe('files that joblib wrote', () => {
  test('every type of NumPy is passed over by its own size', async () => {
    const looked = await lookAt(fixture('joblib/types.joblib'))
    expect(looked.is).toEqual(['joblib, 19 arrays, 7 imports'])
    expect(looked.sights).toEqual([])
    expect(looked.tensors).toEqual([
      'array 0 F32 [10, 3]',
      'array 1 F64 [10, 3]',
      'array 2 U12 [2]',
      'array 3 S2 [2]',
      'array 4 M8 [1]',
      'array 5 m8 [1]',
      'array 6 record [1]',
      'array 7 record [2]',
      'array 8 F64 [10, 3]',
      'array 9 c16 [10, 3]',
      'array 10 BOOL [1]',
      'array 11 F64 [0, 3]',
      'array 12 F64 []',
      'array 13 record [2]',
      'array 14 F16 [10, 3]',
      'array 15 F64 [10, 3]',

      'array 16 f16 [10, 3]',
    ])
  })

  test('the elements of an array are found where joblib puts them', async () => {
    const {data} = await lookAt(fixture('joblib/types.joblib'))
    // np.random.RandomState(0).rand(10, 3)[0, 0] as float32, NumPy 2.4.6.
    expect(Buffer.from(data.get('array 0') ?? []).readFloatLE(0)).toBeCloseTo(0.5488135, 6)
    expect(Buffer.from(data.get('array 1') ?? []).readDoubleLE(0)).toBeCloseTo(0.5488135039, 9)
  })

  test.each([0, 1, 2, 3, 4, 5])('protocol %i: what stands behind two arrays is seen', async protocol => {
    const looked = await lookAt(fixture(`joblib/evil-behind-${protocol}.joblib`))
    expect(looked.is).toEqual([expect.stringMatching(/^joblib, 2 arrays/)])
    expect(looked.calls).toContain('posix.system')
    expect(looked.sights).toEqual([])
  })

  test('an array of objects is a pickle of its own, and the stream goes on behind it', async () => {
    const looked = await lookAt(fixture('joblib/evil-object.joblib'))
    expect(looked.calls).toContain('posix.system')
    expect(looked.imports).not.toContain('NumpyArrayWrapper.dtype')
    expect(looked.sights).toEqual([])
  })

  test('arrays that were written to a stream without places have no padding', async () => {
    const looked = await lookAt(fixture('joblib/unpadded.joblib'))
    expect(looked).toMatchObject({is: ['joblib, 1 array, 3 imports'], sights: [], tensors: ['array 0 F64 [10, 3]']})
  })
})

describe('streams that joblib would read', () => {
  const padding = '\x03\xff\xff\xff'
  test('a call behind an array that begins with more than the reader keeps at once is seen', async () => {
    const vocabulary = Array.from({length: 20_000}, (_, index) => `${text(`word ${index}`)}K\x01`).join('')
    const stream = `\x80\x02(}(${vocabulary}u${wrapper()}${padding}${'\x00'.repeat(12)}${call}t.`
    const looked = await lookAt(bytes(stream))
    expect(looked.calls).toContain('os.system')
    expect(rulesOf(looked)).toEqual([])
  })

  test('an array that is a program to pickle.load is one, too', async () => {
    const array = `${call}.`
    const shape = `K${String.fromCharCode(array.length)}\x85`
    const dtype = 'cnumpy\ndtype\n(U\x02u1K\x00K\x01tR(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb'
    const looked = await lookAt(bytes(`\x80\x02${wrapper({shape, dtype, alignment: ''})}${array}.`))
    expect(looked.is).toEqual([expect.stringMatching(/^joblib, 1 array/)])
    expect(looked.calls).toContain('os.system')
  })

  test('scikit-learn’s own copy of joblib counts as joblib', async () => {
    const module = 'sklearn.externals.joblib.numpy_pickle'
    const looked = await lookAt(bytes(`\x80\x02(${wrapper({module})}${padding}${'\x00'.repeat(12)}${call}t.`))
    expect(looked.calls).toContain('os.system')
    expect(looked.is).toEqual([expect.stringMatching(/^joblib, 1 array/)])
  })

  test.each([
    ['a type that is no dtype', {dtype: 'cnumpy\nfloat32\n'}, /type that NumPy does not write/],
    ['a type with a byte order in its name', {dtype: 'cnumpy\ndtype\n(U\x03<f4tR'}, /type that NumPy does not write/],
    [
      'numbers that say they are objects',
      {dtype: 'cnumpy\ndtype\n(U\x02f4K\x00K\x01tR(K\x03U\x01<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x01tb'},
      /type that NumPy does not write/,
    ],
    [
      'objects that say they are none',
      {dtype: 'cnumpy\ndtype\n(U\x02O8K\x00K\x01tR(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb'},
      /type that NumPy does not write/,
    ],
    [
      'a type of an unknown version',
      {dtype: 'cnumpy\ndtype\n(U\x02f4tR(K\x09U\x01<NNNJ\xff\xff\xff\xffK\x00K\x00tb'},
      /NumPy/,
    ],
    ['no shape', {shape: 'N'}, /no shape/],
    ['a negative size', {shape: 'J\xff\xff\xff\xff\x85'}, /no shape/],
    [
      'more elements than can be counted',
      {shape: '\x8a\x07\xff\xff\xff\xff\xff\xff\x1f\x8a\x07\xff\xff\xff\xff\xff\xff\x1f\x86'},
      /counted/,
    ],
    ['more data than the file has', {shape: 'J\x00\x00\x00\x7f\x85'}, /needs .* bytes; .* are left/],
    ['no order', {order: 'U\x01K'}, /no order/],
    ['an alignment that is no number', {alignment: `${text('numpy_array_alignment_bytes')}U\x02no`}, /alignment/],
  ])('%s: the array is refused, and what stood before it counts', async (_, parts, said) => {
    const looked = await lookAt(bytes(`\x80\x02(${call}${wrapper(parts)}${padding}${'\x00'.repeat(12)}t.`))
    expect(looked.calls).toContain('os.system')
    expect(looked.sights.find(sight => sight.startsWith('damaged'))).toMatch(said)
  })
})

describe('files of joblib before 0.10', () => {
  const side = (name: string) =>
    `cjoblib.numpy_pickle\nNDArrayWrapper\n)\x81}(${text('filename')}${text(name)}${text('subclass')}cnumpy\nndarray\nub`
  const folder = (sibling: Sibling): Siblings => ({find: async () => sibling, open: async () => null})

  test.each<[string, Siblings | null, string]>([
    ['m.pkl_01.npy', folderOf({'m.pkl_01.npy': new Uint8Array(3)}), 'note joblib-file-beside'],
    ['m.pkl_01.npy', folderOf({}), 'damaged joblib-file-missing'],
    ['m.pkl_01.npy', null, 'damaged joblib-file-missing'],
    ['folder', folder({kind: 'folder'}), 'damaged joblib-file-missing'],
    ['../../etc/passwd', folder({kind: 'outside'}), 'runs joblib-file-outside'],
    ['link.npy', folder({kind: 'link'}), 'runs joblib-file-outside'],
  ])('an array in the file %s (%#)', async (name, siblings, rule) => {
    const looked = await lookAt(bytes(`\x80\x02(${side(name)}${call}t.`), {siblings})
    expect(rulesOf(looked)).toEqual([rule])
    expect(looked.calls).toContain('os.system')
  })

  const zFile = (content: string, length = content.length, blank = '') =>
    Buffer.concat([bytes(`ZF${`0x${length.toString(16)}`.padEnd(19)}${blank}`), deflateSync(bytes(content))])

  test.each(['', ' '])('a Z-file is unpacked (%#)', async blank => {
    const looked = await lookAt(zFile(`\x80\x02(${call}t.`, undefined, blank))
    expect(looked.is).toEqual([expect.stringMatching(/^joblib Z-file/)])
    expect(looked.calls).toEqual(['os.system'])
    expect(looked.sights).toEqual([])
  })

  test('a Z-file that says another length is damaged', async () => {
    expect(rulesOf(await lookAt(zFile('\x80\x02N.', 1000)))).toContain('damaged joblib-length-wrong')
  })

  test('a Z-file that breaks off is damaged, and what came out counts', async () => {
    const whole = zFile(`\x80\x02(${call}${'N'.repeat(200_000)}t.`)
    const looked = await lookAt(whole.subarray(0, whole.length - 5))
    expect(looked.calls).toEqual(['os.system'])
    expect(rulesOf(looked)).toContain('damaged joblib-length-wrong')
  })
})

test('no change of a file of joblib makes the reader give up in an untyped way', async () => {
  const original = fixture('joblib/types.joblib')
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(original.length - 1), fc.nat(255)), {minLength: 1, maxLength: 4}),
      async changes => {
        const file = Uint8Array.from(original)
        for (const [at, value] of changes) file[at] = value
        await lookAt(file)
      },
    ),
  )
})
