import type {Undefined} from '../../inference/estimate.ts'
import type {Statistic} from '../statistic.ts'
import {classScoreMetrics, type ScoredClasses} from './class-score.ts'
import {classesWithoutRows, microOfPairs, oneClassOnly, someClassWithoutRows} from './lacking.ts'
import {countOnes} from './one-class.ts'
import {areaOf, classWeights, isExact, pairsWon, type RowWeights, rankedBy} from './ranked.ts'
import {weightedStatistic} from './weighted-statistic.ts'

/**
 * Chance that a random row of a class scores higher than a random other row; a tie counts one half (midranks).
 * scikit-learn `roc_auc_score`. With rows of one class only it is undefined; scikit-learn answers NaN.
 *
 * Several classes: each against the rest (`multi_class='ovr'`), or in pairs (`'ovo'`, Hand & Till 2001). A plain mean over
 * classes is undefined while one has no rows; scikit-learn answers NaN, and in pairs leaves the class out. In pairs
 * scikit-learn takes no weights of rows; here they count within each pair and in its prevalence.
 */
export const rocAucMetrics = classScoreMetrics({
  name: 'roc-auc',
  meaning: 'chance that a random row of the class scores higher than a random other row, a tie counting one half',
  ofClass: areaOf,
  ofOneClass: ({rows, truth}, scores) => {
    const ones = countOnes(truth)
    if (ones === 0 || ones === rows) return oneClassOnly
    return {kind: 'auc', positive: truth, scores}
  },
  inPairs: (outcomes, average) => (average === 'micro' ? microOfPairs : ofPairs(outcomes, average)),
})

function ofPairs(outcomes: ScoredClasses, average: 'macro' | 'weighted'): Statistic | Undefined {
  const {classes, label, scores} = outcomes
  const {length} = classes
  const sizes = classWeights(label, length, null)
  const empty = classes.filter((_, index) => sizes[index] === 0)
  if (empty.length > 0) return classesWithoutRows(empty)
  const ranked = scores.map(column => rankedBy(column, label))
  const of = (weights: RowWeights | null) => {
    const won = ranked.map((each, index) => pairsWon(each, index, length, weights))
    return meanOverPairs(won, classWeights(label, length, weights), average)
  }
  return weightedStatistic(of, someClassWithoutRows)
}

/** The mean over pairs of classes of both areas: the scores of the one order the two, and the scores of the other. */
function meanOverPairs(
  won: readonly Float64Array[],
  sizes: Float64Array,
  average: 'macro' | 'weighted',
): number | null {
  let sum = 0
  let all = 0
  for (let one = 0; one < sizes.length; one++) {
    for (let other = 0; other < one; other++) {
      const ofOne = sizes[one] ?? 0
      const ofOther = sizes[other] ?? 0
      const pairs = ofOne * ofOther
      if (!isExact(pairs)) return null
      const area = ((won[one]?.[other] ?? 0) + (won[other]?.[one] ?? 0)) / pairs / 2
      const weight = average === 'macro' ? 1 : ofOne + ofOther
      sum += weight * area
      all += weight
    }
  }
  return all > 0 ? sum / all : null
}
