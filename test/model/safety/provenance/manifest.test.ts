import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {type ModelFile, manifestOf} from '../../../../src/model/digest.ts'
import {verifyManifest} from '../../../../src/model/safety/provenance/manifest.ts'
import {fileOf, hex, model, withChanged, without} from './signed-model.ts'

const verify = (text: string, files: readonly ModelFile[] = model, own?: string) =>
  verifyManifest({path: 'SHA256SUMS', text, ...(own === undefined ? {} : {own})}, files)
const answers = (text: string, files?: readonly ModelFile[]) =>
  verify(text, files).map(({verdict, reason, what}) => [verdict, reason, what])

const one = [fileOf('a b.bin', 'x')]
const digest = hex('x')

describe('a manifest that the files agree with passes', () => {
  test('as Slipway and sha256sum write it', () => {
    expect(answers(manifestOf(model))).toEqual([
      ['pass', 'model/manifest-held', '4 files of the model have the digests that the manifest gives.'],
    ])
  })

  test.each([
    ['text', `${digest}  a b.bin\n`],
    ['binary', `${digest} *a b.bin\n`],
    ['Windows lines', `${digest}  a b.bin\r\n`],
    ['a path from here', `${digest}  ./a b.bin\n`],
    ['capitals', `${digest.toUpperCase()}  a b.bin`],
    ['BSD', `SHA256 (a b.bin) = ${digest}\n`],
    ['the same line twice', `${digest}  a b.bin\n${digest}  a b.bin\n`],
    ['empty lines', `\n${digest}  a b.bin\n\n`],
  ])('%s', (_, text) => {
    expect(verify(text, one)).toEqual([
      {
        id: 'model/manifest-holds',
        subject: 'SHA256SUMS',
        verdict: 'pass',
        reason: 'model/manifest-held',
        what: '1 file of the model has the digests that the manifest gives.',
      },
    ])
  })

  test('with a name that sha256sum escapes', () => {
    expect(answers(`\\${digest}  a\\\\b\\nc\n`, [fileOf('a\\b\nc', 'x')])[0]?.[0]).toBe('pass')
  })

  test('which stands in the model folder itself', () => {
    const files = [...one, fileOf('SHA256SUMS', 'any')]
    expect(verify(`${digest}  a b.bin\n`, files, 'SHA256SUMS')[0]?.verdict).toBe('pass')
    expect(verify(`${digest}  a b.bin\n`, files)[0]?.reason).toBe('model/manifest-extra')
  })
})

describe('what does not agree is named', () => {
  test.each([
    [
      'a file with another content',
      withChanged('config.json'),
      'model/manifest-changed',
      '"config.json" has another content than the manifest says.',
    ],
    [
      'a file that is not there',
      without('sub/part.bin'),
      'model/manifest-missing',
      '"sub/part.bin" of the manifest is not in the model.',
    ],
    [
      'a file that nobody listed',
      [...model, fileOf('x.py', 'x')],
      'model/manifest-extra',
      '"x.py" is in the model and not in the manifest.',
    ],
  ])('%s', (_, files, reason, what) => {
    expect(answers(manifestOf(model), files)).toEqual([['fail', reason, what]])
  })

  test('all of it at once, and many files by the first of them', () => {
    const many = Array.from({length: 8}, (_, index) => fileOf(`extra-${index}`, 'x'))
    const found = verify(manifestOf(model), [...withChanged('config.json'), ...many])
    expect(found.map(({reason}) => reason)).toEqual(['model/manifest-changed', 'model/manifest-extra'])
    expect(found[1]?.what).toContain('"extra-4" and 3 more are in the model')
    expect(found[1]?.details?.files).toHaveLength(8)
  })
})

describe('a manifest that cannot be read never passes', () => {
  test.each([
    ['nothing', '', 'inconclusive', 'model/manifest-unreadable'],
    ['prose', 'hello\n', 'inconclusive', 'model/manifest-unreadable'],
    ['another digest', `${'a'.repeat(128)}  a b.bin\n`, 'inconclusive', 'model/manifest-unreadable'],
    ['one bad line among good ones', `${digest}  a b.bin\nx\n`, 'inconclusive', 'model/manifest-unreadable'],
    ['two digests of one file', `${digest}  a b.bin\n${hex('y')}  a b.bin\n`, 'fail', 'model/manifest-contradicts'],
    ['a path outside', `${digest}  ../a b.bin\n`, 'fail', 'model/manifest-missing'],
  ])('%s', (_, text, verdict, reason) => {
    expect(verify(text, one)[0]).toMatchObject({verdict, reason})
  })
})

test('one changed sign of a manifest never passes', () => {
  const text = manifestOf(model)
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.constantFrom('0', 'f', 'x', '/', '\n', ' '), (at, sign) => {
      fc.pre(text[at] !== sign)
      const mutated = text.slice(0, at) + sign + text.slice(at + 1)
      expect(verify(mutated).some(({verdict}) => verdict === 'pass')).toBe(false)
    }),
    {numRuns: 300},
  )
})
