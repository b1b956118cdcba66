import {describe, expect, test} from 'vitest'
import {UserError} from '../../src/core/failure.ts'
import type {Http} from '../../src/runtime/http.ts'
import {silentLog} from '../../src/runtime/log.ts'
import {systemRuntime} from '../../src/runtime/runtime.ts'
import {openScrape} from '../../src/telemetry/scrape.ts'
import {describeSource, errors, totals} from '../contracts/source.ts'
import {startCountingService} from './counting-service.ts'

const runtime = systemRuntime(silentLog)

describeSource('a reader of metrics pages', async () => {
  const [v1, v2] = [await startCountingService('v1'), await startCountingService('v2')]
  // Stands in for the name server that knows where each release runs.
  const http: Http = {
    send: request =>
      runtime.http.send({
        ...request,
        url: request.url.replace('//v1.test', `//127.0.0.1:${v1.port}`).replace('//v2.test', `//127.0.0.1:${v2.port}`),
      }),
  }
  return {
    source: openScrape({kind: 'scrape', url: ['http://{version}.test/metrics']}, http),
    v1,
    v2,
    lagMs: 0,
    close: async () => {
      await Promise.all([v1.stop(), v2.stop()])
    },
  }
})

const versions = {candidate: 'v2', stable: 'v1'}
const good = 'http_requests_total{code="200"} 5\n'

/** Pages by address; an address without a page answers 404. */
function pages(byUrl: Record<string, string | {status: number; body: string; type?: string}>): Http {
  return {
    send: async ({url}) => {
      const page = byUrl[url] ?? {status: 404, body: 'not found'}
      if (typeof page === 'string') return {status: 200, headers: new Headers(), body: page}
      return {status: page.status, headers: new Headers(page.type ? {'content-type': page.type} : {}), body: page.body}
    },
  }
}

const readErrors = async (http: Http, url = ['http://{version}/metrics']) =>
  (await openScrape({kind: 'scrape', url}, http).read([errors], versions)).guards.errors

describe('a metrics page that is not as agreed', () => {
  test.each([
    ['answers 404', {status: 404, body: 'nothing here'}, '404'],
    ['answers 500', {status: 500, body: 'oops'}, '500'],
    ['is a web page', {status: 200, body: '<!DOCTYPE html><html></html>', type: 'text/html'}, 'web page'],
    ['is a web page that calls itself text', {status: 200, body: '<html>log in</html>\n'}, 'web page'],
    ['is cut in the middle of a line', {status: 200, body: 'http_requests_total{code="200"} 5\nhttp_req'}, 'line 2'],
    ['is JSON', {status: 200, body: '{"error": "no"}\n'}, 'line 1'],
    ['counts half requests', {status: 200, body: 'http_requests_total{code="200"} 5.5\n'}, '5.5'],
    ['counts NaN', {status: 200, body: 'http_requests_total{code="200"} NaN\n'}, 'NaN'],
    ['counts below zero', {status: 200, body: 'http_requests_total{code="200"} -1\n'}, '-1'],
  ])('is a failed query that says so when it %s', async (_, page, said) => {
    const reading = await readErrors(pages({'http://v1/metrics': good, 'http://v2/metrics': page}))
    expect(reading).toMatchObject({kind: 'query-failed', detail: expect.stringContaining(said)})
    expect(reading).toMatchObject({detail: expect.stringContaining('candidate v2')})
  })

  test('is a failed query when one replica of several does not answer: its errors would be hidden', async () => {
    const url = ['http://{version}-a/metrics', 'http://{version}-b/metrics']
    const reading = await readErrors(
      pages({'http://v1-a/metrics': good, 'http://v1-b/metrics': good, 'http://v2-a/metrics': good}),
      url,
    )
    expect(reading).toMatchObject({kind: 'query-failed', detail: expect.stringContaining('http://v2-b/metrics')})
  })

  test('is a failed query when the stable release does not answer', async () => {
    const reading = await readErrors(pages({'http://v2/metrics': good}))
    expect(reading).toMatchObject({kind: 'query-failed', detail: expect.stringContaining('stable v1')})
  })

  test('is no data when one replica has no such counter', async () => {
    const url = ['http://{version}-a/metrics', 'http://{version}-b/metrics']
    const all = {'http://v1-a/metrics': good, 'http://v1-b/metrics': good, 'http://v2-a/metrics': good}
    const reading = await readErrors(pages({...all, 'http://v2-b/metrics': 'up 1\n'}), url)
    expect(reading).toMatchObject({kind: 'no-data', detail: expect.stringContaining('http_requests_total')})
  })

  test('is no data when the metric is a gauge', async () => {
    const gauge = `# TYPE http_requests_total gauge\n${good}`
    const reading = await readErrors(pages({'http://v1/metrics': good, 'http://v2/metrics': gauge}))
    expect(reading).toMatchObject({kind: 'no-data', detail: expect.stringContaining('gauge')})
  })
})

