/**
 * The background AnalysisRun of Argo Rollouts (analysis/analysis.go, 1.9): one metric for each limit, a measurement each
 * interval, all counters cumulative over the run. Only a success condition is set, as most users do.
 * Left out: an inconclusive answer needs a failure condition beside the success condition, so there is none here.
 */

import type {Check, Recording} from './recording.ts'
import {answerAt, formatValue, promotedAtEnd, type Rule, type RuleAnswer} from './rule.ts'

export interface ArgoSettings {
  /** A metric fails when MORE measurements than this have failed: 3 stops at the fourth. */
  readonly failureLimit: number
  readonly consecutiveErrorLimit: number
}

/** What a metric without settings gets is failureLimit 0; 3 is what the documentation's examples set. */
export const argoDefaults: ArgoSettings = {failureLimit: 3, consecutiveErrorLimit: 4}

/** A measurement that ended in an error is taken again after this time, whatever the interval is. */
const errorRetryMs = 10_000

export function argoRollouts(settings: ArgoSettings = argoDefaults): Rule {
  return {
    id: 'argo-rollouts',
    tool: 'Argo Rollouts',
    settings: `failureLimit ${settings.failureLimit}`,
    judge: recording => judge(recording, settings),
  }
}

interface Counters {
  readonly failed: number
  readonly errors: number
}

function judge(recording: Recording, settings: ArgoSettings): RuleAnswer {
  const {checks, trace} = recording
  const counters: Counters[] = checks.map(() => ({failed: 0, errors: 0}))
  for (let line = 0; line < trace.lines.length; line++) {
    for (const [index, check] of checks.entries()) {
      const before = counters[index] ?? {failed: 0, errors: 0}
      const after = measure(before, check, line, recording)
      counters[index] = after
      const stop = stopped(after, check, line, settings)
      if (stop) return answerAt(recording, line, 'aborted', stop)
    }
  }
  const failures = counters.map(({failed}) => failed).reduce((most, each) => Math.max(most, each), 0)
  return promotedAtEnd(recording, `${failures} failed measurements at most, ${settings.failureLimit} allowed.`)
}

/** An empty answer has no `result[0]`: an error. 0/0 is NaN, which is not below any limit: a failure. */
function measure({failed, errors}: Counters, check: Check, line: number, {trace}: Recording): Counters {
  const value = check.values[line] ?? null
  if (value === null) return {failed, errors: errors + attempts(trace, line)}
  return {failed: check.isKept(value) ? failed : failed + 1, errors: 0}
}

/** An error is retried every ten seconds until the next line says something else. */
function attempts({lines, intervalMs}: Recording['trace'], line: number): number {
  const from = lines[line]?.at ?? 0
  const until = lines[line + 1]?.at ?? from + intervalMs
  return Math.max(1, Math.ceil((until - from) / errorRetryMs))
}

function stopped(
  {failed, errors}: Counters,
  {guard, condition, values}: Check,
  line: number,
  {failureLimit, consecutiveErrorLimit}: ArgoSettings,
): string | undefined {
  if (errors > consecutiveErrorLimit) {
    return `${guard}: more than ${consecutiveErrorLimit} measurements in a row without a value, which counts as failed.`
  }
  if (failed <= failureLimit) return undefined
  const last = formatValue(values[line] ?? Number.NaN)
  return `${guard}: ${failed} measurements did not have ${condition} (now ${last}), ${failureLimit} allowed.`
}
