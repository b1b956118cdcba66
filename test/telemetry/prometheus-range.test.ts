/** The answers have the shape of prometheus.io/docs, "Range queries"; test/e2e/telemetry asks a real Prometheus. */
import {describe, expect, test} from 'vitest'
import type {Http, HttpRequest} from '../../src/runtime/http.ts'
import {readPrometheusRange} from '../../src/telemetry/prometheus-range.ts'
import type {GuardQuery} from '../../src/telemetry/source.ts'

const from = 1_700_000_000_000
const step = 300_000
const config = {kind: 'prometheus', url: 'http://prometheus:9090/', 'release-label': 'version'} as const
const versions = {candidate: 'v2', stable: 'v1'}
const errors: GuardQuery = {kind: 'share', name: 'errors', of: 'http_requests_total', bad: 'code="500"'}

const second = (index: number) => (from + index * step) / 1000

/** One counter of a process at each step; null where Prometheus has no sample. */
function counter(version: string, code: string, values: readonly (number | null)[]) {
  const labels = {version, job: 'credit', instance: `${version}:80`, code}
  const points = values.flatMap((value, index) => (value === null ? [] : [[second(index), String(value)]]))
  const times = values.flatMap((value, index) => (value === null ? [] : [[second(index), String(second(index) - 1)]]))
  return [
    {metric: {__name__: 'http_requests_total', ...labels}, values: points},
    {metric: {slipway_part: 'timestamp of http_requests_total', ...labels}, values: times},
  ]
}

const matrix = (result: readonly unknown[], more: object = {}) =>
  JSON.stringify({status: 'success', data: {resultType: 'matrix', result}, ...more})

function answering(body: string | (() => string), status = 200): {http: Http; sent: HttpRequest[]} {
  const sent: HttpRequest[] = []
  const send = async (request: HttpRequest) => {
    sent.push(request)
    return {status, headers: new Headers(), body: typeof body === 'string' ? body : body()}
  }
  return {http: {send}, sent}
}

const read = (http: Http, interval = {from, to: from + 2 * step, stepMs: step}) =>
  readPrometheusRange(config, {http, env: {}}, [errors], versions, interval)

describe('a past interval', () => {
  test('is read as looks would have read it, one at each step, from one question', async () => {
    const {http, sent} = answering(
      matrix([
        ...counter('v1', '200', [900, 990, 1080]),
        ...counter('v1', '500', [1, 1, 2]),
        ...counter('v2', '200', [0, 9, 19]),
        ...counter('v2', '500', [0, 1, 1]),
      ]),
    )
    const past = await read(http)
    expect(past.map(({at}) => at)).toEqual([from, from + step, from + 2 * step])
    const totals = past.map(({reading: {guards}}) => {
      if (guards.errors?.kind !== 'counted') throw new Error('the guard was not counted')
      return [guards.errors.stable, guards.errors.candidate].map(series =>
        Object.values(series).map(each => ('bad' in each ? [each.n, each.bad] : [])),
      )
    })
    expect(totals).toEqual([
      [[[901, 1]], [[0, 0]]],
      [[[991, 1]], [[10, 1]]],
      [[[1082, 2]], [[20, 1]]],
    ])
    expect(sent).toHaveLength(1)
    expect(sent[0]).toMatchObject({method: 'POST', url: 'http://prometheus:9090/api/v1/query_range'})
    const asked = new URLSearchParams(sent[0]?.body ?? '')
    expect([asked.get('start'), asked.get('end'), asked.get('step')]).toEqual(['1700000000', '1700000600', '300'])
    expect(asked.get('query')).toContain('http_requests_total')
  })

  test('has no data at the steps at which a version had no sample', async () => {
    const {http} = answering(matrix([...counter('v1', '200', [900, 990, 1080]), ...counter('v2', '500', [1, null, 3])]))
    expect((await read(http)).map(({reading}) => reading.guards.errors?.kind)).toEqual([
      'counted',
      'no-data',
      'counted',
    ])
  })

  test('that is long is asked for in parts, none of which a server refuses as too long', async () => {
    const {http, sent} = answering(matrix([]))
    const past = await read(http, {from, to: from + 2500 * step, stepMs: step})
    expect(past).toHaveLength(2501)
    const parts = sent.map(({body}) => new URLSearchParams(body ?? ''))
    expect(parts.map(part => [part.get('start'), part.get('end')])).toEqual([
      [String(second(0)), String(second(999))],
      [String(second(1000)), String(second(1999))],
      [String(second(2000)), String(second(2500))],
    ])
  })
})

describe('half of a past is no past', () => {
  test.each([
    [
      'a question that Prometheus cannot answer',
      '{"status":"error","errorType":"bad_data","error":"too many points"}',
      400,
      'bad_data: too many points',
    ],
    ['a page that is no Prometheus', '<html>', 200, 'not as the Prometheus API does'],
    [
      'an answer of another kind',
      '{"status":"success","data":{"resultType":"vector","result":[]}}',
      200,
      'not as the Prometheus API does',
    ],
    ['an answer in part', matrix([], {warnings: ['store gone']}), 200, 'answered in part only: store gone'],
    [
      'a value that is no number',
      matrix([{metric: {version: 'v2'}, values: [[1_700_000_000, 'many']]}]),
      200,
      '"many", which is no number',
    ],
    ['no access', '{}', 401, 'refused access'],
  ])('%s', async (_, body, status, said) => {
    const failed = expect.objectContaining({code: 'prometheus/no-answer', message: expect.stringContaining(said)})
    await expect(read(answering(body, status).http)).rejects.toEqual(failed)
  })

  test('also where only a later part of it is missing', async () => {
    let asked = 0
    const {http} = answering(() => (++asked === 1 ? matrix([]) : '{}'))
    await expect(read(http, {from, to: from + 1500 * step, stepMs: step})).rejects.toThrow(
      expect.objectContaining({code: 'prometheus/no-answer'}),
    )
  })
})
