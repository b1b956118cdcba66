/**
 * A metric alarm with "M out of N" periods, as SageMaker's deployment guardrails and CodeDeploy watch it: any alarm during
 * the bake rolls everything back (docs: CloudWatch, "Evaluating an alarm"). A period without data is left out, which is
 * the default treatment (`missing`): it neither breaches nor heals.
 */

import type {Check, Recording} from './recording.ts'
import {answerAt, formatValue, promotedAtEnd, type Rule, type RuleAnswer} from './rule.ts'

export interface AlarmSettings {
  /** Periods over the limit that raise the alarm ... */
  readonly breaches: number
  /** ... among this many of the last periods with data. */
  readonly periods: number
}

const alarmDefaults: AlarmSettings = {breaches: 3, periods: 5}

export function alarm(settings: AlarmSettings = alarmDefaults): Rule {
  const {breaches, periods} = settings
  return {
    id: 'alarm',
    tool: 'SageMaker alarm',
    settings: `${breaches} of ${periods} periods`,
    judge: recording => judge(recording, settings),
  }
}

function judge(recording: Recording, settings: AlarmSettings): RuleAnswer {
  const {trace, checks} = recording
  const windows: boolean[][] = checks.map(() => [])
  for (let line = 0; line < trace.lines.length; line++) {
    for (const [index, check] of checks.entries()) {
      const window = windows[index] ?? []
      const value = check.values[line] ?? null
      if (value === null || Number.isNaN(value)) continue
      window.push(!check.isKept(value))
      if (window.length > settings.periods) window.shift()
      if (window.filter(Boolean).length < settings.breaches) continue
      return answerAt(recording, line, 'aborted', describe(check, value, settings))
    }
  }
  return promotedAtEnd(recording, `Never ${settings.breaches} of ${settings.periods} periods over a limit.`)
}

function describe({condition}: Check, value: number, {breaches, periods}: AlarmSettings): string {
  return `${breaches} of the last ${periods} periods did not have ${condition} (now ${formatValue(value)}).`
}
