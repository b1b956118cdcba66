import type {FairnessGate} from '../../config/model-gate-schema.ts'
import {formatInstant} from '../../core/instant.ts'
import {formatCount} from '../../core/quantity.ts'
import type {Block} from '../../report/report.ts'
import {formatValue} from '../checks/check.ts'
import type {Judged} from '../describe.ts'
import {conventions as driftConventions} from '../drift/column-drift.ts'
import type {Evaluation} from '../evaluation/evaluation.ts'
import {askOptions} from '../judge.ts'
import {conventionOf} from '../metrics/registry.ts'
import type {DataFile} from '../readers/table.ts'

/** Everything that would make the numbers others: conventions, intervals, seed, the exact inputs, and how to repeat it. */
export function howThisWasJudged(judged: Judged): Block {
  return {
    kind: 'details',
    summary: 'How this was judged',
    blocks: [
      {
        kind: 'list',
        items: [...rowsText(judged), ...leftOutText(judged), ...metricConventions(judged), ...statistics(judged)],
      },
      ...inputsBlock(judged),
      {
        kind: 'paragraph',
        text: 'To see the same on your machine, with the model, the inputs and this config in place:',
      },
      {kind: 'code', text: commandOf(judged.policy)},
    ],
  }
}

/** With the files of this very run: what a step named for it stands in no config. */
function commandOf({model, validation: {predictions}}: Judged['policy']): string {
  const baseline = typeof predictions?.baseline === 'string' ? ['--baseline', predictions.baseline] : []
  const files = predictions ? ['--candidate', predictions.candidate, ...baseline] : []
  return ['slipway', 'validate', '--model', model.files, ...files].map(shellWord).join(' ')
}

/** A word as a POSIX shell reads it whole. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}

function rowsText({judgement, policy}: Judged): readonly string[] {
  const {evaluation} = judgement
  const {predictions} = policy.validation
  if (evaluation === null || predictions === undefined) return []
  const {columns, positive, threshold} = predictions
  const answeredBy =
    columns.prediction === undefined ? `score at or above ${threshold}` : `column "${columns.prediction}"`
  return [
    ...(positive === undefined ? [] : [`Positive class: "${positive}", predicted by ${answeredBy}.`]),
    ...sampleText(evaluation),
  ]
}

function sampleText({rows, sample, period}: Evaluation): readonly string[] {
  const {weights, clusters} = sample
  return [
    `${formatCount(rows)} rows${weights === null ? '' : ', weighted'}${clusters === null ? '' : `, in ${formatCount(clusters.count)} clusters that are resampled whole`}.`,
    ...(period === null ? [] : [`Observed from ${formatInstant(period.from)} to ${formatInstant(period.to)}.`]),
  ]
}

function leftOutText({judgement}: Judged): readonly string[] {
  const {leftOut} = judgement
  if (leftOut.length === 0) return []
  return [`Not shown: ${leftOut.join(', ')}. Their intervals take long on so many rows, and no gate asks for them.`]
}

function metricConventions({judgement}: Judged): readonly string[] {
  const {evaluation, asked} = judgement
  if (evaluation === null) return []
  const said = [...asked.values()].flatMap(({question}) => conventionOf(question, evaluation.task) ?? [])
  return distinct(said)
}

function statistics({judgement, policy, facts}: Judged): readonly string[] {
  const {gates, validation} = policy
  const {confidence, seed, resamples} = validation
  const {coverage} = askOptions(validation)
  const methods = [...judgement.asked.values()].flatMap(({estimate}) =>
    estimate.kind === 'undefined' ? [] : [estimate.interval.method],
  )
  const compared = [...judgement.asked.values()].flatMap(({comparedWith}) => {
    const comparison = comparedWith(0)
    return comparison?.kind === 'compared' ? [comparison.interval.method] : []
  })
  const paired = judgement.baseline.kind === 'rows' ? ', paired by row' : ''
  const fairness = gates.filter((gate): gate is FairnessGate => 'fairness' in gate)
  const drift = [...facts.gates.drift.keys()]
  return [
    `Intervals cover ${formatValue(coverage * 100)} %: each bound holds with ${formatValue(confidence * 100)} % confidence.`,
    ...(methods.length === 0 ? [] : [`Intervals of values: ${listed(methods)}.`]),
    ...(compared.length === 0 ? [] : [`Intervals of differences${paired}: ${listed(compared)}.`]),
    `Bootstrap: B = ${resamples}, seed ${seed}, xoshiro128**.`,
    'Comparisons that could stop the release are corrected together by Holm: the chance that any of them calls an equal candidate worse stays at the stated level. That every one of them must be shown needs no correction.',
    ...distinct(fairness.map(fairnessConvention)),
    ...distinct(drift.map(gate => driftConventions[gate.drift])),
  ]
}

function fairnessConvention(gate: FairnessGate): string {
  const compared =
    gate['compared-with'] === 'each-other' ? 'the two groups that lie furthest apart' : 'each group beside all rows'
  return `${gate.fairness}: ${compared}, as in fairlearn; a group below ${gate['min-group']} rows, ${gate['min-positives']} positives or ${gate['min-negatives']} negatives is left out of what it cannot tell.`
}

function listed(names: readonly string[]): string {
  return distinct(names).join('; ')
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)]
}

function inputsBlock({facts}: Judged): readonly Block[] {
  const {predictions, metrics} = facts
  const items = [
    ...(predictions ? [fileText('Candidate', predictions.candidate)] : []),
    ...(predictions?.baseline.kind === 'file' ? [fileText('Baseline', predictions.baseline.file)] : []),
    ...(predictions?.baseline.kind === 'known' ? [`Baseline: values of ${predictions.baseline.source}`] : []),
    ...(predictions?.baseline.kind === 'none' ? ['Baseline: none'] : []),
    ...(metrics?.candidate.kind === 'gathered'
      ? [
          `Metrics: ${metrics.candidate.value.path} (${metrics.candidate.value.source}), ${metrics.candidate.value.digest}`,
        ]
      : []),
  ]
  const notes =
    predictions?.candidate.kind === 'gathered'
      ? predictions.candidate.value.notes.map(note => `Candidate: ${note}`)
      : []
  return items.length + notes.length === 0 ? [] : [{kind: 'list', items: [...items, ...notes]}]
}

function fileText(
  name: string,
  file: {readonly kind: 'gathered'; readonly value: DataFile} | {readonly kind: 'missing'},
): string {
  if (file.kind === 'missing') return `${name}: none`
  const {path, parts, digest} = file.value
  return `${name}: ${path}${parts.length === 1 ? '' : ` (${parts.length} parts)`}, ${digest}`
}
