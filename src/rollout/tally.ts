/** What one look, or many, counted for a guard: a few numbers for each side, all that the statistics rest on. */

/**
 * Requests of one release: all, surely bad, possibly bad (see `telemetry/source.ts`). Whole numbers, bad <= suspect, and
 * suspect <= n, except for events: one request may bring several complaints.
 */
export interface Counts {
  readonly n: number
  readonly bad: number
  readonly suspect: number
}

/** Requests with a value each: how many, the sum of their values, and of the squares; null where nobody measures those. */
export interface MeanTally {
  readonly n: number
  readonly sum: number
  readonly sumOfSquares: number | null
}

/** Requests by the bucket that their value fell into, smallest bound first; the last one has no bound. Not cumulative. */
export interface ShapeTally {
  readonly n: number
  /** Upper bounds of all buckets but the last. */
  readonly bounds: readonly number[]
  readonly buckets: readonly number[]
}

export type Tally = Counts | MeanTally | ShapeTally

/** Tallies of both releases over the same time. Both sides of one guard are of one kind. */
export interface ArmTallies<T extends Tally = Tally> {
  readonly candidate: T
  readonly stable: T
}

export type ArmCounts = ArmTallies<Counts>

export const noCounts: Counts = {n: 0, bad: 0, suspect: 0}

export function add(a: Counts, b: Counts): Counts {
  return {n: a.n + b.n, bad: a.bad + b.bad, suspect: a.suspect + b.suspect}
}

export function isCounts(tally: Tally): tally is Counts {
  return 'bad' in tally
}

export function isMean(tally: Tally): tally is MeanTally {
  return 'sum' in tally
}

export function isShape(tally: Tally): tally is ShapeTally {
  return 'buckets' in tally
}

export function areCounts(arms: ArmTallies): arms is ArmCounts {
  return isCounts(arms.candidate) && isCounts(arms.stable)
}

export function areMeans(arms: ArmTallies): arms is ArmTallies<MeanTally> {
  return isMean(arms.candidate) && isMean(arms.stable)
}

export function areShapes(arms: ArmTallies): arms is ArmTallies<ShapeTally> {
  return isShape(arms.candidate) && isShape(arms.stable)
}

/** The sum of two tallies of one kind; null when they are not of one kind, or their buckets differ. */
export function addTallies<T extends Tally>(a: T, b: T): T | null
export function addTallies(a: Tally, b: Tally): Tally | null {
  if (isCounts(a) && isCounts(b)) return add(a, b)
  if (isMean(a) && isMean(b)) return addMeans(a, b)
  if (isShape(a) && isShape(b)) return addShapes(a, b)
  return null
}

function addMeans(a: MeanTally, b: MeanTally): MeanTally {
  // Where one look had no squares, their sum is not known any more; a side without requests lacks nothing.
  const squares = (tally: MeanTally) => (tally.n === 0 ? 0 : tally.sumOfSquares)
  const [ours, theirs] = [squares(a), squares(b)]
  return {n: a.n + b.n, sum: a.sum + b.sum, sumOfSquares: ours === null || theirs === null ? null : ours + theirs}
}

function addShapes(a: ShapeTally, b: ShapeTally): ShapeTally | null {
  if (a.n === 0) return b
  if (b.n === 0) return a
  const isSame = a.bounds.length === b.bounds.length && a.bounds.every((bound, index) => bound === b.bounds[index])
  if (!isSame) return null
  return {
    n: a.n + b.n,
    bounds: a.bounds,
    buckets: a.buckets.map((count, index) => count + (b.buckets[index] ?? 0)),
  }
}
