import {describe, expect, test} from 'vitest'
import type {DriftMeasure} from '../../../src/config/validation-schema.ts'
import {createRandom, type Random} from '../../../src/core/random.ts'
import {usedByChance} from '../../../src/model/drift/chance.ts'
import {driftOfColumn} from '../../../src/model/drift/column-drift.ts'
import {valuesOf} from '../../../src/model/drift/values.ts'
import {normalQuantile} from '../../../src/model/inference/normal.ts'
import {categories, numbers} from '../evaluation/tables.ts'

/** Two samples of one distribution, many times: how often the effect exceeds what chance is said to show. */
function exceeding(
  drift: DriftMeasure,
  sample: (random: Random, rows: number) => ReturnType<typeof valuesOf>,
  rows = 400,
) {
  // One world of wasserstein simulates a thousand of its own.
  const worlds = drift === 'wasserstein' ? 240 : 300
  const random = createRandom(7)
  let above = 0
  let effects = 0
  let squares = 0
  let meanSquare = 0
  let mean = 0
  for (let world = 0; world < worlds; world++) {
    const judged = sample(random, rows)
    const found = driftOfColumn(
      {drift, bins: 10, binning: 'reference-quantiles'},
      judged,
      sample(random, rows * 2),
      world,
    )
    if (found.kind === 'none') throw new Error(found.what)
    if (found.effect > found.chance.upper) above++
    effects += found.effect / worlds
    squares += found.effect ** 2 / worlds
    meanSquare += (found.chance.meanSquare ?? 0) / worlds
    mean += (found.chance.mean ?? 0) / worlds
  }
  return {share: above / worlds, effects, squares, mean, meanSquare}
}

const normal = (random: Random, rows: number) =>
  valuesOf(numbers(Array.from({length: rows}, () => normalQuantile(random.uniform() * 0.999_999 + 5e-7))))
const skewed = (random: Random, rows: number) =>
  valuesOf(numbers(Array.from({length: rows}, () => -Math.log(1 - random.uniform()))))
const colours = (random: Random, rows: number) =>
  valuesOf(
    categories(
      Array.from({length: rows}, () => ['red', 'red', 'red', 'green', 'blue', 'black'][random.below(6)] ?? ''),
    ),
  )
const holes = (random: Random, rows: number) =>
  valuesOf(categories(Array.from({length: rows}, () => (random.below(10) === 0 ? null : 'x'))))

// 5 in 100 by design; 240 worlds tell it to within 3.
describe('two samples of one distribution differ by more than chance is said to show about 5 times in 100', () => {
  test.each([
    ['psi', normal],
    ['psi', colours],
    ['jensen-shannon', normal],
    ['jensen-shannon', colours],
    ['chi-square', normal],
    ['chi-square', colours],
    ['total-variation', normal],
    ['total-variation', colours],
    ['ks', normal],
    ['wasserstein', normal],
    ['wasserstein', skewed],
    ['missing-rate', holes],
  ] as const)('%s', (drift, sample) => {
    const {share, squares, effects, mean, meanSquare} = exceeding(drift, sample)
    expect(share).toBeGreaterThan(0.01)
    expect(share).toBeLessThan(0.095)
    // What the rule of the sample's size rests on: a fifth off at most.
    const ratio = drift === 'psi' ? effects / mean : squares / meanSquare
    expect(ratio).toBeGreaterThan(0.8)
    expect(ratio).toBeLessThan(1.2)
  })
})

test('what is unseen in the reference is as likely as what it has seen once', () => {
  // Zipf-like: many categories that a sample of 800 has once or never.
  const zipf = (random: Random, rows: number) =>
    valuesOf(categories(Array.from({length: rows}, () => `c${Math.floor(2000 ** random.uniform())}`)))
  const {effects, mean} = exceeding('new-categories', zipf)
  expect(effects / mean).toBeGreaterThan(0.9)
  expect(effects / mean).toBeLessThan(1.1)
})

describe('the share of a limit that chance uses up', () => {
  test('is (bins - 1)(1/n + 1/m) over the limit for psi', () => {
    const {chance} = measured('psi', 500, 500)
    expect(usedByChance(chance, 0.1)).toBeCloseTo((9 * (1 / 500 + 1 / 500)) / 0.1, 10)
  })

  test('asks the same rows of jensen-shannon at the limit that means the same', () => {
    // Near each other, a PSI of x is a Jensen-Shannon distance of sqrt(x / 8).
    const psi = usedByChance(measured('psi', 500, 700).chance, 0.1)
    expect(usedByChance(measured('jensen-shannon', 500, 700).chance, Math.sqrt(0.1 / 8))).toBeCloseTo(psi, 10)
  })

  test('is all there is where the limit is 0', () => {
    expect(usedByChance(measured('ks', 1e4, 1e4).chance, 0)).toBe(Number.POSITIVE_INFINITY)
  })
})

function measured(drift: DriftMeasure, judged: number, reference: number) {
  const sample = (rows: number) => valuesOf(numbers(Array.from({length: rows}, (_, row) => (row + 0.5) / rows)))
  const found = driftOfColumn({drift, bins: 10, binning: 'reference-quantiles'}, sample(judged), sample(reference), 1)
  if (found.kind === 'none') throw new Error(found.what)
  return found
}
