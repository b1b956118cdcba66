import {describe, expect, test} from 'vitest'
import type {CountedQuery} from '../../src/rollout/look/growth.ts'
import {type Arm, countGuard, readQuestion} from '../../src/telemetry/counters.ts'
import {parseExposition} from '../../src/telemetry/exposition.ts'
import {maxSessions} from '../../src/telemetry/requests.ts'

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

  test('says first what no traffic will change', () => {
    const [silent, unlabelled] = ['up 1\n', 'requests_total{status="500"} 5\n']
    expect(countGuard(readQuestion(errors), arm('v2', silent), arm('v1', unlabelled))).toMatchObject({
      unanswerable: true,
      detail: expect.stringContaining('stable v1 has no series requests_total with the label code'),
    })
    expect(countGuard(readQuestion(errors), arm('v2', silent), arm('v1', silent))).not.toHaveProperty('unanswerable')
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

describe('a share guard that counts sessions', () => {
  const sessions: CountedQuery = {
    kind: 'share',
    name: 'errors',
    of: 'requests_total',
    bad: 'code="500"',
    session: 'sid',
  }
  const request = (session: string, code: string, n: number) => `requests_total{sid="${session}",code="${code}"} ${n}\n`

  test('counts each once, and calls it bad when any of its requests is', () => {
    const page = request('a', '200', 5) + request('a', '500', 1) + request('b', '200', 7) + request('c', '500', 0)
    expect(count(sessions, page)).toEqual({n: 2, bad: 1})
  })

  test.each([
    ['a request belongs to none', `${request('a', '500', 1)}requests_total{code="200"} 3\n`],
    ['a request belongs to a session without a name', request('', '500', 2)],
  ])('has no data when %s', (_, page) => {
    expect(count(sessions, page)).toMatchObject({
      kind: 'no-data',
      unanswerable: true,
      detail: expect.stringContaining('without the label sid'),
    })
  })

  test('is a failed query beyond the sessions that an answer can bear, and says what to do', () => {
    const pageOf = (sessions: number) =>
      Array.from({length: sessions}, (_, index) => request(`s${index}`, '500', 1)).join('')
    expect(count(sessions, pageOf(maxSessions))).toEqual({n: maxSessions, bad: maxSessions})
    expect(count(sessions, pageOf(maxSessions + 1))).toMatchObject({
      kind: 'query-failed',
      detail: expect.stringMatching(/more than 20000 sessions .* Let the service count them/),
    })
  })

  test('is a failed query when it counts half requests', () => {
    expect(count(sessions, request('a', '500', 0.5))).toMatchObject({kind: 'query-failed'})
  })
})

describe('a guard of a mean', () => {
  const value: CountedQuery = {kind: 'mean', name: 'value', of: 'value', squares: 'squares_total', low: 0, high: 5}

  test('adds up all label sets', () => {
    const page =
      'value_sum{path="/a"} 1.5\nvalue_count{path="/a"} 2\nvalue_sum{path="/b"} 0.5\nvalue_count{path="/b"} 1\nsquares_total 2\n'
    expect(count(value, page)).toEqual({n: 3, sum: 2, sumOfSquares: 2})
  })

  test('stands at zero where nothing was observed, squares and all', () => {
    expect(countGuard(readQuestion(value), arm('v2', 'up 1\n'), null)).toMatchObject({
      kind: 'no-data',
      detail: 'candidate v2 has no series value_sum (p0)',
      candidate: {p0: {n: 0, sum: 0, sumOfSquares: 0}},
    })
    // Client libraries make the counter of squares at its first value.
    expect(count(value, 'value_sum 0\nvalue_count 0\n')).toEqual({n: 0, sum: 0, sumOfSquares: 0})
  })

  test.each([
    ['there is no count', 'value_sum 3\n', 'without a series value_count'],
    ['there is no sum', 'value_count 3\n', 'without a series value_sum'],
    [
      'a label set has no sum',
      'value_sum{a="1"} 3\nvalue_count{a="1"} 1\nvalue_count{a="2"} 1\n',
      'value_sum for each',
    ],
    ['it is a plain number', 'value 3\n', 'has value alone'],
    ['nobody counts squares', 'value_sum 3\nvalue_count 3\n', 'no series squares_total'],
    [
      'squares are a gauge',
      '# TYPE squares_total gauge\nvalue_sum 3\nvalue_count 3\nsquares_total 3\n',
      'squares_total as a gauge',
    ],
  ])('can never be answered when %s', (_, page, said) => {
    expect(count(value, page)).toMatchObject({
      kind: 'no-data',
      unanswerable: true,
      detail: expect.stringContaining(said),
    })
  })

  test.each([
    ['a mean above what a request can have', 'value_sum 11\nvalue_count 2\n', 'a mean of 5.5 over 2 requests, above 5'],
    ['a mean below it', 'value_sum -1\nvalue_count 2\n', 'a mean of -0.5 over 2 requests, below 0'],
    ['a sum of nothing', 'value_sum 1\nvalue_count 0\n', 'a sum of 1 without a request'],
    ['a sum of NaN', 'value_sum NaN\nvalue_count 2\n', 'NaN, not a number'],
    ['half requests', 'value_sum 1\nvalue_count 1.5\n', '1.5, not a whole number'],
    ['negative squares', 'value_sum 1\nvalue_count 1\nsquares_total -1\n', 'squares are never negative'],
  ])('is a failed query with %s', (_, page, said) => {
    expect(count(value, page)).toMatchObject({kind: 'query-failed', detail: expect.stringContaining(said)})
  })

  test('began with its process, whatever counts first', () => {
    const page = `value_sum 1\nvalue_count 1\nsquares_total 1\nvalue_created 1767225600\n`
    expect(count(value, page)).toMatchObject({beganAt: Date.parse('2026-01-01T00:00:00Z')})
  })
})

describe('a guard of events', () => {
  const complaints: CountedQuery = {
    kind: 'events',
    name: 'c',
    of: 'complaints_total',
    where: 'kind="wrong"',
    per: 'requests_total',
  }
  const requests = 'requests_total{code="200"} 5\n'

  test.each([
    ['those that match', `${requests}complaints_total{kind="wrong"} 2\ncomplaints_total{kind="slow"} 9\n`, 2],
    ['none where the counter is not there yet', requests, 0],
    ['more than there are requests', `${requests}complaints_total{kind="wrong"} 12\n`, 12],
  ])('counts %s', (_, page, bad) => {
    expect(count(complaints, page)).toEqual({n: 5, bad})
  })

  test('says that a counter which neither release has was taken as zero: its name may be misspelt', () => {
    const complaining = arm('v2', requests, 'complaints_total{kind="wrong"} 2\n')
    expect(countGuard(readQuestion(complaints), arm('v2', requests), arm('v1', requests))).toMatchObject({
      assumedZero: 'complaints_total',
    })
    expect(countGuard(readQuestion(complaints), complaining, arm('v1', requests))).not.toHaveProperty('assumedZero')
    expect(countGuard(readQuestion(errors), arm('v2', requests), null)).not.toHaveProperty('assumedZero')
    const announced = arm('v2', `# TYPE complaints_total counter\n${requests}`)
    expect(countGuard(readQuestion(complaints), announced, null)).not.toHaveProperty('assumedZero')
  })

  test('counts all of them where it names none', () => {
    const {where: _, ...all} = complaints
    expect(count(all, `${requests}complaints_total 2\n`)).toEqual({n: 5, bad: 2})
  })

  test('counts events that another process than that of the requests counts', () => {
    const reading = countGuard(
      readQuestion(complaints),
      arm('v2', requests, 'complaints_total{kind="wrong"} 2\n'),
      null,
    )
    expect(reading).toMatchObject({kind: 'counted', candidate: {p0: {n: 5, bad: 0}, p1: {n: 0, bad: 2}}})
  })

  test('has no data where nobody counts the requests, whatever complaints there are', () => {
    const reading = countGuard(readQuestion(complaints), arm('v2', 'complaints_total{kind="wrong"} 2\n'), null)
    expect(reading).toMatchObject({kind: 'no-data', detail: expect.stringContaining('has no series requests_total')})
    expect(count(complaints, 'up 1\n')).toMatchObject({
      kind: 'no-data',
      detail: expect.stringContaining('requests_total'),
    })
  })

  test.each([
    ['no event has the label', `${requests}complaints_total{sort="wrong"} 2\n`, 'label kind'],
    ['events are a gauge', `# TYPE complaints_total gauge\n${requests}complaints_total{kind="wrong"} 2\n`, 'gauge'],
    ['requests are a gauge', `# TYPE requests_total gauge\n${requests}`, 'gauge'],
  ])('can never be answered when %s', (_, page, said) => {
    expect(count(complaints, page)).toMatchObject({
      kind: 'no-data',
      unanswerable: true,
      detail: expect.stringContaining(said),
    })
  })

  test('is a failed query when there is half a complaint', () => {
    expect(count(complaints, `${requests}complaints_total{kind="wrong"} 0.5\n`)).toMatchObject({kind: 'query-failed'})
  })
})

describe('a guard of a distribution', () => {
  const scores: CountedQuery = {kind: 'distribution', name: 'scores', histogram: 'score'}
  const page = (half: number, all: number, bound = '0.5') =>
    `score_bucket{le="${bound}"} ${half}\nscore_bucket{le="+Inf"} ${all}\n`
  const read = (ours: readonly string[], theirs: readonly string[]) =>
    countGuard(readQuestion(scores), arm('v2', ...ours), arm('v1', ...theirs))

  test('counts by bucket, each on its own', () => {
    expect(count(scores, page(6, 10))).toEqual({n: 10, bounds: [0.5], buckets: [6, 4]})
  })

  test('adds up label sets with the same buckets', () => {
    const two = page(6, 10).replaceAll('{', '{head="a",') + page(1, 2).replaceAll('{', '{head="b",')
    expect(count(scores, two)).toEqual({n: 12, bounds: [0.5], buckets: [7, 5]})
  })

  test.each([
    ['label sets have other buckets', page(6, 10).replaceAll('{', '{a="1",') + page(1, 2, '0.9'), '0.5 and 0.9'],
    ['there is one bucket for all', 'score_bucket{le="+Inf"} 3\n', 'no bucket of score but +Inf'],
    ['it is a summary', 'score{quantile="0.5"} 3\n', 'summary'],
  ])('can never be answered when %s', (_, text, said) => {
    expect(count(scores, text)).toMatchObject({
      kind: 'no-data',
      unanswerable: true,
      detail: expect.stringContaining(said),
    })
  })

  test('can never be answered when the releases have other buckets', () => {
    expect(read([page(6, 10)], [page(6, 10, '0.25')])).toEqual({
      kind: 'no-data',
      unanswerable: true,
      detail: 'candidate (p0) and stable (p0) have different buckets: 0.5 and 0.25. Give both releases the same ones',
    })
  })

  test('nor when two processes of one release have', () => {
    expect(read([page(6, 10), page(6, 10, '0.9')], [page(6, 10)])).toMatchObject({kind: 'no-data'})
  })

  test('knows a bound by its value, however it is written', () => {
    expect(read([page(6, 10, '0.50')], [page(6, 10, '5e-1')])).toMatchObject({kind: 'counted'})
  })
})
