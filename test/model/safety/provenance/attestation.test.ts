import {describe, expect, test} from 'vitest'
import type {ModelFile} from '../../../../src/model/digest.ts'
import {type AttestationExpectation, verifyAttestation} from '../../../../src/model/safety/provenance/attestation.ts'
import {attested, fileOf, fixture} from './signed-model.ts'

const slsa = fixture('github-slsa.sigstore.json')
const publish = fixture('github-publish.sigstore.json')
const gitlab = fixture('gitlab-publish.sigstore.json')
const trustedRoot = fixture('trusted-root.json')
const digest = fileOf('other', 'other').digest
const archive: ModelFile = {path: 'model.tar.gz', size: 29_882, digest: attested}
const expected: AttestationExpectation = {repository: 'trailofbits/pypi-attestations', trustedRoot}
const pypi = 'https://docs.pypi.org/attestations/publish/v1'

async function verify(
  text: string,
  change: Partial<AttestationExpectation> = {},
  model: {files: readonly ModelFile[]; digest: typeof digest} = {files: [archive], digest},
): Promise<readonly (readonly [string, string])[]> {
  const findings = await verifyAttestation({path: 'model.jsonl', text, own: 'model.jsonl'}, model, {
    ...expected,
    ...change,
  })
  return findings.map(({verdict, reason}) => [verdict, reason])
}

const held = [['pass', 'model/attestation-held']]

describe('a real attestation of GitHub holds', () => {
  test('and says which workflow made it, at which commit', async () => {
    const model = {files: [archive], digest}
    expect(await verifyAttestation({path: 'a.json', text: slsa}, model, expected)).toEqual([
      {
        id: 'model/attestation-holds',
        subject: 'a.json',
        verdict: 'pass',
        reason: 'model/attestation-held',
        what:
          'The digest of the file is attested. The workflow ' +
          '"https://github.com/trailofbits/pypi-attestations/.github/workflows/release.yml@refs/tags/v0.0.19" ' +
          'attested it at commit "08802efe1f8e5fec4ad842d6b8ce97656092ee72".',
      },
    ])
  })

  test.each([
    ['by the workflow', {workflow: '.github/workflows/release.yml'}],
    ['by the workflow with its repository', {workflow: 'trailofbits/pypi-attestations/.github/workflows/release.yml'}],
    ['in capitals', {repository: 'TrailOfBits/PyPI-attestations'}],
    ['from a tag', {ref: 'refs/tags/v0.0.19'}],
  ])('%s', async (_, change) => {
    expect(await verify(slsa, change)).toEqual(held)
  })

  test('of another kind, where that is asked for', async () => {
    expect(await verify(publish, {predicateType: pypi})).toEqual(held)
  })

  test('among lines of others', async () => {
    expect(await verify(`${publish.trim()}\n${slsa.trim()}\n\n`)).toEqual(held)
  })

  test('as the REST API answers', async () => {
    expect(await verify(`{"attestations":[{"repository_id":1,"bundle":${slsa}}]}`)).toEqual(held)
  })

  test('for the digest of a model as a whole', async () => {
    expect(await verify(slsa, {}, {files: [fileOf('a', 'a'), fileOf('b', 'b')], digest: attested})).toEqual(held)
  })

  test('with the trusted root in lines, and the attestation in the model folder', async () => {
    const root = JSON.stringify(JSON.parse(trustedRoot))
    const github = JSON.stringify({
      ...JSON.parse(trustedRoot),
      certificateAuthorities: [JSON.parse(trustedRoot).certificateAuthorities[0]],
      tlogs: [],
    })
    const files = [archive, fileOf('model.jsonl', 'any')]
    expect(await verify(slsa, {trustedRoot: `${github}\n${root}\n`}, {files, digest})).toEqual(held)
  })
})

