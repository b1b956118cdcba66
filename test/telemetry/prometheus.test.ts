/** The answers here have the shape that Prometheus 2.42 gave to the same query; test/e2e/telemetry asks a real one. */
import {describe, expect, test} from 'vitest'
import {SystemError, UserError} from '../../src/core/failure.ts'
import type {Http, HttpRequest} from '../../src/runtime/http.ts'
import {maxSampleAgeSeconds, readQuestion} from '../../src/telemetry/counters.ts'
import {openPrometheus} from '../../src/telemetry/prometheus.ts'
import {lookQuery} from '../../src/telemetry/promql.ts'
import type {GuardQuery} from '../../src/telemetry/source.ts'
import {errors, latency, totals} from '../contracts/source.ts'

const at = 1_700_000_600
const config = {kind: 'prometheus', url: 'http://prometheus:9090/', 'release-label': 'version'} as const
const beganAt = (at - 3600) * 1000
const sampledAt = (at - 1) * 1000
const versions = {candidate: 'v2', stable: 'v1'}

/** One series of an instant vector. */
const series = (metric: Readonly<Record<string, string>>, value: number | string) => ({
  metric,
  value: [at, String(value)],
})

/** What Prometheus says of one process: its request counters, when it began, and how old its newest sample is. */
function process(
  version: string,
  instance: string,
  counts: Record<string, number>,
  {age = 1, started = at - 3600} = {},
) {
  const target = {job: 'credit', instance}
  const counters = Object.entries(counts).map(([code, count]) => ({code, count}))
  return [
    ...counters.map(({code, count}) => series({__name__: 'http_requests_total', version, code, ...target}, count)),
    series({__name__: 'process_start_time_seconds', slipway_part: 'started', ...target}, started),
    ...counters.map(({code}) =>
      series({slipway_part: 'timestamp of http_requests_total', version, code, ...target}, at - age),
    ),
  ]
}

const vector = (result: readonly unknown[], more: object = {}) =>
  JSON.stringify({status: 'success', data: {resultType: 'vector', result}, ...more})

function answering(body: string, status = 200): {http: Http; sent: HttpRequest[]} {
  const sent: HttpRequest[] = []
  return {
    sent,
    http: {
      send: async request => {
        sent.push(request)
        return {status, headers: new Headers(), body}
      },
    },
  }
}

async function readErrors(body: string, status = 200) {
  const source = openPrometheus(config, answering(body, status).http, {})
  return (await source.read([errors], versions)).guards.errors
}

describe('the past of one version', () => {
  const interval = {from: 1_700_000_000_000, to: 1_700_000_600_000, stepMs: 300_000}
  const labels = {version: 'v1', job: 'credit', instance: 'a:80', code: '500'}
  const at = (more: number, value: number) => [1_700_000_000 + more, String(value)]
  const body = JSON.stringify({
    status: 'success',
    data: {
      resultType: 'matrix',
      result: [
        {metric: {__name__: 'http_requests_total', ...labels}, values: [at(0, 7), at(600, 9)]},
        {
          metric: {slipway_part: 'timestamp of http_requests_total', ...labels},
          values: [at(0, 1_700_000_000), at(600, 1_700_000_600)],
        },
      ],
    },
  })

  test('is told by one short question that is not repeated', async () => {
    const {http, sent} = answering(body)
    const past = await openPrometheus(config, http, {}).past?.([errors], 'v1', interval)
    expect(past?.map(({reading}) => totals(reading.guards.errors))).toEqual([
      {candidate: {n: 7, bad: 7, suspect: 0}, stable: {n: 0, bad: 0, suspect: 0}},
      expect.objectContaining({kind: 'no-data'}),
      {candidate: {n: 9, bad: 9, suspect: 0}, stable: {n: 0, bad: 0, suspect: 0}},
    ])
    expect(sent).toHaveLength(1)
    expect(sent[0]).toMatchObject({timeoutMs: 10_000, retries: 0})
    const asked = new URLSearchParams(sent[0]?.body ?? '')
    expect(asked.get('query')).toContain('version=~"v1"')
  })

  test.each([
    ['answers with an error', '{"status":"error","errorType":"timeout","error":"too slow"}', 503],
    ['answers in part', JSON.stringify({...JSON.parse(body), warnings: ['store gone']}), 200],
  ])('is none where the server %s', async (_, text, status) => {
    const {http, sent} = answering(text, status)
    await expect(openPrometheus(config, http, {}).past?.([errors], 'v1', interval)).rejects.toMatchObject({
      code: 'prometheus/no-answer',
    })
    expect(sent).toHaveLength(1)
  })
})

