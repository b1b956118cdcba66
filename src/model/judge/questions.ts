import type {MetricGate, ModelGate} from '../../config/model-gate-schema.ts'
import type {MetricName} from '../../core/metric-catalog.ts'
import {metricEntry} from '../../core/metric-catalog.ts'
import {type MetricQuestion, questionName} from '../../core/metric-question.ts'
import type {Outcomes} from '../evaluation/outcomes.ts'

/**
 * What is measured of these rows: what the gates ask, and what a person expects to see beside it. By name, gates first.
 * The usual metrics are kept with the evidence too, so that the next candidate can be compared by one that no gate asks
 * for today.
 */
export function questionsOf(gates: readonly ModelGate[], outcomes: Outcomes): readonly Question[] {
  const asked = gates
    .filter((gate): gate is MetricGate => 'metric' in gate)
    .map(gate => ({question: questionOfGate(gate), isAsked: true}))
  const usual = usualMetrics(outcomes).map(metric => ({question: {metric}, isAsked: false}))
  const byName = new Map<string, Question>()
  for (const each of [...asked, ...usual]) {
    const name = questionName(each.question)
    if (!byName.has(name)) byName.set(name, {name, ...each})
  }
  return [...byName.values()]
}

export interface Question {
  readonly name: string
  readonly question: MetricQuestion
  /** Whether a gate asks for it; the others are for the reader. */
  readonly isAsked: boolean
}

/** The words of a gate that belong to the metric, without those that are its limits. */
export function questionOfGate(gate: MetricGate): MetricQuestion {
  const {metric, average, class: only, beta, k, bins, binning, level, weighting, pairs, costs, of} = gate
  return {metric, average, class: only, beta, k, bins, binning, level, weighting, pairs, costs, of}
}

function usualMetrics(outcomes: Outcomes): readonly MetricName[] {
  const names = usual[outcomes.task]
  return names.filter(name => hasWhatItNeeds(name, outcomes))
}

const usual: Readonly<Record<Outcomes['task'], readonly MetricName[]>> = {
  binary: [
    'accuracy',
    'balanced-accuracy',
    'precision',
    'recall',
    'specificity',
    'f1',
    'mcc',
    'roc-auc',
    'average-precision',
    'log-loss',
    'brier',
    'ece',
  ],
  multiclass: [
    'accuracy',
    'balanced-accuracy',
    'precision',
    'recall',
    'f1',
    'mcc',
    'roc-auc',
    'log-loss',
    'brier',
    'ece',
  ],
  multilabel: ['accuracy', 'hamming-loss', 'precision', 'recall', 'f1', 'jaccard'],
  regression: [
    'rmse',
    'mae',
    'median-absolute-error',
    'mean-error',
    'r2',
    'wape',
    'interval-coverage',
    'interval-width',
  ],
  ranking: ['ndcg', 'map', 'mrr'],
  text: ['exact-match', 'token-f1', 'correct-share'],
}

/** The usual ones are left out where the file cannot answer them: nobody asked. What a gate asks is never left out. */
function hasWhatItNeeds(name: MetricName, outcomes: Outcomes): boolean {
  switch (outcomes.task) {
    case 'binary':
    case 'multiclass':
    case 'multilabel':
      return outcomes.scores !== null || metricEntry(name).scores !== true
    case 'regression':
      return name.startsWith('interval-') ? outcomes.interval !== null : outcomes.predicted !== null
    case 'ranking':
      return true
    case 'text':
      return name === 'correct-share' ? outcomes.correct !== null : outcomes.answerOf !== null
  }
}
