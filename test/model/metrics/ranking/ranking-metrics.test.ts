import {describe, expect, test} from 'vitest'
import {rankingMetrics} from '../../../../src/model/metrics/ranking/ranking-metrics.ts'
import {statisticOf} from '../../../../src/model/metrics/registry.ts'
import {asked, ranking} from '../asked.ts'
import {countedUnits} from '../counted-units.ts'

const names = rankingMetrics.map(({name}) => name)
const rows = {valuesOf: () => new Float64Array()}

describe('by hand', () => {
  // From the top: not relevant, relevant, not, relevant, not.
  const query = ranking([
    [0, 5],
    [1, 4],
    [0, 3],
    [2, 2],
    [0, 1],
  ])
  test.each([
    ['map', undefined, (1 / 2 + 2 / 4) / 2],
    ['map', 2, 1 / 2 / 2],
    ['map', 3, 1 / 2 / 2],
    ['map', 1, 0],
    ['mrr', undefined, 1 / 2],
    ['mrr', 1, 0],
    ['recall-at-k', 2, 1 / 2],
    ['recall-at-k', 4, 1],
    ['precision-at-k', 2, 1 / 2],
    ['precision-at-k', 4, 2 / 4],
    ['hit-rate', 1, 0],
    ['hit-rate', 2, 1],
    ['ndcg', undefined, (1 / Math.log2(3) + 2 / Math.log2(5)) / (2 + 1 / Math.log2(3))],
    ['ndcg', 2, 1 / Math.log2(3) / (2 + 1 / Math.log2(3))],
    ['ndcg', 1, 0],
  ] as const)('%s with k = %s', (metric, k, expected) => {
    expect(asked(query, {metric, k})).toBeCloseTo(expected, 14)
  })

  test('a list shorter than k is not filled up, but precision still counts over k', () => {
    expect(asked(query, {metric: 'precision-at-k', k: 10})).toBeCloseTo(2 / 10, 14)
    expect(asked(query, {metric: 'recall-at-k', k: 10})).toBe(1)
    expect(asked(query, {metric: 'hit-rate', k: 10})).toBe(1)
    expect(asked(query, {metric: 'map', k: 10})).toBe(asked(query, {metric: 'map'}))
    expect(asked(query, {metric: 'ndcg', k: 10})).toBe(asked(query, {metric: 'ndcg'}))
  })

  // scikit-learn's documentation of ndcg_score prints the first two decimals.
  test.each([
    [[0.1, 0.2, 0.3, 4, 70], undefined, 0.69],
    [[0.05, 1.1, 1, 0.5, 0], undefined, 0.49],
    [[0.05, 1.1, 1, 0.5, 0], 4, 0.35],
    [[1, 0, 0, 0, 1], 1, 0.75],
  ] as const)('ndcg of the documented scores %j with k = %s', (scores, k, expected) => {
    const relevance = [10, 0, 0, 1, 5]
    const documented = ranking(scores.map((score, at) => [relevance[at] ?? 0, score] as const))
    expect(Math.floor(Number(asked(documented, {metric: 'ndcg', k})) * 100) / 100).toBe(expected)
  })
})

describe('tied scores count as the mean over their orders', () => {
  // Two documents with the same score, one relevant: first or second with the same chance.
  const pair = ranking([
    [1, 0.5],
    [0, 0.5],
  ])
  test.each([
    ['mrr', undefined, (1 + 1 / 2) / 2],
    ['map', undefined, (1 + 1 / 2) / 2],
    ['mrr', 1, 1 / 2],
    ['recall-at-k', 1, 1 / 2],
    ['precision-at-k', 1, 1 / 2],
    ['hit-rate', 1, 1 / 2],
    ['ndcg', undefined, (1 + 1 / Math.log2(3)) / 2],
  ] as const)('%s with k = %s', (metric, k, expected) => {
    expect(asked(pair, {metric, k})).toBeCloseTo(expected, 14)
  })

  test('so a model that scores everything alike gains nothing from the order of the file', () => {
    const sorted = ranking([1, 1, 0, 0, 0].map(relevance => [relevance, 7] as const))
    const reversed = ranking([0, 0, 0, 1, 1].map(relevance => [relevance, 7] as const))
    for (const metric of names) {
      expect(asked(sorted, {metric, k: 2})).toBe(asked(reversed, {metric, k: 2}))
      expect(asked(sorted, {metric, k: 2})).toBeLessThan(1)
    }
  })
})

describe('a query that cannot be judged is left out and counted', () => {
  const perfect = [
    [1, 2],
    [0, 1],
  ] as const
  const nothingRelevant = [
    [0, 2],
    [0, 1],
  ] as const
  const oneDocument = [[1, 1]] as const

  test('where no document is relevant, but for ndcg, where it counts 0 as in scikit-learn', () => {
    const outcomes = ranking(perfect, nothingRelevant)
    for (const metric of names) {
      const statistic = statisticOf(outcomes, {metric, k: 1}, rows)
      const isNdcg = metric === 'ndcg'
      expect(asked(outcomes, {metric, k: 1})).toBe(isNdcg ? 0.5 : 1)
      if (statistic.kind === 'undefined') throw new Error(statistic.what)
      expect(countedUnits(statistic)).toEqual({counted: isNdcg ? 2 : 1, all: 2})
    }
  })

  test('where there is one document only, for ndcg alone', () => {
    const outcomes = ranking(perfect, oneDocument)
    const counted = names.map(metric => {
      const statistic = statisticOf(outcomes, {metric, k: 1}, rows)
      return [metric, statistic.kind === 'undefined' ? null : countedUnits(statistic)?.counted]
    })
    expect(Object.fromEntries(counted)).toEqual({
      ndcg: 1,
      map: 2,
      mrr: 2,
      'recall-at-k': 2,
      'precision-at-k': 2,
      'hit-rate': 2,
    })
  })

  test('and where that leaves none, nothing is concluded', () => {
    for (const metric of names.filter(name => name !== 'ndcg')) {
      expect(asked(ranking(nothingRelevant), {metric, k: 1})).toMatch(/^inconclusive model\/no-relevant-document/)
    }
    expect(asked(ranking(oneDocument), {metric: 'ndcg'})).toMatch(/^inconclusive model\/no-ranked-query/)
    expect(asked(ranking(nothingRelevant), {metric: 'ndcg'})).toBe(0)
  })
})

describe('the form that gives inference most', () => {
  test('is a mean over queries', () => {
    const outcomes = ranking(
      [
        [1, 1],
        [0, 0.5],
      ],
      [
        [0, 2],
        [3, 1],
      ],
    )
    for (const metric of names) {
      const statistic = statisticOf(outcomes, {metric, k: 3}, rows)
      expect(statistic).toMatchObject({kind: 'mean', unitOf: outcomes.queries.codes, link: null})
    }
  })

  test('and a hit rate without ties at the end of the list is a proportion', () => {
    const outcomes = ranking(
      [
        [1, 1],
        [0, 0.5],
      ],
      [
        [0, 2],
        [3, 1],
      ],
    )
    expect(statisticOf(outcomes, {metric: 'hit-rate', k: 1}, rows)).toMatchObject({isShare: true})
    expect(statisticOf(outcomes, {metric: 'mrr'}, rows)).toMatchObject({isShare: false})
  })
})

test('every convention says what happens to ties', () => {
  for (const metric of rankingMetrics) {
    expect(metric.convention({metric: metric.name, k: 5})).toMatch(/k = 5.*tied scores/)
    expect(metric.convention({metric: metric.name})).not.toContain('k = ')
  }
})
