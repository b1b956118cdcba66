/** Manifest, signature and attestation of a model that are absent, unreadable, of another model or by somebody else. */
import {createHash, generateKeyPairSync, type KeyObject, sign} from 'node:crypto'
import {readFileSync} from 'node:fs'
import * as path from 'node:path'
import {type Case, error, fail, type Given, inconclusive, warn} from './case.ts'
import {goodWeights, inspected} from './inspected.ts'

const fixture = (name: string) =>
  readFileSync(path.join(import.meta.dirname, '../../fixtures/provenance', name), 'utf8')
const hex = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex')
const line = (content: string | Uint8Array, name: string) => `${hex(content)}  ${name}\n`

const {privateKey, publicKey} = generateKeyPairSync('ec', {namedCurve: 'P-256'})
const pem = publicKey.export({type: 'spki', format: 'pem'}).toString()

interface Signed {
  readonly files?: readonly (readonly [name: string, digest: string])[]
  readonly ignored?: readonly string[]
  readonly algorithm?: string
  readonly root?: string
  readonly key?: KeyObject
}

const weightsFile = ['model.safetensors', hex(goodWeights)] as const

/** A bundle of OpenSSF model signing 1.0, signed by a key: https://github.com/ossf/model-signing-spec */
function bundle({files = [weightsFile], ignored = [], algorithm = 'sha256', root, key = privateKey}: Signed): string {
  const all = createHash('sha256')
  for (const [, digest] of files) all.update(Buffer.from(digest, 'hex'))
  const payload = JSON.stringify({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{name: 'subject', digest: {sha256: root ?? all.digest('hex')}}],
    predicateType: 'https://model_signing/signature/v1.0',
    predicate: {
      serialization: {hash_type: algorithm, method: 'files', allow_symlinks: false, ignore_paths: ignored},
      resources: files.map(([name, digest]) => ({name, digest, algorithm})),
    },
  })
  const type = 'application/vnd.in-toto+json'
  const signature = sign('sha256', Buffer.from(`DSSEv1 ${type.length} ${type} ${payload.length} ${payload}`), key)
  return JSON.stringify({
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: {publicKey: {hint: hex(pem)}, tlogEntries: []},
    dsseEnvelope: {
      payloadType: type,
      payload: Buffer.from(payload).toString('base64'),
      signatures: [{sig: signature.toString('base64')}],
    },
  })
}

const listed = (manifest: string, files = {}) =>
  inspected({files, beside: {'model.sha256': manifest}, model: {safety: {manifest: '@/model.sha256'}}})

/** @param held what the config asks of it beside the file */
const signed = (text: string, held: object = {'public-key': '@/key.pub'}, files = {}) =>
  inspected({
    files,
    beside: {'model.sig': text, 'key.pub': pem, 'root.json': fixture('trusted-root.json')},
    model: {safety: {signature: {file: '@/model.sig', ...held}}},
  })

const repository = 'trailofbits/pypi-attestations'
const slsa = fixture('github-slsa.sigstore.json')

const attested = (text: string, held: object = {}): Given =>
  inspected({
    beside: {'model.jsonl': text, 'root.json': fixture('trusted-root.json'), 'none.json': '{}'},
    model: {safety: {attestation: {file: '@/model.jsonl', repository, ...held}}},
  })
const root = {'trusted-root': '@/root.json'}

