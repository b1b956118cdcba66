import {describe, expect, test} from 'vitest'
import type {ModelFile} from '../../../../src/model/digest.ts'
import {
  type SignatureExpectation,
  signerAnswer,
  verifyModelSigning,
} from '../../../../src/model/safety/provenance/model-signing.ts'
import {fileOf, fixture, model, withChanged, without} from './signed-model.ts'

const p256 = {publicKey: fixture('p256.pub')}

async function verify(
  text: string,
  expectation: SignatureExpectation = p256,
  files: readonly ModelFile[] = model,
): Promise<readonly (readonly [string, string])[]> {
  const findings = await verifyModelSigning({path: 'model.sig', text, own: 'model.sig'}, files, expectation)
  return findings.map(({verdict, reason}) => [verdict, reason])
}

/** The statement inside, changed without signing it anew. */
function forged(name: string, change: (statement: string) => string): string {
  const bundle = JSON.parse(fixture(name))
  const payload = Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString()
  bundle.dsseEnvelope.payload = Buffer.from(change(payload)).toString('base64')
  return JSON.stringify(bundle)
}

describe('a model that OpenSSF model signing signed', () => {
  test.each([
    ['with a key on P-256', 'files.sig', p256],
    ['with a key on P-384', 'files-p384.sig', {publicKey: fixture('p384.pub')}],
    ['as release 0.2 did', 'signed-as-0.2.sig', p256],
  ])('%s passes', async (_, name, expectation) => {
    expect(await verify(fixture(name), expectation)).toEqual([['pass', 'model/signature-held']])
  })

  test('says whose signature it is', async () => {
    const [finding] = await verifyModelSigning({path: 'model.sig', text: fixture('files.sig')}, model, p256)
    expect(finding).toEqual({
      id: 'model/signature-holds',
      subject: 'model.sig',
      verdict: 'pass',
      reason: 'model/signature-held',
      what: 'The signature by the given public key holds, and every file has the digest that was signed.',
    })
  })

  test('may have its signature in its own folder', async () => {
    expect(await verify(fixture('files.sig'), p256, [...model, fileOf('model.sig', 'any')])).toEqual([
      ['pass', 'model/signature-held'],
    ])
  })

  test('with files that the signature leaves out is worth a look', async () => {
    expect(await verify(fixture('ignores.sig'))).toEqual([
      ['warn', 'model/signature-ignores'],
      ['pass', 'model/signature-held'],
    ])
  })

  test('without those files has nothing to look at', async () => {
    expect(await verify(fixture('ignores.sig'), p256, without('notes.txt'))).toEqual([['pass', 'model/signature-held']])
  })
})

describe('a model that is not what was signed fails', () => {
  test.each([
    ['changed', withChanged('model.safetensors'), 'model/signature-changed'],
    ['missing', without('sub/part.bin'), 'model/signature-missing'],
    ['added', [...model, fileOf('handler.py', 'x')], 'model/signature-extra'],
    ['beside what is ignored', [...model, fileOf('.gitx/a', 'x')], 'model/signature-extra'],
  ])('%s', async (_, files, reason) => {
    expect(await verify(fixture('files.sig'), p256, files)).toEqual([['fail', reason]])
  })

  test('and with a forged list it fails by the signature', async () => {
    const changed = withChanged('config.json')
    const digest = (files: readonly ModelFile[]) => files[0]?.digest.slice(7) ?? ''
    const text = forged('signed-as-0.2.sig', statement => statement.replace(digest(model), digest(changed)))
    expect(await verify(text, p256, changed)).toEqual([['fail', 'model/signature-invalid']])
  })

  test('and a root digest that is not that of the list is named', async () => {
    const text = forged('files.sig', statement =>
      statement.replace(/"sha256": "[0-9a-f]{64}"/, `"sha256": "${'0'.repeat(64)}"`),
    )
    expect(await verify(text)).toEqual([
      ['fail', 'model/signature-invalid'],
      ['fail', 'model/signature-contradicts'],
    ])
  })
})

