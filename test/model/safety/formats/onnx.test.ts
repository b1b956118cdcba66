import {readFileSync} from 'node:fs'
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import type {Sibling} from '../../../../src/model/safety/artifact.ts'
import {onnx, onnxTensor, ortFormat} from '../../../../src/model/safety/formats/onnx.ts'
import {field, joined, message, packed} from './protobuf-bytes.ts'
import {folderOf, record, sampleOf} from './recorded-scan.ts'

const fixture = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../../fixtures/models/onnx/${name}`, import.meta.url)))

/** Field numbers of onnx-ml.proto. */
const model = (...parts: readonly Uint8Array[]) => message(field(1, 10), ...parts, field(8, message(field(2, 21))))
const graph = (...parts: readonly Uint8Array[]) => field(7, message(...parts, field(2, 'main')))
const node = (type: string, domain = '', ...attributes: readonly Uint8Array[]) =>
  message(field(1, 'x'), field(2, 'y'), field(4, type), ...attributes.map(each => field(5, each)), field(7, domain))
const attribute = (name: string, ...value: readonly Uint8Array[]) => message(field(1, name), ...value)
const withNode = (made: Uint8Array, ...initializers: readonly Uint8Array[]) =>
  model(graph(field(1, made), ...initializers.map(each => field(5, each))))
const entry = (key: string, value: string) => field(13, message(field(1, key), field(2, value)))

/** A tensor of four floats. */
const floats = (...data: readonly Uint8Array[]) => message(packed(1, [2, 2]), field(2, 1), ...data, field(8, 'w'))
const raw = floats(field(9, new Uint8Array(16)))
const external = (...entries: readonly Uint8Array[]) => floats(...entries, field(14, 1))
const at = (location: string, ...more: readonly Uint8Array[]) =>
  withNode(node('MatMul'), external(entry('location', location), ...more))
const constant = (tensor: Uint8Array) => node('Constant', '', attribute('value', field(5, tensor)))
const called = (name: string, domain: string, ...nodes: readonly Uint8Array[]) =>
  field(25, message(field(1, name), ...nodes.map(each => field(7, each)), field(10, domain)))

describe('ONNX files of onnx 1.23', () => {
  test.each([
    ['plain.onnx', 'ONNX, 2 operators, 2 tensors'],
    ['types.onnx', 'ONNX, 1 operator, 53 tensors'],
    ['nested.onnx', 'ONNX, 6 operators, 3 tensors'],
  ])('%s is recognised, and there is nothing to say against it', async (name, is) => {
    const file = fixture(name)
    expect(onnx.recognise(sampleOf(file))).toBe(true)
    const {reading, sights, ended} = await record(onnx, file)
    expect({reading, sights, ended}).toEqual({reading: {is, holds: 'weights'}, sights: [], ended: null})
  })

  test('external data beside the model are vouched for, and read where they lie', async () => {
    const siblings = folderOf({'external.onnx.data': fixture('external.onnx.data')})
    const {reading, sights, tensors} = await record(onnx, fixture('external.onnx'), {siblings})
    expect(sights).toEqual([])
    expect(reading?.dataFiles).toEqual(['external.onnx.data'])
    expect(tensors).toMatchObject([{name: 'w', dtype: 'F32', shape: [4, 4], data: {begin: 0, end: 64}}])
  })

  test('an operator of a library that nobody knows deserves a look', async () => {
    const {sights, observations} = await record(onnx, fixture('custom.onnx'))
    expect(sights).toEqual(['look onnx-custom-operator'])
    expect(observations[0]?.what).toContain('"org.example.text.Stem"')
  })

  test('raw data give the place of every weight, little-endian', async () => {
    const file = fixture('plain.onnx')
    const {tensors} = await record(onnx, file)
    const data = tensors.find(({name}) => name === 'w')?.data
    const bytes = file.slice(data?.begin, data?.end)
    expect([...new Float32Array(bytes.buffer)]).toEqual(Array.from({length: 16}, (_, index) => index))
  })
})

describe('what an ONNX model would load', () => {
  const folder = folderOf({
    'w.bin': new Uint8Array(64),
    link: {kind: 'link'},
    folder: {kind: 'folder'},
    'a/../../w.bin': {kind: 'outside'},
    hard: {kind: 'file', path: 'hard', size: 64, hardLinks: 2},
    out: {kind: 'outside'},
  } satisfies Record<string, Uint8Array | Sibling>)

  test.each<[string, Uint8Array, readonly string[]]>([
    ['a path upwards (CVE-2022-25882)', at('../../etc/passwd'), ['runs onnx-external-data-outside']],
    ['a path down and up again (CVE-2024-27318)', at('a/../../w.bin'), ['runs onnx-external-data-outside']],
    ['an absolute path', at('/etc/passwd'), ['runs onnx-external-data-outside']],
    ['a path of Windows', at('C:\\secrets.txt'), ['runs onnx-external-data-outside']],
    ['a path upwards of Windows', at('a\\..\\..\\b'), ['runs onnx-external-data-outside']],
    ['a path with a NUL', at('w.bin\0.txt'), ['runs onnx-external-data-outside']],
    ['an address', at('http://example.org/w'), ['runs onnx-external-data-outside']],
    ['a place that leads out through a link', at('out'), ['runs onnx-external-data-outside']],
    ['a symbolic link (CVE-2026-27489)', at('link'), ['runs onnx-external-data-link']],
    ['a hard link (CVE-2026-34446)', at('hard'), ['runs onnx-external-data-hard-link']],
    ['an address in memory', at('*/_ORT_MEM_ADDR_/*', entry('offset', '4096')), ['runs onnx-external-data-in-memory']],
    ['a file that is not there', at('absent.bin'), ['damaged onnx-external-data-missing']],
    ['a folder', at('folder'), ['damaged onnx-external-data-missing']],
    ['no location', withNode(node('Add'), external(entry('offset', '0'))), ['damaged onnx-external-data-missing']],
    ['no entry at all', withNode(node('Add'), external()), ['damaged onnx-external-data-missing']],
    ['an offset behind the end', at('w.bin', entry('offset', '65')), ['damaged onnx-external-data-bounds']],
    [
      'a length beyond the end',
      at('w.bin', entry('offset', '56'), entry('length', '16')),
      ['damaged onnx-external-data-bounds'],
    ],
    ['a negative offset', at('w.bin', entry('offset', '-8')), ['damaged onnx-external-data-bounds']],
    ['an offset beyond 2^53', at('w.bin', entry('offset', '9999999999999999')), ['damaged onnx-external-data-bounds']],
    ['a length that does not fit the shape', at('w.bin', entry('length', '8')), ['damaged onnx-size-mismatch']],
    ['too little behind the offset', at('w.bin', entry('offset', '56')), ['damaged onnx-size-mismatch']],
    [
      'two locations',
      at('w.bin', entry('location', 'w2.bin')),
      ['deceives onnx-external-data-twice', 'damaged onnx-external-data-missing'],
    ],
    ['a key that is none (CVE-2026-34445)', at('w.bin', entry('__class__', 'x')), ['runs onnx-external-data-keys']],
    ['a folder of its own', at('w.bin', entry('basepath', '/etc')), ['runs onnx-external-data-outside']],
    [
      'a negative dimension',
      withNode(node('Add'), message(packed(1, [-2, 2]), field(2, 1), entry('location', 'w.bin'), field(14, 1))),
      ['damaged onnx-size-mismatch'],
    ],
    [
      'a type that does not exist yet',
      withNode(node('Add'), message(packed(1, [2]), field(2, 77), entry('location', 'w.bin'), field(14, 1))),
      ['unsure onnx-unknown-type'],
    ],
    [
      'texts',
      withNode(node('Add'), message(packed(1, [2]), field(2, 8), entry('location', 'w.bin'), field(14, 1))),
      ['damaged onnx-size-mismatch'],
    ],
    ['a file beside it', at('w.bin'), []],
    ['a part of a file', at('w.bin', entry('offset', '16'), entry('length', '16'), entry('checksum', 'a')), []],
  ])('%s', async (_, file, expected) => {
    const {sights} = await record(onnx, file, {siblings: folder})
    expect(sights).toEqual(expected)
  })

  const hostile = external(entry('location', '../../etc/passwd'))
  const inGraph = (tensor: Uint8Array) => message(field(5, tensor))
  test.each<[string, Uint8Array]>([
    ['an attribute', withNode(constant(hostile))],
    ['a list of tensors in an attribute', withNode(node('X', '', attribute('values', field(10, hostile))))],
    ['a sparse attribute', withNode(node('X', '', attribute('s', field(22, message(field(1, hostile))))))],
    ['the indices of a sparse initializer', model(graph(field(15, message(field(2, hostile)))))],
    ['a branch', withNode(node('If', '', attribute('then_branch', field(6, inGraph(hostile)))))],
    ['a list of graphs', withNode(node('X', '', attribute('graphs', field(11, inGraph(hostile)))))],
    [
      'a branch in a branch',
      withNode(
        node(
          'If',
          '',
          attribute('a', field(6, message(field(1, node('If', '', attribute('b', field(6, inGraph(hostile)))))))),
        ),
      ),
    ],
    ['a function', message(model(graph(field(1, node('F', 'own')))), called('F', 'own', constant(hostile)))],
    [
      'the default of an attribute of a function',
      message(
        model(graph(field(1, node('F', 'own')))),
        field(25, message(field(1, 'F'), field(10, 'own'), field(11, attribute('d', field(5, hostile))))),
      ),
    ],
    [
      'the training of a model',
      message(model(graph(field(1, node('Add')))), field(20, message(field(2, inGraph(hostile))))),
    ],
    ['a second graph', message(model(graph(field(1, node('Add')))), graph(field(5, hostile)))],
    [
      'entries without a location flag',
      withNode(node('Add'), floats(entry('location', '/etc/passwd'), field(9, new Uint8Array(16)))),
    ],
    ['what stands before the file breaks', joined([withNode(node('Add'), hostile), Uint8Array.of(0xff)])],
  ])('external data are found in %s', async (_, file) => {
    const {sights} = await record(onnx, file, {siblings: folder})
    expect(sights).toContain('runs onnx-external-data-outside')
  })

  test('inside an archive nobody knows what will stand beside the model', async () => {
    expect((await record(onnx, at('w.bin'), {siblings: null})).sights).toEqual(['unsure onnx-external-data-unchecked'])
  })

  test('a file that ends early still has its external data looked for', async () => {
    const {sights, ended} = await record(onnx, joined([at('link'), Uint8Array.of(0xff)]), {siblings: folder})
    expect(sights).toEqual(['runs onnx-external-data-link'])
    expect(ended?.message).toBe('It ends too early.')
  })
})

describe('what an ONNX model would run', () => {
  test.each<[string, Uint8Array, readonly string[]]>([
    ['operators of the standard', withNode(node('Conv')), []],
    ['operators of ONNX Runtime', withNode(node('FusedMatMul', 'com.microsoft')), []],
    ['classical models', withNode(node('TreeEnsembleClassifier', 'ai.onnx.ml')), []],
    [
      'a Python function',
      withNode(node('PythonOp', 'com.microsoft', attribute('func_name', field(4, 'os.system')))),
      ['runs onnx-python-operator'],
    ],
    ['a Python callable of the extensions', withNode(node('PyOp', 'ai.onnx.contrib')), ['runs onnx-python-operator']],
    [
      'a tokenizer of the extensions',
      withNode(node('BertTokenizer', 'ai.onnx.contrib')),
      ['look onnx-custom-operator'],
    ],
    ['a compiled part', withNode(node('EPContext', 'com.microsoft')), ['code onnx-compiled-part']],
    [
      'a compiled part in a file elsewhere',
      withNode(
        node(
          'EPContext',
          'com.microsoft',
          attribute('embed_mode', field(3, 0)),
          attribute('ep_cache_context', field(4, '/tmp/x.bin')),
        ),
      ),
      ['runs onnx-external-data-outside', 'code onnx-compiled-part'],
    ],
    ['a function of its own', message(withNode(node('F', 'own')), called('F', 'own', node('Add'))), []],
    [
      'an operator that no function of its own defines',
      message(withNode(node('G', 'own')), called('F', 'own', node('Add'))),
      ['look onnx-custom-operator'],
    ],
    [
      'an operator of somebody inside a function',
      message(withNode(node('F', 'own')), called('F', 'own', node('Z', 'theirs'))),
      ['look onnx-custom-operator'],
    ],
    [
      'a function in the name of Conv',
      message(withNode(node('Conv')), called('Conv', '', node('Add'))),
      ['deceives onnx-shadowed-operator'],
    ],
    [
      'a function twice',
      message(withNode(node('F', 'own')), called('F', 'own', node('Add')), called('F', 'own', node('Mul'))),
      ['deceives onnx-function-twice'],
    ],
    [
      'a function that calls itself',
      message(withNode(node('F', 'own')), called('F', 'own', node('F', 'own'))),
      ['bomb onnx-endless-function'],
    ],
    [
      'functions in a circle',
      message(
        withNode(node('A', 'o')),
        called('A', 'o', node('B', 'o')),
        called('B', 'o', node('C', 'o')),
        called('C', 'o', node('B', 'o')),
      ),
      ['bomb onnx-endless-function'],
    ],
    ['two graphs', message(withNode(node('Add')), graph(field(1, node('Mul')))), ['deceives onnx-graph-twice']],
    ['no graph', message(field(1, 10), field(8, message(field(2, 21)))), ['damaged onnx-no-graph']],
    [
      'a field that ONNX does not have',
      message(withNode(node('Add')), field(99, 'payload')),
      ['look onnx-unknown-fields'],
    ],
    ['a field of another type', message(withNode(node('Add')), field(2, 7)), ['look onnx-unknown-fields']],
  ])('%s', async (_, file, expected) => {
    expect((await record(onnx, file)).sights).toEqual(expected)
  })

  test('the Python function is named, quoted', async () => {
    const file = withNode(node('PythonOp', 'com.microsoft', attribute('func_name', field(4, 'a\nb'))))
    expect((await record(onnx, file)).observations[0]?.what).toContain('It calls "a\\nb".')
  })
})

describe('tensors of an ONNX model', () => {
  const mismatch = ['damaged onnx-size-mismatch']
  test.each<[string, Uint8Array, readonly string[]]>([
    ['as many bytes as its shape needs', raw, []],
    ['packed floats', floats(field(4, new Uint8Array(16))), []],
    ['floats in two packs', floats(field(4, new Uint8Array(8)), field(4, new Uint8Array(8))), []],
    ['too few bytes', floats(field(9, new Uint8Array(15))), mismatch],
    ['too many bytes', floats(field(9, new Uint8Array(17))), mismatch],
    ['no data', floats(), mismatch],
    ['data of another type', floats(packed(7, [1, 2, 3, 4])), mismatch],
    ['data in two fields', floats(field(9, new Uint8Array(16)), field(4, new Uint8Array(16))), mismatch],
    ['two raw_data', floats(field(9, new Uint8Array(16)), field(9, new Uint8Array(16))), mismatch],
    ['a negative dimension', message(packed(1, [-2, 2]), field(2, 1), field(9, new Uint8Array(16))), mismatch],
    ['dimensions that overflow', message(packed(1, [2n ** 40n, 2n ** 40n]), field(2, 1)), mismatch],
    ['dimensions one by one', message(field(1, 2), field(1, 2), field(2, 1), field(9, new Uint8Array(16))), []],
    ['a scalar', message(field(2, 7), packed(7, [-1])), []],
    ['no element', message(packed(1, [0, 5]), field(2, 1)), []],
    ['texts in raw_data', message(packed(1, [1]), field(2, 8), field(9, 'x')), mismatch],
    [
      'a type that does not exist yet',
      message(packed(1, [1]), field(2, 77), field(9, 'x')),
      ['unsure onnx-unknown-type'],
    ],
    ['five 4-bit numbers in three bytes', message(packed(1, [5]), field(2, 22), field(9, new Uint8Array(3))), []],
    ['complex numbers', message(packed(1, [2]), field(2, 14), field(4, new Uint8Array(16))), []],
  ])('%s', async (_, tensor, expected) => {
    expect((await record(onnx, withNode(node('Add'), tensor))).sights).toEqual(expected)
  })

  test('weights of two gigabytes are passed over, not read', async () => {
    const size = 2 ** 31 - 4096
    const tensor = (bytes: Uint8Array) => message(packed(1, [size]), field(2, 2), bytes)
    // The raw_data are the last field of the last message: its lengths are written, its bytes are not.
    const claims = (number: number, length: number, head: Uint8Array) => {
      const varints = field(number, new Uint8Array(0)).slice(0, -1)
      const digits: number[] = []
      for (let rest = length; rest > 0; rest = Math.floor(rest / 128))
        digits.push((rest % 128) | (rest >= 128 ? 128 : 0))
      return joined([varints, Uint8Array.from(digits), head])
    }
    const data = claims(9, size, new Uint8Array(0))
    const inTensor = tensor(data)
    const inGraph = joined([field(1, node('Add')), claims(5, inTensor.length + size, inTensor)])
    const file = joined([field(1, 10), field(8, message(field(2, 21))), claims(7, inGraph.length + size, inGraph)])
    const {sights, ended, fetched, tensors} = await record(onnx, file, {size: file.length + size})
    expect({sights, ended}).toEqual({sights: [], ended: null})
    expect(tensors[0]?.data?.end).toBe(file.length + size)
    expect(fetched).toBeLessThan(300_000)
  })
})

describe('a tensor of ONNX as a file of its own', () => {
  test('is read as one', async () => {
    expect(onnxTensor.recognise(sampleOf(raw, 'input_0.pb'))).toBe(true)
    const {reading, sights, tensors} = await record(onnxTensor, raw, {name: 'input_0.pb'})
    expect({is: reading?.is, sights}).toEqual({is: 'ONNX tensor', sights: []})
    expect(tensors).toMatchObject([{name: 'w', dtype: 'F32', shape: [2, 2]}])
  })

  test.each<[string, Uint8Array, string]>([
    ['with too few bytes is damaged', floats(field(9, new Uint8Array(15))), 'damaged onnx-size-mismatch'],
    ['from outside the folder is refused', external(entry('location', '../w.bin')), 'runs onnx-external-data-outside'],
  ])('%s', async (_, file, sight) => {
    expect(onnxTensor.recognise(sampleOf(file, 'output_0.pb'))).toBe(true)
    expect((await record(onnxTensor, file, {name: 'output_0.pb'})).sights).toContain(sight)
  })

  test.each<[string, string, Uint8Array]>([
    ['a file of another name', 'weights.bin', raw],
    ['a whole model', 'model.pb', withNode(node('Relu'))],
    ['a tensor without a type', 'input_0.pb', message(packed(1, [2]), field(9, new Uint8Array(8)))],
    ['a SavedModel', 'saved_model.pb', message(field(1, 1), field(2, message(field(1, 'x'))))],
  ])('is not %s', (_, name, file) => {
    expect(onnxTensor.recognise(sampleOf(file, name))).toBe(false)
  })
})

describe('recognising ONNX', () => {
  const text = (content: string) => new TextEncoder().encode(content)
  test.each<[string, Uint8Array, boolean]>([
    ['a model whose graph stands first', message(graph(field(1, node('Add'))), field(1, 10)), true],
    ['a model behind a field that nobody knows', message(field(99, 'x'), graph(field(1, node('Add')))), true],
    [
      'a model with a long description first',
      message(field(1, 8), field(6, 'd'.repeat(70_000)), graph(field(1, node('Add')))),
      true,
    ],
    // saved_model.proto: schema version and meta graphs.
    ['a SavedModel', message(field(1, 1), field(2, message(field(1, message(field(1, 'x')))))), false],
    // Model.proto of Core ML: specification version, description, a neural network.
    [
      'a Core ML model',
      message(field(1, 4), field(2, message(field(1, 'x'))), field(500, message(field(1, 'x')))),
      false,
    ],
    // sentencepiece_model.proto: pieces.
    ['a tokenizer', message(field(1, message(field(1, '<unk>'))), field(1, message(field(1, 'a')))), false],
    [
      'a model whose graph has fields of its own',
      message(field(1, 10), field(12, 'x'), field(7, message(field(1, node('Add')), field(30, 1)))),
      true,
    ],
    ['a model of nothing but functions', message(field(9, 1), called('F', 'own', node('Add'))), true],
    [
      'a model of nothing but training',
      message(field(9, 1), field(20, message(field(2, message(field(5, raw)))))),
      true,
    ],
    ['text', text(':  this is a text.\n\nIt has lines.\n'), false],
    ['JSON', text('{"model": [1, 2, 3]}'), false],
    ['nothing', new Uint8Array(0), false],
    ['zeros', new Uint8Array(100), false],
    ['a pickle', Uint8Array.from([0x80, 0x04, 0x95, 1, 0, 0, 0, 0, 0, 0, 0, 0x4e, 0x2e]), false],
    ['a ZIP', text('PK\x03\x04aaaaaaaaaaaaaaaaaaaaaaaaaa'), false],
  ])('%s', (_, file, expected) => {
    expect(onnx.recognise(sampleOf(file))).toBe(expected)
  })

  test('random bytes and random text are hardly ever taken for a model', () => {
    let taken = 0
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({maxLength: 300}), fc.string({maxLength: 300}).map(text)), bytes => {
        if (onnx.recognise(sampleOf(bytes))) taken++
      }),
      {numRuns: 2000},
    )
    expect(taken).toBeLessThanOrEqual(2)
  })

  test('the format of ONNX Runtime is known, and not read', async () => {
    const file = text('\x18\0\0\0ORTM\0\0\0\0')
    expect(ortFormat.recognise(sampleOf(file))).toBe(true)
    expect((await record(ortFormat, file)).sights).toEqual(['unread ort-not-read'])
  })
})

describe('hostile ONNX', () => {
  test('graphs nested without end are refused where protobuf refuses them', async () => {
    let inner = message(field(2, 'g'))
    for (let depth = 0; depth < 60; depth++) inner = message(field(1, node('If', '', attribute('b', field(6, inner)))))
    const {ended} = await record(onnx, model(field(7, inner)))
    expect(ended?.message).toContain('deeper than 100')
  })

  test('a file of nothing but operators ends at a limit of work', async () => {
    const file = model(graph(...Array.from({length: 2000}, () => field(1, node('Add')))))
    expect((await record(onnx, file, {limits: {steps: 1000}})).ended?.name).toBe('OverLimit')
  })

  test('no change of a real file makes the reader throw untyped or see less than it should', async () => {
    const files = ['plain.onnx', 'nested.onnx', 'types.onnx', 'external.onnx', 'custom.onnx'].map(fixture)
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files),
        fc.array(fc.tuple(fc.nat(2000), fc.nat(255)), {minLength: 1, maxLength: 4}),
        fc.option(fc.nat(2000)),
        async (file, changes, cut) => {
          const changed = file.slice(0, cut === null ? file.length : cut % file.length)
          for (const [place, byte] of changes) changed[place % Math.max(1, changed.length)] = byte
          onnx.recognise(sampleOf(changed))
          await record(onnx, changed, {limits: {steps: 1_000_000}})
        },
      ),
      {numRuns: 500},
    )
  })
})
