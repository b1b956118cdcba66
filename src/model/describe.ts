import type {Config} from '../config/schema.ts'
import {assertNever} from '../core/assert.ts'
import {shortDigest} from '../core/digest.ts'
import type {Finding, ReasonCode} from '../core/finding.ts'
import {formatSize} from '../core/quantity.ts'
import type {Verdict} from '../core/verdict.ts'
import type {Block, Column, Report} from '../report/report.ts'
import {formatCount, formatDifference, formatRange, formatValue} from './checks/check.ts'
import type {Evaluation} from './evaluation/evaluation.ts'
import {demographicParity, selectionRate} from './fairness/demographic-parity.ts'
import type {ModelFacts} from './gather.ts'
import {bootstrapOptions, bootstrapReplicates, type Judgement, type QualityGate} from './judge.ts'
import {countConfusion} from './metrics/confusion.ts'

interface Judged {
  readonly facts: ModelFacts
  readonly judgement: Judgement
  readonly model: Config['model']
  readonly validation: Config['validation']
  readonly gates: readonly QualityGate[]
}

/** What the gate says to a person. No row and no id of the data stands in it; small groups stay hidden. */
export function describeModel(judged: Judged, verdict: Verdict, reason: ReasonCode): Report {
  const {findings, evaluation} = judged.judgement
  return {
    title: 'Model',
    verdict,
    reason,
    summary: summarize(verdict, findings),
    blocks: [
      {kind: 'findings', findings},
      ...(evaluation ? evaluationBlocks(evaluation, judged) : []),
      ...fileBlocks(judged.facts),
      {kind: 'details', summary: 'How this was judged', blocks: conventions(judged)},
    ],
  }
}

function summarize(verdict: Verdict, findings: readonly Finding[]): string {
  const count = (wanted: Verdict) => findings.filter(finding => finding.verdict === wanted).length
  const worst = findings.find(finding => finding.verdict === verdict)
  switch (verdict) {
    case 'pass':
      return `The model keeps all ${findings.length} checks.`
    case 'warn':
      return `The model may go on; ${count('warn')} of ${findings.length} checks deserve a look. ${worst?.what ?? ''}`.trim()
    case 'fail':
      return `The model is refused: ${worst?.what ?? ''}`.trim()
    case 'inconclusive':
      return `The data cannot tell: ${worst?.what ?? ''}`.trim()
    case 'error':
    case 'not-applicable':
      return `The model could not be judged. ${worst?.what ?? ''}`.trim()
    default:
      return assertNever(verdict)
  }
}

function evaluationBlocks(evaluation: Evaluation, {judgement, validation, gates}: Judged): Block[] {
  const {predictions} = validation
  if (!predictions) return []
  return [
    {kind: 'heading', text: evaluation.baseline ? 'Candidate and baseline' : 'Candidate'},
    metricsTable(judgement, evaluation.baseline !== null),
    {kind: 'heading', text: `Confusion (positive: ${predictions.positive})`},
    confusionTable(evaluation),
    ...predictions.columns.groups.flatMap(by => groupBlocks(by, evaluation, {validation, gates})),
  ]
}

function metricsTable({metrics}: Judgement, compared: boolean): Block {
  const rows = [...metrics].flatMap(([metric, {estimate, comparison}]) => {
    if (estimate.kind === 'undefined') return estimate.verdict === 'error' ? [] : [[metric, 'no value', '', '', '']]
    const own = [metric, formatValue(estimate.value), formatRange(estimate.interval)]
    if (comparison?.kind !== 'compared') return [[...own, 'no value', '']]
    return [[...own, formatDifference(comparison.difference), formatRange(comparison.interval)]]
  })
  const columns: Column[] = [{name: 'metric'}, {name: 'candidate', align: 'right'}, {name: 'interval'}]
  if (compared) columns.push({name: 'minus baseline', align: 'right'}, {name: 'interval of the difference'})
  return {kind: 'table', columns, rows: rows.map(row => row.slice(0, columns.length))}
}

