import {describe, expect, test} from 'vitest'
import type {CountedQuery} from '../../src/rollout/growth.ts'
import {type Arm, countGuard, readQuestion} from '../../src/telemetry/counters.ts'
import {parseExposition} from '../../src/telemetry/exposition.ts'

/** A release whose processes show these pages. */
function arm(version: string, ...pages: string[]): Arm {
  const processes = pages.map((text, index) => {
    const page = parseExposition(text, 'prometheus-text')
    if (page.kind === 'malformed') throw new Error(page.detail)
    return {process: `p${index}`, samples: page.samples, types: page.types}
  })
  return {version, processes}
}

const count = (query: CountedQuery, page: string) => {
  const reading = countGuard(readQuestion(query), arm('v2', page), null)
  return reading.kind === 'counted' ? reading.candidate.p0 : reading
}

const errors: CountedQuery = {kind: 'share', name: 'errors', of: 'requests_total', bad: 'code=~"5.."'}
const slow = (limit: number): CountedQuery => ({kind: 'quantile', name: 'latency', histogram: 'seconds', limit})

describe('a share guard', () => {
  test('adds up all series of a process, and those that match', () => {
    const page =
      'requests_total{code="200",path="/a"} 90\nrequests_total{code="200",path="/b"} 7\nrequests_total{code="503",path="/b"} 3\n'
    expect(count(errors, page)).toEqual({n: 100, bad: 3})
  })

  test('counts zero bad requests where the label is there and nothing matches', () => {
    expect(count(errors, 'requests_total{code="200"} 5\n')).toEqual({n: 5, bad: 0})
  })

  test('keeps processes apart', () => {
    const [page, other] = ['requests_total{code="200"} 5\n', 'requests_total{code="500"} 2\n']
    expect(countGuard(readQuestion(errors), arm('v2', page, other), arm('v1', page))).toEqual({
      kind: 'counted',
      candidate: {p0: {n: 5, bad: 0}, p1: {n: 2, bad: 2}},
      stable: {p0: {n: 5, bad: 0}},
    })
  })

  test.each([
    ['nobody counts', 'other_total 1\n', 'no series requests_total'],
    ['no series has the label', 'requests_total{status="500"} 5\n', 'label code'],
    ['it is a gauge', '# TYPE requests_total gauge\nrequests_total{code="200"} 5\n', 'gauge'],
  ])('has no data when %s', (_, page, said) => {
    expect(count(errors, page)).toMatchObject({kind: 'no-data', detail: expect.stringContaining(said)})
  })

  test('knows a counter by its OpenMetrics name', () => {
    expect(count(errors, '# TYPE requests counter\nrequests_total{code="200"} 5\n')).toEqual({n: 5, bad: 0})
  })

  test('says which side has nothing, and keeps what the other one counts', () => {
    const page = 'requests_total{code="200"} 5\n'
    expect(countGuard(readQuestion(errors), arm('v2', page), arm('v1'))).toEqual({
      kind: 'no-data',
      detail: expect.stringContaining('stable v1'),
      candidate: {p0: {n: 5, bad: 0}},
      stable: {},
    })
  })

  test('knows that a process which has not counted yet stands at zero, beside one that has', () => {
    const pages = ['requests_total{code="200"} 5\n', 'up 1\n']
    expect(countGuard(readQuestion(errors), arm('v2', ...pages), null)).toMatchObject({
      kind: 'no-data',
      detail: expect.stringContaining('no series requests_total (p1)'),
      candidate: {p0: {n: 5, bad: 0}, p1: {n: 0, bad: 0}},
    })
  })

  test('calls no process zero that counts in another way than the guard asks', () => {
    const page = 'requests_total{status="500"} 5\n'
    expect(countGuard(readQuestion(errors), arm('v2', page), null)).toMatchObject({kind: 'no-data', candidate: {}})
  })
})

