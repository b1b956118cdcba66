import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import * as path from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import type {Release} from '../../src/core/release.ts'
import {planRolloutGate} from '../../src/gates/plan-rollout.ts'
import type {Session} from '../../src/gates/session.ts'
import {renderTerminal} from '../../src/report/terminal.ts'
import {openDirectoryLedger} from '../../src/rollout/ledgers/directory.ts'
import type {Http} from '../../src/runtime/http.ts'
import {silentLog} from '../../src/runtime/log.ts'
import {systemRuntime} from '../../src/runtime/runtime.ts'
import {fakeClock} from '../fakes/clock.ts'
import {release} from '../rollout/world.ts'

const config = (folder: string, rest = '') => `version: 1
service: credit
model: {files: ${folder}/model}
environments:
  production:
    target: {kind: local, router: http://router.test, start: [serve, "{version}", "{port}"]}
    telemetry: {kind: scrape, url: ["http://router.test/{version}"]}
    rollout:
      stages: [{weight: 10%, for: 2h}, {weight: 50%, for: 2h}]
      guards:
        - {name: errors, share: {of: http_requests_total, bad: 'code=~"5.."'}, at-most: 1%}
        - {name: score, mean: {of: score, between: [0, 1]}, may-lose: 5%}
records: {kind: directory, path: ${folder}/records}
${rest}`

let folder = ''
const clock = fakeClock()

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'slipway-plan-'))
  mkdirSync(path.join(folder, 'model'))
  writeFileSync(path.join(folder, 'model', 'weights.bin'), 'weights')
  writeFileSync(path.join(folder, 'slipway.yml'), config(folder))
  const ledger = openDirectoryLedger(path.join(folder, 'records/credit/production'), systemRuntime(silentLog).files)
  await ledger.append(
    {
      schemaVersion: 2,
      id: 'first',
      at: '2026-01-01T00:00:00.000Z',
      by: 'test',
      type: 'restored',
      rollout: null,
      release: release('v1'),
      why: 'it serves',
    },
    null,
  )
})

afterEach(() => rmSync(folder, {recursive: true, force: true}))

/** A service that has answered 100 000 requests, 200 of them badly, and answers 20 more each second. */
function serving(): Http {
  const begin = clock.now().getTime()
  const page = () => {
    const more = ((clock.now().getTime() - begin) / 1000) * 20
    const n = 100_000 + more
    return [
      '# TYPE http_requests_total counter',
      `http_requests_total{code="200"} ${n - 200}`,
      'http_requests_total{code="500"} 200',
      '# TYPE score summary',
      `score_count ${n}`,
      `score_sum ${0.8 * n}`,
      '',
    ].join('\n')
  }
  return {
    send: async ({url}) => ({
      status: 200,
      headers: new Headers(),
      body: url.endsWith('/state') ? router('v1') : page(),
    }),
  }
}

/** What the router says of itself. */
function router(stable: string | null): string {
  return JSON.stringify({stable, candidate: null, weight: 0, candidateReady: null, stableReady: null})
}

/** A Prometheus that has nothing of this moment, and remembers 20 and 30 errors in turn at each step of the past. */
function remembering(): Http {
  const remembered = (body: string) => {
    const asked = new URLSearchParams(body)
    const [start, end, step] = ['start', 'end', 'step'].map(name => Number(asked.get(name)))
    if (start === undefined || end === undefined || step === undefined) throw new Error('no range was asked for')
    const times = Array.from({length: (end - start) / step + 1}, (_, index) => start + index * step)
    const labels = {version: 'v1', job: 'credit', instance: 'a:80'}
    const counter = (code: string, count: (index: number) => number) => ({
      metric: {__name__: 'http_requests_total', ...labels, code},
      values: times.map((time, index) => [time, String(count(index))]),
    })
    const sampled = {slipway_part: 'timestamp of http_requests_total', ...labels, code: '200'}
    return [
      counter('200', index => 5000 * index),
      counter('500', index => 25 * index + 5 * (index % 2)),
      {metric: sampled, values: times.map(time => [time, String(time)])},
    ]
  }
  return {
    send: async ({url, body = ''}) => {
      const isRange = url.endsWith('query_range')
      const data = {resultType: isRange ? 'matrix' : 'vector', result: isRange ? remembered(body) : []}
      return {status: 200, headers: new Headers(), body: JSON.stringify({status: 'success', data})}
    },
  }
}

function sessionWith(http: Http): Session {
  return {runtime: {...systemRuntime(silentLog), clock, http, env: {}}, github: null, by: 'anna'}
}

async function plan(http: Http, more: {readonly stable?: Release} = {}) {
  const request = {config: path.join(folder, 'slipway.yml'), environment: 'production', version: 'v2', ...more}
  const {result, report} = await planRolloutGate(sessionWith(http), request)
  return {result, text: renderTerminal(report, {details: true, width: 4000})}
}

