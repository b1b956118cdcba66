import {formatCount} from '../../core/quantity.ts'
import type {Chart, Point, Series} from '../../report/chart/chart.ts'
import type {Block} from '../../report/report.ts'
import {formatValue} from '../checks/check.ts'
import type {Judged} from '../describe.ts'
import type {BinaryOutcomes, MulticlassOutcomes, Outcomes} from '../evaluation/outcomes.ts'
import {confusionMatrix} from '../metrics/classification/confusion-matrix.ts'
import {precisionRecallCurve} from '../metrics/classification/precision-recall-curve.ts'
import {type ReliabilityBin, reliabilityTable} from '../metrics/classification/reliability-table.ts'
import {rocCurve} from '../metrics/classification/roc-curve.ts'

/** A matrix of more classes is no table that a person reads. */
const mostClasses = 12
/** A bin with fewer rows is hidden: its rows are people. */
const leastBin = 10
const bins = {bins: 10, binning: 'equal-width'} as const

/** Confusion, calibration and curves, where the model tells classes apart. */
export function classificationBlocks({judgement, policy}: Judged): readonly Block[] {
  const {evaluation} = judgement
  if (evaluation === null) return []
  const {candidate, baseline, sample} = evaluation
  if (candidate.task !== 'binary' && candidate.task !== 'multiclass') return []
  const {weights} = sample
  const positive = policy.validation.predictions?.positive
  const table = reliabilityTable(candidate, bins, weights)
  return [
    ...confusion(candidate, weights, positive),
    ...(candidate.task === 'binary' ? curves(candidate, baseline, weights) : []),
    ...(table ? reliability(candidate, table) : []),
  ]
}

function confusion(
  outcomes: BinaryOutcomes | MulticlassOutcomes,
  weights: Float64Array | null,
  positive: string | undefined,
): readonly Block[] {
  const {classes, counts} = confusionMatrix(outcomes, weights)
  const heading = positive === undefined ? 'Confusion' : `Confusion (positive: ${positive})`
  if (classes.length > mostClasses) {
    const text = `Not shown: ${classes.length} classes make a table that nobody reads. A gate can ask for one class by its name.`
    return [
      {kind: 'heading', text: heading},
      {kind: 'paragraph', text},
    ]
  }
  return [
    {kind: 'heading', text: heading},
    {
      kind: 'table',
      columns: [{name: 'truth'}, ...classes.map(name => ({name: `predicted ${name}`, align: 'right'}) as const)],
      rows: classes.map((name, truth) => [
        name,
        ...Array.from(counts[truth] ?? [], count => (weights === null ? formatCount(count) : formatValue(count))),
      ]),
    },
  ]
}

const share = (name: string) => ({name, low: 0, high: 1})

function curves(candidate: BinaryOutcomes, baseline: Outcomes | null, weights: Float64Array | null): readonly Block[] {
  const sides = [
    {name: 'candidate', outcomes: candidate},
    ...(baseline?.task === 'binary' ? [{name: 'baseline', outcomes: baseline}] : []),
  ]
  const drawn = (curve: typeof rocCurve | typeof precisionRecallCurve) =>
    sides.flatMap(({name, outcomes}): Series[] => {
      const points = outcomes.scores === null ? null : curve(outcomes.positive, outcomes.scores, weights)
      return points === null ? [] : [{name, points: points.map(({x, y}): Point => [x, y])}]
    })
  const roc: Chart = {
    title: 'ROC curve',
    x: share('false positive rate'),
    y: share('true positive rate'),
    series: [...drawn(rocCurve), diagonal('chance')],
  }
  const precisionRecall: Chart = {
    title: 'Precision and recall',
    x: share('recall'),
    y: share('precision'),
    series: drawn(precisionRecallCurve),
  }
  const blocks = [roc, precisionRecall]
    .filter(({series}) => series.some(({isReference}) => !isReference))
    .map(chart => ({kind: 'chart', chart}) as const)
  return blocks.length === 0 ? [] : [{kind: 'details', summary: 'Curves', blocks}]
}

function reliability(
  outcomes: BinaryOutcomes | MulticlassOutcomes,
  table: readonly ReliabilityBin[],
): readonly Block[] {
  const shown = table.filter(({rows}) => rows >= leastBin)
  const hidden = table.length - shown.length
  const observed = outcomes.task === 'binary' ? 'observed positive' : 'observed right'
  const said = outcomes.task === 'binary' ? 'predicted probability' : 'highest probability'
  const points = shown.map(({confidence, observed}): Point => [confidence, observed])
  const chart: Chart = {
    title: 'Reliability',
    x: share(said),
    y: share(observed),
    series: [{name: 'candidate', points}, diagonal('calibrated')],
  }
  const hiddenBins = hidden === 0 ? [] : [`Hidden: ${hidden} with fewer than ${leastBin} rows.`]
  return [
    {
      kind: 'details',
      summary: 'Calibration',
      blocks: [
        {
          kind: 'table',
          columns: [
            {name: 'mean of the probability', align: 'right'},
            {name: observed, align: 'right'},
            {name: 'rows', align: 'right'},
          ],
          rows: shown.map(({confidence, observed, rows}) => [
            formatValue(confidence),
            formatValue(observed),
            formatCount(rows),
          ]),
        },
        ...hiddenBins.map(text => ({kind: 'paragraph', text}) as const),
        ...(points.length > 1 ? [{kind: 'chart', chart} as const] : []),
      ],
    },
  ]
}

function diagonal(name: string): Series {
  return {
    name,
    isReference: true,
    points: [
      [0, 0],
      [1, 1],
    ],
  }
}
