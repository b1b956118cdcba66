import type {Digest} from './digest.ts'

/**
 * What a model measured on one evaluation set: what its evidence keeps, so that the next candidate can be compared with
 * it. Numbers only; no row and no id stands here.
 */
export interface Measures {
  /** Names exactly these rows and their truth, whatever their order. */
  readonly evaluation: Digest
  /** Digest of the predictions file (of several parts: of their manifest). */
  readonly predictions: Digest
  readonly rows: number
  /** How the rows were read, in words: values of another positive class, or without the weights, are of another question. */
  readonly reading: string
  /** By what was asked: `accuracy`, `f1 macro`, `ndcg at 10`. */
  readonly values: Readonly<Record<string, Measured>>
}

export interface Measured {
  readonly value: number
  /** Two-sided interval, where there is one. */
  readonly low?: number
  readonly high?: number
  readonly confidence?: number
  /** Standard error, where the tool that measured wrote that instead of an interval. */
  readonly stderr?: number
  /** Rows, queries or groups that the value rests on. */
  readonly n?: number
}
