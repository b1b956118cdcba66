/**
 * The rows of an evaluation set in the form that metrics need: what is true, and what one model answers, row by row in
 * the order of the candidate's file. Typed arrays, so that ten million rows are a few arrays and not ten million objects.
 * Every value here was checked: no NaN, no infinity, no unknown code, equal lengths.
 */

/** One model's answers beside the truth. The arrays of the truth are shared by candidate and baseline. */
export type Outcomes =
  | BinaryOutcomes
  | MulticlassOutcomes
  | MultilabelOutcomes
  | RegressionOutcomes
  | RankingOutcomes
  | TextOutcomes

export interface BinaryOutcomes {
  readonly task: 'binary'
  readonly rows: number
  /** 1 where the true class is the positive one. */
  readonly positive: Uint8Array
  /** 1 where the positive class is predicted: by the prediction column, else by score and threshold. */
  readonly predicted: Uint8Array
  /** Probability of the positive class in [0, 1]; null where no score column is named. */
  readonly scores: Float64Array | null
  /** The two classes as the data writes them, for a cost matrix; the negative is null where several are not positive. */
  readonly names?: {readonly positive: string; readonly negative: string | null}
}

export interface MulticlassOutcomes {
  readonly task: 'multiclass'
  readonly rows: number
  /** The contract's classes, in its order; without one the union of labels and predictions, sorted by code unit. */
  readonly classes: readonly string[]
  /** Index into `classes`. */
  readonly label: Int32Array
  /** Index into `classes`: the prediction column, else the class with the highest score (the first of several). */
  readonly predicted: Int32Array
  /** Probability of each class, in the order of `classes`; null where no score columns are named. */
  readonly scores: readonly Float64Array[] | null
}

export interface MultilabelOutcomes {
  readonly task: 'multilabel'
  readonly rows: number
  readonly classes: readonly string[]
  /** For each class: 1 where the row has it. */
  readonly labels: readonly Uint8Array[]
  /** For each class: 1 where the model says so: the prediction column, else score and threshold. */
  readonly predicted: readonly Uint8Array[]
  readonly scores: readonly Float64Array[] | null
}

export interface RegressionOutcomes {
  readonly task: 'regression'
  readonly rows: number
  readonly target: Float64Array
  /** Null where the model answers quantiles or an interval only. */
  readonly predicted: Float64Array | null
  /** Predicted quantiles by rising level in (0, 1). */
  readonly quantiles: readonly {readonly level: number; readonly values: Float64Array}[]
  /** A predicted interval, low <= high on each row. */
  readonly interval: {readonly low: Float64Array; readonly high: Float64Array} | null
}

export interface RankingOutcomes {
  readonly task: 'ranking'
  readonly rows: number
  /** Graded relevance of each document, >= 0. */
  readonly relevance: Float64Array
  /** The higher, the further up. Any finite number. */
  readonly scores: Float64Array
  /** The query of each row. */
  readonly queries: Grouping
}

export interface TextOutcomes {
  readonly task: 'text'
  readonly rows: number
  /** Accepted answers of a row; empty where the file has no label column. */
  readonly referencesOf: (row: number) => readonly string[]
  /** What the model wrote; null where the file has no prediction column. */
  readonly answerOf: ((row: number) => string) | null
  /** 1 where somebody (unit tests, a judge) found the answer correct; null where no such column is named. */
  readonly correct: Uint8Array | null
  /** The problem that a row is one sample of, for pass@k; null where no query column is named. */
  readonly problems: Grouping | null
}

/** Which group a row belongs to: entity, query, problem. `codes[row]` is in 0 .. count - 1, each used at least once. */
export interface Grouping {
  readonly codes: Int32Array
  readonly count: number
}

/** What resampling and weighting need to know of the rows, whatever the task. */
export interface Sample {
  readonly rows: number
  /** Weight of each row, >= 0, not all zero; null where all weigh alike. */
  readonly weights: Float64Array | null
  /** Rows that come and go together: one customer, one query. Null where rows are independent. */
  readonly clusters: Grouping | null
}
