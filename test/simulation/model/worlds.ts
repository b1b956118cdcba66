/**
 * Pairs of models of which the truth is known exactly, so that "how often is a candidate let through that loses just the
 * margin" can be counted. Scores are binormal: a row's score is its class times a distance plus noise, of which a part belongs
 * to the row (both models see it), a part to each model alone, and, where there are clusters, a part to the cluster.
 */
import {createRandom, type Random} from '../../../src/core/random.ts'
import type {BinaryOutcomes, Sample} from '../../../src/model/evaluation/outcomes.ts'

export interface World {
  /** Share of positive rows. */
  readonly positives: number
  /** Distance of the classes, in standard deviations, for candidate and baseline. */
  readonly distances: readonly [candidate: number, baseline: number]
  /** Threshold on the score, in the same unit. */
  readonly threshold: number
  /** Rows in a cluster; 1 for independent rows. */
  readonly clusterRows: number
  readonly hasWeights: boolean
}

export interface Pair<T> {
  readonly candidate: T
  readonly baseline: T
  readonly sample: Sample
}

/** Shares of the variance of a score; with clusters, a third of it is the cluster's own. */
const alone = {row: 0.6, model: 0.4, cluster: 0, clusterAndModel: 0}
const clustered = {row: 0.4, model: 0.2, cluster: 0.2, clusterAndModel: 0.2}

export function drawClassifiers(world: World, rows: number, seed: number): Pair<BinaryOutcomes> {
  const random = createRandom(seed)
  const normal = normalDraws(random)
  const {positives, distances, threshold, clusterRows, hasWeights} = world
  const shares = clusterRows > 1 ? clustered : alone
  const [row, model, cluster, clusterAndModel] = [
    Math.sqrt(shares.row),
    Math.sqrt(shares.model),
    Math.sqrt(shares.cluster),
    Math.sqrt(shares.clusterAndModel),
  ]
  const positive = new Uint8Array(rows)
  const scores = [new Float64Array(rows), new Float64Array(rows)] as const
  const predicted = [new Uint8Array(rows), new Uint8Array(rows)] as const
  const weights = hasWeights ? new Float64Array(rows) : null
  let ofCluster = 0
  let ofBoth: readonly [number, number] = [0, 0]
  let share = positives
  for (let at = 0; at < rows; at++) {
    if (clusterRows > 1 && at % clusterRows === 0) {
      ofCluster = cluster * normal()
      ofBoth = [clusterAndModel * normal(), clusterAndModel * normal()]
      // Clusters differ in how many positive rows they have, too.
      share = positives * (random.uniform() < 0.5 ? 0.5 : 1.5)
    }
    const label = random.uniform() < share ? 1 : 0
    positive[at] = label
    const ofRow = row * normal()
    for (const side of [0, 1] as const) {
      const score = distances[side] * label + ofRow + model * normal() + ofCluster + ofBoth[side]
      scores[side][at] = probabilityOf(score)
      predicted[side][at] = score >= threshold ? 1 : 0
    }
    if (weights) weights[at] = 0.2 - Math.log(1 - random.uniform())
  }
  const side = (index: 0 | 1): BinaryOutcomes => ({
    task: 'binary',
    rows,
    positive,
    predicted: predicted[index],
    scores: scores[index],
  })
  return {candidate: side(0), baseline: side(1), sample: {rows, weights, clusters: clustersOf(rows, clusterRows)}}
}

export function clustersOf(rows: number, clusterRows: number): Sample['clusters'] {
  if (clusterRows === 1) return null
  const codes = Int32Array.from({length: rows}, (_, row) => Math.floor(row / clusterRows))
  return {codes, count: Math.ceil(rows / clusterRows)}
}

/** A rising function of the score into (0, 1), which a model might call its probability. */
export function probabilityOf(score: number): number {
  return 1 / (1 + Math.exp(1 - score))
}

/** Standard normal draws in pairs: Box and Muller (1958). */
export function normalDraws(random: Random): () => number {
  let kept: number | null = null
  return () => {
    if (kept !== null) {
      const draw = kept
      kept = null
      return draw
    }
    const radius = Math.sqrt(-2 * Math.log(1 - random.uniform()))
    const angle = 2 * Math.PI * random.uniform()
    kept = radius * Math.sin(angle)
    return radius * Math.cos(angle)
  }
}
