import {describe, expect, test} from 'vitest'
import {readSafetensors} from '../../../../src/model/safety/formats/safetensors/header.ts'
import {Work} from '../../../../src/model/safety/limits.ts'
import {safetensorsFile, safetensorsOf, weights} from '../../safetensors-file.ts'

function read(file: Uint8Array) {
  return readSafetensors({size: file.length, slice: async (start, end) => file.slice(start, end)}, new Work())
}

const f32 = (shape: number[], begin: number, end: number) => ({dtype: 'F32', shape, data_offsets: [begin, end]})

describe('readSafetensors', () => {
  test('a valid file names its tensors and its metadata', async () => {
    expect(await read(weights)).toEqual({
      kind: 'valid',
      dataStart: weights.length - 24,
      metadata: new Map([['format', 'pt']]),
      tensors: [
        {name: 'layer.weight', dtype: 'F32', shape: [2, 2], begin: 0, end: 16},
        {name: 'layer.bias', dtype: 'F32', shape: [2], begin: 16, end: 24},
      ],
    })
  })

  test.each([
    ['no tensor at all', safetensorsFile({}, 0)],
    ['a scalar and an empty tensor', safetensorsFile({a: f32([], 0, 4), b: f32([0, 3], 4, 4)}, 4)],
    ['spaces after the header', safetensorsOf('{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}    ', 3)],
    [
      'types of less than a byte that fill whole bytes',
      safetensorsFile({a: {dtype: 'F4', shape: [4], data_offsets: [0, 2]}}, 2),
    ],
    ['tensors in another order than their bytes', safetensorsFile({b: f32([1], 4, 8), a: f32([1], 0, 4)}, 8)],
    ['a tensor called __proto__', safetensorsOf('{"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', 1)],
  ])('%s is valid', async (_, file) => {
    expect((await read(file)).kind).toBe('valid')
  })

  test.each([
    ['shorter than the length field', Uint8Array.of(1, 2, 3), 'truncated'],
    ['cut inside the header', weights.slice(0, 40), 'truncated'],
    ['cut inside the weights', weights.slice(0, -1), 'truncated'],
    ['a header of no byte', safetensorsOf('', 4, 0), 'header-too-small'],
    ['a header of more than 100 MB', safetensorsOf('{}', 0, 100_000_001), 'header-too-large'],
    ['a header of 2^63 bytes', Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0x80, 0x7b, 0x7d), 'header-too-large'],
    ['a header that is a list', safetensorsOf('[]', 0), 'header-not-an-object'],
    ['a space before the brace', safetensorsOf(' {}', 0), 'header-not-an-object'],
    ['a header that is no JSON', safetensorsOf('{"a":', 0), 'header-malformed'],
    ['NUL bytes after the object', safetensorsOf('{}\0\0', 0), 'header-malformed'],
    ['half a surrogate pair', safetensorsOf('{"\\ud800":1}', 0), 'header-malformed'],
    ['a bad escape', safetensorsOf('{"\\x":1}', 0), 'header-malformed'],
    ['a line break in a name', safetensorsOf('{"a\nb":1}', 0), 'header-malformed'],
    ['a comma behind the last entry', safetensorsOf('{"__metadata__":{},}', 0), 'header-malformed'],
    [
      'a size with an exponent',
      safetensorsOf('{"a":{"dtype":"U8","shape":[1e0],"data_offsets":[0,1]}}', 1),
      'tensor-malformed',
    ],
    [
      'a size with a zero in front',
      safetensorsOf('{"a":{"dtype":"U8","shape":[01],"data_offsets":[0,1]}}', 1),
      'tensor-malformed',
    ],
    [
      'a size beyond 2^53',
      safetensorsOf('{"a":{"dtype":"U8","shape":[9007199254740993],"data_offsets":[0,1]}}', 1),
      'tensor-malformed',
    ],
    ['something after the object', safetensorsOf('{} x', 0), 'header-malformed'],
    ['a header that is no UTF-8', Uint8Array.of(3, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0xff, 0x7d), 'header-not-utf8'],
    ['a header nested without end', safetensorsOf('{"a":'.repeat(200), 0), 'tensor-malformed'],
    [
      'the same tensor twice',
      safetensorsOf(
        '{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}',
        1,
      ),
      'duplicate-key',
    ],
    [
      'the same key twice, once escaped',
      safetensorsOf('{"a":{"dtype":"U8","dt\\u0079pe":"I8","shape":[1],"data_offsets":[0,1]}}', 1),
      'duplicate-key',
    ],
    ['metadata that is no object', safetensorsFile({__metadata__: 'pt'}, 0), 'metadata-malformed'],
    ['metadata of numbers', safetensorsFile({__metadata__: {epoch: 3}}, 0), 'metadata-malformed'],
    ['a tensor that is a number', safetensorsFile({a: 1}, 0), 'tensor-malformed'],
    ['a tensor with a key of its own', safetensorsFile({a: {...f32([1], 0, 4), code: 'x'}}, 4), 'tensor-malformed'],
    ['an unknown type', safetensorsFile({a: {...f32([1], 0, 4), dtype: 'F31'}}, 4), 'unknown-dtype'],
    ['a type from the prototype', safetensorsFile({a: {...f32([1], 0, 4), dtype: 'toString'}}, 4), 'unknown-dtype'],
    ['a negative size', safetensorsFile({a: f32([-1], 0, 4)}, 4), 'tensor-malformed'],
    ['half a size', safetensorsFile({a: f32([1.5], 0, 4)}, 4), 'tensor-malformed'],
    ['three offsets', safetensorsFile({a: {...f32([1], 0, 4), data_offsets: [0, 4, 4]}}, 4), 'tensor-malformed'],
    ['an end before the start', safetensorsFile({a: f32([1], 0, 4), b: f32([0], 4, 2)}, 4), 'tensor-malformed'],
    ['a hole at the start', safetensorsFile({a: f32([1], 4, 8)}, 8), 'hole'],
    ['a hole in the middle', safetensorsFile({a: f32([1], 0, 4), b: f32([1], 8, 12)}, 12), 'hole'],
    ['an overlap', safetensorsFile({a: f32([2], 0, 8), b: f32([1], 4, 8)}, 8), 'overlap'],
    ['a shape that needs more bytes', safetensorsFile({a: f32([2], 0, 4)}, 4), 'size-mismatch'],
    ['a shape whose product overflows', safetensorsFile({a: f32([2 ** 40, 2 ** 40], 0, 4)}, 4), 'size-overflow'],
    [
      'a product that overflows to the right size',
      safetensorsFile({a: f32([2 ** 32, 2 ** 32], 0, 0)}, 0),
      'size-overflow',
    ],
    [
      'elements that do not fill a byte',
      safetensorsFile({a: {dtype: 'F4', shape: [3], data_offsets: [0, 2]}}, 2),
      'size-overflow',
    ],
    ['bytes after the last tensor', safetensorsFile({a: f32([1], 0, 4)}, 5), 'trailing-bytes'],
  ])('%s is malformed', async (_, file, what) => {
    expect(await read(file)).toMatchObject({kind: 'malformed', fault: what})
  })

  test('a file of ten gigabytes is judged from its header: nothing else is read', async () => {
    const ten = 10_000_000_000
    const header = safetensorsFile({a: {dtype: 'U8', shape: [ten], data_offsets: [0, ten]}}, 0)
    let read = 0
    const slice = async (start: number, end: number) => {
      read += Math.min(end, header.length + ten) - start
      return header.slice(start, end)
    }
    const answer = await readSafetensors({size: header.length + ten, slice}, new Work())
    expect(answer.kind).toBe('valid')
    expect(read).toBeLessThan(200_000)
  })
})
