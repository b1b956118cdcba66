import type {KnownValue, Margin, ReportedGate} from '../../config/validation-schema.ts'
import type {Finding} from '../../core/finding.ts'
import type {InferenceOptions} from '../inference/options.ts'
import {type Direction, directionOf, opposite} from '../metric-files/direction.ts'
import {findReported, type MetricsFile, type ReportedValue} from '../metric-files/metrics-file.ts'
import {nearestNames} from '../metric-files/nearest-names.ts'
import {baselineIsCandidate} from './predictions-usable.ts'
import {judgeReportedLimit} from './reported-limit.ts'
import {type BaselineValue, judgeReportedLoss} from './reported-loss.ts'

/** What the candidate's file is compared with. */
export type ReportedBaseline =
  | {readonly kind: 'file'; readonly file: MetricsFile}
  /** Numbers of the config, by the names of the candidate's file. */
  | {readonly kind: 'known'; readonly values: Readonly<Record<string, KnownValue>>}
  /** The config declares that there is none. */
  | {readonly kind: 'none'}
  /** The config does not say. */
  | {readonly kind: 'undeclared'}

export type ReportedOptions = Pick<InferenceOptions, 'coverage'>

type Limit =
  | {readonly kind: 'at-least' | 'at-most'; readonly limit: number}
  | {readonly kind: 'may-lose'; readonly margin: Margin}

/** A value that another tool measured, held against the gate's limits: one finding for each. */
export function judgeReported(
  gate: ReportedGate,
  candidate: MetricsFile,
  baseline: ReportedBaseline,
  options: ReportedOptions,
): Finding[] {
  return limitsOf(gate).map(limit => ({
    id: `model/reported-${limit.kind}` as const,
    subject: gate.name ?? gate.reported,
    limit: wordsOf(limit),
    ...judgeLimit(gate, limit, candidate, baseline, options),
  }))
}

/** A finding without what all findings of a gate have in common. */
export type ReportedAnswer = Omit<Finding, 'id' | 'subject' | 'limit'>

function limitsOf(gate: ReportedGate): readonly Limit[] {
  const {'at-least': atLeast, 'at-most': atMost, 'may-lose': mayLose} = gate
  return [
    ...(atLeast === undefined ? [] : [{kind: 'at-least', limit: atLeast} as const]),
    ...(atMost === undefined ? [] : [{kind: 'at-most', limit: atMost} as const]),
    ...(mayLose === undefined ? [] : [{kind: 'may-lose', margin: mayLose} as const]),
  ]
}

function wordsOf(limit: Limit): string {
  if (limit.kind !== 'may-lose') return `${limit.kind.replace('-', ' ')} ${limit.limit}`
  return `may lose ${typeof limit.margin === 'number' ? limit.margin : `${Number((limit.margin.ofBaseline * 100).toPrecision(6))}% of the baseline`}`
}

function judgeLimit(
  gate: ReportedGate,
  limit: Limit,
  candidate: MetricsFile,
  baseline: ReportedBaseline,
  options: ReportedOptions,
): ReportedAnswer {
  const name = gate.reported
  const reported = findReported(candidate, name)
  if (reported === undefined) return missing(name, candidate, 'candidate')
  if (typeof reported.value !== 'number') return withoutValue(name, reported.value, 'candidate')
  const better = gate.better ?? reported.better ?? directionOf(name)
  const isBand = gate['at-least'] !== undefined && gate['at-most'] !== undefined
  if (limit.kind !== 'may-lose') {
    if (!isBand && better === undefined) return directionUnknown(name)
    if (!isBand && better === (limit.kind === 'at-least' ? 'less' : 'more')) return wrongSide(name, limit.kind, better)
    return onTraining(name, reported) ?? judgeReportedLimit(name, reported, reported.value, limit, options)
  }
  if (better === undefined) return directionUnknown(name)
  return (
    onTraining(name, reported) ??
    judgeLoss(gate, limit.margin, better, {candidate, reported, value: reported.value, baseline, options})
  )
}

interface LossFacts {
  readonly candidate: MetricsFile
  readonly reported: ReportedValue
  readonly value: number
  readonly baseline: ReportedBaseline
  readonly options: ReportedOptions
}

