import {describe, expect, test} from 'vitest'
import {fixture, lookAt, rulesOf} from './whole-scan.ts'

type Packed = readonly number[]

const text = (content: string): Packed => [0xa0 + content.length, ...Buffer.from(content)]
const bytes = (content: Packed): Packed => [0xc4, content.length, ...content]
const list = (...items: readonly Packed[]): Packed => [0x90 + items.length, ...items.flat()]
const map = (...pairs: readonly (readonly [Packed, Packed])[]): Packed => [0x80 + pairs.length, ...pairs.flat(2)]
const extension = (code: number, content: Packed): Packed => [0xc7, content.length, code, ...content]
const yes = [0xc3]

/** As `flax.serialization._ndarray_to_bytes` writes an array. */
const flax = (shape: Packed, type: string, data: Packed) =>
  extension(1, list(list(...shape.map(n => [n])), text(type), bytes(data)))
/** As `srsly.msgpack_dumps` writes one: keys are bytes. */
const numpy = (type: string, shape: Packed, data: Packed, kind = '') =>
  map(
    [bytes([...Buffer.from('nd')]), yes],
    [bytes([...Buffer.from('type')]), text(type)],
    [bytes([...Buffer.from('kind')]), bytes([...Buffer.from(kind)])],
    [bytes([...Buffer.from('shape')]), list(...shape.map(n => [n]))],
    [bytes([...Buffer.from('data')]), bytes(data)],
  )
/** A record of one field: `type` is what `dtype.descr` gives. */
const record = (shape: Packed, type: string, data: Packed) =>
  map(
    [text('nd'), yes],
    [text('type'), list(list(text('a'), text(type)))],
    [text('kind'), bytes([0x56])],
    [text('shape'), list(...shape.map(n => [n]))],
    [text('data'), bytes(data)],
  )
const callsSystem = [...Buffer.from('cos\nsystem\n(S"true"\ntR.')]
const look = (content: Packed, name = 'model') => lookAt(Uint8Array.from(content), {name})

describe('a file that a library wrote', () => {
  test.each<[string, readonly string[]]>([
    [
      'flax.msgpack',
      [
        'params/dense/kernel F32 [3, 4]',
        'params/dense/bias F16 [4]',
        'params/dense/scale BF16 [2]',
        'params/small/f8 F8_E4M3 [2, 2]',
        'params/small/i4 I4 [3]',
        'params/small/one F32 []',
        'list/0 I64 [3]',
        'list/1 BOOL []',
      ],
    ],
    ['flax-chunked.msgpack', ['x/chunks/0 F64 [8]', 'x/chunks/1 F64 [8]', 'x/chunks/2 F64 [4]']],
    // A float64 is a float to Python, and is written as one.
    ['numpy.msgpack', ['a I64 [4]', 'r record [2]']],
    ['thinc.bin', ['params/2/W F32 [2, 4]', 'params/2/b F32 [2]', 'params/3/W F32 [4, 3]', 'params/3/b F32 [4]']],
  ])('%s is read whole', async (name, tensors) => {
    const looked = await lookAt(fixture(`msgpack/${name}`), {name})
    expect({sights: looked.sights, imports: looked.imports}).toEqual({sights: [], imports: []})
    expect(looked.tensors).toEqual(tensors)
  })

  test('numpy-objects.msgpack imports what its pickle does', async () => {
    const {imports} = await lookAt(fixture('msgpack/numpy-objects.msgpack'))
    expect(imports).toContain('numpy._core.multiarray._reconstruct')
  })
})

