import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {fixture, lookAt, rulesOf} from '../whole-scan.ts'
import {zipOf} from '../zip-file.ts'

const floats = (count: number) => new Uint8Array(4 * count)
const short = (value: string) => `X${String.fromCharCode(value.length)}\x00\x00\x00${value}`

/** `('storage', torch.FloatStorage, '0', 'cpu', 6)` and the tensor over it, as torch writes them, protocol 2. */
function tensor({
  type = 'ctorch\nFloatStorage\n',
  key = short('0'),
  place = short('cpu'),
  elements = 'K\x06',
  offset = 'K\x00',
  shape = 'K\x02K\x03\x86',
  strides = 'K\x03K\x01\x86',
  kind = short('storage'),
} = {}): string {
  const id = `(${kind}${type}${key}${place}${elements}tQ`
  return `ctorch._utils\n_rebuild_tensor_v2\n(${id}${offset}${shape}${strides}\x89ccollections\nOrderedDict\n)RtR`
}

function checkpoint(
  pickle: string,
  {
    data = {'data/0': floats(6)},
    more = {},
  }: {
    data?: Readonly<Record<string, Uint8Array>>
    more?: Readonly<Record<string, string>>
  } = {},
): Uint8Array {
  const members = {
    'data.pkl': Buffer.from(`\x80\x02${pickle}.`, 'latin1'),
    version: '3\n',
    byteorder: 'little',
    ...data,
  }
  const named = Object.entries(members).map(([name, content]) => [`archive/${name}`, content])
  return zipOf({...Object.fromEntries(named), ...more})
}

const state = `}${short('w')}${tensor()}s`

describe('checkpoints that torch wrote', () => {
  test('tensors of every type are found, under the names of the dict', async () => {
    const looked = await lookAt(fixture('torch/types.pt'), {name: 'types.pt'})
    expect(looked.is).toEqual(['torch checkpoint, 13 tensors'])
    expect(looked.sights).toEqual([])
    expect(looked.tensors).toEqual([
      't F32 [4, 6]',
      'view F32 [2, 3]',
      'transposed F32 [6, 4]',
      'bf16 BF16 [3]',
      'c64 C64 [2]',
      'f16 F16 [2]',
      'bool BOOL [1]',
      'i64 I64 [3]',
      'f8 F8_E4M3 [4]',
      'u16 U16 [3]',
      'scalar F32 []',
      'empty F32 [0, 3]',
      'param F32 [2]',
    ])
  })

  test('the elements of a tensor are found in its storage; those of a view with gaps are not', async () => {
    const {data} = await lookAt(fixture('torch/types.pt'))
    expect(Buffer.from(data.get('t') ?? []).readFloatLE(4 * 23)).toBe(23)
    expect(Buffer.from(data.get('i64') ?? []).readBigInt64LE(16)).toBe(2n)
    expect(Buffer.from(data.get('u16') ?? []).readUInt16LE(4)).toBe(1)
    expect(data.has('view')).toBe(false)
    expect(data.get('transposed')).toEqual(data.get('t'))
  })

  // The names, as pickletools shows them for the same files.
  test.each([
    [
      'sparse',
      'torch checkpoint, 5 tensors',
      ['torch._utils._rebuild_sparse_tensor', 'torch.serialization._get_layout'],
    ],
    ['quantised', 'torch checkpoint, 1 tensor', ['torch._utils._rebuild_qtensor', 'torch.QInt8Storage']],
    ['nested', 'torch checkpoint, 4 tensors', ['torch._utils._rebuild_nested_tensor']],
    ['meta', 'torch checkpoint, 0 tensors', ['torch._utils._rebuild_meta_tensor_no_storage', 'torch.float32']],
    ['storage', 'torch checkpoint, 0 tensors', ['torch.storage.UntypedStorage']],
  ])('%s.pt imports what it needs, and nothing is said against it', async (name, is, imports) => {
    const looked = await lookAt(fixture(`torch/${name}.pt`))
    expect(looked.is).toEqual([is])
    expect(looked.sights).toEqual([])
    expect(looked.imports).toEqual(expect.arrayContaining(imports))
  })
})

