import type {Metric} from '../metric.ts'
import {averagePrecision} from './average-precision.ts'
import {hitRate} from './hit-rate.ts'
import {ndcg} from './ndcg.ts'
import {reciprocalRank} from './reciprocal-rank.ts'
import {precisionAtK, recallAtK} from './relevant-at-k.ts'

export const rankingMetrics: readonly Metric<'ranking'>[] = [
  ndcg,
  averagePrecision,
  reciprocalRank,
  recallAtK,
  precisionAtK,
  hitRate,
]
