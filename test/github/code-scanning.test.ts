import {gunzipSync} from 'node:zlib'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {uploadSarif} from '../../src/github/code-scanning.ts'
import {renderSarif} from '../../src/report/sarif-findings.ts'
import {connect, type PatientClock, patientClock} from '../fakes/github/connection.ts'
import {type FakeGitHub, startFakeGitHub} from '../fakes/github/server.ts'

let fake: FakeGitHub
let clock: PatientClock
let commitSha: string

beforeEach(async () => {
  fake = await startFakeGitHub()
  clock = patientClock()
  commitSha = await fake.commit('main', {'README.md': 'hello'})
})
afterEach(async () => {
  await fake.stop()
  expect(fake.violations).toEqual([])
})

/** Findings of these subjects, as a model's SARIF. */
function sarifOf(subjects: readonly string[], category = 'model/credit'): string {
  return renderSarif(
    subjects.map(subject => ({
      id: 'model/x',
      verdict: 'fail',
      reason: 'model/bad',
      subject,
      what: `${subject} is bad.`,
    })),
    {version: '1.0.0', category, otherwise: 'slipway.yml'},
  )
}

interface Change {
  readonly sarif?: string
  readonly ref?: string
  readonly commit?: string
  readonly token?: string
}

function upload({
  sarif = sarifOf(['a']),
  ref = 'refs/heads/main',
  commit = commitSha,
  token = fake.token,
}: Change = {}) {
  return uploadSarif(connect(fake, {token, clock}), clock, {sarif, ref, commitSha: commit})
}

describe('an analysis', () => {
  test('becomes alerts, and the answer leads to them', async () => {
    const published = await upload({sarif: sarifOf(['a', 'b'])})
    expect(published).toEqual({
      kind: 'published',
      url: `${fake.url}/acme/credit/security/code-scanning?query=${encodeURIComponent('is:open tool:Slipway branch:main')}`,
    })
    expect(fake.state.codeScanning.alerts).toMatchObject([
      {rule: 'model/bad', category: 'model/credit', path: 'slipway.yml', state: 'open', message: 'a is bad.'},
      {state: 'open', message: 'b is bad.'},
    ])
  })

  test('of a pull request leads to its own alerts', async () => {
    const published = await upload({ref: 'refs/pull/7/head'})
    expect(published).toMatchObject({url: expect.stringContaining(encodeURIComponent('pr:7'))})
  })

  test('travels as gzip in base64, with commit, ref and tool', async () => {
    const sarif = sarifOf(['ä'])
    await upload({sarif})
    const body = fake.requests[0]?.body
    expect(body).toEqual({
      commit_sha: commitSha,
      ref: 'refs/heads/main',
      sarif: expect.any(String),
      tool_name: 'Slipway',
    })
    const packed = String(Reflect.get(Object(body), 'sarif'))
    expect(gunzipSync(Buffer.from(packed, 'base64')).toString('utf8')).toBe(sarif)
  })

  test('is waited for, longer each time, until GitHub has read it', async () => {
    fake.state.codeScanning.slowness = 5
    await expect(upload()).resolves.toMatchObject({kind: 'published'})
    expect(clock.waits).toEqual([1000, 2000, 3000, 5000, 5000, 10_000])
  })

  test('that is not known everywhere yet is looked for again', async () => {
    fake.fail({method: 'GET', path: '/sarifs/', times: 2, act: {kind: 'refuse', status: 404}})
    await expect(upload()).resolves.toMatchObject({kind: 'published'})
  })

  test('that GitHub does not process in time is said to be pending, with its id', async () => {
    fake.state.codeScanning.slowness = 100
    const error = await upload().catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'github/analysis-pending',
      message: 'GitHub took the analysis and had not processed it 126 s later.',
      hint: `It may still appear. Its id is ${fake.state.codeScanning.uploads[0]?.id}.`,
    })
  })

  test('closes what it no longer has, and opens what comes back, in its own category alone', async () => {
    const states = () =>
      fake.state.codeScanning.alerts.map(({category, message, state}) => `${category} ${message} ${state}`)
    await upload({sarif: sarifOf(['a', 'b'])})
    await upload({sarif: sarifOf(['c'], 'model/fraud')})
    await upload({sarif: sarifOf(['b'])})
    expect(states()).toEqual([
      'model/credit a is bad. fixed',
      'model/credit b is bad. open',
      'model/fraud c is bad. open',
    ])
    await upload({sarif: sarifOf(['a'])})
    expect(states()).toEqual([
      'model/credit a is bad. open',
      'model/credit b is bad. fixed',
      'model/fraud c is bad. open',
    ])
  })

  test('is sent again when its answer is lost, which does no harm', async () => {
    fake.fail({method: 'POST', path: '/sarifs', act: {kind: 'act-and-drop'}})
    await expect(upload()).resolves.toMatchObject({kind: 'published'})
    expect(fake.state.codeScanning.alerts).toHaveLength(1)
  })

  test('waits for a rate limit to pass', async () => {
    const headers = {'retry-after': '7'}
    fake.fail({method: 'POST', path: '/sarifs', act: {kind: 'refuse', status: 429, headers}})
    await expect(upload()).resolves.toMatchObject({kind: 'published'})
    expect(clock.waits[0]).toBe(7000)
  })
})

