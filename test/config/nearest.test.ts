import {describe, expect, test} from 'vitest'
import {editDistance, nearest} from '../../src/config/nearest.ts'

describe('edit distance', () => {
  // Wikipedia, "Damerau-Levenshtein distance": "CA" to "ABC" is 3 in the restricted form.
  test.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['kitten', 'sitting', 3],
    ['ca', 'abc', 3],
    ['servcie', 'service', 1],
    ['accuracy', 'acuracy', 1],
  ])('%s to %s is %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance)
    expect(editDistance(b, a)).toBe(distance)
  })
})

describe('the word that was meant', () => {
  test.each([
    ['servce', 'service'],
    ['SERVICE', 'service'],
    ['imgae', 'image'],
    ['modle', 'model'],
    ['', undefined],
    ['replicas', undefined],
  ])('%s: %s', (word, meant) => {
    expect(nearest(word, ['service', 'image', 'model', 'validation'])).toBe(meant)
  })

  test('the nearest of two is chosen', () => {
    expect(nearest('at-lest', ['at-most', 'at-least'])).toBe('at-least')
  })
})
