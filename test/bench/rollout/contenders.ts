/** Everybody who is measured: our judge, and other tools' rules as their examples set them or as they are tuned to us. */
import {alarm} from '../../../src/backtest/competitors/alarm.ts'
import {argoDefaults, argoRollouts} from '../../../src/backtest/competitors/argo-rollouts.ts'
import {flagger, flaggerDefaults} from '../../../src/backtest/competitors/flagger.ts'
import {kayenta, kayentaDefaults} from '../../../src/backtest/competitors/kayenta.ts'
import {peekedZTest, zTestDefaults} from '../../../src/backtest/competitors/peeked-z-test.ts'
import type {Recording} from '../../../src/backtest/competitors/recording.ts'
import type {Rule} from '../../../src/backtest/competitors/rule.ts'

/** A rule with one setting that makes it stricter or more patient. */
export interface Tool {
  readonly name: string
  readonly usual: number
  /** All settings that are tried, from the most eager to the most patient. */
  readonly settings: readonly number[]
  at(setting: number): Rule
  describe(setting: number): string
}

const upTo = (last: number, step = 1) => Array.from({length: Math.round(last / step) + 1}, (_, index) => index * step)
/** Standard normal quantiles in steps of 0.05. */
const quantiles = upTo(20, 0.05).slice(1)

export const tools: readonly Tool[] = [
  {
    name: 'Argo Rollouts',
    usual: argoDefaults.failureLimit,
    settings: upTo(240),
    at: failureLimit => argoRollouts({...argoDefaults, failureLimit}),
    describe: setting => `failureLimit ${setting}`,
  },
  {
    name: 'Flagger',
    usual: flaggerDefaults.threshold,
    settings: upTo(240).slice(1),
    // As many steps as there are ticks: a rule for 20 hours, not one that is over early.
    at: threshold => flagger({threshold, steps: Number.POSITIVE_INFINITY}),
    describe: setting => `threshold ${setting}`,
  },
  {
    name: 'Kayenta',
    usual: kayentaDefaults.z,
    settings: quantiles,
    at: z => kayenta({...kayentaDefaults, z}),
    describe: setting => `hourly, z ${setting.toFixed(2)}`,
  },
  {
    name: 'z-test, peeked',
    usual: zTestDefaults.z,
    settings: quantiles,
    at: z => peekedZTest({z}),
    describe: setting => `z ${setting.toFixed(2)}`,
  },
  {
    name: 'M-of-N alarm',
    usual: 3,
    settings: upTo(12).slice(1),
    // Usual: 3 of 5. Tuned: M of the last hour.
    at: breaches => alarm({breaches, periods: breaches === 3 ? 5 : 12}),
    describe: setting => (setting === 3 ? '3 of 5' : `${setting} of 12`),
  },
]

/** Kayenta's rule takes longest; a tenth of a per cent more or less does not matter where it has no false abort at all. */
export const mostKayentaRuns = 400

/** Line at which the rule aborts; null when it does not. */
export function abortLineOf(rule: Rule, recording: Recording): number | null {
  const {outcome, line} = rule.judge(recording)
  return outcome === 'aborted' ? line : null
}

/** Healthy releases in one world, and how many of them may be aborted. */
export interface Quiet {
  readonly recordings: readonly Recording[]
  readonly allowed: number
}

/**
 * The most eager setting that is quiet in each of these worlds; null when none is. Settings are in the order of patience,
 * so a search by halves finds it.
 */
export function tuned(tool: Tool, worlds: readonly Quiet[]): number | null {
  const isQuiet = (setting: number) => worlds.every(world => isQuietIn(world, tool.at(setting)))
  let low = 0
  let high = tool.settings.length - 1
  if (!isQuiet(tool.settings[high] ?? Number.NaN)) return null
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (isQuiet(tool.settings[middle] ?? Number.NaN)) high = middle
    else low = middle + 1
  }
  return tool.settings[low] ?? null
}

function isQuietIn({recordings, allowed}: Quiet, rule: Rule): boolean {
  let aborts = 0
  for (const recording of recordings) if (abortLineOf(rule, recording) !== null && ++aborts > allowed) return false
  return true
}
