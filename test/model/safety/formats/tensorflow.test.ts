import {readFileSync} from 'node:fs'
import {resolve} from 'node:path'
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {checkpointIndex} from '../../../../src/model/safety/formats/tensorflow/checkpoint.ts'
import {
  fingerprint,
  graphDef,
  kerasMetadata,
  metaGraph,
  otherSavedModel,
  savedModel,
} from '../../../../src/model/safety/formats/tensorflow.ts'
import {field, joined, message, varint} from './protobuf-bytes.ts'
import {folderOf, record, sampleOf} from './recorded-scan.ts'

const folder = resolve(import.meta.dirname, '../../../fixtures/models/tensorflow')
const fixture = (name: string) => new Uint8Array(readFileSync(resolve(folder, name)))
const formats = [savedModel, metaGraph, graphDef, kerasMetadata, otherSavedModel, fingerprint, checkpointIndex]

/** NodeDef, with the values of its attributes as AttrValue messages. */
function node(name: string, op: string, inputs: readonly string[] = [], attributes: Record<string, Uint8Array> = {}) {
  const entries = Object.entries(attributes).map(([key, value]) => field(5, message(field(1, key), field(2, value))))
  return message(field(1, name), field(2, op), ...inputs.map(input => field(3, input)), ...entries)
}

/** A constant that holds texts: TensorProto dtype 7 (DT_STRING), string_val 8. */
function text(name: string, ...values: readonly string[]) {
  return node(name, 'Const', [], {value: field(8, message(field(1, 7), ...values.map(value => field(8, value))))})
}

const graphOf = (...nodes: readonly Uint8Array[]) => message(...nodes.map(each => field(1, each)))
const functionOf = (name: string, ...nodes: readonly Uint8Array[]) =>
  message(field(1, message(field(1, name))), ...nodes.map(each => field(3, each)))
const library = (...functions: readonly Uint8Array[]) => field(2, message(...functions.map(each => field(1, each))))
const modelOf = (graph: Uint8Array, ...rest: readonly Uint8Array[]) =>
  message(field(1, 1), field(2, message(field(1, message(field(5, '2.21.0'))), field(2, graph), ...rest)))

const look = async (...nodes: readonly Uint8Array[]) => {
  const {observations, ended} = await record(savedModel, modelOf(graphOf(...nodes)))
  expect(ended).toBeNull()
  return observations.map(({rule, what}) => `${rule.means} ${rule.id}: ${what}`)
}

