import type {Comparing} from '../../../src/model/fairness/gap.ts'
import {times} from '../../model/slices/evaluations.ts'
import type {World} from './coverage.ts'

const comparisons: readonly Comparing[] = (['each-other', 'all-rows'] as const).flatMap(against =>
  (['difference', 'ratio'] as const).map(shape => ({shape, against})),
)

/** A true gap of 0.1, or a ratio of 0.8: the limits that most gates have. */
function further(mean: number, {shape}: Comparing): number {
  return shape === 'ratio' ? mean / 0.8 : mean + 0.1
}

/** Groups that are alike: whatever the near bound claims is wrong. */
function alike(comparing: Comparing): readonly World[] {
  const shares = [0.02, 0.1, 0.5, 0.9].flatMap(mean =>
    [
      [2, 30],
      [2, 200],
      [2, 1000],
      [5, 30],
      [10, 50],
      [20, 100],
      [10, 1000],
    ].map(([groups = 2, rows = 0]): World => {
      const name = `${groups} groups of ${rows}, all ${mean}`
      return {name, comparing, sizes: times(groups, rows), means: times(groups, mean), rows: {kind: 'shares'}}
    }),
  )
  const sizes = [2000, 1000, 30, 30, 30, 30]
  return [
    ...shares,
    {name: '2 large and 4 small groups, all 0.1', comparing, sizes, means: times(6, 0.1), rows: {kind: 'shares'}},
  ]
}

/** Groups whose true gap lies on the limit: a far bound below it passes what it should not. */
function onTheLimit(comparing: Comparing): readonly World[] {
  const worlds = [0.1, 0.4, 0.75].flatMap(mean =>
    [50, 200, 1000].flatMap(rows => {
      const high = further(mean, comparing)
      const middle = (mean + high) / 2
      return [
        {name: `2 groups of ${rows}, ${mean} on the limit`, sizes: [rows, rows], means: [mean, high]},
        {name: `a group of ${rows} beside 3000, ${mean} on the limit`, sizes: [rows, 3000], means: [high, mean]},
        {name: `4 groups of ${rows}, ${mean}, two between`, sizes: times(4, rows), means: [mean, middle, middle, high]},
      ]
    }),
  )
  return worlds.map(world => ({...world, comparing, rows: {kind: 'shares'}}))
}

/** Rows that are not independent shares of equal weight. */
function others(comparing: Comparing): readonly World[] {
  const kinds: readonly (readonly [string, World['rows']])[] = [
    ['losses, lognormal 0.5', {kind: 'lognormal', sigma: 0.5}],
    ['losses, lognormal 1', {kind: 'lognormal', sigma: 1}],
    ['clusters of 5 within groups, correlation 0.3', {kind: 'clusters', size: 5, within: 0.3, across: false}],
    ['clusters of 5 across groups, correlation 0.6', {kind: 'clusters', size: 5, within: 0.6, across: true}],
    ['weights of 1 and 5', {kind: 'weights', heavy: 5}],
  ]
  return kinds.flatMap(([name, rows]) =>
    [200, 1000].flatMap((size): World[] => {
      const mean = rows.kind === 'lognormal' ? 1 : 0.3
      const high = further(mean, comparing)
      return [
        {name: `${name}: 4 groups of ${size}, alike`, comparing, sizes: times(4, size), means: times(4, mean), rows},
        {name: `${name}: 2 groups of ${size}, on the limit`, comparing, sizes: [size, size], means: [mean, high], rows},
      ]
    }),
  )
}

export const shareWorlds = comparisons.flatMap(comparing => [...alike(comparing), ...onTheLimit(comparing)])
export const otherWorlds = comparisons.flatMap(others)
