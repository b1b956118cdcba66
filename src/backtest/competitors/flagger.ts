/**
 * The control loop of Flagger (pkg/controller/scheduler.go, 1.44). Each tick first asks whether enough checks have failed
 * before it measures, so it rolls back one tick after the last failure. Failed checks add up over the whole analysis, no
 * value counts as failed, and the weight advances only on ticks that pass.
 * Left out: hooks, gates, mirroring, the readiness of workloads.
 */

import type {Check, Recording} from './recording.ts'
import {answerAt, formatValue, type Rule, type RuleAnswer} from './rule.ts'

export interface FlaggerSettings {
  /** Failed checks before the rollback. Flagger's own default is 1. */
  readonly threshold: number
  /**
   * Ticks that must pass until promotion: maxWeight / stepWeight. Absent: as many as the trace has lines, less the failures
   * that the threshold lets through, so that an analysis that is not rolled back ends within the trace.
   */
  readonly steps?: number
}

/** What the documentation's examples set. */
export const flaggerDefaults: FlaggerSettings = {threshold: 5}

export function flagger(settings: FlaggerSettings = flaggerDefaults): Rule {
  return {
    id: 'flagger',
    tool: 'Flagger',
    settings: `threshold ${settings.threshold}`,
    judge: recording => judge(recording, settings),
  }
}

function judge(recording: Recording, {threshold, steps}: FlaggerSettings): RuleAnswer {
  const {trace, checks} = recording
  const needed = steps ?? Math.max(1, trace.lines.length - (threshold - 1))
  let failed = 0
  let passed = 0
  let last = ''
  for (let line = 0; line < trace.lines.length; line++) {
    if (failed >= threshold)
      return answerAt(recording, line, 'aborted', `${failed} failed checks, the last one ${last}.`)
    const failure = firstFailure(checks, line)
    if (failure === undefined) passed++
    else {
      failed++
      last = failure
    }
    if (passed >= needed) {
      return answerAt(
        recording,
        line,
        'promoted',
        `${passed} ticks passed, ${failed} checks failed of ${threshold} allowed.`,
      )
    }
  }
  const why = `${passed} of ${needed} steps taken when the trace ends; ${failed} checks failed of ${threshold} allowed.`
  return answerAt(recording, trace.lines.length - 1, 'held', why)
}

/** The first failure ends the list: one tick is one failed check, however many metrics are wrong. */
function firstFailure(checks: readonly Check[], line: number): string | undefined {
  for (const {guard, condition, values, isKept} of checks) {
    const value = values[line] ?? null
    if (value === null || Number.isNaN(value)) return `${guard} without a value`
    if (!isKept(value)) return `${condition} at ${formatValue(value)}`
  }
  return undefined
}