describe('a page that says when its samples were taken', () => {
  const now = Date.parse('2026-01-01T12:00:00Z')
  const read = async (ageSeconds: number, {headers = {date: 'Thu, 01 Jan 2026 12:00:00 GMT'}, more = ''} = {}) => {
    const body = `http_requests_total{code="200"} 5 ${now - ageSeconds * 1000}\n${more}`
    const http: Http = {send: async () => ({status: 200, headers: new Headers(headers), body})}
    return readErrors(http)
  }

  test('is known by the newest of them, so that an older page counts nothing', async () => {
    const reading = await read(60, {more: `http_requests_total{code="500"} 1 ${now - 5000}\n`})
    expect(reading).toMatchObject({candidate: {'http://v2/metrics': {n: 6, bad: 1, sampledAt: now - 5000}}})
  })

  test('is a failed query when they are older than a stopped scrape may be', async () => {
    expect(await read(180)).toMatchObject({kind: 'counted'})
    expect(await read(181)).toMatchObject({
      kind: 'query-failed',
      detail: expect.stringContaining('http://v2/metrics: a sample is 181 s old, and only 180 s are trusted'),
    })
  })

  test.each([
    ['a sample that nobody asked for is old', {more: `other_total 5 ${now - 9_000_000}\n`}],
    ['nothing says what time it is there', {headers: {}}],
  ])('is counted where %s', async (_, page) => {
    expect(await read(60, page as object)).toMatchObject({kind: 'counted'})
  })

  test('does not say it of all: then nothing is known', async () => {
    const reading = await read(60, {more: 'http_requests_total{code="500"} 1\n'})
    expect(reading?.kind === 'counted' && reading.candidate).toEqual({'http://v2/metrics': {n: 6, bad: 1}})
  })

  test('says it in seconds in OpenMetrics', async () => {
    const headers = {'content-type': 'application/openmetrics-text; version=1.0.0'}
    const body = `http_requests_total{code="200"} 5 ${now / 1000}\n# EOF\n`
    const reading = await readErrors({send: async () => ({status: 200, headers: new Headers(headers), body})})
    expect(reading).toMatchObject({candidate: {'http://v2/metrics': {sampledAt: now}}})
  })
})

test('a metrics page that is asked for alerts is a failed query: it knows none', async () => {
  const source = openScrape({kind: 'scrape', url: ['http://{version}/metrics']}, pages({}))
  const {guards} = await source.read([{kind: 'alert', name: 'alerts', matchers: 'severity="critical"'}], versions)
  expect(guards.alerts).toMatchObject({kind: 'query-failed', detail: expect.stringContaining('knows no alerts')})
})

describe('the pages of several replicas', () => {
  test('are counted together, each as a series of its own', async () => {
    const url = ['http://{version}-a/metrics', 'http://{version}-b/metrics']
    const bad = 'http_requests_total{code="200"} 1\nhttp_requests_total{code="500"} 2\n'
    const reading = await readErrors(
      pages({
        'http://v1-a/metrics': good,
        'http://v1-b/metrics': good,
        'http://v2-a/metrics': good,
        'http://v2-b/metrics': bad,
      }),
      url,
    )
    expect(totals(reading)).toMatchObject({stable: {n: 10, bad: 0}, candidate: {n: 8, bad: 2}})
    expect(reading?.kind === 'counted' && Object.keys(reading.candidate)).toEqual([
      'http://v2-a/metrics',
      'http://v2-b/metrics',
    ])
  })

  test('are read once where two entries name the same page', async () => {
    const url = ['http://{version}/metrics', 'http://{version}/metrics']
    const reading = await readErrors(pages({'http://v1/metrics': good, 'http://v2/metrics': good}), url)
    expect(totals(reading)).toMatchObject({candidate: {n: 5}})
  })
})

test.each([
  ['telemetry/url-without-version', 'http://credit/metrics'],
  ['telemetry/url-malformed', 'credit-{version}/metrics'],
  ['telemetry/url-malformed', 'file:///{version}'],
])('a config that cannot work is refused before anything is read: %s', (code, url) => {
  expect(() => openScrape({kind: 'scrape', url: [url]}, pages({}))).toThrow(
    expect.toSatisfy((error: unknown) => error instanceof UserError && error.code === code),
  )
})

describe('the page of the embedded router', () => {
  const ofRouter = 'http://127.0.0.1:9090/releases/{version}/traffic'
  const open = (...url: string[]) => openScrape({kind: 'scrape', url}, pages({}))

  test.each(['http://{version}.test/metrics', 'http://127.0.0.1:9090/releases/{version}/metrics'])(
    'is refused beside a page of the release, which counts the same requests: %s',
    own => {
      expect(() => open(own, ofRouter)).toThrow(expect.objectContaining({code: 'telemetry/counted-twice'}))
      expect(() => open(`${ofRouter}/`, own)).toThrow(expect.objectContaining({code: 'telemetry/counted-twice'}))
    },
  )

  test('is taken alone, and beside that of another router', () => {
    expect(open(ofRouter).kind).toBe('scrape')
    expect(open(ofRouter, 'http://other:9090/releases/{version}/traffic').kind).toBe('scrape')
  })
})
