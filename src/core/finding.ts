import {type Verdict, worstOf} from './verdict.ts'

/** Stable code of the form `area/what`, in kebab-case. Callers branch on it, so it never changes its meaning. */
export type ReasonCode = `${string}/${string}`

/** A confidence interval. `confidence` is the coverage in (0, 1); a one-sided bound has the other side infinite. */
export interface Interval {
  readonly low: number
  readonly high: number
  readonly confidence: number
  /** How it was computed: `Wilson`, `DeLong`, `Newcombe paired` ... */
  readonly method: string
}

/** The answer to one check. Plain data: every report, JSON file and comment is made from it. */
export interface Finding {
  /** The question: `model/accuracy-at-least`, `image/vulnerability`. Stable. */
  readonly id: ReasonCode
  readonly verdict: Verdict
  /** The answer's stable code: `model/accuracy-below-limit`. What an action puts into its output `reason`. */
  readonly reason: ReasonCode
  /** What it is about, for a person: a metric, a group column, a CVE and package, a guard. */
  readonly subject: string
  /** One sentence: what was seen. */
  readonly what: string
  /** One sentence: why it matters. */
  readonly why?: string
  /** One sentence: what to do about it. */
  readonly remedy?: string
  /** What was measured. NaN never stands here: an undefined value is absent, and the verdict says why. */
  readonly value?: number | string
  /** The limit in the words of the config: `at least 0.85`, `may lose 0.01`. */
  readonly limit?: string
  readonly interval?: Interval
  /** Number of observations that the value rests on. */
  readonly n?: number
  /** Further numbers and names, for JSON readers. Never rows or ids of the data. */
  readonly details?: Readonly<Record<string, string | number | boolean | readonly string[]>>
  /** Where it was seen, for findings about a file. */
  readonly place?: FindingPlace
}

export interface FindingPlace {
  /** As the report names it: relative to the model folder. */
  readonly file: string
  /** Members of archives that lead to it, outermost first. */
  readonly inside?: readonly string[]
  /** Offset in bytes, in the innermost of them. */
  readonly byte?: number
  /** Counted from 0, in a pickle. */
  readonly opcode?: number
}

/** What many findings say together: the worst verdict, and the reason of the first finding that has it. */
export function conclude(findings: readonly Finding[], area: string): {verdict: Verdict; reason: ReasonCode} {
  if (findings.length === 0) return {verdict: 'error', reason: `${area}/nothing-judged`}
  const verdict = worstOf(findings.map(finding => finding.verdict))
  if (verdict === 'pass') return {verdict, reason: `${area}/passed`}
  const worst = findings.find(finding => finding.verdict === verdict)
  return {verdict, reason: worst?.reason ?? `${area}/nothing-judged`}
}
