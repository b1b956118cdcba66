import {expect, test} from 'vitest'
import {logGamma} from '../../src/core/log-gamma.ts'

test.each([
  // Γ(n + 1) = n!, Γ(1/2) = √π, Γ(3/2) = √π / 2.
  [1, 0],
  [5, Math.log(24)],
  [0.5, Math.log(Math.sqrt(Math.PI))],
  [1.5, Math.log(Math.sqrt(Math.PI) / 2)],
  [21, Math.log(2_432_902_008_176_640_000)],
])('ln Γ(%f)', (x, expected) => {
  expect(logGamma(x)).toBeCloseTo(expected, 13)
})