describe('a signature that was not verified never passes', () => {
  test.each([
    ['no key is given', 'files.sig', {}, 'inconclusive', 'model/signature-unverified'],
    ['the key is another one', 'files.sig', {publicKey: fixture('p384.pub')}, 'fail', 'model/signature-invalid'],
    ['it is by shards', 'shards.sig', p256, 'inconclusive', 'model/signature-unreadable'],
    ['its digests are BLAKE2', 'blake2.sig', p256, 'inconclusive', 'model/signature-digest-unread'],
    ['it is an attestation', 'github-slsa.sigstore.json', p256, 'inconclusive', 'model/signature-unreadable'],
  ])('%s', async (_, name, expectation, verdict, reason) => {
    expect(await verify(fixture(name), expectation)).toEqual([[verdict, reason]])
  })

  const bundle = (change: Record<string, unknown>) => JSON.stringify({...JSON.parse(fixture('files.sig')), ...change})
  test.each([
    ['no JSON', 'x'],
    ['empty', ''],
    ['another JSON', '{}'],
    ['a key twice', '{"mediaType":"a","mediaType":"b"}'],
    ['no envelope', bundle({dsseEnvelope: undefined})],
    ['no material', bundle({verificationMaterial: {}})],
    [
      'no signature',
      bundle({dsseEnvelope: {payload: 'e30=', payloadType: 'application/vnd.in-toto+json', signatures: []}}),
    ],
    [
      'another payload',
      bundle({dsseEnvelope: {payload: 'e30=', payloadType: 'text/plain', signatures: [{sig: 'AA=='}]}}),
    ],
    ['no statement', forged('files.sig', () => '{}')],
    ['a statement of something else', forged('files.sig', statement => statement.replace('signature/v1.0', 'x'))],
    [
      'resources without digests',
      forged('files.sig', statement => statement.replaceAll('"digest": "', '"digest": "z')),
    ],
  ])('%s', async (_, text) => {
    expect(await verify(text)).toEqual([['inconclusive', 'model/signature-unreadable']])
  })

  test('a list without a file, or with one twice, contradicts itself', async () => {
    const empty = forged('signed-as-0.2.sig', statement => statement.replace('config.json', 'notes.txt'))
    expect(await verify(empty)).toContainEqual(['fail', 'model/signature-contradicts'])
  })

  test('an identity needs a trusted root, and then a name to compare with', async () => {
    const identity = JSON.parse(fixture('github-slsa.sigstore.json')).verificationMaterial
    const text = bundle({verificationMaterial: identity})
    expect(await verify(text)).toEqual([['inconclusive', 'model/signature-unverified']])
    expect(await verify(text, {trustedRoot: fixture('trusted-root.json')})).toEqual([
      ['fail', 'model/signature-invalid'],
    ])
    const own = {certificate: identity.certificate}
    expect(await verify(bundle({verificationMaterial: own}))).toEqual([['inconclusive', 'model/signature-unverified']])
  })

  test.each([
    ['no PEM', 'x'],
    ['a private key', '-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----'],
    ['a broken key', '-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----'],
  ])('a public key that is none is the user’s to correct: %s', async (_, publicKey) => {
    await expect(verify(fixture('files.sig'), {publicKey})).rejects.toMatchObject({code: 'model/public-key'})
  })
})

test('no changed byte of a signed statement passes', async () => {
  const length = Buffer.from(JSON.parse(fixture('files.sig')).dsseEnvelope.payload, 'base64').length
  for (let at = 0; at < length; at += 7) {
    const text = forged('files.sig', statement => `${statement.slice(0, at)}#${statement.slice(at + 1)}`)
    expect((await verify(text)).some(([verdict]) => verdict === 'pass')).toBe(false)
  }
})

describe('a signature by an identity that holds', () => {
  const issuer = 'https://token.actions.githubusercontent.com'
  const identity = 'https://github.com/acme/credit/.github/workflows/train.yml@refs/heads/main'
  const signer = {identity, issuer, claims: new Map([[8, issuer]])}
  const asked = {identity, issuer}
  test.each([
    ['passes where it is the one that was asked for', asked, 'pass', 'model/signature-held'],
    ['says nothing where nobody said whose it must be', {}, 'inconclusive', 'model/signature-anybody'],
    ['says nothing where the issuer is not named', {identity}, 'inconclusive', 'model/signature-anybody'],
    ['says nothing where only the issuer is named', {issuer}, 'inconclusive', 'model/signature-anybody'],
    ['fails by another workflow', {...asked, identity: `${identity}x`}, 'fail', 'model/signature-by-another'],
    ['fails by another issuer', {...asked, issuer: 'https://gitlab.com'}, 'fail', 'model/signature-by-another'],
  ])('%s', (_, expectation, verdict, reason) => {
    expect(signerAnswer(signer, expectation)).toMatchObject({verdict, reason})
  })
})
