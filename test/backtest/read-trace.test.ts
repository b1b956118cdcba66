import {describe, expect, test} from 'vitest'
import {readTrace} from '../../src/backtest/read-trace.ts'
import {writeTrace} from '../../src/backtest/trace.ts'
import {UserError} from '../../src/core/failure.ts'
import type {PlannedGuard} from '../../src/rollout/guards.ts'
import {counts, errorsGuard, minute, start} from './lines.ts'

const errors = errorsGuard({limit: 0.01})
const conversion: PlannedGuard = {
  name: 'conversion',
  query: {kind: 'mean', name: 'conversion', of: 'value', low: 0, high: 1},
  tests: [{kind: 'mean-may-lose', fraction: 0.05, low: 0, high: 1, alpha: 0.01}],
}
const complaints: PlannedGuard = {
  name: 'complaints',
  query: {kind: 'events', name: 'complaints', of: 'complaints_total', per: 'requests_total'},
  tests: [{kind: 'events-at-most', limit: 3}],
}
const scores: PlannedGuard = {
  name: 'scores',
  query: {kind: 'distribution', name: 'scores', histogram: 'scores'},
  tests: [{kind: 'distribution-may-shift', distance: 0.1, alpha: 0.01}],
}
const pager: PlannedGuard = {
  name: 'pager',
  query: {kind: 'alert', name: 'pager', matchers: 'severity="critical"'},
  tests: [{kind: 'no-alert'}],
}

/** A line at minute `at` of an hour, with the errors of one arm replaced. */
const line = (at: number, candidate: string | object = {n: 20, bad: 0}, more: object = {}) => {
  const arm = typeof candidate === 'string' ? candidate : JSON.stringify(candidate)
  const time = `2026-01-01T00:${String(at).padStart(2, '0')}:00Z`
  const text = `{"at":"${time}","weight":10,"guards":{"errors":{"candidate":${arm},"stable":{"n":180,"bad":1}}}}`
  return Object.keys(more).length === 0 ? text : JSON.stringify({...JSON.parse(text), ...more})
}

const read = (lines: readonly string[], guards: readonly PlannedGuard[] = [errors]) =>
  readTrace(lines.join('\n'), 'trace.jsonl', guards)

function problemsOf(lines: readonly string[], guards: readonly PlannedGuard[] = [errors]): string {
  try {
    read(lines, guards)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    expect(error.code).toBe('backtest/trace-malformed')
    expect(error.hint).toBeTruthy()
    return error.message
  }
  throw new Error('the trace was read without a complaint')
}

describe('a trace', () => {
  test('may begin with a byte order mark and end its lines as Windows does', () => {
    const lines = [line(5), line(10)]
    expect(readTrace(`\uFEFF${lines.join('\r\n')}\r\n`, 'trace.jsonl', [errors])).toEqual(read(lines))
  })

  test('is read as the issue of its format shows it: shares, latency and a mean on one line', () => {
    const text =
      '{"at":"2026-01-01T00:05:00Z","weight":10,"guards":{"errors":{"candidate":{"n":20,"bad":0},"stable":{"n":180,"bad":1}},"latency":{"candidate":{"n":20,"bad":1,"suspect":2},"stable":{"n":180,"bad":7}},"conversion":{"candidate":{"n":20,"sum":3.5,"sumOfSquares":2.9},"stable":{"n":180,"sum":33.1}}}}'
    const latency = {...errors, name: 'latency'}
    const trace = read([text], [errors, latency, conversion])
    expect(trace.lines).toEqual([
      {
        at: start + 5 * minute,
        weightPercent: 10,
        guards: {
          errors: {candidate: counts(20, 0), stable: counts(180, 1)},
          latency: {candidate: counts(20, 1, 2), stable: counts(180, 7)},
          conversion: {
            candidate: {n: 20, sum: 3.5, sumOfSquares: 2.9},
            stable: {n: 180, sum: 33.1, sumOfSquares: null},
          },
        },
        absent: {},
        alerts: {},
      },
    ])
    expect(trace.intervalMs).toBe(5 * minute)
  })

  test('is written as it was read, for every kind of guard', () => {
    const all = [errors, conversion, complaints, scores, pager]
    const full = {
      guards: {
        errors: {candidate: {n: 20, bad: 1, suspect: 3}, stable: {n: 180, bad: 1}},
        conversion: {candidate: {n: 20, sum: 3.5}, stable: {n: 180, sum: 33.1, sumOfSquares: 27}},
        complaints: {candidate: {n: 20, bad: 40}, stable: {n: 180, bad: 0}},
        scores: {candidate: {bounds: [0.5], buckets: [3, 17]}, stable: {bounds: [0.5], buckets: [90, 90]}},
      },
      alerts: {pager: ['HighLatency']},
    }
    const silent = {guards: {}, absent: {errors: {kind: 'query-failed', detail: 'status 503'}}}
    const lines = [line(5, undefined, full), line(10, undefined, silent)]
    const {lines: first} = read(lines, all)
    const {lines: second} = readTrace(writeTrace(first), 'copy', all)
    expect(second).toEqual(first)
    expect(second[0]?.guards.scores?.candidate).toEqual({n: 20, bounds: [0.5], buckets: [3, 17]})
  })

  test('may have blank lines, and line ends of Windows', () => {
    expect(readTrace(`\r\n${line(5)}\r\n\r\n${line(10)}\r\n`, 'trace.jsonl', [errors]).lines).toHaveLength(2)
  })

  test('without a line is refused as empty', () => {
    expect(() => read(['', ' '])).toThrow(expect.objectContaining({code: 'backtest/trace-empty'}))
  })
})

