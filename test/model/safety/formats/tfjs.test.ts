import {describe, expect, test} from 'vitest'
import {folderOf} from './recorded-scan.ts'
import {lookAt, rulesOf} from './whole-scan.ts'

const floats = new Uint8Array(new Float32Array([1, 2, 3, 4, 5, 6]).buffer)
const kernel = {name: 'dense/kernel', shape: [2, 2], dtype: 'float32'}
const bias = {name: 'dense/bias', shape: [2], dtype: 'float32'}

const model = (paths: readonly unknown[], weights: readonly unknown[] = [kernel, bias]) =>
  new TextEncoder().encode(
    JSON.stringify({format: 'graph-model', modelTopology: {node: []}, weightsManifest: [{paths, weights}]}),
  )
const look = (content: Uint8Array, files: Parameters<typeof folderOf>[0] = {}) =>
  lookAt(content, {name: 'model.json', siblings: folderOf(files)})

describe('a model of TensorFlow.js', () => {
  test('lists the tensors of its shard', async () => {
    const {is, sights, tensors, data} = await look(model(['group1-shard1of1.bin']), {'group1-shard1of1.bin': floats})
    expect({is, sights, tensors}).toEqual({
      is: ['TensorFlow.js, 2 tensors'],
      sights: [],
      tensors: ['dense/kernel F32 [2, 2]', 'dense/bias F32 [2]'],
    })
    expect([...new Float32Array(Uint8Array.from(data.get('dense/bias') ?? []).buffer)]).toEqual([5, 6])
  })

  test('may spread over several shards, cut anywhere', async () => {
    const files = {'a.bin': floats.subarray(0, 13), 'b.bin': floats.subarray(13)}
    expect(await look(model(['a.bin', 'b.bin']), files)).toMatchObject({sights: []})
  })

  test('may be quantized: the stored type counts', async () => {
    const quantized = {...kernel, quantization: {dtype: 'uint8', min: -1, scale: 0.1}}
    const seen = await look(model(['a.bin'], [quantized]), {'a.bin': floats.subarray(0, 4)})
    expect({tensors: seen.tensors, sights: seen.sights}).toEqual({tensors: ['dense/kernel U8 [2, 2]'], sights: []})
  })

  test.each<[string, string, Parameters<typeof folderOf>[0]]>([
    ['an address', 'https://example.com/a.bin', {}],
    ['a file above the folder', '../a.bin', {}],
    ['a link', 'a.bin', {'a.bin': {kind: 'link'}}],
  ])('that loads %s is refused', async (_, path, files) => {
    expect(rulesOf(await look(model([path]), files))).toEqual(['runs tfjs-weights-outside'])
  })

  test('without one of its shards is damaged', async () => {
    expect(rulesOf(await look(model(['a.bin', 'b.bin']), {'a.bin': floats}))).toEqual(['damaged tfjs-weights-missing'])
  })

  test.each([23, 25])('with %i bytes where its tensors need 24 is damaged', async size => {
    expect(rulesOf(await look(model(['a.bin']), {'a.bin': new Uint8Array(size)}))).toEqual([
      'damaged tfjs-weights-size',
    ])
  })

  test('in an archive cannot be compared with its shards', async () => {
    expect(rulesOf(await lookAt(model(['a.bin']), {name: 'model.json'}))).toEqual(['unsure tfjs-weights-unchecked'])
  })

  test.each<[string, readonly unknown[], readonly unknown[]]>([
    ['a path that is no text', [1], [kernel]],
    ['a weight of a type that TensorFlow.js does not have', ['a.bin'], [{...kernel, dtype: 'float128'}]],
    ['a weight without a shape', ['a.bin'], [{...kernel, shape: null}]],
    ['a weight with a negative size', ['a.bin'], [{...kernel, shape: [-1]}]],
    ['a weight with more elements than can be counted', ['a.bin'], [{...kernel, shape: [2 ** 50, 2 ** 50]}]],
  ])('with %s is damaged', async (_, paths, weights) => {
    expect(rulesOf(await look(model(paths, weights), {'a.bin': floats}))).toEqual(['damaged file-damaged'])
  })

  test('that names its manifest twice is damaged', async () => {
    const twice = new TextEncoder().encode('{"weightsManifest":[],"weightsManifest":[]}')
    expect(rulesOf(await look(twice))).toContain('damaged file-damaged')
  })
})
