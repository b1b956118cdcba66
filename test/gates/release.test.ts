import {describe, expect, test} from 'vitest'
import {namedRelease} from '../../src/gates/release.ts'

const digest = `sha256:${'a'.repeat(64)}`
const image = `sha256:${'b'.repeat(64)}`

describe('a release that is known by its digests only', () => {
  test('has a version, a model, and an image where one is named', () => {
    expect(namedRelease('v1', digest, undefined)).toEqual({version: 'v1', model: digest})
    expect(namedRelease('v1', digest, image)).toEqual({version: 'v1', model: digest, image})
  })

  test('is none where no model is named: a version alone is looked up in the ledger', () => {
    expect(namedRelease('v1', undefined, undefined)).toBeUndefined()
    expect(namedRelease(undefined, undefined, undefined)).toBeUndefined()
  })

  test('is refused without a version, because targets know releases by it', () => {
    expect(() => namedRelease(undefined, digest, undefined)).toThrow(
      expect.objectContaining({code: 'release/version-missing'}),
    )
  })

  test.each(['v1', 'sha256:123', digest.toUpperCase()])('is refused with the digest %s', text => {
    expect(() => namedRelease('v1', text, undefined)).toThrow(expect.objectContaining({code: 'digest/malformed'}))
  })

  test('is refused with an image and no model: half a release would be restored', () => {
    expect(() => namedRelease('v1', undefined, image)).toThrow(expect.objectContaining({code: 'release/model-missing'}))
  })
})
