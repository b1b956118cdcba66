import type {Evaluation} from '../evaluation/evaluation.ts'
import type {Sample} from '../evaluation/outcomes.ts'
import {cutCategory, cutColumn} from './cut-columns.ts'
import {cutOutcomes} from './cut-outcomes.ts'
import {cutGrouping, type RowIndex, take} from './row-index.ts'

/**
 * The same evaluation on some of its rows: what a gate asks of a slice is asked of this, as if the file held nothing
 * else. Clusters and queries are numbered anew, so that those without a row are gone. `digest` and `period` go on
 * naming the whole evaluation set: that is what was read.
 * @param rows which rows, by their number, each once, rising
 */
export function cutEvaluation(evaluation: Evaluation, rows: RowIndex): Evaluation {
  const {sample, candidate, baseline, groups, columns, baselineColumns} = evaluation
  return {
    ...evaluation,
    rows: rows.length,
    sample: cutSample(sample, rows),
    candidate: cutOutcomes(candidate, rows),
    baseline: baseline && cutOutcomes(baseline, rows),
    groups: new Map([...groups].map(([name, column]) => [name, cutCategory(column, rows)])),
    columns: cutColumns(columns, rows),
    baselineColumns: baselineColumns && cutColumns(baselineColumns, rows),
  }
}

function cutColumns(columns: Evaluation['columns'], rows: RowIndex): Evaluation['columns'] {
  return new Map([...columns].map(([name, column]) => [name, cutColumn(column, rows)]))
}

function cutSample({weights, clusters}: Sample, rows: RowIndex): Sample {
  return {
    rows: rows.length,
    weights: weights && take(weights, rows),
    clusters: clusters && cutGrouping(clusters, rows),
  }
}
