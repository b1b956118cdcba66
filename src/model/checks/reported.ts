import type {Margin, ReportedGate} from '../../config/model-gate-schema.ts'
import type {Finding} from '../../core/finding.ts'
import {directionOf} from '../metric-files/direction.ts'
import {findReported, type MetricsFile} from '../metric-files/metrics-file.ts'
import {judgeAgainstBaseline, type ReportedBaseline} from './reported-baseline.ts'
import {judgeReportedLimit} from './reported-limit.ts'
import {directionUnknown, missing, onTraining, withoutValue, wrongSide} from './reported-refusals.ts'
import {scalesDiffer} from './reported-scale.ts'
import type {ReportedAnswer, ReportedOptions} from './reported-values.ts'

export type {ReportedBaseline} from './reported-baseline.ts'

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
    return (
      onTraining(name, reported) ??
      scalesDiffer(name, reported.value, {other: limit.limit, told: 'its limit'}) ??
      judgeReportedLimit(name, reported, reported.value, limit, options)
    )
  }
  if (better === undefined) return directionUnknown(name)
  return (
    onTraining(name, reported) ??
    judgeAgainstBaseline(gate, limit.margin, better, {candidate, reported, value: reported.value, baseline, options})
  )
}