describe('an answer of Prometheus', () => {
  test('is counted per process, both releases from one query', async () => {
    const {http, sent} = answering(
      vector([...process('v1', 'a:80', {200: 90, 500: 1}), ...process('v2', 'b:80', {200: 9, 503: 2})]),
    )
    const {guards} = await openPrometheus(config, http, {}).read([errors], versions)
    expect(guards.errors).toEqual({
      kind: 'counted',
      stable: {[`job=credit instance=a:80 started ${at - 3600}`]: {n: 91, bad: 1, beganAt, sampledAt}},
      candidate: {[`job=credit instance=b:80 started ${at - 3600}`]: {n: 11, bad: 2, beganAt, sampledAt}},
    })
    expect(sent).toHaveLength(1)
    expect(sent[0]).toMatchObject({method: 'POST', url: 'http://prometheus:9090/api/v1/query'})
  })

  test('that is empty is no data, not zero errors', async () => {
    expect(await readErrors(vector([]))).toMatchObject({
      kind: 'no-data',
      detail: expect.stringContaining('no series with version="v2"'),
    })
  })

  test('that knows one side only is no data for the guard, with what that side counts', async () => {
    expect(await readErrors(vector(process('v2', 'b:80', {200: 9})))).toEqual({
      kind: 'no-data',
      detail: expect.stringContaining('stable v1'),
      candidate: {[`job=credit instance=b:80 started ${at - 3600}`]: {n: 9, bad: 0, beganAt, sampledAt}},
      stable: {},
    })
  })

  test.each([
    ['in milliseconds', at * 1000],
    ['at zero', 0],
    ['at no number', 'NaN'],
  ])('with a start %s does not say when the process began', async (_, started) => {
    const body = vector([
      ...process('v1', 'a:80', {200: 9}),
      ...process('v2', 'b:80', {200: 9}).map(one =>
        one.metric.slipway_part === 'started' ? {...one, value: [at, String(started)]} : one,
      ),
    ])
    const reading = await readErrors(body)
    expect(reading?.kind === 'counted' && Object.values(reading.candidate)).toEqual([{n: 9, bad: 0, sampledAt}])
  })

  test('with samples that nobody has refreshed is no data, and says how old they are', async () => {
    const old = {age: maxSampleAgeSeconds + 60}
    const body = vector([...process('v1', 'a:80', {200: 9}), ...process('v2', 'b:80', {200: 9}, old)])
    expect(await readErrors(body)).toMatchObject({kind: 'no-data', detail: expect.stringContaining('240 s old')})
  })

  test('leaves out a process that is gone while others are fresh', async () => {
    const gone = {age: maxSampleAgeSeconds + 1}
    const body = vector([
      ...process('v1', 'a:80', {200: 9}),
      ...process('v2', 'b:80', {200: 9}),
      ...process('v2', 'c:80', {200: 500}, gone),
    ])
    const reading = await readErrors(body)
    expect(reading?.kind === 'counted' && Object.values(reading.candidate)).toEqual([
      {n: 9, bad: 0, beganAt, sampledAt},
    ])
  })

  test('keeps series apart that name no process: a restart must not hide in a sum', async () => {
    const stamp = (version: string, code: string) =>
      series({slipway_part: 'timestamp of http_requests_total', version, code}, at - 1)
    const body = vector([
      series({__name__: 'http_requests_total', version: 'v1', code: '200'}, 8),
      series({__name__: 'http_requests_total', version: 'v2', code: '200'}, 5),
      series({__name__: 'http_requests_total', version: 'v2', code: '500'}, 3),
      ...[stamp('v1', '200'), stamp('v2', '200'), stamp('v2', '500')],
    ])
    const reading = await readErrors(body)
    expect(reading?.kind === 'counted' && reading.candidate).toEqual({
      'code=200 version=v2': {n: 5, bad: 0, sampledAt},
      'code=500 version=v2': {n: 3, bad: 3, sampledAt},
    })
  })

  test('with a native histogram says that classic buckets are needed', async () => {
    const metric = (version: string) => ({
      __name__: 'http_request_duration_seconds',
      version,
      instance: `${version}:80`,
    })
    const stamp = (version: string) => ({
      slipway_part: 'timestamp of http_request_duration_seconds',
      version,
      instance: `${version}:80`,
    })
    const body = vector([
      {metric: metric('v1'), histogram: [at, {count: '5', sum: '1', buckets: []}]},
      {metric: metric('v2'), histogram: [at, {count: '5', sum: '1', buckets: []}]},
      series(stamp('v1'), at - 1),
      series(stamp('v2'), at - 1),
    ])
    const source = openPrometheus(config, answering(body).http, {})
    expect((await source.read([latency], versions)).guards.latency).toMatchObject({
      kind: 'no-data',
      detail: expect.stringContaining('native histogram'),
    })
  })

  const fine = [...process('v1', 'a:80', {200: 9}), ...process('v2', 'b:80', {200: 9})]
  test.each([
    [
      'refuses the query',
      '{"status":"error","errorType":"bad_data","error":"parse error"}',
      400,
      'bad_data: parse error',
    ],
    ['is overloaded', '{"status":"error","errorType":"timeout","error":"query timed out"}', 503, 'timed out'],
    ['wants a token', 'Unauthorized', 401, 'token'],
    ['is a web page', '<html>log in</html>', 200, 'not as the Prometheus API does'],
    ['is JSON of something else', '{"ok":true}', 200, 'not as the Prometheus API does'],
    ['is a matrix', '{"status":"success","data":{"resultType":"matrix","result":[]}}', 200, 'not as the Prometheus'],
    ['is partial', vector(fine, {warnings: ['store x is not reachable']}), 200, 'store x is not reachable'],
    ['lacks a storage node', vector(fine, {isPartial: true}), 200, 'storage node'],
    ['has a value that is no number', vector([...fine, series({__name__: 'x'}, 'many')]), 200, 'without a number'],
  ])('that %s is a failed query that says so', async (_, body, status, said) => {
    expect(await readErrors(body, status)).toMatchObject({kind: 'query-failed', detail: expect.stringContaining(said)})
  })

  test('that never comes is a failed query', async () => {
    const http: Http = {
      send: async () => {
        throw new SystemError('prometheus/timeout', 'it did not answer', {system: 'prometheus', retryable: true})
      },
    }
    const {guards} = await openPrometheus(config, http, {}).read([errors], versions)
    expect(guards.errors).toEqual({kind: 'query-failed', detail: 'it did not answer'})
  })
})