describe('an attestation that is not about this model, or not by that workflow, fails', () => {
  test.each([
    ['another repository', {repository: 'somebody/else'}],
    ['a repository of a similar name', {repository: 'trailofbits/pypi'}],
    ['another workflow', {workflow: '.github/workflows/train.yml'}],
    ['another branch', {ref: 'refs/heads/main'}],
  ])('%s', async (_, change) => {
    expect(await verify(slsa, change)).toEqual([['fail', 'model/attestation-by-another']])
  })

  test('vouched for by GitLab', async () => {
    const gitlabFile: ModelFile = {
      ...archive,
      digest: 'sha256:c1ca9b0d85df1606451098233018534497bf584362e10e4a8c21dfaea92c02a8',
    }
    expect(await verify(gitlab, {predicateType: pypi}, {files: [gitlabFile], digest})).toEqual([
      ['fail', 'model/attestation-by-another'],
    ])
  })

  test('other bytes', async () => {
    expect(await verify(slsa, {}, {files: [fileOf('a', 'a')], digest})).toEqual([
      ['fail', 'model/attestation-other-bytes'],
    ])
  })

  test('one file more than was attested', async () => {
    const files = [archive, fileOf('handler.py', 'x')]
    const [finding] = await verifyAttestation({path: 'a', text: slsa}, {files, digest}, expected)
    expect(finding).toMatchObject({
      verdict: 'fail',
      what: 'It is not about "handler.py".',
      details: {files: ['handler.py']},
    })
  })

  const changed = (change: (statement: string) => string) => {
    const bundle = JSON.parse(slsa)
    const payload = Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString()
    bundle.dsseEnvelope.payload = Buffer.from(change(payload)).toString('base64')
    return JSON.stringify(bundle)
  }
  test('a digest that was exchanged', async () => {
    const files = [fileOf('a', 'a')]
    const text = changed(statement => statement.replace(attested.slice(7), files[0]?.digest.slice(7) ?? ''))
    expect(await verify(text, {}, {files, digest})).toEqual([['fail', 'model/attestation-invalid']])
  })

  test('a signature of something else', async () => {
    const bundle = JSON.parse(slsa)
    bundle.dsseEnvelope.signatures = JSON.parse(publish).dsseEnvelope.signatures
    expect(await verify(JSON.stringify(bundle))).toEqual([['fail', 'model/attestation-invalid']])
  })

  test('a certificate of something else', async () => {
    const bundle = JSON.parse(slsa)
    bundle.verificationMaterial = JSON.parse(gitlab).verificationMaterial
    expect(await verify(JSON.stringify(bundle))).toEqual([['fail', 'model/attestation-invalid']])
  })

  test('no entry in the log', async () => {
    const bundle = JSON.parse(slsa)
    bundle.verificationMaterial.tlogEntries = []
    expect(await verify(JSON.stringify(bundle))).toEqual([['fail', 'model/attestation-invalid']])
  })

  test('a trusted root without a log does not excuse the lack of a time stamp', async () => {
    const root = JSON.parse(trustedRoot)
    const bundle = JSON.parse(slsa)
    bundle.verificationMaterial.tlogEntries = []
    const text = JSON.stringify({...root, tlogs: []})
    expect(await verify(JSON.stringify(bundle), {trustedRoot: text})).toEqual([['fail', 'model/attestation-invalid']])
  })
})

describe('what was not verified never passes', () => {
  const {trustedRoot: _, ...rootless} = expected
  const claim = async (text: string, repository: string, files: readonly ModelFile[]) =>
    (await verifyAttestation({path: 'a', text}, {files, digest}, {...rootless, repository})).map(each => each.reason)

  test('without a trusted root the claim is inconclusive, or shown to be wrong', async () => {
    expect(await claim(slsa, expected.repository, [archive])).toEqual(['model/attestation-unverified'])
    expect(await claim(slsa, 'somebody/else', [archive])).toEqual(['model/attestation-by-another'])
    expect(await claim(slsa, expected.repository, [fileOf('a', 'a')])).toEqual([
      'model/attestation-unverified',
      'model/attestation-other-bytes',
    ])
  })

  test.each([
    ['another kind of statement', publish, 'model/attestation-other-kind'],
    ['no JSON', 'x', 'model/attestation-unreadable'],
    ['empty', '', 'model/attestation-unreadable'],
    ['no bundle', '{}', 'model/attestation-unreadable'],
    ['no bundles', '[]', 'model/attestation-unreadable'],
    ['lists in lists', `${'['.repeat(5000)}${']'.repeat(5000)}`, 'model/attestation-unreadable'],
  ])('%s', async (_, text, reason) => {
    expect(await verify(text)).toEqual([['inconclusive', reason]])
  })

  test.each(['x', '{}', '[]', '', '{"certificateAuthorities":[]}'])(
    'a trusted root that is none is the user’s to correct: %j',
    async root => {
      await expect(verify(slsa, {trustedRoot: root})).rejects.toMatchObject({code: 'model/trusted-root'})
    },
  )
})

/** The bundle with one bit of some bytes of it turned around. */
function flipped(part: 'payload' | 'sig', at: number): string {
  const bundle = JSON.parse(slsa)
  const holder = part === 'sig' ? bundle.dsseEnvelope.signatures[0] : bundle.dsseEnvelope
  const bytes = Buffer.from(holder[part], 'base64')
  bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ 1
  holder[part] = bytes.toString('base64')
  return JSON.stringify(bundle)
}

test('no changed bit of the statement or its signature passes', async () => {
  const flips = Array.from({length: 40}, (_, index) => [
    flipped('payload', index * 31),
    flipped('sig', index * 2),
  ]).flat()
  const verdicts = await Promise.all(flips.map(text => verify(text)))
  expect(verdicts.flat().filter(([verdict]) => verdict === 'pass')).toEqual([])
})
