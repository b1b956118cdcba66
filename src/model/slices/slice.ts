import type {ReasonCode} from '../../core/finding.ts'
import type {RowIndex} from './row-index.ts'

/** A part of the rows that a gate is asked of. */
export interface Slice {
  /** How a report calls it: `sex: f`, `sex and age: f, 25-40`, or the name that the config gave it. */
  readonly name: string
  /** What made it: `sex`, `sex and age`, or the declared name. All that may be said of it where its rows are few. */
  readonly source: string
  readonly rows: RowIndex
  /** Rows of which the slice's expression is neither true nor false, because a value is missing. They are in no slice. */
  readonly undecided?: number
  /** Why it cannot be asked at all. A slice with few rows is none of these: how few is few, the gate says. */
  readonly problem?: SliceProblem
}

/** Never a reason to skip: each becomes a finding that blocks. */
export interface SliceProblem {
  readonly verdict: 'inconclusive' | 'error'
  readonly reason: ReasonCode
  readonly what: string
  readonly remedy: string
}
