import {describe, expect, test} from 'vitest'
import type {DriftMeasure} from '../../../src/config/model-gate-schema.ts'
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

const deciles = {drift: 'psi', bins: 10, binning: 'reference-quantiles'} as const

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

describe('psi on small samples is as noisy as measured elsewhere', () => {
  // 10 deciles of the reference, both samples of the same normal distribution: mean 0.188 at 100 rows, 0.037 at 500 and
  // 0.004 at 5000 (0.0036 by theory); above 0.1 in 86 of 100 pairs of 100 rows (numpy, 20,000 worlds).
  test.each([
    [100, 0.188],
    [500, 0.037],
    [5000, 0.0036],
  ])('%d rows: %d on average', (rows, expected) => {
    const random = createRandom(3)
    const worlds = rows > 1000 ? 80 : 200
    const effects = Array.from({length: worlds}, () => {
      const found = driftOfColumn(deciles, normal(random, rows), normal(random, rows), 1)
      return found.kind === 'measured' ? found.effect : Number.NaN
    })
    const mean = effects.reduce((sum, effect) => sum + effect, 0) / worlds
    expect(mean / expected).toBeGreaterThan(0.85)
    expect(mean / expected).toBeLessThan(1.15)
    if (rows === 100) {
      const above = effects.filter(effect => effect > 0.1).length / worlds
      expect(above).toBeGreaterThan(0.79)
      expect(above).toBeLessThan(0.93)
    }
  })

  test('and finds the drift of N(0, 1) to N(0.1, 1.1): 0.0203', () => {
    const random = createRandom(5)
    const shifted = numbers(
      Array.from({length: 20_000}, () => 0.1 + 1.1 * normalQuantile((random.uint32() + 0.5) / 2 ** 32)),
    )
    const found = driftOfColumn(deciles, valuesOf(shifted), normal(random, 20_000), 1)
    expect(found.kind === 'measured' && Math.abs(found.effect - 0.0203) < 0.004).toBe(true)
  })
})
