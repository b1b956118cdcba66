import {describe, expect, test} from 'vitest'
import type {Sibling} from '../../../../../src/model/safety/artifact.ts'
import {safetensors, shardIndex} from '../../../../../src/model/safety/formats/safetensors.ts'
import {safetensorsFile, safetensorsOf, weights} from '../../../safetensors-file.ts'
import {folderOf, record, sampleOf} from '../recorded-scan.ts'

const name = 'model.safetensors.index.json'
const bytes = (text: string) => new TextEncoder().encode(text)
const index = (map: Readonly<Record<string, string>>, total?: number) =>
  bytes(JSON.stringify({metadata: total === undefined ? {} : {total_size: total}, weight_map: map}))
const shard = (...names: readonly string[]) =>
  safetensorsFile(
    Object.fromEntries(names.map((each, at) => [each, {dtype: 'U8', shape: [4], data_offsets: [at * 4, at * 4 + 4]}])),
    names.length * 4,
  )

const two = {'1.safetensors': shard('a', 'b'), '2.safetensors': shard('c')}
const map = {a: '1.safetensors', b: '1.safetensors', c: '2.safetensors'}

describe('an index of shards', () => {
  test.each<[string, Uint8Array, Readonly<Record<string, Uint8Array | Sibling>>, readonly string[]]>([
    ['shards that hold what it says', index(map, 12), two, []],
    ['no total size', index(map), two, []],
    ['another total size', index(map, 13), two, ['look shard-total-size']],
    ['a shard that is not there', index(map, 12), {'1.safetensors': shard('a', 'b')}, ['damaged shard-missing']],
    ['a shard that is a folder', index(map), {...two, '2.safetensors': {kind: 'folder'}}, ['damaged shard-missing']],
    ['a tensor that its shard lacks', index({...map, d: '2.safetensors'}, 12), two, ['damaged shard-tensor-missing']],
    [
      'a tensor in another shard than it says',
      index({...map, b: '2.safetensors'}, 12),
      two,
      ['damaged shard-tensor-missing'],
    ],
    [
      'a tensor that it does not name',
      index({a: '1.safetensors', c: '2.safetensors'}, 12),
      two,
      ['look shard-tensor-unlisted'],
    ],
    [
      'a tensor in two shards',
      index(map, 16),
      {...two, '2.safetensors': shard('c', 'a')},
      ['deceives shard-tensor-twice'],
    ],
    ['a shard upwards', index({a: '../1.safetensors'}), two, ['runs shard-outside']],
    ['a shard at an absolute path', index({a: '/models/1.safetensors'}), two, ['runs shard-outside']],
    ['a shard that leads out', index({a: 'out'}), {out: {kind: 'outside'}}, ['runs shard-outside']],
    ['a shard that is a link', index({a: 'l'}), {l: {kind: 'link'}}, ['unsure shard-unchecked']],
    ['a shard that is damaged says so itself', index(map, 12), {...two, '2.safetensors': weights.slice(0, 20)}, []],
    ['shards of torch', index({a: 'pytorch_model-1.bin'}), {'pytorch_model-1.bin': new Uint8Array(9)}, []],
    [
      'a key twice',
      bytes('{"weight_map":{"a":"1.safetensors","a":"2.safetensors"}}'),
      two,
      ['deceives shard-index-duplicate-key'],
    ],
    ['no JSON', bytes('{"weight_map":'), two, ['damaged shard-index-malformed']],
    ['no UTF-8', Uint8Array.of(0x7b, 0xff, 0x7d), two, ['damaged shard-index-malformed']],
    ['no weight_map', bytes('{}'), two, ['damaged shard-index-malformed']],
    ['a file that is a number', bytes('{"weight_map":{"a":1}}'), two, ['damaged shard-index-malformed']],
    [
      'a tensor called __proto__',
      bytes('{"weight_map":{"__proto__":"1.safetensors"}}'),
      {'1.safetensors': safetensorsOf('{"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', 1)},
      [],
    ],
  ])('%s', async (_, file, files, expected) => {
    const {sights, ended} = await record(shardIndex, file, {name, siblings: folderOf(files)})
    expect({sights, ended}).toEqual({sights: expected, ended: null})
  })

  test('inside an archive the shards cannot be looked for', async () => {
    expect((await record(shardIndex, index(map), {name})).sights).toEqual(['unsure shard-unchecked'])
  })

  test('an index of gigabytes is not read', async () => {
    expect((await record(shardIndex, index(map), {name, size: 2 ** 32})).ended?.name).toBe('OverLimit')
  })

  test('it is known by its name and by what stands in it', () => {
    expect(shardIndex.recognise(sampleOf(bytes('{}'), name))).toBe(true)
    expect(shardIndex.recognise(sampleOf(index(map), 'pytorch_model.bin.index.json'))).toBe(true)
    expect(shardIndex.recognise(sampleOf(bytes('{"docs":[]}'), 'search.index.json'))).toBe(false)
    expect(shardIndex.recognise(sampleOf(index(map), 'config.json'))).toBe(false)
  })
})

describe('a safetensors file among others', () => {
  test('its tensors lie behind the header', async () => {
    const {reading, tensors, sights} = await record(safetensors, weights)
    expect(reading).toEqual({is: 'safetensors, 2 tensors', holds: 'weights'})
    expect(sights).toEqual([])
    expect(tensors.map(({data}) => [data?.begin, data?.end])).toEqual([
      [weights.length - 24, weights.length - 8],
      [weights.length - 8, weights.length],
    ])
  })

  test.each<[string, Uint8Array, string, boolean]>([
    ['a file of weights under any name', weights, 'weights.dat', true],
    ['anything that is called so', bytes('hello'), 'model.safetensors', true],
    ['text that begins with a length', bytes('12345678{'), 'a.txt', false],
    ['JSON', bytes('{"a": {"b": 1}}'), 'a.json', false],
    ['nothing', new Uint8Array(0), 'a', false],
  ])('%s', (_, file, called, expected) => {
    expect(safetensors.recognise(sampleOf(file, called))).toBe(expected)
  })

  test('what is hidden behind the last tensor deceives, what is cut off is damaged', async () => {
    const longer = new Uint8Array(weights.length + 1)
    longer.set(weights)
    expect((await record(safetensors, longer)).sights).toEqual(['deceives safetensors-trailing-bytes'])
    expect((await record(safetensors, weights.slice(0, -1))).sights).toEqual(['damaged safetensors-truncated'])
  })

  test('a header that names tensors without end is not kept in memory', async () => {
    const one = (at: number) => `"t${at}":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}`
    const header = `{${Array.from({length: 250_001}, (_, at) => one(at)).join(',')}}`
    expect((await record(safetensors, safetensorsOf(header, 0))).ended?.name).toBe('OverLimit')
  })

  test('metadata of megabytes are checked and passed over', async () => {
    const header = JSON.stringify({__metadata__: {ss_dataset: 'é'.repeat(2 ** 20)}})
    const {sights, reading} = await record(safetensors, safetensorsOf(header, 0))
    expect({sights, is: reading?.is}).toEqual({sights: [], is: 'safetensors, 0 tensors'})
  })
})