describe('a line that cannot be true is refused with its number', () => {
  test.each([
    ['a negative delta', '{"n":-20,"bad":0}', 'guards.errors.candidate.n: is negative: a delta cannot be'],
    ['half a request', '{"n":2.5,"bad":0}', 'guards.errors.candidate.n: expected a whole number'],
    ['more bad than all', '{"n":20,"bad":21}', 'guards.errors.candidate: 21 bad of 20 requests: expected bad <= n'],
    ['suspect below bad', '{"n":20,"bad":5,"suspect":4}', 'suspect is 4: expected bad (5) <= suspect <= n (20)'],
    ['NaN', '{"n":NaN,"bad":0}', 'is not JSON: NaN and Infinity are no counts'],
    ['a number too large', '{"n":1e999,"bad":0}', 'guards.errors.candidate.n: expected a whole number'],
    ['no JSON', '{"n":20,', 'is not JSON'],
    ['a mistyped key', '{"n":20,"bat":0}', 'guards.errors.candidate'],
    ['a mean where a share is asked', '{"n":20,"sum":3}', 'expected {n, bad}, as for every share guard'],
  ])('%s', (_, arm, said) => {
    const stable = said.startsWith('expected {n, bad}') ? {stable: {n: 180, sum: 3}} : {}
    const second = Object.keys(stable).length > 0 ? meanLine(10) : line(10, arm)
    const message = problemsOf([line(5), second, line(15)])
    expect(message).toMatch(/^trace.jsonl has (one problem|2 problems):/)
    expect(message).toContain('trace.jsonl:2: ')
    expect(message).toContain(said)
  })

  test.each([
    ['a weight over 100', {weight: 101}, 'weight: expected 0 to 100 percent'],
    ['a weight below 0', {weight: -1}, 'weight: expected 0 to 100 percent'],
    ['no weight', {weight: undefined}, 'weight: expected a number of percent'],
    ['a time that is none', {at: 'yesterday'}, 'at: expected a time such as "2026-01-01T00:05:00Z"'],
    ['a key that nobody knows', {wieght: 3}, 'wieght'],
    [
      'a guard that the config has not',
      {guards: {eror: {candidate: {n: 1, bad: 0}, stable: {n: 1, bad: 0}}}},
      'guard "eror" is not in the config, which has errors',
    ],
    [
      'an absence of a guard that the config has not',
      {absent: {latency: {kind: 'no-data', detail: 'x'}}},
      'guard "latency" is not in the config',
    ],
    ['alerts of a guard on errors', {alerts: {errors: []}}, 'alerts.errors: the guard is no alert guard'],
    ['only one side', {guards: {errors: {candidate: {n: 1, bad: 0}}}}, 'guards.errors.stable'],
  ])('%s', (_, more, said) => {
    const message = problemsOf([line(5), line(10, undefined, more)])
    expect(message).toContain('trace.jsonl:2: ')
    expect(message).toContain(said)
  })

  test.each([
    ['goes back in time', [5, 10, 5], 'trace.jsonl:3: goes back in time, to before 2026-01-01T00:10:00.000Z'],
    ['is there twice', [5, 10, 10], 'trace.jsonl:3: repeats line 2'],
    ['follows a gap', [5, 10, 15, 35], 'trace.jsonl:4: a gap of 20m after line 3, where 5m is usual'],
  ])('one that %s', (_, minutes, said) => {
    expect(problemsOf(minutes.map(at => line(at)))).toContain(said)
  })

  test('one that has the time of another, and other counts', () => {
    expect(problemsOf([line(5), line(5, {n: 9, bad: 0})])).toContain('trace.jsonl:2: has the time of line 1')
  })

  test('one slow tick is no gap', () => {
    expect(read([5, 10, 15, 29].map(at => line(at))).lines).toHaveLength(4)
  })
})