describe('what TensorFlow wrote', () => {
  test.each([
    ['lookup.pb', savedModel, 'TensorFlow SavedModel, 70 ops, TensorFlow 2.21.0'],
    ['tensorflow-1.pb', savedModel, 'TensorFlow SavedModel, 53 ops, TensorFlow 2.21.0'],
    ['model.meta', metaGraph, 'TensorFlow MetaGraph, 25 ops, TensorFlow 2.21.0'],
    ['frozen.pb', graphDef, 'TensorFlow graph, 3 ops'],
    ['fingerprint.pb', fingerprint, 'TensorFlow fingerprint'],
    ['checkpoint.index', checkpointIndex, 'TensorFlow checkpoint index, 4 tensors'],
  ])('%s is known, alone, and has nothing to be said', async (name, format, is) => {
    const content = fixture(name)
    expect(formats.filter(each => each.recognise(sampleOf(content, name)))).toEqual([format])
    const {reading, sights, ended} = await record(format, content)
    expect({is: reading?.is, sights, ended}).toEqual({is, sights: [], ended: null})
  })

  test('the index of a checkpoint names its tensors, and vouches for the data beside it', async () => {
    const siblings = folderOf({'c.data-00000-of-00001': new Uint8Array(52)})
    const {tensors, reading} = await record(checkpointIndex, fixture('checkpoint.index'), {name: 'c.index', siblings})
    expect(reading?.dataFiles).toEqual(['c.data-00000-of-00001'])
    expect(tensors.filter(({dtype}) => dtype === 'F32' || dtype === 'BF16')).toEqual([
      {name: 'a/.ATTRIBUTES/VARIABLE_VALUE', dtype: 'F32', shape: [3], data: null},
      {name: 'b/.ATTRIBUTES/VARIABLE_VALUE', dtype: 'BF16', shape: [4, 5], data: null},
    ])
  })

  test('a hostile one: each op, with its path', async () => {
    const {observations} = await record(savedModel, fixture('hostile.pb'))
    expect(observations.map(({rule, what}) => `${rule.id}: ${what}`)).toEqual([
      'tensorflow-writes-files: The op WriteFile (node "WriteFile") writes the file "/tmp/owned/file".',
      'tensorflow-reads-files: The op ReadFile (node "ReadFile") reads the file "/etc/hostname".',
      'tensorflow-writes-files: The op PrintV2 (node "PrintV2") prints to "file:///tmp/owned/print".',
      'tensorflow-writes-files: The op DebugIdentityV2 (node "DebugIdentityV2") writes to "file:///tmp/owned/debug".',
      'tensorflow-saver-path: The op SaveV2 (node "SaveV2") writes "/tmp/owned/checkpoint".',
      'tensorflow-saver-path: The op RestoreV2 (node "RestoreV2") reads "../../checkpoint".',
      'tensorflow-calls-python: The op EagerPyFunc (node "EagerPyFunc") calls the Python function "pyfunc_0".',
    ])
  })

  test('a path in one function for a saver in another is followed through the call', async () => {
    const {sights, observations} = await record(savedModel, fixture('indirect.pb'))
    expect(sights).toEqual(['runs tensorflow-saver-path'])
    expect(observations[0]?.what).toMatch(
      /^The node ".*" calls a function whose op SaveV2 writes "\/tmp\/owned\/indirect"\.$/,
    )
  })
})