function confusionTable({positive, candidate}: Evaluation): Block {
  const {truePositive, falsePositive, falseNegative, trueNegative} = countConfusion(
    positive,
    candidate.predictedPositive,
  )
  return {
    kind: 'table',
    columns: [
      {name: 'truth'},
      {name: 'predicted positive', align: 'right'},
      {name: 'predicted negative', align: 'right'},
    ],
    rows: [
      ['positive', formatCount(truePositive), formatCount(falseNegative)],
      ['negative', formatCount(falsePositive), formatCount(trueNegative)],
    ],
  }
}

/** Groups below this many rows are never shown, whatever a gate's own minimum. */
const leastGroupShown = 10

function groupBlocks(
  by: string,
  {groups, candidate}: Evaluation,
  {validation, gates}: Pick<Judged, 'validation' | 'gates'>,
): Block[] {
  const column = groups.get(by)
  if (!column) return []
  const asked = gates.flatMap(gate => ('fairness' in gate && gate.by === by ? [gate['min-group']] : []))
  const minGroup = Math.max(leastGroupShown, ...(asked.length > 0 ? asked : [30]))
  const {coverage} = bootstrapOptions(validation)
  const parity = demographicParity(column, candidate.predictedPositive, {minGroup, coverage})
  const hidden =
    parity.leftOut === 0
      ? []
      : [{kind: 'paragraph', text: `Hidden: ${parity.leftOut} with fewer than ${minGroup} rows.`} as const]
  return [
    {kind: 'heading', text: `Groups by ${by}`},
    {
      kind: 'table',
      columns: [{name: by}, {name: 'rows', align: 'right'}, {name: 'predicted positive', align: 'right'}],
      rows: parity.groups.map(group => [
        group.name || '(empty)',
        formatCount(group.n),
        formatValue(selectionRate(group)),
      ]),
    },
    ...hidden,
  ]
}

function fileBlocks({files, contents}: ModelFacts): Block[] {
  if (files.kind === 'missing') return []
  const kindOf = new Map(contents.map(({path, content}) => [path, content.kind]))
  return [
    {
      kind: 'details',
      summary: `Model files, digest ${shortDigest(files.value.digest)}`,
      blocks: [
        {
          kind: 'table',
          columns: [{name: 'file'}, {name: 'is'}, {name: 'size', align: 'right'}, {name: 'sha256'}],
          rows: files.value.files.map(file => [
            file.path,
            kindOf.get(file.path) ?? '',
            formatSize(file.size),
            shortDigest(file.digest),
          ]),
        },
        {
          kind: 'paragraph',
          text: `The model’s digest is ${files.value.digest}: sha256 of the sorted sha256sum lines of its files.`,
        },
      ],
    },
  ]
}

function conventions({facts, validation, model}: Judged): Block[] {
  const {predictions, confidence, seed} = validation
  const {coverage} = bootstrapOptions(validation)
  const items = [
    `Intervals cover ${formatValue(coverage * 100)} %: each bound holds with ${formatValue(confidence * 100)} % confidence.`,
    'Wilson for accuracy, precision and recall; DeLong for ROC AUC; percentile bootstrap over rows for F1 and log loss.',
    'Comparison, paired by row: Tango score for accuracy and recall; DeLong for ROC AUC; paired percentile bootstrap for precision, F1 and log loss.',
    `Bootstrap: B = ${bootstrapReplicates}, seed ${seed}, xoshiro128**.`,
    'Log loss: natural logarithm, probabilities clipped by 2^-52. ROC AUC: a tie counts one half. Division by zero: no value, never 0.',
    'Demographic parity difference: largest minus smallest share predicted positive; interval by Newcombe for the two extreme groups.',
  ]
  if (!predictions) return [{kind: 'list', items}]
  const rule =
    predictions.columns.prediction === undefined
      ? `score at or above ${predictions.threshold}`
      : `column "${predictions.columns.prediction}"`
  const paths = [
    ['Candidate', facts.predictions?.candidate],
    ['Baseline', facts.predictions?.baseline],
  ] as const
  return [
    {kind: 'list', items: [`Positive class: "${predictions.positive}", predicted by ${rule}.`, ...items]},
    {
      kind: 'list',
      items: paths.map(([name, file]) =>
        file?.kind === 'gathered' ? `${name}: ${file.value.path}, ${file.value.digest}` : `${name}: none`,
      ),
    },
    {kind: 'paragraph', text: `To see the same on your machine, with ${model.files} and the predictions in place:`},
    {kind: 'code', text: 'slipway validate'},
  ]
}
