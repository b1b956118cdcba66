import type {MetricName} from './metric-catalog.ts'

/** How a metric is asked: the words of its gate. What is absent has the default that the metric's convention names. */
export interface MetricQuestion {
  readonly metric: MetricName
  readonly average?: 'macro' | 'micro' | 'weighted' | 'samples' | undefined
  /** One class alone, by its name. */
  readonly class?: string | undefined
  readonly beta?: number | undefined
  readonly k?: number | undefined
  readonly bins?: number | undefined
  readonly binning?: 'equal-width' | 'equal-mass' | undefined
  /** Level of a quantile, in (0, 1). */
  readonly level?: number | undefined
  readonly weighting?: 'linear' | 'quadratic' | undefined
  readonly pairs?: 'one-vs-rest' | 'one-vs-one' | undefined
  /** What a decision costs: `costs[truth][prediction]`. */
  readonly costs?: Readonly<Record<string, Readonly<Record<string, number>>>> | undefined
  /** An expression of columns: the value of one decision. */
  readonly of?: string | undefined
}

/**
 * A question as a person reads it, and as evidence keeps its answer: `f1 macro`, `ndcg at 10`, `recall of bad`,
 * `pinball-loss at 0.9`. Two questions with the same name have the same answer.
 */
export function questionName(question: MetricQuestion): string {
  const {metric, average, class: only, beta, k, bins, binning, level, weighting, pairs, costs, of} = question
  const words = [
    metric,
    average,
    only === undefined ? undefined : `of ${only}`,
    beta === undefined ? undefined : `(beta ${beta})`,
    k === undefined ? undefined : `at ${k}`,
    level === undefined ? undefined : `at ${level}`,
    bins === undefined ? undefined : `in ${bins} bins`,
    binning === undefined || binning === 'equal-width' ? undefined : binning,
    weighting,
    pairs === undefined || pairs === 'one-vs-rest' ? undefined : pairs,
    costs === undefined ? undefined : `by ${costNames(costs)}`,
    of === undefined ? undefined : `of ${of}`,
  ]
  return words.filter(word => word !== undefined).join(' ')
}

/** `bad as good 5, good as bad 1`: two cost matrices are two questions, and one is one in whatever order it is written. */
function costNames(costs: NonNullable<MetricQuestion['costs']>): string {
  return Object.entries(costs)
    .flatMap(([truth, row]) => Object.entries(row).map(([predicted, cost]) => `${truth} as ${predicted} ${cost}`))
    .sort()
    .join(', ')
}
