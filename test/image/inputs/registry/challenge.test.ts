import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {parseChallenge} from '../../../../src/image/inputs/registry/challenge.ts'

describe('what a registry asks for', () => {
  test.each([
    // As registry-1.docker.io and ghcr.io write it.
    [
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/python:pull"',
      {realm: 'https://auth.docker.io/token', service: 'registry.docker.io', scope: 'repository:library/python:pull'},
    ],
    ['bearer realm=https://a.example/token', {realm: 'https://a.example/token', service: null, scope: null}],
    [
      'Basic realm="x", Bearer realm="https://a.example", scope="repository:x:pull,push"',
      {realm: 'https://a.example', scope: 'repository:x:pull,push'},
    ],
    ['Bearer realm="https://a.example/\\"q\\""', {realm: 'https://a.example/"q"'}],
  ])('%s is a token', (header, parts) => expect(parseChallenge(header)).toMatchObject({kind: 'bearer', ...parts}))

  test.each([
    ['Basic realm="images"', {kind: 'basic'}],
    ['Basic', {kind: 'basic'}],
    ['Negotiate', {kind: 'other', scheme: 'negotiate'}],
    ['Bearer service="no realm"', {kind: 'other', scheme: 'bearer'}],
    ['', {kind: 'other', scheme: 'nothing'}],
    [null, {kind: 'other', scheme: 'nothing'}],
    ['"""', {kind: 'other', scheme: 'nothing'}],
  ])('%j is %j', (header, challenge) => expect(parseChallenge(header)).toEqual(challenge))

  test('of a megabyte is read as far as a header may go', () =>
    expect(parseChallenge(`Negotiate ${'a="\\'.repeat(250_000)}`).kind).toBe('other'))

  test('is found again, whatever the realm and the scope hold', () =>
    fc.assert(
      fc.property(fc.string(), fc.string(), (realm, scope) => {
        const quoted = (text: string) => `"${text.replaceAll(/["\\]/g, '\\$&')}"`
        const header = `Basic realm="x", Bearer realm=${quoted(realm)},scope=${quoted(scope)}`
        expect(parseChallenge(header)).toEqual({kind: 'bearer', realm, service: null, scope})
      }),
    ))
})
