import type {KnownValue, Margin, ReportedGate} from '../../config/validation-schema.ts'
import type {Finding} from '../../core/finding.ts'
import type {InferenceOptions} from '../inference/options.ts'
import {type Direction, directionOf} from '../metric-files/direction.ts'
import {findReported, type MetricsFile, type ReportedValue} from '../metric-files/metrics-file.ts'
import {baselineIsCandidate} from './predictions-usable.ts'
import {judgeReportedLimit} from './reported-limit.ts'
import {judgeReportedLoss} from './reported-loss.ts'
import {datasetDiffers, directionUnknown, missing, onTraining, withoutValue, wrongSide} from './reported-refusals.ts'
import {type BaselineValue, lossAdvice} from './reported-values.ts'

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
  return limitsOf(gate).map(limit => {
    const answer = judgeLimit(gate, limit, candidate, baseline, options)
    return {
      id: `model/reported-${limit.kind}` as const,
      subject: gate.name ?? gate.reported,
      limit: wordsOf(limit),
      ...answer,
      what: `${answer.what}${overruled(gate, candidate)}`,
    }
  })
}

/** The gate's word counts; that the file says otherwise, its readers should know. */
function overruled(gate: ReportedGate, candidate: MetricsFile): string {
  const better = findReported(candidate, gate.reported)?.better
  if (gate.better === undefined || better === undefined || better === gate.better) return ''
  return ` The gate says that ${gate.better} is better; the file says ${better}.`
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
        why: lossAdvice.why,
        remedy: 'Add validation.metrics.baseline: a file, values by name, or `none` for the first release ever.',
      }
    case 'known': {
      const known = Object.hasOwn(baseline.values, name) ? baseline.values[name] : undefined
      if (known === undefined) {
        return {
          verdict: 'error',
          reason: 'model/reported-baseline-missing',
          what: `validation.metrics.baseline has no value for "${name}".`,
          why: lossAdvice.why,
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