/** The attestation with its statement about other bytes, which nobody signed. */
function aboutWeights(): string {
  const all = JSON.parse(slsa)
  const statement = Buffer.from(all.dsseEnvelope.payload, 'base64').toString()
  const other = statement.replace(/(?<="sha256":")[0-9a-f]{64}/, hex(goodWeights))
  all.dsseEnvelope.payload = Buffer.from(other).toString('base64')
  return JSON.stringify(all)
}

const wrongManifests: readonly Case[] = [
  error('file/not-found', 'no manifest', inspected({model: {safety: {manifest: '@/nope.sha256'}}}), 'does not exist'),
  inconclusive('model/manifest-unreadable', 'an empty manifest', listed(''), 'lists no file'),
  inconclusive(
    'model/manifest-unreadable',
    'a manifest of other lines',
    listed('<html>\x1b[2J'),
    'Line 1 is no line of sha256sum',
  ),
  fail(
    'model/manifest-contradicts',
    'a manifest with two digests of one file',
    listed(line(goodWeights, 'model.safetensors') + line('x', 'model.safetensors')),
    'two digests',
  ),
  fail(
    'model/manifest-changed',
    'other bytes than the manifest says',
    listed(line('x', 'model.safetensors')),
    'has another content',
  ),
  fail(
    'model/manifest-missing',
    'a file of the manifest that is not there',
    listed(line(goodWeights, 'model.safetensors') + line('x', 'b')),
    '"b" of the manifest is not in the model',
  ),
  fail(
    'model/manifest-extra',
    'a file that the manifest does not list',
    listed(line(goodWeights, 'model.safetensors'), {'b.txt': 'b'}),
    '"b.txt" is in the model',
  ),
]

const wrongSignatures: readonly Case[] = [
  error(
    'file/not-found',
    'no signature',
    inspected({model: {safety: {signature: {file: '@/nope.sig'}}}}),
    'does not exist',
  ),
  error('file/not-found', 'no public key', signed(bundle({}), {'public-key': '@/nope.pub'}), 'does not exist'),
  error(
    'model/public-key',
    'a public key that is none',
    signed(bundle({}), {'public-key': '@/model.sig'}),
    'not an elliptic-curve key',
  ),
  inconclusive('model/signature-unreadable', 'an empty signature', signed(''), 'JSON'),
  inconclusive('model/signature-unreadable', 'a signature of megabytes', signed('['.repeat(5_000_000)), 'JSON'),
  inconclusive(
    'model/signature-unverified',
    'a signature without a key to verify it by',
    signed(bundle({}), {}),
    'no public key was given',
  ),
  inconclusive(
    'model/signature-digest-unread',
    'digests that are not computed here',
    signed(bundle({algorithm: 'blake2b'})),
    'not computed here',
  ),
  fail(
    'model/signature-invalid',
    'a signature by another key',
    signed(bundle({key: generateKeyPairSync('ec', {namedCurve: 'P-256'}).privateKey})),
    'not made over this content',
  ),
  fail(
    'model/signature-contradicts',
    'a signed list that contradicts itself',
    signed(bundle({root: hex('x')})),
    'come to',
  ),
  fail(
    'model/signature-changed',
    'other bytes than were signed',
    signed(bundle({files: [['model.safetensors', hex('x')]]})),
    'has another content',
  ),
  fail(
    'model/signature-missing',
    'a signed file that is not there',
    signed(bundle({files: [weightsFile, ['b', hex('x')]]})),
    '"b" of the signature',
  ),
  fail(
    'model/signature-extra',
    'a file that was not signed',
    signed(bundle({}), undefined, {'b.txt': 'b'}),
    '"b.txt" is in the model',
  ),
  warn(
    'model/signature-ignores',
    'a file that the signature leaves out',
    signed(bundle({ignored: ['b.txt']}), undefined, {'b.txt': 'b'}),
    'not signed',
  ),
  error(
    'model/trusted-root',
    'a trusted root that is none',
    attested(slsa, {'trusted-root': '@/none.json'}),
    'trusted root',
  ),
]

const wrongAttestations: readonly Case[] = [
  error(
    'file/not-found',
    'no attestation',
    inspected({model: {safety: {attestation: {file: '@/nope.jsonl', repository}}}}),
    'does not exist',
  ),
  inconclusive('model/attestation-unreadable', 'an empty attestation', attested(''), 'holds no bundle'),
  inconclusive(
    'model/attestation-other-kind',
    'an attestation of something else than how it was built',
    attested(fixture('github-publish.sigstore.json'), root),
    'publish',
  ),
  inconclusive(
    'model/attestation-unverified',
    'an attestation without a trusted root',
    attested(aboutWeights()),
    'No trusted root',
  ),
  fail(
    'model/attestation-invalid',
    'an attestation that nobody signed',
    attested(aboutWeights(), root),
    'does not hold against the trusted root',
  ),
  fail('model/attestation-other-bytes', 'an attestation of another model', attested(slsa, root), 'about other bytes'),
  fail(
    'model/attestation-by-another',
    'an attestation by another repository',
    attested(slsa, {...root, repository: 'acme/credit'}),
    'acme/credit',
  ),
]

export const wrongProvenance: readonly Case[] = [...wrongManifests, ...wrongSignatures, ...wrongAttestations].map(
  each => ({
    ...each,
    when: 'model',
  }),
)
