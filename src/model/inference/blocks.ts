import type {Grouping, Sample} from '../evaluation/outcomes.ts'

/** What varies on its own: rows; or queries, for a metric that has one value a query; or clusters, where some are named. */
export interface Blocks {
  /** Block of each unit, 0 .. count - 1; null where each unit is a block. */
  readonly of: Int32Array | null
  readonly count: number
}

/** The units that a mean is taken over, with their weights and blocks. */
export interface Units {
  readonly count: number
  /** Null where all weigh alike. */
  readonly weights: Float64Array | null
  readonly blocks: Blocks
}

export function blocksOfRows({rows, clusters}: Sample): Blocks {
  return clusters ? {of: clusters.codes, count: clusters.count} : {of: null, count: rows}
}

/** Rows as units, or the queries they belong to. A query weighs what its rows weigh on average. */
export function unitsOf(sample: Sample, unitOf: Int32Array | null, count: number): Units {
  const blocks = blocksOfRows(sample)
  if (unitOf === null) return {count: sample.rows, weights: sample.weights, blocks}
  return {
    count,
    weights: sample.weights && meanWeights(sample.weights, unitOf, count),
    blocks: sample.clusters ? blocksOfUnits(sample.clusters, unitOf, count) : {of: null, count},
  }
}

export function meanWeights(weights: Float64Array, unitOf: Int32Array, count: number): Float64Array {
  const sums = new Float64Array(count)
  const rows = new Float64Array(count)
  for (let row = 0; row < unitOf.length; row++) {
    const unit = unitOf[row] ?? 0
    sums[unit] = (sums[unit] ?? 0) + (weights[row] ?? 0)
    rows[unit] = (rows[unit] ?? 0) + 1
  }
  return sums.map((sum, unit) => (rows[unit] === 0 ? 0 : sum / (rows[unit] ?? 1)))
}

/** Clusters that share a query cannot vary apart: they become one block (union by the smaller code). */
function blocksOfUnits({codes, count}: Grouping, unitOf: Int32Array, units: number): Blocks {
  const parent = Int32Array.from({length: count}, (_, cluster) => cluster)
  const rootOf = (cluster: number) => {
    let root = cluster
    while (parent[root] !== root) root = parent[root] ?? root
    for (let at = cluster; at !== root; ) {
      const next = parent[at] ?? root
      parent[at] = root
      at = next
    }
    return root
  }
  const first = new Int32Array(units).fill(-1)
  for (let row = 0; row < unitOf.length; row++) {
    const unit = unitOf[row] ?? 0
    const root = rootOf(codes[row] ?? 0)
    const known = first[unit] === -1 ? root : rootOf(first[unit] ?? root)
    parent[Math.max(root, known)] = Math.min(root, known)
    first[unit] = Math.min(root, known)
  }
  const numbers = new Int32Array(count).fill(-1)
  let blocks = 0
  const of = first.map(cluster => {
    const root = rootOf(Math.max(0, cluster))
    if (numbers[root] === -1) numbers[root] = blocks++
    return numbers[root] ?? 0
  })
  return {of, count: blocks}
}
