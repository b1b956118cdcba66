import type {Segment} from './weak-segments.ts'

/**
 * A segment of two conditions that is mainly one of its halves, or lags no more than it, says nothing new; nor does a
 * second condition that holds on the same rows as the first.
 */
export function withoutRepeats(segments: readonly Segment[]): readonly Segment[] {
  const single = new Map(segments.filter(({conditions}) => conditions.length === 1).map(s => [s.conditions[0], s]))
  const sameRows = new Set<Segment>()
  for (const {conditions, n} of segments) {
    const [one, other] = conditions.map(condition => single.get(condition))
    if (one && other && n >= 0.95 * one.n && n >= 0.95 * other.n && !sameRows.has(one)) sameRows.add(other)
  }
  return segments.filter(segment => {
    if (segment.conditions.length === 1) return !sameRows.has(segment)
    return !segment.conditions.some(condition => {
      const parent = single.get(condition)
      if (!parent || (segment.isShown && !parent.isShown)) return false
      return segment.n >= 0.8 * parent.n || segment.lag <= parent.lag
    })
  })
}
