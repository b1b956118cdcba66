/**
 * What one model says about the rows of an evaluation set, in the form the metrics need. One entry for each row.
 * "Positive" is the class that the config names.
 */
export interface Answers {
  /** 1 where the predicted class is the true class, else 0. */
  readonly correct: Uint8Array
  /** 1 where the positive class is predicted, else 0. */
  readonly predictedPositive: Uint8Array
  /** Probability of the positive class; absent where the model gives classes only. */
  readonly scores: Float64Array | null
}

/** The truth: 1 where the true class is the positive class, else 0. */
export type Positive = Uint8Array

export function countOnes(flags: Uint8Array): number {
  return flags.reduce((sum, flag) => sum + flag, 0)
}
