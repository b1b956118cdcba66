import {describe, expect, test} from 'vitest'
import {armTallies, series} from '../../../src/rollout/ledgers/tally-schema.ts'

const both = (tally: object) => ({candidate: tally, stable: tally})

describe('tallies in a ledger', () => {
  test.each([
    ['of requests', {n: 5, bad: 1, suspect: 2}],
    ['of events, more than there are requests', {n: 5, bad: 9, suspect: 9}],
    ['of values', {n: 5, sum: -2.5, sumOfSquares: 8}],
    ['of values without squares', {n: 5, sum: -2.5, sumOfSquares: null}],
    ['of answers by bucket', {n: 5, bounds: [-1, 0.5], buckets: [1, 4, 0]}],
    ['of answers where nothing was counted', {n: 0, bounds: [], buckets: [0]}],
  ])('are taken as they were written: %s', (_, tally) => {
    expect(armTallies.parse(both(tally))).toEqual(both(tally))
  })

  test.each([
    ['more surely bad than possibly bad', {n: 5, bad: 2, suspect: 1}],
    ['half requests', {n: 0.5, bad: 0, suspect: 0}],
    ['a sum without a request', {n: 0, sum: 1, sumOfSquares: null}],
    ['negative squares', {n: 1, sum: 1, sumOfSquares: -1}],
    ['a bucket too few', {n: 5, bounds: [0.5], buckets: [5]}],
    ['buckets that do not add up', {n: 5, bounds: [0.5], buckets: [1, 1]}],
    ['bounds that do not rise', {n: 5, bounds: [0.5, 0.5], buckets: [1, 4, 0]}],
    ['two kinds at once', {n: 5, bad: 1, suspect: 1, sum: 2}],
  ])('are refused: %s', (_, tally) => {
    expect(armTallies.safeParse(both(tally)).success).toBe(false)
  })

  test('are refused where the sides are of two kinds', () => {
    const arms = {candidate: {n: 5, bad: 1, suspect: 2}, stable: {n: 5, sum: 1, sumOfSquares: null}}
    expect(armTallies.safeParse(arms).success).toBe(false)
  })
})

describe('raw counters in a ledger', () => {
  test.each([
    ['as the first format wrote them', {n: 5, bad: 1, suspect: 2, beganAt: 1_700_000_000_000}],
    ['as the first format wrote them, without a beginning', {n: 5, bad: 1}],
    ['with the time of their sample', {n: 5, bad: 1, sampledAt: 1_700_000_000_000}],
    ['that were not seen for two looks', {n: 5, bad: 1, missed: 2}],
    ['of values', {n: 5, sum: -1.5, sumOfSquares: 3, beganAt: 1}],
    ['of answers by bucket', {n: 5, bounds: [0.5], buckets: [1, 4], sampledAt: 1}],
  ])('are taken %s', (_, counter) => {
    expect(series.parse({pod: counter})).toEqual({pod: counter})
  })

  test.each([
    ['with a field that nobody knows', {n: 5, bad: 1, weight: 2}],
    ['without requests', {bad: 1}],
    ['of two kinds', {n: 5, bad: 1, sum: 2}],
  ])('are refused %s', (_, counter) => {
    expect(series.safeParse({pod: counter}).success).toBe(false)
  })
})
