import {describe, expect, test} from 'vitest'
import {checkImageFacts} from '../../../src/image/manifests/image-facts.ts'

const base = {name: 'docker.io/library/python:3.12', digest: null}

describe('what an image says of itself', () => {
  test.each([
    ['65532', []],
    ['app:app', []],
    ['1000:0', []],
    ['', ['image-run-as-root']],
    ['0', ['image-run-as-root']],
    ['0:0', ['image-run-as-root']],
    ['root', ['image-run-as-root']],
    ['root:wheel', ['image-run-as-root']],
    // Numbers are read as numbers.
    ['00', ['image-run-as-root']],
    ['rootless', []],
  ])('the user "%s"', (user, ids) => {
    expect(checkImageFacts({user, base, sizeBytes: 1}, 'credit:v12').map(({id}) => id)).toEqual(ids)
  })

  test('says what it saw', () => {
    expect(checkImageFacts({user: '', base, sizeBytes: 1}, 'credit:v12')).toMatchObject([
      {
        severity: 'high',
        message: 'The config of credit:v12 names no user, which means root.',
        places: [{kind: 'image', path: ''}],
      },
    ])
  })

  test('no base is advice, and what nobody knows is no flaw', () => {
    const ids = (facts: Parameters<typeof checkImageFacts>[0]) =>
      checkImageFacts(facts, 'a').map(({id, severity}) => [id, severity])
    expect(ids({user: 'app', base: null, sizeBytes: 1})).toEqual([['image-base-unknown', 'negligible']])
    expect(ids({user: null, base: null, sizeBytes: null})).toEqual([])
  })
})