describe('a file of MessagePack', () => {
  test('of Flax lists its arrays', async () => {
    const params = map([text('dense'), map([text('kernel'), flax([1, 2], 'float32', [0, 0, 0, 0, 0, 0, 128, 63])])])
    const {is, sights, tensors, data} = await look(map([text('params'), params]), 'flax_model.msgpack')
    expect({is, sights, tensors}).toEqual({
      is: ['MessagePack, 1 array'],
      sights: [],
      tensors: ['params/dense/kernel F32 [1, 2]'],
    })
    expect([...(data.get('params/dense/kernel') ?? [])]).toEqual([0, 0, 0, 0, 0, 0, 128, 63])
  })

  test('of spaCy lists its arrays, and attributes that are MessagePack again', async () => {
    const attributes = list(map([text('dropout'), bytes([0xca, 0x3e, 0x4c, 0xcc, 0xcd])]))
    const params = list(map([text('W'), numpy('<f4', [2], [0, 0, 0, 0, 0, 0, 0, 0])]))
    const {is, sights, tensors} = await look(map([text('attrs'), attributes], [text('params'), params]))
    expect({is, sights, tensors}).toEqual({
      is: ['MessagePack, 1 array'],
      sights: [],
      tensors: ['params/0/W F32 [2]'],
    })
  })

  test('of msgpack-numpy may hold records', async () => {
    const {tensors, sights} = await look(map([text('x'), record([2], '<i4', [0, 0, 0, 0, 0, 0, 0, 0])]))
    expect({tensors, sights}).toEqual({tensors: ['x record [2]'], sights: []})
  })

  test.each<[string, Packed]>([
    ['an empty table', [0x80]],
    ['an empty list', [0x90]],
    ['a list of patterns', list(map([text('label'), text('ORG')]))],
    ['a table of rows by hash', map([[0xcf, 1, 2, 3, 4, 5, 6, 7, 8], [0]])],
  ])('that is %s is data', async (_, content) => {
    expect(await look(content)).toMatchObject({is: ['MessagePack'], sights: []})
  })

  test('with an array of objects holds what msgpack-numpy would unpickle', async () => {
    const {calls} = await look(map([text('x'), numpy('|O', [1], callsSystem, 'O')]))
    expect(calls).toEqual(['os.system'])
  })

  test('with bytes of its own is looked at inside', async () => {
    for (const content of [bytes(callsSystem), list(bytes(callsSystem)), bytes(bytes(callsSystem))]) {
      const {calls} = await look(map([text('shims'), content]))
      expect(calls).toEqual(['os.system'])
    }
  })

  test('hides no pickle behind a key that stands twice', async () => {
    const key = text('data')
    const {calls} = await look(map([key, bytes(callsSystem)], [key, bytes([1])], [text('x'), [1]]))
    expect(calls).toEqual(['os.system'])
  })

  test('hides no pickle that is one value of MessagePack as well', async () => {
    // 0x8c is a map of 12 pairs, and SHORT_BINUNICODE: "os", "system", STACK_GLOBAL, "", TUPLE1, REDUCE, STOP.
    const pickle = [0x8c, 2, ...Buffer.from('os'), 0x8c, 6, ...Buffer.from('system'), 0x93, 0x8c, 0, 0x85, 0x52, 0x2e]
    for (let padding = 0; padding < 64; padding++) {
      const {calls} = await look(map([text('x'), bytes([...pickle, ...Array<number>(padding).fill(0)])]))
      expect(calls).toEqual(['os.system'])
    }
  })

  test('with an extension that nobody knows cannot be decided', async () => {
    const seen = await look(map([text('x'), extension(42, [1])]))
    expect(rulesOf(seen)).toContain('unsure msgpack-extension')
  })

  test('takes a moment in time for one', async () => {
    expect((await look(map([text('at'), [0xd6, 0xff, 0, 0, 0, 1]]))).sights).toEqual([])
  })

  test.each<[string, Packed]>([
    ['an array of Flax with too few bytes', map([text('x'), flax([2], 'float32', [0, 0, 0, 0])])],
    ['an array of Flax of a type that does not exist', map([text('x'), flax([1], 'object', [0])])],
    ['an array of NumPy with too few bytes', map([text('x'), numpy('<f8', [2], [0])])],
    ['an array of NumPy whose bytes would be objects', map([text('x'), numpy('|O', [1], [0, 0, 0, 0, 0, 0, 0, 0])])],
    ['a record of NumPy with too few bytes', map([text('x'), record([2], '<i4', [0, 0, 0, 0])])],
    ['a record of NumPy whose bytes would be objects', map([text('x'), record([1], '|O', [0, 0, 0, 0, 0, 0, 0, 0])])],
    ['an array of NumPy without a shape', map([text('nd'), yes], [text('data'), bytes([1])])],
  ])('with %s is damaged', async (_, content) => {
    expect(rulesOf(await look(content))).toContain('damaged file-damaged')
  })

  test('that nests without end is damaged, and read in little time', async () => {
    const lists: Packed = [0x81, ...text('x'), ...Array<number>(20_000).fill(0x91), 0]
    expect(rulesOf(await look(lists))).toEqual(['damaged file-damaged'])
    let boxes: Packed = [0x01]
    for (let depth = 0; depth < 300; depth++) boxes = [0xc5, boxes.length >> 8, boxes.length & 255, ...boxes]
    expect(rulesOf(await look(map([text('x'), boxes])))).toContain('damaged file-damaged')
  })

  test.each<[string, Packed]>([
    ['a byte that begins no value', [...map([text('x'), [0xc1]])]],
    ['bytes behind its value', [...map([text('x'), [1]]), 0]],
    ['its end missing', map([text('x'), [0xa5, 0x61]])],
    ['a list for its first key', [0x81, 0x90, 0x01]],
  ])('with %s is none', async (_, content) => {
    const {is} = await look(content)
    expect(is.join()).not.toContain('MessagePack')
  })

  test('that is larger than its first bytes is read to its end', async () => {
    const many = Array.from({length: 30_000}, () => [...text('word'), 7])
    const whole = [0xde, 30_000 >> 8, 30_000 & 255, ...many.flat()]
    expect(await look(whole)).toMatchObject({is: ['MessagePack'], sights: []})
    expect(rulesOf(await look([...whole, 0]))).toEqual(['damaged file-damaged'])
    expect(rulesOf(await look(whole.slice(0, -3)))).toEqual(['damaged file-damaged'])
  })
})
