/** One case for each method of comparison, each at a true loss of exactly the margin. */

import type {MetricName} from '../../../src/core/metric-catalog.ts'
import {metricEntry} from '../../../src/core/metric-catalog.ts'
import {createRandom} from '../../../src/core/random.ts'
import {compareStatistics} from '../../../src/model/inference/compare.ts'
import {estimateOf} from '../../../src/model/inference/estimate-of.ts'
import {judgeNonInferiority} from '../../../src/model/inference/non-inferiority.ts'
import {statisticOf} from '../../../src/model/metrics/registry.ts'
import type {MeanStatistic, Statistic} from '../../../src/model/metrics/statistic.ts'
import {type KnownTruth, truths} from './truth.ts'
import {clustersOf, drawClassifiers, normalDraws, type Pair, type World} from './worlds.ts'

export interface Case {
  readonly name: string
  /** What the candidate truly loses: the margin. 0 where `retain` holds it. */
  readonly margin: number
  readonly retain: number
  /** The candidate's true value. */
  readonly truth: number
  readonly moreIsBetter: boolean
  readonly range: readonly [number, number]
  readonly draw: (rows: number, seed: number) => Pair<Statistic>
}

/** Whether such a candidate is let through. Where the rows do not allow a comparison, it is not. */
export function isLetThrough(each: Case, rows: number, seed: number, replicates: number): boolean {
  const {candidate, baseline, sample} = each.draw(rows, seed)
  const {retain, range, margin, moreIsBetter} = each
  const options = {coverage: 0.9, seed, replicates, range, retain, moreIsBetter}
  const comparison = compareStatistics(candidate, baseline, sample, options)
  return comparison.kind === 'compared' && judgeNonInferiority(comparison, margin, moreIsBetter).kind === 'shown'
}

/** On which side the candidate's own interval misses the truth, if it does. No interval misses nothing. */
export function missOf(each: Case, rows: number, seed: number, replicates: number): 'too-high' | 'too-low' | null {
  const {candidate, sample} = each.draw(rows, seed)
  const estimate = estimateOf(candidate, sample, {coverage: 0.9, seed, replicates, range: each.range})
  if (estimate.kind === 'undefined') return null
  if (estimate.interval.low > each.truth) return 'too-high'
  return estimate.interval.high < each.truth ? 'too-low' : null
}

const usual: World = {positives: 0.3, distances: [1.6, 1.8], threshold: 0.8, clusterRows: 1, hasWeights: false}
const sharp: World = {...usual, positives: 0.1, distances: [2.9, 3.2], threshold: 1.6}
const inClusters: World = {...usual, clusterRows: 5}
const weighted: World = {...usual, hasWeights: true}

function classifiers(metric: KnownTruth & MetricName, name: string, world: World, retains = false): Case {
  const {better, range} = metricEntry(metric)
  const truthOf = (distance: number) => truths[metric]({...world, distance})
  const [ours, theirs] = [truthOf(world.distances[0]), truthOf(world.distances[1])]
  const moreIsBetter = better === 'more'
  return {
    name: `${metric}, ${name}`,
    margin: retains ? 0 : moreIsBetter ? theirs - ours : ours - theirs,
    retain: retains ? ours / theirs : 1,
    truth: ours,
    moreIsBetter,
    range,
    draw: (rows, seed) => {
      const {candidate, baseline, sample} = drawClassifiers(world, rows, seed)
      return {candidate: asked(metric, candidate), baseline: asked(metric, baseline), sample}
    },
  }
}

function asked(metric: MetricName, outcomes: Parameters<typeof statisticOf>[0]): Statistic {
  const statistic = statisticOf(outcomes, {metric}, {valuesOf: () => new Float64Array()})
  if (statistic.kind === 'undefined') return nothing
  return statistic
}

/** Rows on which a metric has no value at all, such as none of the positive class. */
const nothing: Statistic = {
  kind: 'weighted',
  of: () => null,
  undefinedAs: {kind: 'undefined', verdict: 'inconclusive', reason: 'model/no-rows', what: 'There is no value.'},
}

/** Two losses of a row, of the candidate and of the baseline; where there are clusters, with the noises of both clusters. */
type Losses = (normal: () => number, cluster: readonly [number, number]) => readonly [number, number]

interface Regression {
  readonly losses: Losses
  /** The candidate's true value. */
  readonly truth: number
  readonly margin: number
  readonly link?: MeanStatistic['link']
  readonly clusterRows?: number
  readonly hasWeights?: boolean
}