describe('a guard of the config', () => {
  test('that the trace never measured is a problem of the whole trace', () => {
    const message = problemsOf([line(5), line(10)], [errors, conversion, pager])
    expect(message).toContain('trace.jsonl: guard "conversion" of the config was measured on no line')
    expect(message).toContain('trace.jsonl: guard "pager" of the config was measured on no line')
  })

  test('on alerts counts as measured where the trace says that none fired', () => {
    expect(read([line(5, undefined, {alerts: {pager: []}})], [errors, pager]).lines[0]?.alerts).toEqual({pager: []})
  })

  test.each([
    [
      'a sum above all that is possible',
      {n: 10, sum: 11},
      'a sum of 11 over 10 requests, whose values lie between 0 and 1',
    ],
    ['a sum over nothing', {n: 0, sum: 1}, 'a sum of 1 over no request'],
    ['squares that no values have', {n: 10, sum: 5, sumOfSquares: 2}, 'less than sum²/n, which no values can have'],
    ['negative squares', {n: 10, sum: 5, sumOfSquares: -2}, 'is negative: a sum of squares cannot be'],
  ])('on a mean refuses %s', (_, candidate, said) => {
    const guards = {
      errors: {candidate: {n: 1, bad: 0}, stable: {n: 1, bad: 0}},
      conversion: {candidate, stable: {n: 1, sum: 0}},
    }
    expect(problemsOf([line(5, undefined, {guards})], [errors, conversion])).toContain(said)
  })

  test.each([
    ['buckets without a bound between', {bounds: [1, 2], buckets: [3, 4]}, '2 buckets and 2 bounds'],
    ['bounds that fall', {bounds: [2, 1], buckets: [3, 4, 5]}, 'the bounds do not rise'],
  ])('on a distribution refuses %s', (_, candidate, said) => {
    const stable = {bounds: [1], buckets: [1, 1]}
    const guards = {errors: {candidate: {n: 1, bad: 0}, stable: {n: 1, bad: 0}}, scores: {candidate, stable}}
    expect(problemsOf([line(5, undefined, {guards})], [errors, scores])).toContain(said)
  })

  test('on events may count more of them than requests', () => {
    const arm = {n: 5, bad: 7}
    const guards = {
      errors: {candidate: {n: 1, bad: 0}, stable: {n: 1, bad: 0}},
      complaints: {candidate: arm, stable: arm},
    }
    expect(read([line(5, undefined, {guards})], [errors, complaints]).lines).toHaveLength(1)
  })
})

test('all problems are told at once, in the order of the lines, and no more than a person reads', () => {
  const message = problemsOf([line(5, {n: 1, bad: 2}), '{', line(15, {n: -1, bad: 0})])
  expect(message.split('\n').map(each => each.slice(0, 14))).toEqual([
    'trace.jsonl ha',
    'trace.jsonl:1:',
    'trace.jsonl:2:',
    'trace.jsonl:3:',
  ])
  const many = problemsOf(Array.from({length: 50}, () => '{'))
  expect(many).toContain('50 problems')
  expect(many.split('\n').at(-1)).toBe('and 30 more')
})

function meanLine(at: number): string {
  const arms = {candidate: {n: 20, sum: 3}, stable: {n: 180, sum: 3}}
  return line(at, undefined, {guards: {errors: arms}})
}