describe('a repository or a token that takes no analysis', () => {
  test.each([
    ['without any permission, as a fork’s token', {}],
    ['that may only look', {'security-events': 'read'}],
  ] as const)('a token %s is a notice that names the permission', async (_, permissions) => {
    const token = fake.issueToken({login: 'github-actions[bot]', permissions})
    await expect(upload({token})).resolves.toMatchObject({kind: 'not-permitted', permission: 'security-events: write'})
  })

  test('code scanning that is not enabled is another notice: no permission would help', async () => {
    fake.state.codeScanning.setting = 'disabled'
    await expect(upload()).resolves.toEqual({
      kind: 'not-available',
      why: 'Code scanning is not enabled for this repository. In a private one it needs GitHub Code Security: Settings, Advanced Security.',
    })
  })

  test('older words for the same are understood', async () => {
    const message = 'Advanced Security must be enabled for this repository to use code scanning.'
    fake.fail({method: 'POST', path: '/sarifs', act: {kind: 'refuse', status: 403, message}})
    await expect(upload()).resolves.toMatchObject({kind: 'not-available'})
  })

  test('an archived repository takes none', async () => {
    fake.state.codeScanning.setting = 'archived'
    await expect(upload()).resolves.toEqual({
      kind: 'not-available',
      why: 'The repository is archived, so it takes no analysis.',
    })
  })
})

describe('an analysis that GitHub refuses', () => {
  test('because it does not know the commit', async () => {
    await expect(upload({commit: 'f'.repeat(40)})).rejects.toMatchObject({
      code: 'github/commit-unknown',
      message: expect.stringContaining('commit not found'),
    })
  })

  test('because it does not know the branch', async () => {
    await expect(upload({ref: 'refs/heads/gone'})).rejects.toMatchObject({code: 'github/commit-unknown'})
  })

  test('because the repository is not there', async () => {
    fake.fail({method: 'POST', path: '/sarifs', act: {kind: 'refuse', status: 404, message: 'Not Found'}})
    await expect(upload()).rejects.toMatchObject({code: 'github/not-found'})
  })

  test('because it is no gzip in base64: nothing that a second look would mend', async () => {
    const message = 'Invalid SARIF. The SARIF file is not gzip.'
    fake.fail({method: 'POST', path: '/sarifs', act: {kind: 'refuse', status: 400, message}})
    await expect(upload()).rejects.toMatchObject({
      code: 'github/request-refused',
      retryable: false,
      message: expect.stringContaining(message),
    })
  })

  test('because it is too large', async () => {
    fake.fail({method: 'POST', path: '/sarifs', act: {kind: 'refuse', status: 413, message: 'Payload Too Large'}})
    await expect(upload()).rejects.toMatchObject({
      code: 'github/analysis-too-large',
      hint: 'GitHub takes 10 MB after gzip.',
    })
  })

  test.each([
    ['no JSON', '{', 'JSON syntax error'],
    ['no SARIF', '{"version":"2.1.0"}', 'Invalid SARIF'],
    ['a message that is empty', sarifOf(['a']).replace('"text":"a is bad."', '"text":" "'), 'its message is empty'],
  ])('because it is %s', async (_, sarif, said) => {
    await expect(upload({sarif})).rejects.toMatchObject({
      code: 'github/analysis-refused',
      message: expect.stringContaining(said),
      hint: 'GitHub could not read the SARIF. Please report this with the file.',
    })
    expect(fake.state.codeScanning.alerts).toEqual([])
  })

  test.each([
    ['rejecting SARIF, as there are more results per run than allowed (25001 > 25000)', 'larger than GitHub takes'],
    ['analyses from advanced configurations cannot be processed when the default setup is enabled', 'advanced setup'],
    ['all uploads are blocked due to alert limit', 'too many alerts'],
    ['something else', 'Please report this'],
  ])('with the words "%s" is explained', async (said, hint) => {
    const text = JSON.stringify({processing_status: 'failed', errors: [said]})
    fake.fail({method: 'GET', path: '/sarifs/', act: {kind: 'say', text}})
    await expect(upload()).rejects.toMatchObject({
      message: expect.stringContaining(said),
      hint: expect.stringContaining(hint),
    })
  })
})
