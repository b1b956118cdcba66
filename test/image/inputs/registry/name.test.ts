import {describe, expect, test} from 'vitest'
import {nameByDigest, parseImageName} from '../../../../src/image/inputs/registry/name.ts'
import {digestA} from '../../scans.ts'

// Readings as of github.com/distribution/reference (normalize.go, reference_test.go).
describe('the name of an image in a registry', () => {
  test.each([
    ['python:3.12', 'docker.io', 'library/python', '3.12'],
    ['python', 'docker.io', 'library/python', 'latest'],
    ['pytorch/pytorch:2.9', 'docker.io', 'pytorch/pytorch', '2.9'],
    ['docker.io/python', 'docker.io', 'library/python', 'latest'],
    ['index.docker.io/library/python', 'docker.io', 'library/python', 'latest'],
    ['ghcr.io/team/credit:v1', 'ghcr.io', 'team/credit', 'v1'],
    ['registry.example.com:5000/team/a/b/credit', 'registry.example.com:5000', 'team/a/b/credit', 'latest'],
    ['localhost/credit', 'localhost', 'credit', 'latest'],
    ['localhost:5000/credit:v1', 'localhost:5000', 'credit', 'v1'],
    ['localhost:5000', 'docker.io', 'library/localhost', '5000'],
    ['Registry.Example.com/credit', 'registry.example.com', 'credit', 'latest'],
    ['team/credit', 'docker.io', 'team/credit', 'latest'],
  ])('%s is in %s: %s, %s', (text, registry, repository, tag) =>
    expect(parseImageName(text)).toMatchObject({registry, repository, tag, digest: null}),
  )

  test('with a digest keeps no tag: the tag may mean another image by now', () => {
    const name = parseImageName(`python:3.12@${digestA}`)
    expect(name).toMatchObject({repository: 'library/python', tag: null, digest: digestA})
    expect(nameByDigest(name, digestA)).toBe(`docker.io/library/python@${digestA}`)
  })

  test('of Docker Hub is asked for where Docker Hub answers', () =>
    expect(parseImageName('python').host).toBe('registry-1.docker.io'))

  test.each([
    ['localhost:5000/credit', true],
    ['127.0.0.1:5000/credit', true],
    ['registry.localhost/credit', true],
    ['localhost.example.com/credit', false],
    ['127.0.0.1.example.com/credit', false],
    ['192.168.1.7:5000/credit', false],
    ['ghcr.io/credit', false],
  ])('%s is spoken to without TLS: %s', (text, plainHttp) => expect(parseImageName(text)).toMatchObject({plainHttp}))

  test.each([
    'ghcr.io/Team/credit',
    'ghcr.io/credit:',
    'ghcr.io/credit:-v1',
    `ghcr.io/credit:${'v'.repeat(129)}`,
    'ghcr.io//credit',
    'ghcr.io/a..b',
    'ghcr.io/credit/',
    'host:port/credit',
    `ghcr.io/${'a'.repeat(256)}`,
  ])('%s is refused', text =>
    expect(() => parseImageName(text)).toThrow(expect.objectContaining({code: 'image/reference-malformed'})),
  )
})
