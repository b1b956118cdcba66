/**
 * Every metric by its name: what kind of model it speaks of, which way is better, and what it may be asked with. The
 * config refuses by it, the judgement turns signs by it, and the documentation lists it. The formulas stand in
 * `src/model/metrics/`, one file each.
 */

/** What a model does, and so what its predictions look like. */
export const tasks = ['binary', 'multiclass', 'multilabel', 'regression', 'ranking', 'text'] as const
export type Task = (typeof tasks)[number]

/** Keys of `columns` that say what a model of each task answers; one of them is enough. */
export const answerColumns = {
  binary: ['score', 'prediction'],
  multiclass: ['prediction', 'scores'],
  multilabel: ['prediction', 'scores'],
  regression: ['prediction', 'quantiles', 'interval'],
  ranking: ['score'],
  text: ['prediction', 'correct'],
} as const satisfies Readonly<Record<Task, readonly string[]>>

/** `neither`: a value to be kept between two limits, such as the coverage of an interval. It can be no comparison. */
export type Better = 'more' | 'less' | 'neither'

/** What a gate may say beside the name of the metric. */
export const metricParameters = [
  'average',
  'class',
  'beta',
  'k',
  'bins',
  'binning',
  'level',
  'weighting',
  'pairs',
  'costs',
  'of',
] as const
export type MetricParameter = (typeof metricParameters)[number]

export interface MetricEntry {
  readonly tasks: readonly Task[]
  readonly better: Better
  /** Smallest and largest possible value. */
  readonly range: readonly [low: number, high: number]
  readonly parameters: readonly MetricParameter[]
  /** Parameters without which the question makes no sense. */
  readonly needs?: readonly MetricParameter[]
  /** Needs scores, not only predicted classes. */
  readonly scores?: true
}

const share = [0, 1] as const
const correlation = [-1, 1] as const
const positive = [0, Number.POSITIVE_INFINITY] as const
const anyNumber = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const

const classes = ['binary', 'multiclass'] as const
const classesOrLabels = ['binary', 'multiclass', 'multilabel'] as const
const averaged = ['average', 'class'] as const

export const metricCatalog = {
  accuracy: {tasks: classesOrLabels, better: 'more', range: share, parameters: []},
  'balanced-accuracy': {tasks: classes, better: 'more', range: share, parameters: []},
  precision: {tasks: classesOrLabels, better: 'more', range: share, parameters: averaged},
  recall: {tasks: classesOrLabels, better: 'more', range: share, parameters: averaged},
  specificity: {tasks: ['binary'], better: 'more', range: share, parameters: []},
  f1: {tasks: classesOrLabels, better: 'more', range: share, parameters: averaged},
  'f-beta': {
    tasks: classesOrLabels,
    better: 'more',
    range: share,
    parameters: ['beta', ...averaged],
    needs: ['beta'],
  },
  jaccard: {tasks: classesOrLabels, better: 'more', range: share, parameters: averaged},
  mcc: {tasks: classes, better: 'more', range: correlation, parameters: []},
  'cohen-kappa': {tasks: classes, better: 'more', range: correlation, parameters: ['weighting']},
  'hamming-loss': {tasks: ['multilabel'], better: 'less', range: share, parameters: []},
  'top-k-accuracy': {
    tasks: ['multiclass'],
    better: 'more',
    range: share,
    parameters: ['k'],
    needs: ['k'],
    scores: true,
  },
  'roc-auc': {
    tasks: classesOrLabels,
    better: 'more',
    range: share,
    parameters: ['average', 'class', 'pairs'],
    scores: true,
  },
  'average-precision': {tasks: classesOrLabels, better: 'more', range: share, parameters: averaged, scores: true},
  'log-loss': {tasks: classes, better: 'less', range: positive, parameters: [], scores: true},
  brier: {tasks: classes, better: 'less', range: [0, 2], parameters: [], scores: true},
  ece: {tasks: classes, better: 'less', range: share, parameters: ['bins', 'binning'], scores: true},
  mce: {tasks: classes, better: 'less', range: share, parameters: ['bins', 'binning'], scores: true},
  cost: {tasks: classes, better: 'less', range: anyNumber, parameters: ['costs'], needs: ['costs']},
  value: {
    tasks: ['binary', 'multiclass', 'regression'],
    better: 'more',
    range: anyNumber,
    parameters: ['of'],
    needs: ['of'],
  },
  rmse: {tasks: ['regression'], better: 'less', range: positive, parameters: []},
  mse: {tasks: ['regression'], better: 'less', range: positive, parameters: []},
  mae: {tasks: ['regression'], better: 'less', range: positive, parameters: []},
  'median-absolute-error': {tasks: ['regression'], better: 'less', range: positive, parameters: []},
  'max-error': {tasks: ['regression'], better: 'less', range: positive, parameters: []},
  'mean-error': {tasks: ['regression'], better: 'neither', range: anyNumber, parameters: []},
  r2: {tasks: ['regression'], better: 'more', range: [Number.NEGATIVE_INFINITY, 1], parameters: []},
  mape: {tasks: ['regression'], better: 'less', range: positive, parameters: []},
  smape: {tasks: ['regression'], better: 'less', range: [0, 2], parameters: []},
  wape: {tasks: ['regression'], better: 'less', range: positive, parameters: []},
  'pinball-loss': {
    tasks: ['regression'],
    better: 'less',
    range: positive,
    parameters: ['level'],
    needs: ['level'],
  },
  'interval-coverage': {tasks: ['regression'], better: 'neither', range: share, parameters: []},
  'interval-width': {tasks: ['regression'], better: 'less', range: positive, parameters: []},
  ndcg: {tasks: ['ranking'], better: 'more', range: share, parameters: ['k']},
  map: {tasks: ['ranking'], better: 'more', range: share, parameters: ['k']},
  mrr: {tasks: ['ranking'], better: 'more', range: share, parameters: ['k']},
  'recall-at-k': {tasks: ['ranking'], better: 'more', range: share, parameters: ['k'], needs: ['k']},
  'precision-at-k': {tasks: ['ranking'], better: 'more', range: share, parameters: ['k'], needs: ['k']},
  'hit-rate': {tasks: ['ranking'], better: 'more', range: share, parameters: ['k'], needs: ['k']},
  'exact-match': {tasks: ['text'], better: 'more', range: share, parameters: []},
  'token-f1': {tasks: ['text'], better: 'more', range: share, parameters: []},
  'correct-share': {tasks: ['text'], better: 'more', range: share, parameters: []},
  'pass-at-k': {tasks: ['text'], better: 'more', range: share, parameters: ['k'], needs: ['k']},
} as const satisfies Readonly<Record<string, MetricEntry>>

export type MetricName = keyof typeof metricCatalog

export const metricNames = Object.keys(metricCatalog).filter(isMetricName)

export function isMetricName(text: string): text is MetricName {
  return Object.hasOwn(metricCatalog, text)
}

export function metricEntry(metric: MetricName): MetricEntry {
  return metricCatalog[metric]
}
