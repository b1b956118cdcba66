import {describe, expect, test} from 'vitest'
import {parseImageReference} from '../../src/image/reference.ts'
import {digestA} from './scans.ts'

describe('the name of an image', () => {
  test.each(['alpine', 'alpine:3.23', 'registry.example.com:5000/team/credit:v1'])('"%s" is in a registry', name => {
    expect(parseImageReference(name)).toEqual({kind: 'registry', name, digest: null})
  })

  test.each([`credit@${digestA}`, `localhost:5000/credit:v1@${digestA}`])('"%s" names its digest', name => {
    expect(parseImageReference(name)).toEqual({kind: 'registry', name, digest: digestA})
  })

  test.each(['./image', '../image.tar', '/images/credit', '.'])('"%s" lies on this machine', path => {
    expect(parseImageReference(path)).toEqual({kind: 'path', path})
  })

  test('by a digest of sha512 is refused with the reason', () =>
    expect(() => parseImageReference(`credit@sha512:${'a'.repeat(128)}`)).toThrow(
      expect.objectContaining({code: 'image/reference-malformed', message: expect.stringContaining('sha256')}),
    ))

  test.each(['', '--input=x', 'credit@sha256:abc', `credit@${digestA}@${digestA}`, '@', 'a b', 'Credit:v1;rm'])(
    '"%s" is refused',
    text =>
      expect(() => parseImageReference(text)).toThrow(expect.objectContaining({code: 'image/reference-malformed'})),
  )
})
