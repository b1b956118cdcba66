import {readFileSync} from 'node:fs'
import {resolve} from 'node:path'
import {describe, expect, test} from 'vitest'
import {bytesOf} from '../../../../src/model/safety/artifact.ts'
import type {Format} from '../../../../src/model/safety/format.ts'
import {hdf5} from '../../../../src/model/safety/formats/hdf5.ts'
import {kerasArchive, kerasJson} from '../../../../src/model/safety/formats/keras.ts'
import {kerasMetadata} from '../../../../src/model/safety/formats/tensorflow.ts'
import type {ZipContents, ZipMember} from '../../../../src/model/safety/formats/zip-layout.ts'
import {record, sampleOf} from './recorded-scan.ts'

const folder = resolve(import.meta.dirname, '../../../fixtures/models/keras')
const fixture = (name: string) => new Uint8Array(readFileSync(resolve(folder, name)))
const bytes = (text: string) => new TextEncoder().encode(text)

describe('what Keras wrote', () => {
  test.each<[string, Format, string, readonly string[]]>([
    ['zoo.json', kerasJson, 'Keras configuration', []],
    [
      'custom.json',
      kerasJson,
      'Keras configuration',
      ['unsure keras-custom-object', 'look keras-lambda-named', 'runs keras-lambda'],
    ],
    [
      'custom.h5',
      hdf5,
      'Keras model (HDF5), 0 datasets',
      ['unsure keras-custom-object', 'look keras-lambda-named', 'runs keras-lambda'],
    ],
    ['keras-2.h5', hdf5, 'Keras model (HDF5), 3 datasets', []],
    ['keras-2-lambda.h5', hdf5, 'Keras model (HDF5), 0 datasets', ['runs keras-lambda']],
    ['lambda-metadata.pb', kerasMetadata, 'Keras metadata', Array(3).fill('runs keras-lambda')],
  ])('%s', async (name, format, is, sights) => {
    const content = fixture(name)
    const known = name.endsWith('.pb') ? 'keras_metadata.pb' : name
    expect(format.recognise(sampleOf(content, known))).toBe(true)
    const recorded = await record(format, content, {name})
    expect({is: recorded.reading?.is, sights: recorded.sights, ended: recorded.ended}).toEqual({
      is,
      sights,
      ended: null,
    })
  })

  test('a Lambda in .h5 says that no safe mode helps', async () => {
    const {observations} = await record(hdf5, fixture('keras-2-lambda.h5'))
    expect(observations[0]?.what).toMatch(/^It holds Python code, \d+ bytes; no safe mode protects this form, at /)
  })
})

describe('a configuration that readers would read differently, or not at all', () => {
  test.each([
    ['a key twice', '{"class_name": "A", "config": {"a": 1, "a": 2}}', 'deceives keras-config-key-twice'],
    ['no end', '{"class_name": "A", "config": {', 'damaged keras-config-broken'],
    [
      'no end of depth',
      `{"class_name": "A", "config": ${'['.repeat(100)}${']'.repeat(100)}}`,
      'unread keras-config-unread',
    ],
  ])('%s', async (_, text, sight) => {
    expect((await record(kerasJson, bytes(text))).sights).toEqual([sight])
  })

  test('NaN, which Python writes, is no defect', async () => {
    expect((await record(kerasJson, bytes('{"class_name": "Dense", "config": {"rate": NaN}}'))).sights).toEqual([])
  })

  test('one that is too large is not held in memory', async () => {
    const size = 100 * 2 ** 20
    const {ended, fetched} = await record(kerasJson, bytes('{"class_name": "A", "config": '), {size})
    expect(ended?.message).toBe(`A configuration of ${size} bytes is not read.`)
    expect(fetched).toBe(0)
  })
})

describe('a configuration cannot hide from its reader', () => {
  const config = '{"class_name": "TorchModuleWrapper", "config": {}}'
  const utf16 = (text: string) => new Uint8Array(Buffer.from(text, 'utf16le'))
  const utf32 = (text: string) => Uint8Array.from([...text].flatMap(sign => [0, 0, 0, sign.charCodeAt(0)]))

  test.each([
    ['blanks before it', bytes(`${' '.repeat(100_000)}${config}`)],
    ['a key in front of it', bytes(`{"pad": "${'x'.repeat(200_000)}", ${config.slice(1)}`)],
    ['escapes in its keys', bytes(config.replace('class_name', 'cl\\u0061ss\\u005Fname'))],
    ['blanks behind its keys', bytes(config.replace('":', `"${' '.repeat(5000)}:`))],
    ['UTF-16, which json.loads takes', utf16(config)],
    ['UTF-16 with a mark', utf16(`\ufeff${config}`)],
    ['UTF-16 in the other order', utf16(config).map((_, index, all) => all[index ^ 1] ?? 0)],
    ['UTF-32', utf32(config)],
  ])('%s', async (_, content) => {
    expect(kerasJson.recognise(sampleOf(content, 'config.json'))).toBe(true)
    expect((await record(kerasJson, content)).sights).toEqual(['runs keras-torch-module'])
  })

  test('one of another library is JSON, and has nothing to be said', async () => {
    const content = bytes('{"model_type": "bert", "hidden_size": 768}')
    const {reading, sights} = await record(kerasJson, content)
    expect({is: reading?.is, sights}).toEqual({is: 'JSON', sights: []})
    expect(kerasJson.recognise(sampleOf(content, 'model.json'))).toBe(false)
  })
})

describe('a .keras archive', () => {
  test.each([
    ['with weights', {'config.json': '{}', 'model.weights.h5': ''}, 'Keras model', 'weights'],
    ['without', {'config.json': '{"class_name": "Dense"}'}, 'Keras model without weights', 'container'],
    ['of another library', {'config.json': '{"model_type": "bert"}'}, 'archive with a config.json', 'container'],
  ])('%s', async (_, files, is, holds) => {
    const zip = zipOf(files)
    expect(kerasArchive.matches(zip)).toBe(true)
    expect((await record(layoutFormat(zip), bytes(''))).reading).toEqual({is, holds})
  })

  test('is none without a configuration', () => {
    expect(kerasArchive.matches(zipOf({'archive/data.pkl': ''}))).toBe(false)
  })
})

function layoutFormat(zip: ZipContents): Format {
  return {name: 'zip', recognise: () => true, read: (artifact, scan) => kerasArchive.read(zip, artifact, scan)}
}

/** An archive as the reader of ZIP hands it to layouts. */
function zipOf(files: Readonly<Record<string, string>>): ZipContents {
  const members: ZipMember[] = Object.entries(files).map(([name, text]) => ({
    ...{name, method: 0, flags: 0, crc: 0, offset: 0, dataOffset: 0, listed: true},
    ...{size: text.length, packedSize: text.length},
  }))
  const named = (name: string) => members.filter(member => member.name === name)
  return {
    members,
    named,
    find: name => named(name).at(-1),
    open: (member, use) => use(bytesOf(bytes(files[member.name] ?? ''))),
  }
}