describe('when a count began', () => {
  const [process, sum] = [
    Date.parse('2026-01-01T00:00:00Z'),
    'requests_total{code="200"} 5\nrequests_total{code="500"} 1\n',
  ]
  const created = (code: string, seconds: number) => `requests_created{code="${code}"} ${seconds}\n`
  const [later, latest] = [process / 1000 + 60, process / 1000 + 90]

  test.each<[string, string, number | undefined, number | undefined]>([
    ['is when its process began', sum, process, process],
    ['is unknown where nothing says it', sum, undefined, undefined],
    [
      'is when its first series was created',
      sum + created('200', latest) + created('500', later),
      undefined,
      later * 1000,
    ],
    ['is the later of both', sum + created('200', latest) + created('500', later), process, later * 1000],
    ['is when its process began, if a series does not say', sum + created('200', later), process, process],
    ['is unknown, if a series does not say', sum + created('200', later), undefined, undefined],
    [
      'is when its process began, if the creation is older',
      sum + created('200', 9) + created('500', 9),
      process,
      process,
    ],
  ])('%s', (_, page, beganAt, expected) => {
    const candidate = arm('v2', page)
    const processes = candidate.processes.map(each => (beganAt === undefined ? each : {...each, beganAt}))
    const reading = countGuard(readQuestion(errors), {...candidate, processes}, null)
    expect(reading.kind === 'counted' && reading.candidate.p0?.beganAt).toBe(expected)
  })

  test('is told for a histogram by its family, whatever the bucket', () => {
    const page = `seconds_bucket{path="/a",le="0.1"} 6\nseconds_bucket{path="/a",le="+Inf"} 10\nseconds_created{path="/a"} ${later}\n`
    expect(count(slow(0.1), page)).toMatchObject({n: 10, beganAt: later * 1000})
  })
})

describe('a quantile guard', () => {
  // 10 requests: 6 up to 0.1 s, 3 more up to 0.25 s, 1 slower.
  const page =
    'seconds_bucket{le="0.1"} 6\nseconds_bucket{le="0.25"} 9\nseconds_bucket{le="+Inf"} 10\nseconds_count 10\n'

  test.each([
    ['on a bound', 0.1, {n: 10, bad: 4, suspect: 4}],
    ['on the last bound', 0.25, {n: 10, bad: 1, suspect: 1}],
    ['between two bounds', 0.2, {n: 10, bad: 1, suspect: 4}],
    ['on a bound but for the last bit', 0.1 + 1e-17, {n: 10, bad: 4, suspect: 4}],
  ])('counts above a limit %s', (_, limit, expected) => {
    expect(count(slow(limit), page)).toEqual(expected)
  })

  test('adds up label sets with buckets of their own', () => {
    const two = `${page.replaceAll('{', '{path="/a",').replace('seconds_count 10', 'seconds_count{path="/a"} 10')}seconds_bucket{path="/b",le="0.2"} 1\nseconds_bucket{path="/b",le="+Inf"} 3\n`
    expect(count(slow(0.2), two)).toEqual({n: 13, bad: 3, suspect: 6})
  })

  test.each([
    ['the limit is above the largest finite bound', 0.3, page, 'at or above the limit 0.3 (largest bound 0.25)'],
    ['the limit is below the smallest bound', 0.05, page, 'at or below the limit 0.05 (smallest bound 0.1)'],
    ['there is only the infinite bucket', 0.1, 'seconds_bucket{le="+Inf"} 3\n', 'largest bound none'],
    ['the metric is a summary', 0.1, 'seconds{quantile="0.95"} 3\nseconds_count 3\n', 'summary'],
    ['the metric is not there', 0.1, 'up 1\n', 'no series seconds_bucket'],
  ])('has no data when %s, and says what to do', (_, limit, text, said) => {
    expect(count(slow(limit), text)).toMatchObject({kind: 'no-data', detail: expect.stringContaining(said)})
  })

  test.each([
    [
      'buckets shrink',
      'seconds_bucket{le="0.1"} 6\nseconds_bucket{le="0.25"} 5\nseconds_bucket{le="+Inf"} 10\n',
      'cumulative',
    ],
    ['the infinite bucket is missing', 'seconds_bucket{le="0.1"} 6\nseconds_bucket{le="0.25"} 7\n', '+Inf'],
    ['a bucket has no bound', 'seconds_bucket 6\n', 'no bound'],
    ['a bucket has words for a bound', 'seconds_bucket{le="fast"} 6\n', 'no bound'],
    ['a bucket counts NaN', 'seconds_bucket{le="0.1"} NaN\nseconds_bucket{le="+Inf"} 6\n', 'NaN'],
  ])('is a failed query when %s', (_, text, said) => {
    expect(count(slow(0.1), text)).toMatchObject({kind: 'query-failed', detail: expect.stringContaining(said)})
  })
})
