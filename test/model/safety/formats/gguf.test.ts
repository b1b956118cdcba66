import {readFileSync} from 'node:fs'
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {gguf} from '../../../../src/model/safety/formats/gguf.ts'
import {joined} from './protobuf-bytes.ts'
import {folderOf, record, sampleOf} from './recorded-scan.ts'

const fixture = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../../fixtures/models/gguf/${name}`, import.meta.url)))

const u32 = (value: number) => new Uint8Array(Uint32Array.of(value).buffer)
const u64 = (value: number | bigint) => new Uint8Array(BigUint64Array.of(BigInt.asUintN(64, BigInt(value))).buffer)
const text = (content: string) => {
  const bytes = new TextEncoder().encode(content)
  return joined([u64(bytes.length), bytes])
}

/** Keys and values: a number is a uint32, a text a string, bytes are a type and a value as they are. */
const kv = (key: string, value: number | string | Uint8Array) => {
  if (typeof value === 'number') return joined([text(key), u32(4), u32(value)])
  return joined([text(key), typeof value === 'string' ? joined([u32(8), text(value)]) : value])
}

interface TensorOf {
  readonly name?: string
  readonly dims?: readonly (number | bigint)[]
  readonly type?: number
  readonly offset?: number | bigint
}

const info = ({name = 'w', dims = [4], type = 0, offset = 0}: TensorOf = {}) =>
  joined([text(name), u32(dims.length), ...dims.map(u64), u32(type), u64(offset)])

/** A file of version 3: 32 bytes of data unless said otherwise. */
function file(
  keys: readonly Uint8Array[] = [],
  tensors: readonly Uint8Array[] = [info()],
  data = 32,
  align = 32,
): Uint8Array {
  const head = joined([
    new TextEncoder().encode('GGUF'),
    u32(3),
    u64(tensors.length),
    u64(keys.length),
    ...keys,
    ...tensors,
  ])
  return joined([head, new Uint8Array(Math.ceil(head.length / align) * align - head.length + data)])
}

describe('GGUF files of the gguf package', () => {
  test.each([
    ['plain.gguf', 'GGUF, 4 tensors', 'weights', []],
    ['aligned-to-64.gguf', 'GGUF, 4 tensors', 'weights', []],
    ['big-endian.gguf', 'GGUF, 4 tensors', 'weights', ['note gguf-big-endian']],
    ['vocabulary.gguf', 'GGUF, 0 tensors', 'text', []],
  ])('%s is recognised, and there is nothing to say against it', async (name, is, holds, expected) => {
    const bytes = fixture(name)
    expect(gguf.recognise(sampleOf(bytes))).toBe(true)
    const {reading, sights, ended} = await record(gguf, bytes)
    expect({reading, sights, ended}).toEqual({reading: {is, holds}, sights: expected, ended: null})
  })

  test('tensors lie where the writer put them', async () => {
    const bytes = fixture('plain.gguf')
    const {tensors} = await record(gguf, bytes)
    expect(tensors.map(({name, dtype, shape}) => `${name} ${dtype} ${shape.join('x')}`)).toEqual([
      'token_embd.weight F32 2x128',
      'blk.0.attn_k.weight F16 3x4',
      'blk.0.ffn_up.weight Q8_0 2x256',
      'blk.0.ids I32 5',
    ])
    const [first, , , last] = tensors
    const floats = bytes.slice(first?.data?.begin, first?.data?.end)
    expect([...new Float32Array(floats.buffer)]).toEqual(Array.from({length: 256}, (_, index) => index))
    const whole = bytes.slice(last?.data?.begin, last?.data?.end)
    expect([...new Int32Array(whole.buffer)]).toEqual([0, 1, 2, 3, 4])
  })

  test('a named template that reaches for the interpreter is a program, though the default one is harmless', async () => {
    const {sights, observations} = await record(gguf, fixture('named-template.gguf'))
    expect(new Set(sights)).toEqual(new Set(['runs template-escape']))
    expect(observations[0]?.what).toContain('"tokenizer.chat_template.tool_use"')
  })
})

describe('chat templates (CVE-2024-34359)', () => {
  const reaching = "é{{ ''.__class__ }}"

  test('the place is the byte in the file, whatever stands before it', async () => {
    const bytes = file([kv('general.name', 'é'), kv('tokenizer.chat_template', reaching)])
    const {observations} = await record(gguf, bytes)
    const place = observations[0]?.place.byte ?? 0
    expect(new TextDecoder().decode(bytes.slice(place, place + 9))).toBe('__class__')
  })

  test('of a template that stands twice both are looked at', async () => {
    const keys = [kv('tokenizer.chat_template', reaching), kv('tokenizer.chat_template', '{{ messages }}')]
    const {sights} = await record(gguf, file(keys))
    expect(sights).toEqual(['deceives gguf-duplicate-key', 'runs template-escape'])
    const {sights: swapped} = await record(gguf, file(keys.toReversed()))
    expect(swapped).toEqual(['deceives gguf-duplicate-key', 'runs template-escape'])
  })

  test('a template of many megabytes is not read, and says so', async () => {
    const {sights} = await record(gguf, file([kv('tokenizer.chat_template', ' '.repeat(5 * 2 ** 20))]))
    expect(sights).toEqual(['unread gguf-template-too-long'])
  })
})

describe('numbers that break loaders', () => {
  test.each<[string, Uint8Array, readonly string[]]>([
    [
      'dimensions whose product wraps to a small one (CVE-2025-53630)',
      file([], [info({dims: [2n ** 32n, 2n ** 32n]})]),
      ['damaged gguf-size-overflow'],
    ],
    ['bytes whose number wraps', file([], [info({dims: [2n ** 62n]})]), ['damaged gguf-size-overflow']],
    ['a negative dimension', file([], [info({dims: [-4]})]), ['damaged gguf-size-overflow']],
    ['dimensions larger than the data (CVE-2026-7482)', file([], [info({dims: [9]})]), ['damaged gguf-tensor-bounds']],
    [
      'an offset behind the end',
      file([], [info({offset: 64})]),
      ['damaged gguf-tensor-offset', 'damaged gguf-tensor-bounds'],
    ],
    [
      'an offset of 2^64 - 32',
      file([], [info({offset: 2n ** 64n - 32n})]),
      ['damaged gguf-tensor-offset', 'damaged gguf-tensor-bounds'],
    ],
    ['two tensors in one place', file([], [info(), info({name: 'v'})], 64), ['damaged gguf-tensor-offset']],
    ['a hole', file([], [info(), info({name: 'v', offset: 64})], 96), ['damaged gguf-tensor-offset']],
    [
      'a row that is no whole number of blocks',
      file([], [info({dims: [33], type: 8})], 64),
      ['damaged gguf-tensor-block'],
    ],
    ['a type that ggml has given up', file([], [info({type: 4})]), ['unsure gguf-unknown-type']],
    ['a type that does not exist yet', file([], [info({type: 99})]), ['unsure gguf-unknown-type']],
    ['an alignment of 0', file([kv('general.alignment', 0)]), ['damaged gguf-alignment']],
    ['an alignment of 24', file([kv('general.alignment', 24)]), ['damaged gguf-alignment']],
    ['an alignment of 2^31', file([kv('general.alignment', 2 ** 31)]), ['damaged gguf-alignment']],
    ['an alignment as text', file([kv('general.alignment', '32')]), ['damaged gguf-alignment']],
    ['a key twice', file([kv('a', 1), kv('a', 2)]), ['deceives gguf-duplicate-key']],
    ['a tensor twice', file([], [info(), info({offset: 32})], 64), ['deceives gguf-duplicate-tensor']],
    ['more layers than there are', file([kv('llama.block_count', 513)]), ['damaged gguf-too-many-layers']],
    ['bytes behind the last tensor', file([], [info()], 80), ['look gguf-trailing-bytes']],
    ['a tensor that fills its padding', file([], [info()], 32), []],
    ['no padding behind the last tensor', file([], [info()], 16), []],
    ['two tensors, each at a multiple of 32', file([], [info(), info({name: 'v', offset: 32})], 64), []],
    ['an alignment of 8', file([kv('general.alignment', 8)], [info(), info({name: 'v', offset: 16})], 32, 8), []],
    ['512 layers', file([kv('llama.block_count', 512)]), []],
    ['no element', file([], [info({dims: [0]})], 0), []],
  ])('%s', async (_, bytes, expected) => {
    const {sights, ended} = await record(gguf, bytes)
    expect({sights, ended}).toEqual({sights: expected, ended: null})
  })

  const array = (type: number, count: number | bigint, ...values: readonly Uint8Array[]) =>
    joined([u32(9), u32(type), u64(count), ...values])
  test.each<[string, Uint8Array, string]>([
    ['a text longer than the file', file([joined([text('a'), u32(8), u64(2 ** 30)])]), 'where'],
    ['a text of 2^63 bytes', file([joined([text('a'), u32(8), u64(2n ** 63n)])]), 'counts'],
    ['an array longer than the file', file([kv('a', array(4, 2 ** 40))]), 'more than are left'],
    ['an array of texts longer than the file', file([kv('a', array(8, 2 ** 30))]), 'more than are left'],
    ['an array whose size wraps', file([kv('a', array(10, 2n ** 61n))]), 'counts'],
    ['arrays in an array', file([kv('a', array(9, 1, u32(4), u64(1), u32(7)))]), 'arrays'],
    ['an array of a type that is none', file([kv('a', array(13, 1, u32(1)))]), 'type 13'],
    ['a value of a type that is none', file([kv('a', joined([u32(77), u32(1)]))]), 'type 77'],
    ['a key longer than 64 KiB', file([kv('k'.repeat(65_536), 1)]), '65535'],
    ['a key that is empty', file([kv('', 1)]), 'no name'],
    ['a key with a line break', file([kv('a\nb', 1)]), '"a\\nb"'],
    ['five dimensions', file([], [info({dims: [1, 1, 1, 1, 1]})]), '5 dimensions'],
    ['a name of a tensor without end', file([], [joined([u64(2 ** 20), new Uint8Array(64)])]), 'claims'],
    ['2^62 keys', joined([new TextEncoder().encode('GGUF'), u32(3), u64(0), u64(2n ** 62n)]), 'counts'],
    ['cut before its first key', joined([new TextEncoder().encode('GGUF'), u32(3), u64(1), u64(1)]), 'ends after 0'],
    ['cut in its header', joined([new TextEncoder().encode('GGUF'), u32(3)]), 'ends after'],
  ])('%s is malformed', async (_, bytes, says) => {
    const {ended} = await record(gguf, bytes)
    expect(ended?.name).toBe('Malformed')
    expect(ended?.message).toContain(says)
  })

  test.each([1, 4, 17])('version %i is not read', async version => {
    const bytes = joined([new TextEncoder().encode('GGUF'), u32(version), u64(0), u64(0)])
    expect((await record(gguf, bytes)).sights).toEqual(['unread gguf-version'])
  })

  test('tensors and keys beyond what any model has end the reading before memory is taken', async () => {
    const bytes = joined([new TextEncoder().encode('GGUF'), u32(3), u64(10 ** 9), u64(0)])
    expect((await record(gguf, bytes)).ended?.name).toBe('OverLimit')
    const keys = joined([new TextEncoder().encode('GGUF'), u32(3), u64(0), u64(10 ** 9)])
    expect((await record(gguf, keys)).ended?.name).toBe('OverLimit')
  })

  test('a vocabulary of 256,000 tokens is passed over token by token', async () => {
    const token = text('token')
    const tokens = new Uint8Array(256_000 * token.length)
    for (let index = 0; index < 256_000; index++) tokens.set(token, index * token.length)
    const {sights, ended, reading} = await record(gguf, file([kv('tokenizer.ggml.tokens', array(8, 256_000, tokens))]))
    expect({sights, ended, is: reading?.is}).toEqual({sights: [], ended: null, is: 'GGUF, 1 tensor'})
    const limited = await record(gguf, file([kv('tokenizer.ggml.tokens', array(8, 256_000, tokens))]), {
      limits: {steps: 1000},
    })
    expect(limited.ended?.name).toBe('OverLimit')
  })

  test('ten gigabytes of weights are judged from the header', async () => {
    const bytes = file([], [info({dims: [2_500_000_000]})], 0)
    const {sights, fetched, ended} = await record(gguf, bytes, {size: bytes.length + 10_000_000_000})
    expect({sights, ended}).toEqual({sights: [], ended: null})
    expect(fetched).toBeLessThan(100_000)
  })
})

describe('models in several parts', () => {
  const split = (count: number) => file([kv('split.count', joined([u32(2), Uint8Array.of(count, 0)]))])
  const parts = (...numbers: readonly number[]) =>
    folderOf(Object.fromEntries(numbers.map(each => [`m-0000${each}-of-00003.gguf`, new Uint8Array(1)])))

  test.each<[string, string, ReturnType<typeof folderOf> | null, number, readonly string[]]>([
    ['all parts', 'm-00001-of-00003.gguf', parts(1, 2, 3), 3, []],
    ['a part that is missing', 'm-00001-of-00003.gguf', parts(1, 3), 3, ['damaged gguf-split-missing']],
    ['a name that says nothing', 'model.gguf', parts(1, 2, 3), 3, ['damaged gguf-split-missing']],
    ['a name that says another number', 'm-00001-of-00003.gguf', parts(1, 2, 3), 4, ['damaged gguf-split-missing']],
    ['a part inside an archive', 'm-00001-of-00003.gguf', null, 3, ['unsure gguf-split-unchecked']],
    ['one part alone', 'model.gguf', parts(), 1, []],
  ])('%s', async (_, name, siblings, count, expected) => {
    expect((await record(gguf, split(count), {name, siblings})).sights).toEqual(expected)
  })
})

test('no change of a real file makes the reader throw untyped', async () => {
  const files = ['plain.gguf', 'named-template.gguf', 'big-endian.gguf', 'aligned-to-64.gguf'].map(fixture)
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...files),
      fc.array(fc.tuple(fc.nat(760), fc.nat(255)), {minLength: 1, maxLength: 4}),
      fc.option(fc.nat(3000)),
      async (whole, changes, cut) => {
        const changed = whole.slice(0, cut === null ? whole.length : cut % whole.length)
        for (const [place, byte] of changes) changed[place % Math.max(1, changed.length)] = byte
        await record(gguf, changed, {limits: {steps: 1_000_000}})
      },
    ),
    {numRuns: 500},
  )
})
