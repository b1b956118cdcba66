import type {Outcomes} from '../evaluation/outcomes.ts'
import {cutGrouping, type RowIndex, take} from './row-index.ts'

/** One model's answers on some of the rows. Classes stay those of all rows, so that a mean over classes keeps its meaning. */
export function cutOutcomes(outcomes: Outcomes, rows: RowIndex): Outcomes {
  switch (outcomes.task) {
    case 'binary': {
      const {positive, predicted, scores} = outcomes
      return {
        ...outcomes,
        rows: rows.length,
        positive: take(positive, rows),
        predicted: take(predicted, rows),
        scores: scores && take(scores, rows),
      }
    }
    case 'multiclass': {
      const {label, predicted, scores} = outcomes
      return {
        ...outcomes,
        rows: rows.length,
        label: take(label, rows),
        predicted: take(predicted, rows),
        scores: scores?.map(each => take(each, rows)) ?? null,
      }
    }
    case 'multilabel': {
      const {labels, predicted, scores} = outcomes
      return {
        ...outcomes,
        rows: rows.length,
        labels: labels.map(each => take(each, rows)),
        predicted: predicted.map(each => take(each, rows)),
        scores: scores?.map(each => take(each, rows)) ?? null,
      }
    }
    case 'regression': {
      const {target, predicted, quantiles, interval} = outcomes
      return {
        ...outcomes,
        rows: rows.length,
        target: take(target, rows),
        predicted: predicted && take(predicted, rows),
        quantiles: quantiles.map(({level, values}) => ({level, values: take(values, rows)})),
        interval: interval && {low: take(interval.low, rows), high: take(interval.high, rows)},
      }
    }
    case 'ranking': {
      const {relevance, scores, queries} = outcomes
      return {
        ...outcomes,
        rows: rows.length,
        relevance: take(relevance, rows),
        scores: take(scores, rows),
        queries: cutGrouping(queries, rows),
      }
    }
    case 'text': {
      const {referencesOf, answerOf, correct, problems} = outcomes
      return {
        ...outcomes,
        rows: rows.length,
        referencesOf: row => referencesOf(rows[row] ?? 0),
        answerOf: answerOf && (row => answerOf(rows[row] ?? 0)),
        correct: correct && take(correct, rows),
        problems: problems && cutGrouping(problems, rows),
      }
    }
  }
}