describe('what a graph would do', () => {
  test.each<[string, readonly Uint8Array[], readonly string[]]>([
    [
      'reads a file that its caller names',
      [node('in', 'Placeholder'), node('r', 'ReadFile', ['in'])],
      ['runs tensorflow-reads-files: The op ReadFile (node "r") reads the file that its caller names.'],
    ],
    [
      'maps a file by an attribute',
      [node('c', 'ImmutableConst', [], {memory_region_name: field(2, '/etc/passwd')})],
      ['runs tensorflow-reads-files: The op ImmutableConst (node "c") maps the file "/etc/passwd".'],
    ],
    [
      'connects to an address',
      [text('a', 'grpc://10.0.0.1:5000'), node('d', 'DataServiceDatasetV4', ['x', 'y', 'a'])],
      ['runs tensorflow-opens-connection: The op DataServiceDatasetV4 (node "d") connects to "grpc://10.0.0.1:5000".'],
    ],
    [
      'saves below a path that is put together',
      [
        text('root', '/srv'),
        text('end', 'part'),
        node('join', 'StringJoin', ['root', 'end']),
        node('same', 'Identity', ['join:0']),
        node('s', 'SaveV2', ['same', 'n', 'p', 't']),
      ],
      ['runs tensorflow-saver-path: The op SaveV2 (node "s") writes "/srv".'],
    ],
    [
      'saves to another file system',
      [text('p', 's3://bucket/x'), node('s', 'SaveV2', ['p'])],
      ['runs tensorflow-saver-path: The op SaveV2 (node "s") writes "s3://bucket/x".'],
    ],
    [
      'saves to a path that it computes',
      [text('p', 'L2V0Yw=='), node('d', 'DecodeBase64', ['p']), node('s', 'SaveV2', ['d'])],
      ['unsure tensorflow-path-unsure: The op SaveV2 (node "s") takes a path that the graph computes.'],
    ],
    ['saves where its caller says', [node('p', 'Placeholder'), node('s', 'SaveV2', ['p'])], []],
    ['saves by a relative name, as TensorFlow 1 does', [text('p', 'model'), node('s', 'SaveV2', ['p'])], []],
    ['prints to the log', [node('p', 'PrintV2', ['x'], {output_stream: field(2, 'stderr')})], []],
    [
      'needs a library',
      [node('x', 'FastBertNormalize', ['in'])],
      ['unsure tensorflow-custom-op: It needs the op "FastBertNormalize", which TensorFlow does not have.'],
    ],
  ])('%s', async (_, nodes, sights) => {
    expect(await look(...nodes)).toEqual(sights)
  })

  test('a text tensor in one piece is a text, too', async () => {
    const path = '/etc/passwd'
    const packed = joined([varint(path.length), new TextEncoder().encode(path)])
    const constant = node('p', 'Const', [], {value: field(8, message(field(1, 7), field(4, packed)))})
    expect(await look(constant, node('s', 'RestoreV2', ['p']))).toEqual([
      'runs tensorflow-saver-path: The op RestoreV2 (node "s") reads "/etc/passwd".',
    ])
  })

  test('functions of the library are looked at, and their names are no ops of others', async () => {
    const called = functionOf('my_function', text('p', '/x'), node('w', 'WriteFile', ['p:output:0', 'y']))
    const graph = joined([graphOf(node('call', 'my_function')), library(called)])
    const {observations} = await record(savedModel, modelOf(graph))
    expect(observations.map(({what}) => what)).toEqual(['The op WriteFile (node "w") writes the file "/x".'])
  })

  test('a path goes through functions, by its place among the arguments', async () => {
    const save = functionOf('save', node('s', 'SaveV2', ['path', 'n:output:0']))
    const argument = (name: string) => field(2, message(field(1, name)))
    const signed = (name: string, definition: Uint8Array, ...names: readonly string[]) =>
      joined([definition, field(1, message(field(1, name), ...names.map(argument)))])
    const outer = functionOf(
      'outer',
      node('c', 'StatefulPartitionedCall', ['x', 'y'], {f: field(10, message(field(1, 'save')))}),
    )
    const functions = library(signed('save', save, 'other', 'path'), signed('outer', outer, 'x', 'y'))
    const run = async (...inputs: readonly string[]) => {
      const graph = graphOf(text('bad', '/etc/x'), text('good', 'x'), node('call', 'outer', inputs))
      return (await record(savedModel, modelOf(joined([graph, functions])))).sights
    }
    expect(await run('good', 'bad')).toEqual(['runs tensorflow-saver-path'])
    expect(await run('bad', 'good')).toEqual([])
  })

  test('functions that call each other come to an end', async () => {
    const argument = field(1, message(field(1, 'f'), field(2, message(field(1, 'p')))))
    const self = joined([functionOf('f', node('s', 'SaveV2', ['p']), node('again', 'f', ['p'])), argument])
    expect((await record(savedModel, modelOf(joined([graphOf(node('n', 'NoOp')), library(self)])))).sights).toEqual([])
  })

  test('of a field that stands twice, both are looked at: protobuf merges them', async () => {
    const [first, second] = [graphOf(node('a', 'NoOp')), graphOf(text('p', '/x'), node('r', 'ReadFile', ['p']))]
    const content = message(field(1, 1), field(2, message(field(2, first), field(2, second))))
    expect((await record(savedModel, content)).sights).toEqual(['runs tensorflow-reads-files'])
  })
})

