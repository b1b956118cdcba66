import {describe, expect, test} from 'vitest'
import {normalCdf, normalQuantile} from '../../../src/model/inference/normal.ts'
import {studentCdf, studentQuantile} from '../../../src/model/inference/student.ts'

describe('normalCdf', () => {
  // scipy 1.17.1: stats.norm.cdf.
  test.each([
    [-8, 6.22096057427174e-16],
    [-4.5, 3.3976731247300535e-6],
    [-3, 0.0013498980316300933],
    [-1, 0.15865525393145707],
    [1, 0.8413447460685429],
    [5, 0.9999997133484281],
  ])('at %d it is %d', (x, expected) => {
    expect(Math.abs(normalCdf(x) / expected - 1)).toBeLessThan(1e-11)
  })

  test('it is the inverse of the quantile', () => {
    for (const p of [1e-9, 0.001, 0.05, 0.5, 0.9, 0.9999]) expect(normalCdf(normalQuantile(p))).toBeCloseTo(p, 12)
  })
})

describe('Student’s t', () => {
  // scipy 1.17.1: stats.t.cdf and stats.t.ppf.
  test.each([
    [-2, 5, 0.050969739414929174],
    [1.3, 2.5, 0.8497566053646458],
    [-10, 30, 2.287625704114809e-11],
    [-1.7, 5000, 0.044596559852011115],
  ])('below %d with %d degrees of freedom lies %d', (t, freedom, expected) => {
    expect(Math.abs(studentCdf(t, freedom) / expected - 1)).toBeLessThan(1e-10)
  })

  test.each([
    [0.95, 9, 1.833112932656237],
    [0.975, 1, 12.706204736174694],
    [0.995, 49.3, 2.679294828907343],
  ])('the %d quantile with %d degrees of freedom is %d', (probability, freedom, expected) => {
    expect(studentQuantile(probability, freedom)).toBeCloseTo(expected, 9)
    expect(studentQuantile(1 - probability, freedom)).toBeCloseTo(-expected, 9)
  })

  test('with no end of rows it is the normal distribution', () => {
    expect(studentQuantile(0.95, Number.POSITIVE_INFINITY)).toBe(normalQuantile(0.95))
  })
})
