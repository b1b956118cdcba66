import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {fixture, lookAt, rulesOf} from '../whole-scan.ts'

const latin1 = (text: string) => Buffer.from(text, 'latin1')
const short = (value: string) => `X${String.fromCharCode(value.length)}\x00\x00\x00${value}`
const magic = '\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.'
const version = '\x80\x02M\xe9\x03.'
const system = '\x80\x02}.'
const call = "cos\nsystem\n(S'true'\ntR"

const id = (elements: string, view = 'N', key = short('7')) =>
  `(${short('storage')}ctorch\nFloatStorage\n${key}${short('cpu')}${elements}${view}tQ`
const tensor = (storage = id('K\x06')) =>
  `ctorch._utils\n_rebuild_tensor_v2\n(${storage}K\x00K\x02K\x03\x86K\x03K\x01\x86\x89ccollections\nOrderedDict\n)RtR`
const keys = `\x80\x02](${short('7')}e.`
const storage = `\x06${'\x00'.repeat(7)}${'\x00'.repeat(24)}`

function legacy({
  start = `${magic}${version}${system}`,
  object = `\x80\x02}${short('w')}${tensor()}s.`,
  list = keys,
  data = storage,
} = {}): Buffer {
  return latin1(`${start}${object}${list}${data}`)
}

describe('checkpoints that torch wrote in its old format', () => {
  test('tensors and views are found in their storages', async () => {
    const looked = await lookAt(fixture('torch/legacy-views.pt'))
    expect(looked).toMatchObject({is: ['legacy torch checkpoint, 4 tensors'], sights: []})
    expect(looked.tensors).toEqual(['t F32 [4, 6]', 'view F32 [2, 3]', 'transposed F32 [6, 4]', 'i I64 [3]'])
    expect(Buffer.from(looked.data.get('t') ?? []).readFloatLE(4 * 23)).toBe(23)
    expect(Buffer.from(looked.data.get('i') ?? []).readBigInt64LE(16)).toBe(2n)
  })

  test('a whole module imports its classes, and keeps their source as a note', async () => {
    const looked = await lookAt(fixture('torch/legacy-module.pt'))
    expect(new Set(rulesOf(looked))).toEqual(new Set(['note torch-class-source']))
    expect(looked.imports).toContain('torch.nn.modules.linear.Linear')
    expect(looked.tensors).toHaveLength(4)
  })
})

describe('a checkpoint in the old format that is none', () => {
  test('this one is', async () => {
    expect(await lookAt(legacy())).toMatchObject({sights: [], tensors: ['w F32 [2, 3]']})
  })

  test('the magic number may be a text', async () => {
    const start = `L119547037146038801333356L\n.${version}${system}`
    expect(await lookAt(legacy({start}))).toMatchObject({sights: [], tensors: ['w F32 [2, 3]']})
  })

  test.each([
    ['another version', legacy({start: `${magic}\x80\x02K\x01.${system}`}), 'damaged torch-legacy-broken'],
    ['no description of the machine', legacy({start: `${magic}${version}\x80\x02`}), 'damaged torch-legacy-broken'],
    ['an object that breaks off', legacy({object: '\x80\x02}', list: '', data: ''}), 'damaged torch-legacy-broken'],
    ['a list that is none', legacy({list: '\x80\x02](K\x01e.'}), 'damaged torch-legacy-broken'],
    ['an unknown storage', legacy({list: `\x80\x02](${short('8')}e.`}), 'damaged torch-legacy-broken'],
    ['a storage that breaks off', legacy({data: storage.slice(0, 20)}), 'damaged torch-legacy-broken'],
    ['a storage without a count', legacy({data: ''}), 'damaged torch-legacy-broken'],
    ['another count than the object says', legacy({data: `\x07${storage.slice(1)}`}), 'damaged torch-storage-size'],
    ['a storage that is not listed', legacy({list: '\x80\x02].', data: ''}), 'damaged torch-storage-missing'],
    [
      'a view that is longer than its storage',
      legacy({object: `\x80\x02${tensor(id('K\x06', `${short('v')}K\x01K\x06\x87`))}.`}),
      'damaged torch-storage-size',
    ],
    [
      'one storage in two sizes',
      legacy({object: `\x80\x02${tensor()}${tensor(id('K\x08'))}\x86.`}),
      'damaged torch-storage-size',
    ],
    [
      'a persistent id that is none',
      legacy({object: `\x80\x02${short('x')}Q.`, list: '\x80\x02].', data: ''}),
      'damaged torch-storage-id',
    ],
    ['bytes behind the last storage', legacy({data: `${storage}abc`}), 'look torch-trailing-bytes'],
  ])('%s', async (_, file, rule) => expect(rulesOf(await lookAt(file))).toContain(rule))

  test.each([
    ['in the description of the machine', legacy({start: `${magic}${version}\x80\x02${call}.`})],
    ['in the object', legacy({object: `\x80\x02${call}.`, list: '\x80\x02].', data: ''})],
    ['in the list of storages', legacy({list: `\x80\x02${call}0](${short('7')}e.`})],
    ['behind the last storage', legacy({data: `${storage}\x80\x02${call}.`})],
    [
      'behind the place where it breaks',
      legacy({start: `${magic}\x80\x02N.\x80\x02${call}.`, object: '', list: '', data: ''}),
    ],
    ['before the magic number', latin1(`\x80\x02${call}0\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.${version}${system}`)],
  ])('a call %s is seen', async (_, file) => expect((await lookAt(file)).calls).toContain('os.system'))

  test('no change of it makes the reader give up in an untyped way', async () => {
    const original = legacy()
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(original.length - 1), fc.nat(255)), {minLength: 1, maxLength: 3}),
        fc.nat(original.length),
        async (changes, length) => {
          const file = Uint8Array.from(original.subarray(0, length))
          for (const [at, value] of changes) if (at < length) file[at] = value
          await lookAt(file)
        },
      ),
    )
  })
})

describe('the tar of torch 0.1.1', () => {
  test('its pickles and numbers take turns', async () => {
    const looked = await lookAt(fixture('torch/tar.pt'))
    expect(looked).toMatchObject({is: ['torch checkpoint (tar)'], sights: [], calls: []})
    expect(looked.imports).toEqual(['torch.FloatTensor', 'torch.FloatStorage'])
  })

  test('a call behind the numbers of a storage is seen', async () => {
    expect((await lookAt(fixture('torch/tar-evil.pt'))).calls).toEqual(['os.system'])
  })

  test('where it breaks off, the rest is looked at as well', async () => {
    const file = Buffer.from(fixture('torch/tar.pt'))
    // The count in front of the six numbers.
    const count = file.indexOf(latin1('\x06\x00\x00\x00\x00\x00\x00\x00'))
    file[count] = 0xff
    const looked = await lookAt(file)
    expect(rulesOf(looked)).toContain('damaged torch-legacy-broken')
  })
})
