import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {isFailure} from '../../../src/core/failure.ts'
import {parseConfig, parseIndex, parseManifest} from '../../../src/image/inputs/manifest.ts'
import {digestA, digestB} from '../scans.ts'

const manifestType = 'application/vnd.oci.image.manifest.v1+json'
const indexType = 'application/vnd.oci.image.index.v1+json'
const config = {mediaType: 'application/vnd.oci.image.config.v1+json', digest: digestA, size: 2}
const layer = {mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: digestB, size: 10}
const image = {schemaVersion: 2, mediaType: manifestType, config, layers: [layer]}
const index = {schemaVersion: 2, mediaType: indexType, manifests: [{mediaType: manifestType, digest: digestA, size: 1}]}

const parse = (content: unknown, declared = '') => parseManifest(JSON.stringify(content), declared, 'credit')

describe('a manifest', () => {
  test.each([
    ['of an image', image, '', 'image'],
    ['of an image without layers', {...image, layers: null}, '', 'image'],
    [
      'of an image of Docker',
      {
        ...image,
        mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
        config: {...config, mediaType: 'application/vnd.docker.container.image.v1+json'},
      },
      '',
      'image',
    ],
    ['without a type of its own', {...image, mediaType: undefined}, manifestType, 'image'],
    ['announced as something that is no type of manifests', image, 'application/json', 'image'],
    ['of an index', index, indexType, 'index'],
    [
      'of a Docker list',
      {...index, mediaType: 'application/vnd.docker.distribution.manifest.list.v2+json'},
      '',
      'index',
    ],
    ['with null for its annotations', {...image, annotations: null}, '', 'image'],
    [
      'of a chart',
      {...image, config: {...config, mediaType: 'application/vnd.cncf.helm.config.v1+json'}},
      '',
      'artifact',
    ],
    [
      'of a cosign signature',
      {...image, layers: [{...layer, mediaType: 'application/vnd.dev.cosign.simplesigning.v1+json'}]},
      '',
      'artifact',
    ],
    ['of an attestation', {...image, layers: [{...layer, mediaType: 'application/vnd.in-toto+json'}]}, '', 'artifact'],
    [
      'of layers, one of which is new to us',
      {...image, layers: [layer, {...layer, mediaType: 'application/vnd.example.layer'}]},
      '',
      'image',
    ],
  ])('%s is known by its content', (_, content, declared, kind) => expect(parse(content, declared).kind).toBe(kind))

  test('of an artifact tells its type', () => {
    expect(
      parse({
        ...image,
        artifactType: 'application/vnd.example.model',
        config: {...config, mediaType: 'application/vnd.oci.empty.v1+json'},
      }),
    ).toEqual({
      kind: 'artifact',
      type: 'application/vnd.example.model',
    })
  })

  // CVE-2021-41190: one text, two readings.
  test.each([
    ['has the fields of both kinds', {...image, ...index, mediaType: undefined}, ''],
    ['has old layers beside manifests', {...index, fsLayers: []}, ''],
    ['is announced as the other kind', image, indexType],
    ['calls itself the other kind', {...index, mediaType: manifestType}, ''],
    ['is an index by its type alone', {...image, mediaType: indexType}, ''],
    [
      'was announced by Docker’s type and has that of OCI',
      image,
      'application/vnd.docker.distribution.manifest.v2+json',
    ],
  ])('that %s is refused', (_, content, declared) =>
    expect(() => parse(content, declared)).toThrow(expect.objectContaining({code: 'image/manifest-ambiguous'})),
  )

  test.each([
    ['by its version', {schemaVersion: 1, name: 'credit', fsLayers: []}, ''],
    ['by its type', {schemaVersion: 2}, 'application/vnd.docker.distribution.manifest.v1+prettyjws'],
  ])('of schema 1, known %s, says what to do', (_, content, declared) =>
    expect(() => parse(content, declared)).toThrow(
      expect.objectContaining({code: 'image/manifest-schema-1', hint: expect.stringContaining('push it')}),
    ),
  )

  test.each([
    ['is no JSON', '<html>', 'no JSON'],
    ['is a list', '[]', 'no JSON object'],
    ['is null', 'null', 'no JSON object'],
    ['has another version', JSON.stringify({...image, schemaVersion: 3}), 'expected 2'],
    ['has no config', JSON.stringify({...image, config: undefined}), 'config'],
    [
      'has a layer named by sha512',
      JSON.stringify({...image, layers: [{...layer, digest: `sha512:${'a'.repeat(128)}`}]}),
      'layers.0.digest: expected a sha256 digest',
    ],
    [
      'has a digest that leads out of the folder',
      JSON.stringify({...image, config: {...config, digest: '../../etc/passwd'}}),
      'config.digest',
    ],
    ['has a layer of negative size', JSON.stringify({...image, layers: [{...layer, size: -1}]}), 'layers.0.size'],
    ['has a size that no number holds', JSON.stringify({...image, layers: [{...layer, size: 1e300}]}), 'layers.0.size'],
    [
      'has a type with signs for the terminal',
      JSON.stringify({...image, layers: [{...layer, mediaType: 'a\u001b[31m'}]}),
      'layers.0.mediaType',
    ],
  ])('that %s is refused by name', (_, content, words) =>
    expect(() => parseManifest(content, '', 'credit')).toThrow(
      expect.objectContaining({code: 'image/manifest-malformed', message: expect.stringContaining(words)}),
    ),
  )

  test('whose annotations are named like parts of every object holds no more than was written', () => {
    const written = `{"schemaVersion":2,"manifests":[],"annotations":{"__proto__":"x","constructor":"y","n":1}}`
    expect(parseIndex(written, 'index.json').annotations.get('toString')).toBeUndefined()
  })
})

