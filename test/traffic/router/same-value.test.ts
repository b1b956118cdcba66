import {describe, expect, test} from 'vitest'
import {isSameValue} from '../../../src/traffic/router/same-value.ts'

const exact = {tolerance: 0, ignore: new Set<string>()}
const close = {tolerance: 0.01, ignore: new Set(['id', 'model_version'])}

describe('two answers say the same', () => {
  test.each([
    ['members in another order', {a: 1, b: 2}, {b: 2, a: 1}, exact],
    [
      'nested lists and objects',
      {outputs: [{data: [1, null, 'x', true]}]},
      {outputs: [{data: [1, null, 'x', true]}]},
      exact,
    ],
    ['0 and -0', {score: 0}, {score: -0}, exact],
    // |100 - 101| = 1 <= 0.01 * 101 = 1.01
    ['large numbers within the share', [100], [101], close],
    // |0.001 - 0.009| = 0.008 <= 0.01 * max(1, ...)
    ['small numbers within the tolerance', [0.001], [0.009], close],
    ['what is not compared, at any depth', {a: [{id: 1, x: 2}], id: 1}, {a: [{id: 2, x: 2}], id: 2}, close],
    ['what only one side has and is not compared', {x: 1, model_version: 'v1'}, {x: 1}, close],
  ])('with %s', (_, left, right, agreement) => {
    expect(isSameValue(left, right, agreement)).toBe(true)
    expect(isSameValue(right, left, agreement)).toBe(true)
  })

  test('nested deeper than any stack', () => {
    const deep = () => JSON.parse(`${'['.repeat(200_000)}1${']'.repeat(200_000)}`)
    expect(isSameValue(deep(), deep(), exact)).toBe(true)
  })
})

describe('two answers differ', () => {
  test.each([
    // |100 - 101.1| = 1.1 > 0.01 * 101.1 = 1.011
    ['in numbers beyond the share', [100], [101.1], close],
    ['in small numbers beyond the tolerance', [0.001], [0.012], close],
    ['in a number that became text', {score: 1}, {score: '1'}, close],
    ['in null and nothing', {score: null}, {}, exact],
    ['in null and zero', {score: null}, {score: 0}, exact],
    ['in null and an object', {score: null}, {score: {}}, exact],
    ['in an object and a list', {score: []}, {score: {}}, exact],
    ['in the order of a list', [1, 2], [2, 1], exact],
    ['in the length of a list', [1, 2], [1, 2, 3], exact],
    ['in a member more', {a: 1}, {a: 1, b: 2}, exact],
    ['in the name of a member', {a: 1}, {b: 1}, exact],
    ['in a member that every object inherits', {}, {constructor: 1}, exact],
    ['deep inside', {outputs: [{data: [0.2, 0.8]}]}, {outputs: [{data: [0.8, 0.2]}]}, close],
  ])('%s', (_, left, right, agreement) => {
    expect(isSameValue(left, right, agreement)).toBe(false)
    expect(isSameValue(right, left, agreement)).toBe(false)
  })
})
