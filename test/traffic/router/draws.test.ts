import {describe, expect, test} from 'vitest'
import {createDraws, drawOfSession} from '../../../src/traffic/router/draws.ts'

// Bounds are 5 standard deviations of a binomial share of 20,000: chance of a false alarm below one in a million.
const tolerance = (percent: number) => 5 * Math.sqrt((percent * (100 - percent)) / 20_000)

describe('the assignment of requests', () => {
  test.each([1, 5, 25, 50, 99])('sends about %s %% to the candidate', percent => {
    const draw = createDraws(7)
    const share = (count(20_000, () => draw() < percent) / 20_000) * 100
    expect(Math.abs(share - percent)).toBeLessThan(tolerance(percent))
  })

  test('does not fall into step with traffic that has a rhythm of twenty', () => {
    const draw = createDraws(7)
    const draws = Array.from({length: 20_000}, draw)
    for (let phase = 0; phase < 20; phase++) {
      const own = draws.filter((_, index) => index % 20 === phase)
      const share = (own.filter(each => each < 5).length / own.length) * 100
      expect(Math.abs(share - 5)).toBeLessThan(5 * Math.sqrt((5 * 95) / own.length))
    }
  })

  test('is the same again for the same seed, and another for another', () => {
    const first = createDraws(1)
    const again = createDraws(1)
    const other = createDraws(2)
    const draws = Array.from({length: 50}, first)
    expect(Array.from({length: 50}, again)).toEqual(draws)
    expect(Array.from({length: 50}, other)).not.toEqual(draws)
  })
})

describe('the assignment of sessions', () => {
  test('is spread evenly, also over short names that count up', () => {
    for (const percent of [5, 25, 50]) {
      const share = (count(20_000, index => drawOfSession(`s${index}`) < percent) / 20_000) * 100
      expect(Math.abs(share - percent)).toBeLessThan(tolerance(percent))
    }
  })

  test('never changes', () => {
    expect(drawOfSession('user-42')).toBe(drawOfSession('user-42'))
  })
})

function count(times: number, holds: (index: number) => boolean): number {
  return Array.from({length: times}, (_, index) => holds(index)).filter(Boolean).length
}
