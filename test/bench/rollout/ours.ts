/**
 * The engine's own judge, look by look, without the rest of a rollout: `accumulate` and `judgeGuard` as `evolve` and `decide`
 * call them. The one file of the bench that knows how the engine keeps its evidence.
 */
import type {Trace} from '../../../src/backtest/trace.ts'
import {accumulate, type GuardStanding, noStanding} from '../../../src/rollout/accumulate.ts'
import type {PlannedGuard} from '../../../src/rollout/guards.ts'
import {judgeGuard} from '../../../src/rollout/judge.ts'

const safety = {margin: 2, risk: 0.05}

/** Index of the line at which the guard is shown to be harmed; null when never. */
export function abortLine(trace: Trace, guard: PlannedGuard): number | null {
  let standing: GuardStanding = noStanding
  let since = (trace.lines[0]?.at ?? 0) - trace.intervalMs
  for (const [line, {at, weightPercent, guards}] of trace.lines.entries()) {
    const arms = guards[guard.name]
    if (!arms) continue
    standing = accumulate(standing, guard, {...arms, weightPercent, at, since, isPartial: false}, safety)
    since = at
    if (judgeGuard(guard, standing, {weightPercent}, safety).harmful) return line
  }
  return null
}
