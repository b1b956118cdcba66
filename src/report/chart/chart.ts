/** A chart as data: what is drawn, without how. Markdown, terminal and file each draw it in their own way. */

export interface Chart {
  /** What it shows: `ROC curve`. */
  readonly title: string
  readonly x: Axis
  readonly y: Axis
  /** One to four lines; each has its own colour and its own name. */
  readonly series: readonly Series[]
}

export interface Axis {
  readonly name: string
  /** Ends of the axis; low < high. */
  readonly low: number
  readonly high: number
}

export interface Series {
  readonly name: string
  /** By rising x. A jump has two points of the same x. */
  readonly points: readonly Point[]
  /** A line to compare with, such as the diagonal of a ROC curve: drawn thin. */
  readonly isReference?: true
}

export type Point = readonly [x: number, y: number]

/** Value of a line at `x`: linear between its points, at a jump the last one; null outside of them. */
export function valueAt(points: readonly Point[], x: number): number | null {
  const after = points.findIndex(([each]) => each > x)
  const from = points[after === -1 ? points.length - 1 : after - 1]
  if (!from || from[0] > x) return null
  if (from[0] === x) return from[1]
  const to = after === -1 ? undefined : points[after]
  if (!to) return null
  return from[1] + ((x - from[0]) / (to[0] - from[0])) * (to[1] - from[1])
}

/** Values of a line at `count` places, evenly from end to end of the axis. */
export function sampled({points}: Series, {low, high}: Axis, count: number): readonly (number | null)[] {
  return Array.from({length: count}, (_, index) => valueAt(points, low + ((high - low) * index) / (count - 1)))
}
