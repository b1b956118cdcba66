import type {Margin, ReportedGate} from '../../config/model-gate-schema.ts'
import type {Measured} from '../../core/measures.ts'
import type {Direction} from '../metric-files/direction.ts'
import {findReported, type MetricsFile, type ReportedValue} from '../metric-files/metrics-file.ts'
import {baselineIsCandidate} from './predictions-usable.ts'
import {judgeReportedLoss} from './reported-loss.ts'
import {datasetDiffers, missing, withoutValue} from './reported-refusals.ts'
import {scalesDiffer} from './reported-scale.ts'
import {lossAdvice, type ReportedAnswer, type ReportedOptions} from './reported-values.ts'

/** What the candidate's file is compared with. */
export type ReportedBaseline =
  | {readonly kind: 'file'; readonly file: MetricsFile}
  /** Numbers of the config, or of the evidence of what serves, by the names of the candidate's file. */
  | {
      readonly kind: 'known'
      readonly values: Readonly<Record<string, Measured>>
      /** Whose evidence keeps them: `v12 in production`; absent where the config says them itself. */
      readonly serving?: string
    }
  /** The config declares that there is none. */
  | {readonly kind: 'none'}
  /** The config does not say. */
  | {readonly kind: 'undeclared'}

export interface LossFacts {
  readonly candidate: MetricsFile
  readonly reported: ReportedValue
  readonly value: number
  readonly baseline: ReportedBaseline
  readonly options: ReportedOptions
}

/** Candidate against baseline, whatever is known of the latter. */
export function judgeAgainstBaseline(
  gate: ReportedGate,
  margin: Margin,
  better: Direction,
  facts: LossFacts,
): ReportedAnswer {
  const name = gate.reported
  const {candidate, reported, value, baseline, options} = facts
  switch (baseline.kind) {
    case 'none':
      // A comparison that is not made is no pass, as with predictions: nothing shows that the candidate is not worse.
      return {
        verdict: 'warn',
        reason: 'model/first-release',
        what: `${name} is not compared: the config declares that there is no baseline.`,
        why: lossAdvice.why,
        remedy: 'After the first release, name what serves under validation.metrics.baseline.',
      }
    case 'undeclared':
      return {
        verdict: 'error',
        reason: 'model/reported-baseline-undeclared',
        what: `${name} is to be compared with the baseline, and the config names none.`,
        why: lossAdvice.why,
        remedy: 'Add validation.metrics.baseline: a file, values by name, or `none` for the first release ever.',
      }
    case 'known': {
      const known = Object.hasOwn(baseline.values, name) ? baseline.values[name] : undefined
      if (known === undefined) {
        return {
          verdict: 'error',
          reason: 'model/reported-baseline-missing',
          what: `${baseline.serving === undefined ? 'validation.metrics.baseline' : `The evidence of ${baseline.serving}`} has no value for "${name}".`,
          why: lossAdvice.why,
          remedy:
            baseline.serving === undefined
              ? 'Add it there, by the name that the gate uses.'
              : 'Validate that release once with this gate and --record, or name its file as the baseline.',
        }
      }
      return (
        scalesDiffer(name, value, {other: known.value, told: ofBaseline}) ??
        judgeReportedLoss(name, {candidate: reported, value, baseline: known}, {margin, better, ...options})
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
        scalesDiffer(name, value, {other: other.value, told: ofBaseline}) ??
        judgeReportedLoss(
          name,
          {candidate: reported, value, baseline: {...other, value: other.value}},
          {margin, better, ...options},
        )
      )
    }
  }
}

const ofBaseline = 'that of the baseline'