function losses(name: string, world: Regression): Case {
  const {margin, truth, link = null, clusterRows = 1, hasWeights = false} = world
  return {
    name,
    margin,
    truth,
    retain: 1,
    moreIsBetter: false,
    range: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
    draw: (rows, seed) => {
      const random = createRandom(seed)
      const normal = normalDraws(random)
      const [ours, theirs] = [new Float64Array(rows), new Float64Array(rows)]
      let cluster: readonly [number, number] = [0, 0]
      for (let row = 0; row < rows; row++) {
        if (clusterRows > 1 && row % clusterRows === 0) cluster = [normal(), normal()]
        const [one, other] = world.losses(normal, cluster)
        ours[row] = one
        theirs[row] = other
      }
      const mean = (values: Float64Array): MeanStatistic => {
        return {kind: 'mean', values, among: null, unitOf: null, isShare: false, link}
      }
      const weights = hasWeights ? Float64Array.from({length: rows}, () => 0.2 - Math.log(1 - random.uniform())) : null
      return {
        candidate: mean(ours),
        baseline: mean(theirs),
        sample: {rows, weights, clusters: clustersOf(rows, clusterRows)},
      }
    },
  }
}

const halfNormal = Math.sqrt(2 / Math.PI)

/** Two errors with correlation 0.6, of standard deviations 1.1 and 1. */
const errors: Losses = normal => {
  const shared = Math.sqrt(0.6) * normal()
  return [1.1 * (shared + Math.sqrt(0.4) * normal()), shared + Math.sqrt(0.4) * normal()]
}

/** Both lognormal with sigma 1 and correlated logarithms; the candidate's are 10 % larger. */
const lognormals: Losses = normal => {
  const shared = Math.sqrt(0.6) * normal()
  const factor = Math.sqrt(0.4)
  return [1.1 * Math.exp(shared + factor * normal()), Math.exp(shared + factor * normal())]
}

export const cases: readonly Case[] = [
  classifiers('accuracy', 'Tango', usual),
  classifiers('accuracy', 'a share of the baseline, MOVER', usual, true),
  classifiers('accuracy', 'weighted, MOVER', weighted),
  classifiers('accuracy', 'clusters, MOVER', inClusters),
  classifiers('recall', 'Tango among positives', usual),
  classifiers('precision', 'MOVER', usual),
  classifiers('precision', 'clusters, MOVER', inClusters),
  classifiers('roc-auc', 'DeLong', usual),
  classifiers('roc-auc', 'DeLong, near 1 and few positives', sharp),
  classifiers('roc-auc', 'weighted, DeLong', weighted),
  classifiers('roc-auc', 'clusters, Obuchowski', inClusters),
  losses('absolute error, symmetric difference, t', {
    losses: (normal, cluster) => errors(normal, cluster).map(Math.abs) as unknown as readonly [number, number],
    margin: 0.1 * halfNormal,
    truth: 1.1 * halfNormal,
  }),
  losses('losses, two lognormals, t', {losses: lognormals, margin: 0.1 * Math.exp(0.5), truth: 1.1 * Math.exp(0.5)}),
  losses('losses, the candidate’s are lognormal, t', {
    losses: normal => [Math.exp(normal()), 0],
    margin: Math.exp(0.5),
    truth: Math.exp(0.5),
  }),
  losses('losses, the baseline’s are lognormal, t', {
    losses: normal => [Math.exp(0.5) + 0.1, Math.exp(normal())],
    margin: 0.1,
    truth: Math.exp(0.5) + 0.1,
  }),
  losses('losses, lognormal, weighted, t', {
    losses: normal => [Math.exp(normal()), 0],
    margin: Math.exp(0.5),
    truth: Math.exp(0.5),
    hasWeights: true,
  }),
  losses('losses, lognormal, clusters, t', {
    losses: (normal, [ours, theirs]) => [
      1.1 * Math.exp(0.6 * ours + 0.8 * normal()),
      Math.exp(0.6 * theirs + 0.8 * normal()),
    ],
    margin: 0.1 * Math.exp(0.5),
    truth: 1.1 * Math.exp(0.5),
    clusterRows: 5,
  }),
  losses('RMSE, t', {
    losses: (normal, cluster) =>
      errors(normal, cluster).map(error => error ** 2) as unknown as readonly [number, number],
    margin: 0.1,
    truth: 1.1,
    link: 'square-root',
  }),
  classifiers('log-loss', 't', usual),
  classifiers('f1', 'table, BCa', usual),
  classifiers('f1', 'few positives, table, BCa', sharp),
  classifiers('f1', 'weighted, BCa', weighted),
  classifiers('f1', 'clusters, BCa', inClusters),
  classifiers('mcc', 'table, BCa', usual),
  classifiers('average-precision', 'rows, BCa', usual),
  classifiers('average-precision', 'weighted, BCa', weighted),
  classifiers('average-precision', 'clusters, BCa', inClusters),
]
