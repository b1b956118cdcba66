import {digestOfText} from '../../../src/core/digest.ts'
import type {Evaluation} from '../../../src/model/evaluation/evaluation.ts'
import type {Outcomes} from '../../../src/model/evaluation/outcomes.ts'
import type {CategoryColumn, Column} from '../../../src/model/readers/columns.ts'

/** A group column from its values; '' is an absent one. */
export function category(values: readonly string[]): CategoryColumn {
  const names = [...new Set(values)]
  const codeOf = new Map(names.map((name, code) => [name, code]))
  return {
    kind: 'category',
    codes: Int32Array.from(values, value => codeOf.get(value) ?? 0),
    names,
    empty: values.filter(value => value === '').length,
  }
}

export function numbers(values: readonly number[]): Column {
  return {
    kind: 'number',
    values: Float64Array.from(values),
    flaws: {empty: 0, nan: 0, infinite: 0, text: 0},
    rounded: 0,
  }
}

export interface Rows {
  readonly positive: readonly number[]
  readonly predicted: readonly number[]
  readonly scores?: readonly number[]
  readonly groups?: Readonly<Record<string, readonly string[]>>
  readonly columns?: Readonly<Record<string, Column>>
  readonly weights?: readonly number[]
  /** The cluster of each row, numbered from 0 without gaps. */
  readonly clusters?: readonly number[]
}

export function binaryEvaluation({positive, predicted, scores, ...rest}: Rows): Evaluation {
  return evaluationOf(
    {
      task: 'binary',
      rows: positive.length,
      positive: Uint8Array.from(positive),
      predicted: Uint8Array.from(predicted),
      scores: scores ? Float64Array.from(scores) : null,
    },
    rest,
  )
}

export function evaluationOf(
  candidate: Outcomes,
  {groups = {}, columns = {}, weights, clusters}: Omit<Rows, 'positive' | 'predicted' | 'scores'> = {},
): Evaluation {
  const {rows} = candidate
  return {
    task: candidate.task,
    rows,
    sample: {
      rows,
      weights: weights ? Float64Array.from(weights) : null,
      clusters: clusters ? {codes: Int32Array.from(clusters), count: Math.max(-1, ...clusters) + 1} : null,
    },
    candidate,
    baseline: null,
    groups: new Map(Object.entries(groups).map(([name, values]) => [name, category(values)])),
    columns: new Map(Object.entries(columns)),
    baselineColumns: null,
    period: null,
    digest: digestOfText('an evaluation set'),
  }
}

/** `times(3, 'a')` is a, a, a. */
export function times<T>(count: number, value: T): T[] {
  return new Array<T>(count).fill(value)
}