describe('the plan of an environment that serves', () => {
  test('takes traffic, rates and means from what the release in production counts', async () => {
    const {text} = await plan(serving())
    expect(text).toContain('Traffic: 20/s, observed.')
    expect(text).toContain('taken as it counted itself since its processes began, for errors, score')
    expect(text).not.toContain('is assumed to be at half')
    expect(text).toContain('A rollback restores v1')
  })

  test('is made without an answer too, and says what it assumes', async () => {
    const silent: Http = {send: async () => ({status: 503, headers: new Headers(), body: ''})}
    const {result, text} = await plan(silent)
    expect(result.findings.map(finding => finding.reason)).toContain('plan/traffic-unknown')
    expect(text).toContain('For errors, score it is assumed')
    const unread = result.findings.filter(({reason}) => reason === 'plan/guard-not-read')
    expect(unread).toMatchObject([{verdict: 'warn', subject: 'errors, score'}])
    expect(unread[0]?.what).toMatch(/^Guards errors, score could not be read for v1, which serves: v1: .*503/)
  })

  test('says that a metrics page is broken, where every look of the rollout would break on it', async () => {
    const {send} = serving()
    const broken: Http = {
      send: async request =>
        request.url.endsWith('/state') ? send(request) : {...(await send(request)), body: '<html>'},
    }
    const {result} = await plan(broken)
    const unread = result.findings.filter(({reason}) => reason === 'plan/guard-not-read')
    expect(unread).toMatchObject([{verdict: 'warn', subject: 'errors, score'}])
  })

  test('knows how errors cluster from what Prometheus remembers, where it does', async () => {
    const telemetry = 'telemetry: {kind: prometheus, url: "http://prometheus.test", release-label: version}'
    const file = config(folder).replace(/telemetry: .*/, telemetry)
    writeFileSync(path.join(folder, 'slipway.yml'), file)
    const {text} = await plan(remembering())
    expect(text).toContain('How errors cluster is known for errors from 6h of the stable release’s past.')
    expect(text).toContain('How errors cluster is not known yet for score')
    const {text: without} = await plan({send: async () => ({status: 503, headers: new Headers(), body: ''})})
    expect(without).toContain('How errors cluster is not known yet for errors, score')
  })

  test('says which freeze it would meet, if it started now', async () => {
    const freeze = '    freeze: [{from: "2026-01-01", to: "2026-01-02", why: new year}]\nrecords:'
    writeFileSync(path.join(folder, 'slipway.yml'), config(folder).replace('records:', freeze))
    const {text} = await plan(serving())
    expect(text).toContain('Started now, stage 1 (10%) would wait. Frozen until')
  })
})

describe('what the target says of who serves', () => {
  const saying = (stable: string | null): Http => {
    const {send} = serving()
    return {
      send: async request => ({
        ...(await send(request)),
        ...(request.url.endsWith('/state') ? {body: router(stable)} : {}),
      }),
    }
  }
  const forget = () => rmSync(path.join(folder, 'records'), {recursive: true})
  const servingFinding = ({findings}: Awaited<ReturnType<typeof plan>>['result']) =>
    findings.find(({id}) => id === 'plan/serving')

  test('is no news where the ledger says the same', async () => {
    const {result} = await plan(saying('v1'))
    expect(servingFinding(result)).toBeUndefined()
  })

  test('a release that the ledger does not know keeps the rollout from starting, and the plan says how to name it', async () => {
    forget()
    const {result, text} = await plan(saying('v1'))
    expect(result.summary).toBe('v2 cannot start: v1 serves, and the ledger does not know its digests.')
    expect(servingFinding(result)).toMatchObject({verdict: 'fail', reason: 'rollout/stable-unknown', subject: 'v1'})
    expect(servingFinding(result)?.remedy).toContain('--stable-version v1, --stable-model-digest')
    expect(text).not.toContain('Nothing serves here yet')
    expect(text).not.toContain('first release')
  })

  test('named with its digests, the canary is planned against it', async () => {
    forget()
    const {result, text} = await plan(saying('v1'), {stable: release('v1')})
    expect(servingFinding(result)).toBeUndefined()
    expect(text).toContain('A rollback restores v1')
    expect(text).toContain('Traffic: 20/s, observed.')
    expect(result.findings.map(({reason}) => reason)).not.toContain('plan/first-release')
  })

  test('another release than the one that is named is said', async () => {
    forget()
    const {result} = await plan(saying('v0'), {stable: release('v1')})
    expect(servingFinding(result)).toMatchObject({
      verdict: 'fail',
      reason: 'rollout/target-changed-by-someone-else',
      what: 'The target serves v0, not v1, which was named as the release in production.',
    })
  })

  test('another release than the ledger knows is said, as the start would', async () => {
    const {result} = await plan(saying('v0'))
    expect(servingFinding(result)).toMatchObject({
      verdict: 'fail',
      what: 'The target serves v0, the ledger says v1.',
    })
  })

  test('nothing, and an empty ledger: it is the first release', async () => {
    forget()
    const {result} = await plan(saying(null))
    expect(result.findings.map(({reason}) => reason)).toContain('plan/first-release')
    expect(servingFinding(result)).toBeUndefined()
  })

  const silent: Http = {send: async () => ({status: 503, headers: new Headers(), body: ''})}

  test('silence is a warning, and no reason not to plan', async () => {
    const {result, text} = await plan(silent)
    expect(servingFinding(result)).toMatchObject({verdict: 'warn', reason: 'plan/target-not-read'})
    expect(servingFinding(result)?.what).toContain('The plan takes v1 for what serves.')
    expect(text).toContain('A rollback restores v1')
  })

  test('silence and an empty ledger are not taken for a first release', async () => {
    forget()
    const {result, text} = await plan(silent)
    expect(servingFinding(result)?.what).toContain('The ledger knows no release here')
    expect(text).not.toContain('Nothing serves here yet')
    expect(text).not.toContain('There is no release to roll back to')
  })
})
