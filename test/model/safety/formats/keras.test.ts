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

describe('a .keras archive', () => {
  const hidden = `${' '.repeat(5000)}{"class_name": "TorchModuleWrapper", "config": {}}`

  test('is one wherever config.json is, for that is deserialised first', () => {
    expect(kerasArchive.matches(zipOf({'config.json': ''}))).toBe(true)
    expect(kerasArchive.matches(zipOf({'archive/data.pkl': ''}))).toBe(false)
  })

  test('its configuration is read even where it does not look like one', async () => {
    const zip = zipOf({'config.json': hidden, 'model.weights.h5': ''})
    const {reading, sights, observations} = await record(layoutFormat(zip), bytes(''), {name: 'model.keras'})
    expect(reading?.is).toBe('Keras model')
    expect(sights).toEqual(['runs keras-torch-module'])
    expect(observations[0]?.place.path).toEqual(['model.keras', 'config.json'])
  })

  test('one that was read as a member is not told twice', async () => {
    const zip = zipOf({'config.json': hidden.trim()})
    const {reading, sights} = await record(layoutFormat(zip), bytes(''))
    expect(reading?.is).toBe('Keras model without weights')
    expect(sights).toEqual([])
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
