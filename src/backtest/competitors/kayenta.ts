/**
 * Kayenta's judge NetflixACAJudge-v1.0 in its standalone loop (kayenta-judge, kayenta-mannwhitney): one value a step and
 * release, a Mann-Whitney interval of their shift, a group score, judged again and again on a growing window.
 * Every metric's bad direction is the one that counts; NaN values are removed; no metric is critical. Metrics are in
 * percent where they are shares, as dashboards show them. Left out: outlier removal (off by default), muted metrics.
 */
import type {Tally} from '../../rollout/tally.ts'
import {shiftInterval} from './mann-whitney.ts'
import {type Comparison, type Recording, rateOf} from './recording.ts'
import {answerAt, type Rule, type RuleAnswer} from './rule.ts'

export interface KayentaSettings {
  /** Standard normal quantile of each bound; 2.3263 is the judge's fixed confidence of 0.98. */
  readonly z: number
  /** Milliseconds between two judgements. */
  readonly intervalMs: number
  /** At or below it the loop ends at once. */
  readonly marginal: number
  /** The last score must reach it. */
  readonly pass: number
}

export const kayentaDefaults: KayentaSettings = {z: 2.326348, intervalMs: 3_600_000, marginal: 50, pass: 75}

/** The shift must be more than this share of itself away from nothing: the judge's fixed tolerance. */
const toleranceShare = 0.25

export function kayenta(settings: KayentaSettings = kayentaDefaults): Rule {
  return {
    id: 'kayenta',
    tool: 'Kayenta',
    settings: `hourly, marginal ${settings.marginal}, pass ${settings.pass}`,
    judge: recording => judge(recording, settings),
  }
}

function judge(recording: Recording, settings: KayentaSettings): RuleAnswer {
  const {trace} = recording
  const begin = (trace.lines[0]?.at ?? 0) - trace.intervalMs
  const last = trace.lines.length - 1
  let judgements = 0
  let score = Number.NaN
  for (let line = 0; line <= last; line++) {
    const isDue = (trace.lines[line]?.at ?? 0) - begin >= (judgements + 1) * settings.intervalMs
    if (!isDue && !(line === last && judgements === 0)) continue
    judgements = Math.max(judgements + 1, Math.floor(((trace.lines[line]?.at ?? 0) - begin) / settings.intervalMs))
    const classes = recording.comparisons.map(comparison => classify(comparison, line + 1, settings.z))
    score = scoreOf(classes)
    if (score <= settings.marginal) {
      const blamed = recording.comparisons.filter((_, index) => classes[index] === 'worse').map(({guard}) => guard)
      const what = blamed.length > 0 ? `${blamed.join(', ')} worse` : 'no data'
      return answerAt(recording, line, 'aborted', `Score ${score} at judgement ${judgements}: ${what}.`)
    }
  }
  const outcome = score >= settings.pass ? 'promoted' : 'aborted'
  return answerAt(recording, last, outcome, `Score ${score} at the last of ${judgements} judgements.`)
}

type Classification = 'pass' | 'worse' | 'better' | 'no-data'

/** One metric over the first `count` lines. */
function classify({worse, lines}: Comparison, count: number, z: number): Classification {
  const seen = lines.slice(0, count)
  const canary = valuesOf(seen.map(line => line?.candidate))
  const baseline = valuesOf(seen.map(line => line?.stable))
  if (canary.length === 0 || baseline.length === 0) return 'no-data'
  const union = new Set([...canary, ...baseline])
  if (union.size === 1) return 'pass'
  // Two constants that differ: the judge adds a little noise so that ranks exist, and then finds what anyone sees.
  const isConstant = new Set(canary).size === 1 && new Set(baseline).size === 1
  const shift = (canary[0] ?? 0) - (baseline[0] ?? 0)
  const {low, high, estimate} = isConstant
    ? {low: shift, high: shift, estimate: shift}
    : shiftInterval(canary, baseline, z)
  const bound = toleranceShare * Math.abs(estimate)
  const effect = meanOf(canary) / meanOf(baseline)
  // An effect without a finite size (a mean of zero) is not asked for its size.
  const hasSize = Number.isFinite(effect) && effect !== 0
  if (low > bound && !(hasSize && effect < 1)) return worse === 'higher' ? 'worse' : 'better'
  if (high < -bound && !(hasSize && effect > 1)) return worse === 'lower' ? 'worse' : 'better'
  return 'pass'
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function valuesOf(tallies: readonly (Tally | undefined)[]): number[] {
  return tallies.flatMap(tally => {
    const value = tally === undefined ? Number.NaN : rateOf(tally)
    if (Number.isNaN(value)) return []
    return tally !== undefined && 'bad' in tally ? [100 * value] : [value]
  })
}

/** One group of all metrics. No data on half of the metrics or more is a score of 0. Two decimals. */
function scoreOf(classes: readonly Classification[]): number {
  const known = classes.filter(each => each !== 'no-data')
  if (known.length * 2 <= classes.length) return 0
  // A metric that only may rise or only may fall passes where it moved the other way.
  const passed = known.filter(each => each !== 'worse').length
  return Math.round((10_000 * passed) / known.length) / 100
}
