import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {foldSeries} from '../../../src/rollout/look/counters.ts'
import type {CountedQuery} from '../../../src/rollout/look/growth.ts'
import type {Tally} from '../../../src/rollout/tally.ts'
import type {Counter} from '../../../src/telemetry/source.ts'

const value: CountedQuery = {kind: 'mean', name: 'value', of: 'decision_value', low: 0, high: 5}
const squared: CountedQuery = {...value, squares: 'decision_value_squares_total'}
const signed: CountedQuery = {...value, low: -5}
const complaints: CountedQuery = {kind: 'events', name: 'complaints', of: 'complaints_total', per: 'requests_total'}
const scores: CountedQuery = {kind: 'distribution', name: 'scores', histogram: 'score'}
const sessions: CountedQuery = {kind: 'share', name: 'errors', of: 'requests_total', bad: 'x="1"', session: 'session'}

const fold = (query: CountedQuery, before: Counter, now: Counter) =>
  foldSeries({a: before}, {a: now}, {query, since: 1000, now: 61_000})

const bounds = [0.5]

describe('what a counter grew by', () => {
  test.each<[string, CountedQuery, Counter, Counter, Tally]>([
    ['a mean by its sum and count', value, {n: 10, sum: 20}, {n: 14, sum: 26}, {n: 4, sum: 6, sumOfSquares: null}],
    [
      'and by its squares: 4 values of 1.5 have squares of 9',
      squared,
      {n: 10, sum: 20, sumOfSquares: 50},
      {n: 14, sum: 26, sumOfSquares: 59},
      {n: 4, sum: 6, sumOfSquares: 9},
    ],
    ['values below zero', signed, {n: 10, sum: 2}, {n: 12, sum: -4}, {n: 2, sum: -6, sumOfSquares: null}],
    ['no value at all', value, {n: 10, sum: 20}, {n: 10, sum: 20}, {n: 0, sum: 0, sumOfSquares: 0}],
    ['events, more than requests', complaints, {n: 10, bad: 1}, {n: 11, bad: 4}, {n: 1, bad: 3, suspect: 3}],
    ['events without a request', complaints, {n: 10, bad: 1}, {n: 10, bad: 2}, {n: 0, bad: 1, suspect: 1}],
    [
      'answers by bucket',
      scores,
      {n: 10, bounds, buckets: [4, 6]},
      {n: 15, bounds, buckets: [8, 7]},
      {n: 5, bounds, buckets: [4, 1]},
    ],
    ['a restarted mean counts from 0', value, {n: 10, sum: 20}, {n: 3, sum: 6}, {n: 3, sum: 6, sumOfSquares: null}],
    [
      'a restart shows in a sum that fell where no value is negative',
      value,
      {n: 10, sum: 20},
      {n: 12, sum: 6},
      {n: 12, sum: 6, sumOfSquares: null},
    ],
    [
      'a restart shows in squares that fell',
      {...signed, squares: 'x'},
      {n: 10, sum: 2, sumOfSquares: 40},
      {n: 12, sum: 2, sumOfSquares: 3},
      {n: 12, sum: 2, sumOfSquares: 3},
    ],
    [
      'a restart shows in any bucket',
      scores,
      {n: 10, bounds, buckets: [4, 6]},
      {n: 12, bounds, buckets: [12, 0]},
      {n: 12, bounds, buckets: [12, 0]},
    ],
  ])('%s', (_, query, before, now, tally) => {
    expect(fold(query, before, now)).toMatchObject({kind: 'folded', tally})
  })

  test('a process that is known to be another one counts its mean from 0, though its sum is higher', () => {
    const before = {n: 10, sum: 20, beganAt: 7}
    expect(
      foldSeries({a: before}, {b: {n: 30, sum: 60, beganAt: 2000}}, {query: value, since: 1000, now: 61_000}),
    ).toMatchObject({tally: {n: 30, sum: 60}})
  })

  test.each<[string, Counter, Counter, string]>([
    ['below the lower end', {n: 10, sum: 2}, {n: 12, sum: -10}, 'a mean of -6 over 2 requests is below -5'],
    ['above the upper end', {n: 10, sum: 2}, {n: 12, sum: 15}, 'a mean of 6.5 over 2 requests is above 5'],
  ])('a mean that no values between the bounds have is no measurement: %s', (_, before, now, said) => {
    expect(fold(signed, before, now)).toMatchObject({kind: 'impossible', detail: expect.stringContaining(said)})
  })

  test('a mean on its bound is kept there, whatever the last bit of a sum says', () => {
    // Eight times 1.1 is 8.8; added one by one in IEEE 754 it is 8.799999999999999, and another order may end above.
    const query: CountedQuery = {...value, low: 1.1, high: 1.1}
    const sum = Array.from({length: 8}).reduce<number>(all => all + 1.1, 0)
    expect(sum).toBeLessThan(8.8)
    expect(fold(query, {n: 0, sum: 0}, {n: 8, sum})).toMatchObject({tally: {n: 8, sum: 8.8}})
    expect(fold(query, {n: 0, sum: 0}, {n: 8, sum: 8.8 + 1e-12})).toMatchObject({tally: {n: 8, sum: 8.8}})
  })

  test.each([
    ['too few: 4 values of 1.5 have 9', 8],
    ['too many: 4 values of at most 5 have 100', 101],
  ])('squares that do not belong to the sum are no measurement: %s', (_, sumOfSquares) => {
    expect(fold(squared, {n: 0, sum: 0, sumOfSquares: 0}, {n: 4, sum: 6, sumOfSquares})).toMatchObject({
      kind: 'impossible',
      detail: expect.stringContaining(`squares of ${sumOfSquares}`),
    })
  })

  test('a sum that was read before its count waits for it', () => {
    const first = fold(squared, {n: 10, sum: 20, sumOfSquares: 50}, {n: 10, sum: 22, sumOfSquares: 54})
    expect(first).toMatchObject({tally: {n: 0, sum: 0, sumOfSquares: 0}})
    if (first.kind !== 'folded') throw new Error(first.detail)
    const next = foldSeries(first.snapshot, {a: {n: 11, sum: 22, sumOfSquares: 54}}, {query: squared, since: 1, now: 9})
    expect(next).toMatchObject({tally: {n: 1, sum: 2, sumOfSquares: 4}})
  })

  test('a session that turns bad after it was counted is bad at the next look that counts sessions', () => {
    const turned = fold(sessions, {n: 10, bad: 0}, {n: 11, bad: 3})
    expect(turned).toMatchObject({tally: {n: 1, bad: 1}})
    if (turned.kind !== 'folded') throw new Error(turned.detail)
    const next = foldSeries(turned.snapshot, {a: {n: 15, bad: 3}}, {query: sessions, since: 1000, now: 61_000})
    expect(next).toMatchObject({tally: {n: 4, bad: 2}})
  })

  test.each<[string, CountedQuery, Counter]>([
    ['half a request with a value', value, {n: 1.5, sum: 2}],
    ['a sum that is no number', value, {n: 1, sum: Number.NaN}],
    ['negative squares', squared, {n: 1, sum: 1, sumOfSquares: -1}],
    ['buckets that do not add up', scores, {n: 5, bounds, buckets: [1, 1]}],
    ['a bucket less than the bounds say', scores, {n: 5, bounds, buckets: [5]}],
    ['half a complaint', complaints, {n: 5, bad: 0.5}],
  ])('a counter that no process can have makes the look unusable: %s', (_, query, counter) => {
    expect(fold(query, counter, counter)).toMatchObject({
      kind: 'impossible',
      detail: expect.stringContaining('series a'),
    })
  })

  test('buckets that change while requests count cannot be added', () => {
    const now = {n: 30, bounds: [0.25, 0.5], buckets: [10, 10, 10]}
    expect(fold(scores, {n: 10, bounds, buckets: [4, 6]}, now)).toEqual({
      kind: 'incomparable',
      detail: expect.stringContaining('the buckets changed from 0.5 to 0.25, 0.5'),
    })
  })

  test('buckets of a process that has counted nothing yet may become others', () => {
    const now = {n: 3, bounds: [0.25, 0.5], buckets: [1, 1, 1]}
    const tally = {n: 3, bounds: [0.25, 0.5], buckets: [1, 1, 1]}
    expect(fold(scores, {n: 0, bounds: [], buckets: [0]}, now)).toMatchObject({kind: 'folded', tally})
  })

  test('nor can those of a process that took the place of another', () => {
    const rule = {query: scores, since: 1000, now: 61_000}
    const late = {n: 3, bounds: [0.25], buckets: [1, 2], beganAt: 2000}
    expect(foldSeries({a: {n: 10, bounds, buckets: [4, 6]}}, {b: late}, rule)).toMatchObject({kind: 'incomparable'})
  })

  test('buckets that change before anything counts are the new base line', () => {
    const rule = {query: scores, since: null, now: 61_000}
    const now = {n: 30, bounds: [0.25], buckets: [10, 20]}
    const first = foldSeries({a: {n: 10, bounds, buckets: [4, 6]}}, {a: now}, rule)
    expect(first).toMatchObject({kind: 'folded', tally: {n: 0}, snapshot: {a: now}})
  })

  test('sums of a mean add up to what was served, however the looks fall', () => {
    const steps = fc.array(fc.array(fc.integer({min: -4, max: 4}), {maxLength: 20}), {maxLength: 20})
    fc.assert(
      fc.property(steps, looks => {
        let [now, snapshot] = [{n: 0, sum: 0, sumOfSquares: 0}, {a: {n: 0, sum: 0, sumOfSquares: 0}} as object]
        let [sum, squares] = [0, 0]
        for (const values of looks) {
          const add = (of: (value: number) => number) => values.reduce((all, each) => all + of(each), 0)
          now = {
            n: now.n + values.length,
            sum: now.sum + add(each => each),
            sumOfSquares: now.sumOfSquares + add(each => each ** 2),
          }
          const query: CountedQuery = {...signed, squares: 'x'}
          const folded = foldSeries(snapshot as Record<string, Counter>, {a: now}, {query, since: 1, now: 9})
          if (folded.kind !== 'folded' || !('sum' in folded.tally)) return false
          snapshot = folded.snapshot
          sum += folded.tally.sum
          squares += folded.tally.sumOfSquares ?? Number.NaN
        }
        return sum === now.sum && squares === now.sumOfSquares
      }),
    )
  })
})
