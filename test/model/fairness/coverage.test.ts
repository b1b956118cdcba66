import {describe, expect, test} from 'vitest'
import type {Comparing} from '../../../src/model/fairness/gap.ts'
import {missesOf, type World} from '../../simulation/fairness/coverage.ts'
import {times} from '../slices/evaluations.ts'

/** Groups of plain shares are drawn by their counts, others row by row. */
function runsOf({rows}: World): number {
  return rows.kind === 'shares' ? 2000 : 500
}

/** 5 %, and what so many runs may show above it by chance once in a thousand. */
function atMost(world: World): number {
  return 0.05 + 3.1 * Math.sqrt((0.05 * 0.95) / runsOf(world))
}

function misses(world: World) {
  return missesOf(world, runsOf(world), 1)
}

const difference: Comparing = {shape: 'difference', against: 'each-other'}
const ratio: Comparing = {shape: 'ratio', against: 'each-other'}
const toAll: Comparing = {shape: 'difference', against: 'all-rows'}
const shares = {kind: 'shares'} as const

function alike(comparing: Comparing, groups: number, rows: number, mean: number, kind: World['rows'] = shares): World {
  const name = `${comparing.shape}, ${groups} groups of ${rows}, all ${mean}, ${JSON.stringify(kind)}`
  return {name, comparing, sizes: times(groups, rows), means: times(groups, mean), rows: kind}
}

function apart(
  comparing: Comparing,
  sizes: readonly number[],
  means: readonly number[],
  kind: World['rows'] = shares,
): World {
  return {
    name: `${comparing.shape}, ${sizes.join(', ')} rows, true means ${means.join(', ')}, ${JSON.stringify(kind)}`,
    comparing,
    sizes,
    means,
    rows: kind,
  }
}

describe('of groups that are alike, at most one sample in twenty is shown to be unfair', () => {
  test.each(
    [
      alike(difference, 2, 200, 0.5),
      alike(difference, 10, 50, 0.1),
      alike(difference, 20, 100, 0.02),
      alike(ratio, 5, 30, 0.5),
      alike(toAll, 10, 50, 0.02),
      alike(difference, 4, 100, 1, {kind: 'lognormal', sigma: 0.5}),
      alike(difference, 4, 100, 0.3, {kind: 'clusters', size: 5, within: 0.5, across: false}),
      alike(difference, 4, 100, 0.3, {kind: 'weights', heavy: 5}),
    ].map(world => [world.name, world] as const),
  )('%s', (_, world) => {
    expect(misses(world).near).toBeLessThanOrEqual(atMost(world))
  })
})

describe('of groups whose true gap is the limit, at most one sample in twenty is shown to be fair', () => {
  test.each(
    [
      apart(difference, [200, 200], [0.4, 0.5]),
      apart(difference, [50, 3000], [0.2, 0.1]),
      apart(difference, [200, 200, 200, 200], [0.4, 0.45, 0.45, 0.5]),
      apart(ratio, [200, 200], [0.4, 0.5]),
      apart(toAll, [50, 3000], [0.2, 0.1]),
      apart(difference, [200, 200], [1, 1.1], {kind: 'lognormal', sigma: 0.5}),
      apart(difference, [200, 200], [0.3, 0.4], {kind: 'clusters', size: 5, within: 0.5, across: false}),
      apart(difference, [200, 200], [0.3, 0.4], {kind: 'weights', heavy: 5}),
    ].map(world => [world.name, world] as const),
  )('%s', (_, world) => {
    expect(misses(world).far).toBeLessThanOrEqual(atMost(world))
  })
})

describe('the bounds are no wider than they promise', () => {
  test('of two groups of many rows each bound is wrong about as often as it may be', () => {
    expect(misses(alike(difference, 2, 1000, 0.5)).near).toBeGreaterThan(0.03)
    expect(misses(apart(difference, [1000, 1000], [0.4, 0.5])).far).toBeGreaterThan(0.03)
    expect(misses(apart(ratio, [1000, 1000], [0.4, 0.5])).far).toBeGreaterThan(0.03)
  })

  test('clusters that are taken for rows would miss far more often', () => {
    // Two groups, the rows of a cluster nearly alike: with 5 rows each the spread is more than twice as large as it seems.
    const world = alike(difference, 2, 200, 0.5, {kind: 'clusters', size: 5, within: 0.9, across: false})
    const unaware: World = {...world, rows: {kind: 'clusters', size: 5, within: 0.9, across: false, ignored: true}}
    expect(misses(unaware).near).toBeGreaterThan(0.2)
    expect(misses(world).near).toBeLessThanOrEqual(atMost(world))
  })
})
