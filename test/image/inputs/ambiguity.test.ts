import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {ambiguityIn, fieldNames} from '../../../src/image/inputs/ambiguity.ts'
import {parseConfig, parseManifest} from '../../../src/image/inputs/manifest.ts'
import {digestA, digestB} from '../scans.ts'

const names = fieldNames('manifests', 'digest', 'Labels')

describe('JSON that another reader takes for something else', () => {
  // Tried with Go 1.26: `json.Unmarshal` takes the second value of each of the first four, and the one of the fifth.
  test.each([
    ['a field in another case', '{"manifests":[1],"Manifests":[2]}', 'it has the field "Manifests" twice'],
    ['a field with a long s', '{"manifests":[1],"manifeſts":[2]}', 'it has the field "manife?ts" twice'],
    ['a field twice', '{"digest":"a","digest":"b"}', 'it has the field "digest" twice'],
    ['a field twice, once escaped', '{"digest":"a","d\\u0069gest":"b"}', 'it has the field "digest" twice'],
    ['a field in another case alone', '{"DIGEST":"a"}', 'it has "DIGEST", which some take for "digest"'],
    ['the same below a list', '{"x":[{"y":1},{"digest":1,"Digest":2}]}', 'it has the field "Digest" twice'],
    ['a label twice', '{"Labels":{"a":"1","a":"2"}}', 'it has the field "a" twice'],
  ])('%s', (_, json, expected) => expect(ambiguityIn(json, names)).toBe(expected))

  test.each([
    ['labels that differ by case', '{"Labels":{"Version":"1","version":"2","DIGEST":"3"}}'],
    ['the same field in two objects', '[{"digest":1},{"digest":2}]'],
    ['texts that look like fields', '{"digest":"{\\"digest\\":1,\\"Digest\\":2}"}'],
    ['other fields in any case', '{"History":[],"x":{"Cmd":["digest","digest"]}}'],
  ])('is not seen in %s', (_, json) => expect(ambiguityIn(json, names)).toBeNull())

  test('is seen wherever it stands, and never where each name is there once', () => {
    fc.assert(
      fc.property(fc.json({maxDepth: 4}), json => {
        const plain = JSON.stringify(JSON.parse(json))
        expect(ambiguityIn(`{"a":${plain},"digest":1,"b":${plain},"dIgEsT":2}`, names)).not.toBeNull()
        const lower = plain.replace(/"(?:[^"\\]|\\.)*"/g, '"x"')
        if (!/\{"x":.*"x":/s.test(lower)) expect(ambiguityIn(lower, names)).toBeNull()
      }),
    )
  })

  test.each([
    ['a text of megabytes', `{"x":"${'a'.repeat(5e6)}","digest":1,"Digest":2}`],
    ['signs of escape', `{"x":"${'\\\\'.repeat(2e6)}","digest":1,"Digest":2}`],
    ['brackets', `{"x":${'['.repeat(1e6)}${']'.repeat(1e6)},"digest":1,"Digest":2}`],
  ])('is seen behind %s', (_, json) => expect(ambiguityIn(json, names)).toContain('"Digest" twice'))
})

describe('an image that is one for us and another one for the node', () => {
  const image = (digest: string) => ({mediaType: 'application/vnd.oci.image.manifest.v1+json', digest, size: 1})
  const type = 'application/vnd.oci.image.index.v1+json'

  test('is refused where a second list hides in its index', () => {
    const index = {schemaVersion: 2, mediaType: type, manifests: [image(digestA)], Manifests: [image(digestB)]}
    expect(() => parseManifest(JSON.stringify(index), type, 'credit')).toThrow(
      'credit can be read in two ways: it has the field "Manifests" twice',
    )
  })

  test('is refused where a second digest hides in a descriptor', () => {
    const index = {schemaVersion: 2, manifests: [{...image(digestA), Digest: digestB}]}
    expect(() => parseManifest(JSON.stringify(index), type, 'credit')).toThrow('"Digest" twice')
  })

  test('is refused where its config names two users', () => {
    const config = '{"os":"linux","architecture":"amd64","config":{"User":"1000","user":"0"}}'
    expect(() => parseConfig(config, 'The config')).toThrow('"user" twice')
  })
})