function judgeLoss(gate: ReportedGate, margin: Margin, better: Direction, facts: LossFacts): ReportedAnswer {
  const name = gate.reported
  const {candidate, reported, value, baseline, options} = facts
  switch (baseline.kind) {
    case 'none':
      return {
        verdict: 'not-applicable',
        reason: 'model/no-baseline-declared',
        what: `${name} is not compared: the config declares that there is no baseline.`,
      }
    case 'undeclared':
      return {
        verdict: 'error',
        reason: 'model/reported-baseline-undeclared',
        what: `${name} may lose at most ${JSON.stringify(margin)} against the baseline, and the config names no baseline.`,
        why: lossWhy,
        remedy: 'Add validation.metrics.baseline: a file, values by name, or `none` for the first release ever.',
      }
    case 'known': {
      const known = Object.hasOwn(baseline.values, name) ? baseline.values[name] : undefined
      if (known === undefined) {
        return {
          verdict: 'error',
          reason: 'model/reported-baseline-missing',
          what: `validation.metrics.baseline has no value for "${name}".`,
          why: lossWhy,
          remedy: 'Add it there, by the name that the gate uses.',
        }
      }
      return judgeReportedLoss(
        name,
        {candidate: reported, value, baseline: statedIn(known)},
        {margin, better, ...options},
      )
    }
    case 'file': {
      const {file} = baseline
      if (file.digest === candidate.digest && file.run === candidate.run) {
        const {verdict, reason, what, why, remedy} = baselineIsCandidate(file.digest)
        return {verdict, reason, what, ...(why === undefined ? {} : {why}), ...(remedy === undefined ? {} : {remedy})}
      }
      const other = findReported(file, name)
      if (other === undefined) return missing(name, file, 'baseline')
      if (typeof other.value !== 'number') return withoutValue(name, other.value, 'baseline')
      return (
        datasetDiffers(name, reported, other) ??
        judgeReportedLoss(
          name,
          {candidate: reported, value, baseline: {...other, value: other.value}},
          {margin, better, ...options},
        )
      )
    }
  }
}

function statedIn(known: KnownValue): BaselineValue {
  if (typeof known === 'number') return {value: known}
  const {value, low, high, rows} = known
  return {
    value,
    ...(low === undefined ? {} : {low}),
    ...(high === undefined ? {} : {high}),
    ...(rows === undefined ? {} : {n: rows}),
  }
}

const limitWhy = 'A gate that is not evaluated protects nobody.'
const lossWhy = 'A release that is worse than the one in production takes something away from its users.'

function missing(name: string, file: MetricsFile, side: 'candidate' | 'baseline'): ReportedAnswer {
  const near = nearestNames(name, [...file.values.keys()])
  return {
    verdict: 'error',
    reason: side === 'candidate' ? 'model/reported-missing' : 'model/reported-baseline-missing',
    what: `The ${side}’s file has no value "${name}" among its ${file.values.size}.`,
    why: limitWhy,
    remedy: `The nearest names there: ${near.map(each => `"${each}"`).join(', ') || 'none'}.`,
  }
}

function withoutValue(
  name: string,
  absent: Exclude<ReportedValue['value'], number>,
  side: 'candidate' | 'baseline',
): ReportedAnswer {
  return {
    verdict: absent.verdict,
    reason: absent.reason,
    what: `${name} of the ${side} has no value: ${absent.what}`,
    why: 'A value that is absent is neither above nor below a limit.',
    remedy: 'Have the tool write a plain number, or gate on another value.',
  }
}

function directionUnknown(name: string): ReportedAnswer {
  return {
    verdict: 'error',
    reason: 'model/direction-unknown',
    what: `Nothing tells whether more or less of "${name}" is better.`,
    why: 'A guess would turn the gate around and let the worst model pass.',
    remedy: 'Say it in the gate: `better: more` or `better: less`.',
  }
}

function wrongSide(name: string, side: 'at-least' | 'at-most', better: Direction): ReportedAnswer {
  const other = side === 'at-least' ? 'at-most' : 'at-least'
  return {
    verdict: 'error',
    reason: 'model/limit-on-wrong-side',
    what: `${better === 'less' ? 'Less' : 'More'} of "${name}" is better, and the gate says ${side}: it would refuse the best models only.`,
    why: limitWhy,
    remedy: `Write ${other}, or \`better: ${opposite(better)}\` where the name misleads.`,
  }
}

/** Null where the value was not measured on training rows. */
function onTraining(name: string, reported: ReportedValue): ReportedAnswer | null {
  if (reported.onTraining !== true) return null
  return {
    verdict: 'inconclusive',
    reason: 'model/reported-on-training-data',
    what: `${name} was measured on the rows that the model has learned from.`,
    why: 'How well a model knows its own training rows says nothing of rows that it has never seen.',
    remedy: 'Gate on the value of the validation or test set.',
  }
}

/** Null where the files do not both name what they measured on, or name the same. */
function datasetDiffers(name: string, candidate: ReportedValue, baseline: ReportedValue): ReportedAnswer | null {
  const facets = Object.entries(candidate.dataset ?? {}).filter(
    ([facet, value]) => baseline.dataset?.[facet] !== undefined && baseline.dataset[facet] !== value,
  )
  if (facets.length === 0) return null
  return {
    verdict: 'error',
    reason: 'model/dataset-differs',
    what: `${name} was measured on different data: ${facets
      .map(([facet, value]) => `${facet} "${value}" and, of the baseline, "${baseline.dataset?.[facet]}"`)
      .join('; ')}.`,
    why: 'A value means nothing without the data that it was measured on; two of different data cannot be compared.',
    remedy: 'Evaluate both models on the same data.',
  }
}