describe('what anybody may have pushed', () => {
  const fields = [
    'schemaVersion',
    'mediaType',
    'config',
    'layers',
    'manifests',
    'fsLayers',
    'annotations',
    'artifactType',
  ]
  const values = fc.oneof(
    fc.constantFrom<unknown>(
      1,
      2,
      manifestType,
      indexType,
      config,
      layer,
      [layer],
      [config],
      [],
      {},
      null,
      '__proto__',
    ),
    fc.jsonValue(),
  )
  const manifests = fc.dictionary(fc.constantFrom(...fields), values)

  test('is a manifest of one kind or refused, whatever its fields hold', () =>
    fc.assert(
      fc.property(manifests, fc.constantFrom('', manifestType, indexType, 'text/html'), (content, declared) => {
        const outcome = outcomeOf(() => parse({schemaVersion: 2, ...content}, declared))
        if (outcome.error !== undefined) return isFailure(outcome.error)
        // Whoever reads by fields and whoever reads by types see the same.
        const isIndex = outcome.value?.kind === 'index'
        return isIndex === (content.manifests !== undefined) && !(isIndex && content.config !== undefined)
      }),
    ))

  test('is a config or refused', () =>
    fc.assert(
      fc.property(fc.json(), text => {
        const {error} = outcomeOf(() => parseConfig(text, 'The config'))
        return error === undefined || isFailure(error)
      }),
    ))
})

function outcomeOf<T>(run: () => T): {readonly value?: T; readonly error?: unknown} {
  try {
    return {value: run()}
  } catch (error) {
    return {error}
  }
}

describe('a config', () => {
  test('without most fields is read: what is missing is empty', () => {
    expect(parseConfig('{}', 'config')).toEqual({os: '', architecture: '', variant: ''})
    expect(parseConfig('{"config":null,"os":null}', 'config').os).toBe('')
  })

  test('with a number where a name belongs is refused', () =>
    expect(() => parseConfig('{"os":7}', 'The config')).toThrow(
      expect.objectContaining({code: 'image/manifest-malformed'}),
    ))
})
