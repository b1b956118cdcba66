/** What the action does beside judging: files for later steps, alerts, a record of where the image lies. */
import {existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import * as path from 'node:path'
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi} from 'vitest'
import {publishToGitHub} from '../../src/actions/publish-to-github.ts'
import {publishToRunner} from '../../src/actions/publish-to-runner.ts'
import {scanImage} from '../../src/actions/scan-image.ts'
import {parseContext} from '../../src/github/context.ts'
import {silentLog} from '../../src/runtime/log.ts'
import {systemRuntime} from '../../src/runtime/runtime.ts'
import {connect, patientClock} from '../fakes/github/connection.ts'
import {type FakeGitHub, startFakeGitHub} from '../fakes/github/server.ts'

const examples = path.join(import.meta.dirname, '../../examples/credit/releases')
const payload = '\x1b[2J\n::error::owned\n##[error]owned%0A::stop-commands::x<script>alert(1)</script>|@octocat \u202e'

let fake: FakeGitHub
let folder: string
let logged: string[]

// The runner's library keeps the place of the summary for as long as the process lives.
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'slipway-action-'))
})
afterAll(() => rmSync(folder, {recursive: true}))
beforeEach(async () => {
  fake = await startFakeGitHub()
  fake.state.artifacts.owner = 'Organization'
  logged = []
  vi.spyOn(process.stdout, 'write').mockImplementation(text => logged.push(String(text)) > 0)
  for (const name of ['output', 'summary']) writeFileSync(path.join(folder, name), '')
  vi.stubEnv('GITHUB_OUTPUT', path.join(folder, 'output'))
  vi.stubEnv('GITHUB_STEP_SUMMARY', path.join(folder, 'summary'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  process.exitCode = 0
  rmSync(path.join(folder, 'slipway'), {recursive: true, force: true})
  await fake.stop()
  expect(fake.violations).toEqual([])
})

interface Asked {
  /** Text of the report that is judged. */
  readonly report: string
  /** Lines below `image:`. */
  readonly config?: string
  readonly record?: boolean
  readonly upload?: boolean
  readonly pullRequest?: boolean
  readonly token?: string
}

async function scan({report, config = '', record = false, upload = false, pullRequest = false, token}: Asked) {
  const file = path.join(folder, 'slipway.yml')
  writeFileSync(path.join(folder, 'report.json'), report)
  writeFileSync(
    file,
    `version: 1
service: credit
model: {files: none}
image:
  scanner: report
  report: ${path.join(folder, 'report.json')}
  database-max-age: 3650d
${config}`,
  )
  const commit = await fake.commit('main', {'README.md': 'hello'})
  const side = (name: string) => ({sha: commit, ref: name, repo: {full_name: 'acme/credit'}})
  const event = pullRequest ? {pull_request: {number: 7, base: side('main'), head: side('work')}} : {}
  const env = {
    GITHUB_REPOSITORY: 'acme/credit',
    GITHUB_EVENT_NAME: pullRequest ? 'pull_request' : 'push',
    GITHUB_SHA: commit,
    GITHUB_REF: pullRequest ? 'refs/pull/7/merge' : 'refs/heads/main',
    GITHUB_ACTOR: 'mona',
    GITHUB_RUN_ID: '42',
    RUNNER_TEMP: folder,
    GITHUB_STEP_SUMMARY: path.join(folder, 'summary'),
  }
  const clock = patientClock(Date.parse('2026-11-22T00:00:00Z'))
  const runtime = {...systemRuntime(silentLog), clock, env}
  const client = connect(fake, {clock, ...(token === undefined ? {} : {token})})
  const session = {runtime, github: {client, context: parseContext(env, JSON.stringify(event))}, by: 'mona'}
  const inputs = {config: file, record, comment: true, 'upload-sarif': upload}
  const outcome = await scanImage(inputs, session)
  await publishToRunner(outcome, runtime, false)
  await publishToGitHub(outcome, session, {comment: true, nameService: false})
  vi.restoreAllMocks()
  return {outcome, outputs: outcome.outputs ?? {}, lines: logged.join('').split(/\r\n|\r|\n/), commit}
}

const reportOf = (version: string) => readFileSync(path.join(examples, version, 'image.json'), 'utf8')
const notices = (lines: readonly string[]) => lines.filter(line => line.startsWith('::notice'))
/** A token as a fork’s pull request has it. */
const readOnly = () => fake.issueToken({login: 'github-actions[bot]', permissions: {contents: 'read'}})

describe('scan-image', () => {
  test('leaves the scan, SARIF, the SBOM and OpenVEX for later steps, and says where', async () => {
    writeFileSync(
      path.join(folder, 'waivers.yml'),
      '- {vulnerability: CVE-2022-48174, owner: ml, reason: No shell reads input., expires: 2027-01-31}\n',
    )
    const config = `  waivers: ${path.join(folder, 'waivers.yml')}\n`
    const {outcome, outputs} = await scan({report: reportOf('v5'), config})
    expect(outcome.result).toMatchObject({verdict: 'warn', reason: 'image/os-end-of-life'})
    const digest = readFileSync(path.join(examples, 'v5/image-digest.txt'), 'utf8').trim()
    expect(outputs['image-digest']).toBe(digest)
    const json = (file: string) => JSON.parse(readFileSync(file, 'utf8'))
    expect(json(outputs.scan ?? '')).toMatchObject({slipwayScan: 1, digest, platforms: [{platform: 'linux/amd64'}]})
    expect(json(outputs.openvex ?? '').statements).toMatchObject([{vulnerability: {name: 'CVE-2022-48174'}}])
    expect(readdirSync(outputs.sarif ?? '')).toEqual(['linux-amd64.sarif'])
    expect(readdirSync(outputs.sbom ?? '')).toEqual(['linux-amd64.cdx.json'])
    expect(json(path.join(outputs.sbom ?? '', 'linux-amd64.cdx.json'))).toMatchObject({bomFormat: 'CycloneDX'})
  })

  test('names no file that is not there', async () => {
    const sarif = {version: '2.1.0', runs: [{tool: {driver: {name: 'trivy'}}, results: []}]}
    const {outputs} = await scan({report: JSON.stringify(sarif)})
    expect(outputs).toMatchObject({sbom: '', openvex: '', 'image-digest': ''})
    for (const file of [outputs.scan, outputs.sarif]) expect(existsSync(file ?? ''), file).toBe(true)
  })

  test('uploads nothing unless it is asked to', async () => {
    await scan({report: reportOf('v5')})
    expect(fake.state.codeScanning.alerts).toEqual([])
  })

  test('makes alerts of the commit and the branch', async () => {
    await scan({report: reportOf('v5'), upload: true})
    const {alerts} = fake.state.codeScanning
    expect(alerts.map(({rule}) => rule).sort()).toEqual([
      'CVE-2022-48174',
      'CVE-2022-48174',
      'CVE-2025-5889',
      'end-of-life',
    ])
    expect(new Set(alerts.map(({category, ref, state}) => `${category} ${ref} ${state}`))).toEqual(
      new Set(['image/credit/linux-amd64 refs/heads/main open']),
    )
  })

  test('makes alerts of a pull request’s head, and says in its comment only what is new', async () => {
    await scan({report: reportOf('v5'), upload: true, pullRequest: true})
    expect(new Set(fake.state.codeScanning.alerts.map(({ref}) => ref))).toEqual(new Set(['refs/pull/7/head']))
    expect(fake.state.comments[0]?.body).toContain('CVE-2022-48174')
  })

  test('tells a pull request of what is new alone; the summary counts what was there before', async () => {
    writeFileSync(path.join(folder, 'before.json'), reportOf('v2'))
    const gate = 'gate: [{severity: critical, new: true, verdict: fail}, {severity: low, new: true, verdict: fail}]'
    const config = `  baseline: ${path.join(folder, 'before.json')}\n  ${gate}\n`
    const {outcome} = await scan({report: reportOf('v5'), config, pullRequest: true})
    expect(outcome.result.verdict).toBe('fail')
    // busybox is of v5 alone; brace-expansion was in v2 as well.
    const [comment] = fake.state.comments
    expect(comment?.body).toContain('CVE-2022-48174')
    expect(comment?.body).not.toContain('CVE-2025-5889')
    expect(readFileSync(path.join(folder, 'summary'), 'utf8')).toContain('1 was there already')
  })

  test('says in a notice which permission the token lacks, and judges all the same', async () => {
    const {outcome, lines} = await scan({report: reportOf('v5'), upload: true, token: readOnly()})
    expect(outcome.result.verdict).toBe('fail')
    expect(notices(lines)).toEqual([
      expect.stringMatching(
        /^::notice::No code scanning analysis \(image\/credit\/linux-amd64\/\) .*"security-events: write"/,
      ),
      expect.stringContaining('"checks: write"'),
    ])
    expect(fake.state.codeScanning.alerts).toEqual([])
  })

  test('closes no alert by a report that could not be judged', async () => {
    await scan({report: reportOf('v5'), upload: true})
    vi.spyOn(process.stdout, 'write').mockImplementation(text => logged.push(String(text)) > 0)
    const unnamed = reportOf('v5').replaceAll(/@sha256:[0-9a-f]{64}/g, '')
    const {outcome, lines} = await scan({report: unnamed, upload: true})
    expect(outcome.result).toMatchObject({verdict: 'error', reason: 'image/digest-unknown'})
    expect(new Set(fake.state.codeScanning.alerts.map(({state}) => state))).toEqual(new Set(['open']))
    expect(notices(lines)).toEqual([expect.stringContaining('would close every alert')])
  })

  test('keeps with the evidence what the image is made of, and tells GitHub where it lies', async () => {
    const report = reportOf('v2').replaceAll('localhost:5000/', 'registry.example.com/')
    const {outcome, commit} = await scan({report, record: true})
    expect(outcome.result.verdict).toBe('pass')
    const digest = outcome.result.subject.image
    expect(fake.state.artifacts.storage).toMatchObject([{name: 'registry.example.com/credit/v2', digest}])
    expect(commit).toMatch(/^[0-9a-f]{40}$/)
    const written = fake.requests.filter(({method, path: at}) => method === 'POST' && at.includes('/git/trees'))
    expect(JSON.stringify(written.map(({body}) => body))).toContain('sbom-linux-amd64.cdx.json')
  })

  test('lets no text of a report be a command, markup or a mention: in log, summary, check, comment and files', async () => {
    const report = JSON.parse(reportOf('v5'))
    for (const {Vulnerabilities = []} of report.Results) {
      for (const each of Vulnerabilities) Object.assign(each, {Title: payload, PkgName: payload, FixedVersion: payload})
    }
    const {outputs, lines} = await scan({report: JSON.stringify(report), upload: true, pullRequest: true})
    const commands = lines.filter(line => /^\s*::/.test(line))
    expect(commands.filter(line => !/^::(error|warning|notice)::/.test(line))).toEqual([])
    expect(lines.filter(line => line.includes('##[') && !commands.includes(line))).toEqual([])
    expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    const shown = [
      readFileSync(path.join(folder, 'summary'), 'utf8'),
      ...fake.state.comments.map(({body}) => body),
      ...fake.state.checkRuns.map(({text, summary}) => `${text} ${summary}`),
    ]
    expect(shown).toHaveLength(3)
    for (const text of shown) {
      expect(text).toContain('CVE-2022-48174')
      expect(text).not.toMatch(/<script|(?<!&#64;|`[^`\n]*)@octocat|(?!\n)[\p{Cc}\u202e]/u)
    }
    expect(readFileSync(path.join(folder, 'output'), 'utf8')).not.toContain('owned')
    expect(readFileSync(path.join(outputs.sarif ?? '', 'linux-amd64.sarif'), 'utf8')).not.toMatch(
      /(?!\n)[\p{Cc}\u202e]/u,
    )
  })

  test('fits what GitHub takes, whatever the number and the length of findings', async () => {
    const report = JSON.parse(reportOf('v5'))
    const [first] = report.Results.flatMap(
      (result: {Vulnerabilities?: readonly unknown[]}) => result.Vulnerabilities ?? [],
    )
    const many = Array.from({length: 1200}, (_, at) => ({
      ...first,
      VulnerabilityID: `CVE-2026-${10_000 + at}`,
      Title: 'long '.repeat(100),
    }))
    const whole = {
      ...report,
      Results: report.Results.map((result: {Vulnerabilities?: unknown}) => ({
        ...result,
        ...(result.Vulnerabilities ? {Vulnerabilities: many} : {}),
      })),
    }
    const {outcome} = await scan({report: JSON.stringify(whole), upload: true, pullRequest: true})
    expect(outcome.result.verdict).toBe('fail')
    // GitHub: 1 MiB a summary, 65,535 characters a check’s text and a comment, 5,000 results shown of an analysis.
    expect(readFileSync(path.join(folder, 'summary')).length).toBeLessThanOrEqual(1024 * 1024)
    expect(fake.state.checkRuns[0]?.text?.length).toBeLessThanOrEqual(65_535)
    expect(fake.state.comments[0]?.body.length).toBeLessThanOrEqual(65_535)
    expect(fake.state.codeScanning.alerts.length).toBeGreaterThan(500)
  })
})