describe('assets', () => {
  const asset = (file: string) => field(6, message(field(1, message(field(1, 'asset:0'))), field(2, file)))
  const table = graphOf(
    text('asset', '/train/vocabulary.txt'),
    node('t', 'InitializeTableFromTextFileV2', ['h', 'asset']),
  )

  test.each([
    ['../../etc/passwd', 'runs tensorflow-asset-outside'],
    ['/etc/passwd', 'runs tensorflow-asset-outside'],
    ['absent.txt', 'damaged tensorflow-asset-missing'],
    ['link.txt', 'runs tensorflow-asset-outside'],
  ])('%s', async (file, sight) => {
    const siblings = folderOf({'assets/link.txt': {kind: 'link'}})
    const content = modelOf(graphOf(node('n', 'NoOp')), asset(file))
    expect((await record(savedModel, content, {siblings})).sights).toEqual([sight])
  })

  test('the path of training that stands in an asset is replaced by the loader', async () => {
    const siblings = folderOf({'assets/vocabulary.txt': new Uint8Array(4)})
    expect((await record(savedModel, modelOf(table, asset('vocabulary.txt')), {siblings})).sights).toEqual([])
  })

  test('a constant in a function is no asset, whatever its name is', async () => {
    const inside = functionOf(
      'f',
      text('asset', '/etc/x'),
      node('t', 'InitializeTableFromTextFileV2', ['h', 'asset:0']),
    )
    const content = modelOf(joined([graphOf(node('f', 'f')), library(inside)]), asset('vocabulary.txt'))
    const siblings = folderOf({'assets/vocabulary.txt': new Uint8Array(4)})
    expect((await record(savedModel, content, {siblings})).sights).toEqual(['runs tensorflow-reads-files'])
  })

  test('a table from a file that is no asset reads that file', async () => {
    expect((await record(savedModel, modelOf(table))).sights).toEqual(['runs tensorflow-reads-files'])
  })
})

describe('Keras in a SavedModel', () => {
  const config = JSON.stringify({class_name: 'TorchModuleWrapper', config: {}})

  test('in keras_metadata.pb', async () => {
    const content = message(field(1, message(field(2, 1), field(5, config))))
    expect((await record(kerasMetadata, content)).sights).toEqual(['runs keras-torch-module'])
  })

  test('in the object graph', async () => {
    const objects = field(
      7,
      message(field(1, message(field(4, message(field(1, '_tf_keras_layer'), field(3, config)))))),
    )
    const {sights} = await record(savedModel, modelOf(graphOf(node('n', 'NoOp')), objects))
    expect(sights).toEqual(['runs keras-torch-module'])
  })
})

describe('forms that do not pass', () => {
  test.each(['saved_model.pbtxt', 'saved_model.cpb'])('%s is not read', async name => {
    expect(otherSavedModel.recognise(sampleOf(new Uint8Array(8), name))).toBe(true)
    expect((await record(otherSavedModel, new Uint8Array(8), {name})).sights).toEqual(['unread tensorflow-form-unread'])
  })

  test('a SavedModel without a graph', async () => {
    expect((await record(savedModel, message(field(1, 1)))).sights).toEqual(['damaged tensorflow-no-graph'])
  })

  test('a file of that name that is no protobuf', async () => {
    const content = new TextEncoder().encode('#!/bin/sh\necho\n')
    expect(savedModel.recognise(sampleOf(content, 'saved_model.pb'))).toBe(true)
    expect((await record(savedModel, content)).ended?.name).toBe('Malformed')
  })

  test('changed bytes never end in anything but a refusal', async () => {
    const files = [
      [savedModel, fixture('indirect.pb')],
      [savedModel, fixture('hostile.pb')],
      [checkpointIndex, fixture('checkpoint.index')],
      [graphDef, fixture('frozen.pb')],
    ] as const
    const change = fc.record({
      file: fc.nat(files.length - 1),
      edits: fc.array(fc.tuple(fc.double({min: 0, max: 1, noNaN: true}), fc.nat(255)), {minLength: 1, maxLength: 12}),
    })
    await fc.assert(
      fc.asyncProperty(change, async ({file, edits}) => {
        const [format, original] = files[file] ?? [savedModel, new Uint8Array(0)]
        const content = original.slice()
        for (const [where, byte] of edits) content[Math.floor(where * (content.length - 1))] = byte
        const {ended} = await record(format, content, {limits: {steps: 5_000_000}})
        expect(['Malformed', 'OverLimit', undefined]).toContain(ended?.name)
      }),
      {numRuns: 300},
    )
  })
})
