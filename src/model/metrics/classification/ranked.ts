import {descendingOrder} from './score-order.ts'

/** Rows from the highest score to the lowest, and the class of each. */
export interface Ranked {
  /** Row at each place. */
  readonly order: Uint32Array
  /** 1 at the last place of each run of equal scores. */
  readonly endsTie: Uint8Array
  /** Class of the row at each place. */
  readonly classes: Uint8Array | Int32Array
}

/** Weights of rows; in a bootstrap of unweighted rows how often each was drawn. */
export type RowWeights = Float64Array | Uint8Array

const known = new WeakMap<Float64Array, WeakMap<Uint8Array | Int32Array, Ranked>>()

/** Ranked once for a column of scores and of classes, for all the metrics and curves that are made of them. */
export function rankedBy(scores: Float64Array, classOf: Uint8Array | Int32Array): Ranked {
  const ofScores = known.get(scores) ?? new WeakMap<Uint8Array | Int32Array, Ranked>()
  known.set(scores, ofScores)
  const ranked = ofScores.get(classOf) ?? rankedInOrder(scores, classOf, descendingOrder(scores))
  ofScores.set(classOf, ranked)
  return ranked
}

export function rankedInOrder(scores: Float64Array, classOf: Uint8Array | Int32Array, order: Uint32Array): Ranked {
  const endsTie = new Uint8Array(order.length)
  const classes = classOf instanceof Uint8Array ? new Uint8Array(order.length) : new Int32Array(order.length)
  let score = scores[order[0] ?? 0]
  for (let place = 0; place < order.length; place++) {
    classes[place] = classOf[order[place] ?? 0] ?? 0
    const next = place + 1 < order.length ? scores[order[place + 1] ?? 0] : undefined
    endsTie[place] = next === score ? 0 : 1
    score = next
  }
  return {order, endsTie, classes}
}

/**
 * For one class against each other class: the weight of the pairs of their rows in which the row of the one class scores
 * higher; equal scores count one half. Over the weight of all pairs it is the area under the ROC curve of the two.
 */
export function pairsWon(ranked: Ranked, own: number, classCount: number, weights: RowWeights | null): Float64Array {
  const {order, endsTie, classes} = ranked
  const won = new Float64Array(classCount)
  let above = 0
  let first = 0
  for (let place = 0; place < order.length; place++) {
    if (endsTie[place] === 0) continue
    let tied = 0
    for (let each = first; each <= place; each++) {
      if (classes[each] === own) tied += weights === null ? 1 : (weights[order[each] ?? 0] ?? 0)
    }
    const ahead = above + tied / 2
    for (let each = first; each <= place; each++) {
      const other = classes[each] ?? 0
      if (other !== own)
        won[other] = (won[other] ?? 0) + ahead * (weights === null ? 1 : (weights[order[each] ?? 0] ?? 0))
    }
    above += tied
    first = place + 1
  }
  return won
}

/** Average precision of class 1: the precision at each threshold, weighted by the share of recall that it adds. */
export function averagePrecisionOf({order, endsTie, classes}: Ranked, weights: RowWeights | null): number | null {
  let hits = 0
  let alarms = 0
  let tied = 0
  let sum = 0
  for (let place = 0; place < order.length; place++) {
    const weight = weights === null ? 1 : (weights[order[place] ?? 0] ?? 0)
    if (classes[place] === 1) tied += weight
    else alarms += weight
    if (endsTie[place] === 0) continue
    hits += tied
    if (tied > 0) sum += tied * (hits / (hits + alarms))
    tied = 0
  }
  return hits > 0 && alarms > 0 ? sum / hits : null
}

/** Area under the ROC curve of class 1 against all others. */
export function areaOf({order, endsTie, classes}: Ranked, weights: RowWeights | null): number | null {
  let above = 0
  let others = 0
  let tied = 0
  let tiedOthers = 0
  let won = 0
  for (let place = 0; place < order.length; place++) {
    const weight = weights === null ? 1 : (weights[order[place] ?? 0] ?? 0)
    if (classes[place] === 1) tied += weight
    else tiedOthers += weight
    if (endsTie[place] === 0) continue
    won += tiedOthers * (above + tied / 2)
    above += tied
    others += tiedOthers
    tied = 0
    tiedOthers = 0
  }
  const pairs = above * others
  return isExact(pairs) ? won / pairs : null
}

/** Whether a product of two weights is a number to divide by: not 0, and far from where doubles end on either side. */
export function isExact(product: number): boolean {
  return product > 1e-280 && product < 1e300
}

/** Weight of the rows of each class. */
export function classWeights(
  classOf: Uint8Array | Int32Array,
  classCount: number,
  weights: RowWeights | null,
): Float64Array {
  const sums = new Float64Array(classCount)
  for (let row = 0; row < classOf.length; row++) {
    const code = classOf[row] ?? 0
    sums[code] = (sums[code] ?? 0) + (weights === null ? 1 : (weights[row] ?? 0))
  }
  return sums
}