describe('a checkpoint whose storages and tensors do not fit', () => {
  test('this one fits', async () => {
    expect(await lookAt(checkpoint(state))).toMatchObject({sights: [], tensors: ['w F32 [2, 3]']})
  })

  test.each([
    ['a storage with fewer bytes than claimed', state, {data: {'data/0': floats(5)}}, 'damaged torch-storage-size'],
    ['a storage with more bytes than claimed', state, {data: {'data/0': floats(7)}}, 'damaged torch-storage-size'],
    ['a storage that is not there', state, {data: {'data/1': floats(6)}}, 'damaged torch-storage-missing'],
    ['one storage in two sizes', `${tensor()}${tensor({elements: 'K\x07'})}\x86`, {}, 'damaged torch-storage-size'],
    [
      'a tensor longer than its storage',
      tensor({shape: 'K\x02K\x04\x86', strides: 'K\x04K\x01\x86'}),
      {},
      'damaged torch-tensor-outside',
    ],
    ['a tensor that begins too late', tensor({offset: 'K\x01'}), {}, 'damaged torch-tensor-outside'],
    ['a tensor with wide strides', tensor({strides: 'K\x04K\x01\x86'}), {}, 'damaged torch-tensor-outside'],
    [
      'a tensor of more elements than can be counted',
      tensor({shape: '\x8a\x07\xff\xff\xff\xff\xff\xff\x1f\x85', strides: 'K\x08\x85'}),
      {},
      'damaged torch-tensor-outside',
    ],
    ['a storage of a class that is none', tensor({type: 'cos\nsystem\n'}), {}, 'damaged torch-storage-id'],
    [
      'a storage of a module that torch does not write',
      tensor({type: 'cevil\nFloatStorage\n'}),
      {},
      'damaged torch-storage-id',
    ],
    ['a key that is no text', tensor({key: 'K\x00'}), {}, 'damaged torch-storage-id'],
    ['a place that is no text', tensor({place: 'N'}), {}, 'damaged torch-storage-id'],
    ['a negative count', tensor({elements: 'J\xff\xff\xff\xff'}), {}, 'damaged torch-storage-id'],
    ['a persistent id of another kind', tensor({kind: short('thing')}), {}, 'damaged torch-storage-id'],
    ['a persistent id that is a text', `${short('0')}Q`, {}, 'damaged torch-storage-id'],
  ])('%s', async (_, pickle, around, rule) => {
    expect(rulesOf(await lookAt(checkpoint(pickle, around)))).toContain(rule)
  })

  test('the size that does not fit names the vulnerability that it is', async () => {
    const {observations} = await lookAt(checkpoint(state, {data: {'data/0': floats(1)}}))
    const found = observations.find(({rule}) => rule.id === 'torch-storage-size')
    expect(found?.rule.cves).toEqual(['CVE-2026-24747'])
    expect(found?.what).toBe('Its pickle says that the storage "0" has 6 elements, 24 bytes; the member has 4.')
  })

  test('members that no tensor asks for deserve a look', async () => {
    const looked = await lookAt(
      checkpoint(state, {data: {'data/0': floats(6), 'data/1': floats(1), 'data/2': floats(1)}}),
    )
    expect(looked.sights).toEqual([
      'look torch-member-unused: Its pickle asks for none of these members: "archive/data/1" and 1 more.',
    ])
  })

  test('an unknown byte order is said; the elements of the other order are left alone', async () => {
    const odd = await lookAt(checkpoint(state, {data: {'data/0': floats(6), byteorder: Buffer.from('middle')}}))
    expect(rulesOf(odd)).toEqual(['damaged torch-byte-order'])
    const big = await lookAt(checkpoint(state, {data: {'data/0': floats(6), byteorder: Buffer.from('big')}}))
    expect(big.sights).toEqual([])
    expect(big.data.size).toBe(0)
  })

  test('two pickles in two folders: torch takes one, others the other', async () => {
    const more = {'other/data.pkl': "\x80\x02cos\nsystem\n(S'true'\ntR."}
    const file = zipOf({
      'archive/data.pkl': Buffer.from(`\x80\x02${state}.`, 'latin1'),
      'archive/data/0': floats(6),
      'other/data.pkl': Buffer.from(more['other/data.pkl'], 'latin1'),
    })
    const looked = await lookAt(file)
    expect(rulesOf(looked)).toContain('deceives torch-several-pickles')
    expect(looked.calls).toContain('os.system')
  })

  test('a state dict of thousands of tensors keeps every name', async () => {
    const items = Array.from({length: 3000}, (_, index) => `${short(`layer.${index}`)}${tensor()}`).join('')
    const looked = await lookAt(checkpoint(`}(${items}u`))
    expect(looked.tensors).toHaveLength(3000)
    expect(looked.tensors[2999]).toBe('layer.2999 F32 [2, 3]')
  })

  test('a name that two tensors have is counted', async () => {
    const looked = await lookAt(checkpoint(`${state}}${short('w')}${tensor()}s\x86`))
    expect(looked.tensors).toEqual(['w F32 [2, 3]', 'w (2) F32 [2, 3]'])
  })
})

test('no change of a checkpoint makes the reader give up in an untyped way', async () => {
  const original = fixture('torch/types.pt')
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(original.length - 1), fc.nat(255)), {minLength: 1, maxLength: 6}),
      async changes => {
        const file = Uint8Array.from(original)
        for (const [at, value] of changes) file[at] = value
        await lookAt(file)
      },
    ),
  )
})
