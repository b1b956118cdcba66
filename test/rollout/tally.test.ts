import {describe, expect, test} from 'vitest'
import {addTallies, areCounts, areMeans, areShapes, type Tally} from '../../src/rollout/tally.ts'

describe('two looks together', () => {
  test.each<[string, Tally, Tally, Tally | null]>([
    ['requests', {n: 5, bad: 1, suspect: 2}, {n: 7, bad: 0, suspect: 3}, {n: 12, bad: 1, suspect: 5}],
    ['values', {n: 2, sum: 1, sumOfSquares: 1}, {n: 1, sum: -2, sumOfSquares: 4}, {n: 3, sum: -1, sumOfSquares: 5}],
    [
      'values of which one look did not know the squares',
      {n: 2, sum: 1, sumOfSquares: 1},
      {n: 1, sum: 2, sumOfSquares: null},
      {n: 3, sum: 3, sumOfSquares: null},
    ],
    [
      'values where the look without squares had no request',
      {n: 2, sum: 1, sumOfSquares: 1},
      {n: 0, sum: 0, sumOfSquares: null},
      {n: 2, sum: 1, sumOfSquares: 1},
    ],
    [
      'answers by bucket',
      {n: 3, bounds: [0.5], buckets: [1, 2]},
      {n: 4, bounds: [0.5], buckets: [4, 0]},
      {n: 7, bounds: [0.5], buckets: [5, 2]},
    ],
    [
      'answers, where one look had none and knew no buckets',
      {n: 0, bounds: [], buckets: [0]},
      {n: 4, bounds: [0.5], buckets: [4, 0]},
      {n: 4, bounds: [0.5], buckets: [4, 0]},
    ],
    ['answers by other buckets', {n: 3, bounds: [0.5], buckets: [1, 2]}, {n: 4, bounds: [0.9], buckets: [4, 0]}, null],
    ['of two kinds', {n: 5, bad: 1, suspect: 2}, {n: 2, sum: 1, sumOfSquares: 1}, null],
  ])('%s', (_, a, b, sum) => {
    expect(addTallies(a, b)).toEqual(sum)
    expect(addTallies(b, a)).toEqual(sum)
  })
})

test('both sides of a guard are known by one question', () => {
  const counts = {n: 0, bad: 0, suspect: 0}
  const mean = {n: 0, sum: 0, sumOfSquares: null}
  const shape = {n: 0, bounds: [], buckets: [0]}
  const kindsOf = (tally: Tally) => [areCounts, areMeans, areShapes].map(are => are({candidate: tally, stable: tally}))
  expect([counts, mean, shape].map(kindsOf)).toEqual([
    [true, false, false],
    [false, true, false],
    [false, false, true],
  ])
  expect(areCounts({candidate: counts, stable: mean})).toBe(false)
})