describe('an answer that counts something twice is a failed query that says so', () => {
  const fine = [...process('v1', 'a:80', {200: 9}), ...process('v2', 'b:80', {200: 9})]
  const relabelled = (series: ReturnType<typeof process>, more: Readonly<Record<string, string>>) =>
    series.map(one => ({...one, metric: {...one.metric, ...more}}))

  test('the same series', async () => {
    expect(await readErrors(vector([...fine, ...process('v2', 'b:80', {200: 9})]))).toMatchObject({
      kind: 'query-failed',
      detail: expect.stringMatching(/^the series http_requests_total\{.*instance="b:80".* stands in the answer twice$/),
    })
  })

  test('a process that two servers scrape', async () => {
    const [one, two] = ['p-0', 'p-1'].map(server => relabelled(fine, {prometheus_replica: server}))
    expect(await readErrors(vector([...(one ?? []), ...(two ?? [])]))).toMatchObject({
      kind: 'query-failed',
      detail: expect.stringMatching(/prometheus_replica="p-0" and "p-1": its requests would count twice/),
    })
    expect(await readErrors(vector(one ?? []))).toMatchObject({kind: 'counted'})
  })

  test('a process that two jobs scrape', async () => {
    const again = relabelled(process('v2', 'b:80', {200: 9}), {job: 'credit-pods'})
    expect(await readErrors(vector([...fine, ...again]))).toMatchObject({
      kind: 'query-failed',
      detail: expect.stringContaining('the process at b:80 is scraped by two jobs, credit and credit-pods'),
    })
  })

  test('but two jobs of one address that began at different times are two processes', async () => {
    const other = relabelled(process('v2', 'b:80', {200: 3}, {started: at - 1800}), {job: 'worker'})
    expect(totals(await readErrors(vector([...fine, ...other])))).toMatchObject({candidate: {n: 12}})
  })
})

describe('alerts', () => {
  const alert = (name: string, labels: Readonly<Record<string, string>>) =>
    series({__name__: 'ALERTS', alertname: name, alertstate: 'firing', slipway_part: 'alert', ...labels}, 1)
  const guard = {kind: 'alert', name: 'alerts', matchers: 'severity=~"critical|page"'} as const
  const read = async (body: string, queries: readonly GuardQuery[] = [guard]) => {
    const {http, sent} = answering(body)
    const {guards} = await openPrometheus(config, http, {}).read(queries, versions)
    return {guards, query: new URLSearchParams(sent[0]?.body).get('query')}
  }

  test('are those that fire and match, by their labels', async () => {
    const body = vector([
      alert('Unsafe', {severity: 'page', pod: 'b'}),
      alert('Unsafe', {severity: 'critical', pod: 'a'}),
      alert('Slow', {severity: 'warning'}),
    ])
    const {guards, query} = await read(body)
    expect(guards.alerts).toEqual({
      kind: 'alerts',
      firing: ['Unsafe{pod="a",severity="critical"}', 'Unsafe{pod="b",severity="page"}'],
    })
    expect(query).toBe('label_replace(ALERTS{alertstate="firing"}, "slipway_part", "alert", "job", ".*")')
  })

  test('can be told by their name', async () => {
    const body = vector([alert('Unsafe', {}), alert('Slow', {})])
    const {guards} = await read(body, [{...guard, matchers: 'alertname="Slow"'}])
    expect(guards.alerts).toEqual({kind: 'alerts', firing: ['Slow']})
  })

  test('are asked for in the query of the counters, and counted with nobody', async () => {
    const body = vector([
      ...process('v1', 'a:80', {200: 9}),
      ...process('v2', 'b:80', {200: 9}),
      alert('Unsafe', {severity: 'critical', version: 'v2', instance: 'b:80', job: 'credit'}),
    ])
    const {guards, query} = await read(body, [errors, guard])
    expect(totals(guards.errors)).toMatchObject({candidate: {n: 9}, stable: {n: 9}})
    expect(guards.alerts).toMatchObject({firing: [expect.stringContaining('Unsafe{')]})
    expect(query?.split('\nor\n').at(-1)).toContain('ALERTS')
  })

  describe('with the rules that the server has', () => {
    const rule = (name: string, labels: Readonly<Record<string, string>>, more: object = {}) => ({
      type: 'alerting',
      name,
      labels,
      health: 'ok',
      ...more,
    })
    const ask = async (rules: readonly unknown[]) => {
      const groups = JSON.stringify({status: 'success', data: {groups: [{rules}]}})
      const http: Http = {
        send: async ({url}) => ({
          status: 200,
          headers: new Headers(),
          body: url.includes('/rules') ? groups : vector([]),
        }),
      }
      return (await openPrometheus(config, http, {}).read([guard], versions)).guards.alerts
    }
    const quiet = {kind: 'alerts', firing: []}

    test.each<[string, readonly unknown[]]>([
      ['one that fits', [rule('Slow', {severity: 'warning'}), rule('Unsafe', {severity: 'critical'})]],
      ['one whose label is filled in when it fires', [rule('Unsafe', {severity: '{{ $labels.severity }}'})]],
      ['one whose label may come from its expression', [rule('Unsafe', {})]],
      ['none, as where another program keeps them', []],
      ['recording rules alone', [{type: 'recording', name: 'a:b', health: 'ok'}]],
    ])('are quiet where it has %s', async (_, rules) => {
      expect(await ask(rules)).toEqual(quiet)
    })

    test('can never be heard where no rule fits: the guard would look kept for ever', async () => {
      const rules = [rule('Slow', {severity: 'warning'}), rule('Late', {severity: 'info'})]
      expect(await ask(rules)).toEqual({
        kind: 'no-data',
        unanswerable: true,
        detail: 'no alerting rule of the server can fire with severity=~"critical|page"; it has 2, such as Slow',
      })
    })

    test('are a failed query where a rule that fits cannot be evaluated', async () => {
      const broken = rule('Unsafe', {severity: 'page'}, {health: 'err', lastError: 'many-to-many matching'})
      expect(await ask([rule('Fine', {severity: 'critical'}), broken])).toEqual({
        kind: 'query-failed',
        detail: 'the alerting rule Unsafe cannot be evaluated: many-to-many matching',
      })
    })

    test('may be broken where nobody asks for them', async () => {
      const broken = rule('Slow', {severity: 'warning'}, {health: 'err', lastError: 'x'})
      expect(await ask([rule('Fine', {severity: 'critical'}), broken])).toEqual(quiet)
    })
  })

  test('that cannot be asked for are a failed query', async () => {
    const {guards} = await read('{"status":"error","errorType":"timeout","error":"too slow"}')
    expect(guards.alerts).toMatchObject({kind: 'query-failed', detail: expect.stringContaining('too slow')})
  })
})

describe('a process that counts complaints and nothing else', () => {
  const complaints = {kind: 'events', name: 'c', of: 'complaints_total', per: 'http_requests_total'} as const
  const desk = (version: string, count: number) => {
    const target = {job: 'desk', instance: 'desk:80'}
    return [
      series({__name__: 'complaints_total', version, ...target}, count),
      series({slipway_part: 'timestamp of complaints_total', version, ...target}, at - 1),
    ]
  }
  const answer = vector([
    ...process('v1', 'a:80', {200: 90}),
    ...process('v2', 'b:80', {200: 9}),
    ...desk('v1', 4),
    ...desk('v2', 2),
  ])

  test('is counted by the guard of complaints, and is no silent replica to the others', async () => {
    const source = openPrometheus(config, answering(answer).http, {})
    const {guards} = await source.read([errors, complaints], versions)
    expect(totals(guards.c)).toMatchObject({candidate: {n: 9, bad: 2}, stable: {n: 90, bad: 4}})
    expect(totals(guards.errors)).toMatchObject({candidate: {n: 9, bad: 0}, stable: {n: 90, bad: 0}})
  })
})

describe('the token', () => {
  const withToken = {...config, 'token-from': 'PROMETHEUS_TOKEN'}

  test('is sent from the environment variable that the config names', async () => {
    const {http, sent} = answering(vector([]))
    await openPrometheus(withToken, http, {PROMETHEUS_TOKEN: 'open sesame'}).read([errors], versions)
    expect(sent[0]?.headers?.authorization).toBe('Bearer open sesame')
  })

  test.each([{}, {PROMETHEUS_TOKEN: ''}])('that is not there is refused before anything is asked', env => {
    const {http, sent} = answering(vector([]))
    expect(() => openPrometheus(withToken, http, env)).toThrow(UserError)
    expect(sent).toEqual([])
  })
})

const requests = readQuestion({...errors, of: 'requests_total'})

test('the query asks for counters, starts and freshness of both releases at once', () => {
  expect(lookQuery([requests], 'version', {candidate: 'v2.0+a', stable: 'v1'})).toBe(
    [
      String.raw`{__name__=~"requests_total",version=~"v2\\.0\\+a|v1"}`,
      'or',
      String.raw`label_replace(process_start_time_seconds and on (job, instance) {__name__=~"requests_total",version=~"v2\\.0\\+a|v1"}, "slipway_part", "started", "job", ".*")`,
      'or',
      String.raw`label_replace(timestamp(requests_total{version=~"v2\\.0\\+a|v1"}), "slipway_part", "timestamp of requests_total", "job", ".*")`,
    ].join('\n'),
  )
})

test('the query asks for the freshness of one bucket of many', () => {
  const query = lookQuery([readQuestion(latency)], 'version', {candidate: 'v2', stable: null})
  expect(query).toContain('timestamp(http_request_duration_seconds_bucket{le="+Inf",version=~"v2"})')
  expect(query).toContain('timestamp(http_request_duration_seconds_count{version=~"v2"})')
})

test('a misspelt guard is the user’s mistake, and nothing is asked', async () => {
  const {http, sent} = answering(vector([]))
  const source = openPrometheus(config, http, {})
  await expect(source.read([{...errors, bad: 'code=~"5("'}], versions)).rejects.toBeInstanceOf(UserError)
  expect(sent).toEqual([])
})
