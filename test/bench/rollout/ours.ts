/**
 * The engine's own judge, look by look, without the rest of a rollout: `firstStanding`, `accumulate` and `judgeGuard` as
 * `evolve` and `decide` call them. The one file of the bench that knows how the engine keeps its evidence.
 */
import type {Trace} from '../../../src/backtest/trace.ts'
import type {PlannedGuard} from '../../../src/rollout/guards.ts'
import {accumulate, firstStanding, type GuardStanding} from '../../../src/rollout/judge/accumulate.ts'
import {judgeGuard} from '../../../src/rollout/judge.ts'

const safety = {margin: 2, risk: 0.05}

/**
 * Index of the line at which the guard is shown to be harmed; null when never.
 * @param before the rollout before it in the same environment, from which the engine knows how errors cluster; null for the first
 */
export function abortLine(trace: Trace, guard: PlannedGuard, before: GuardStanding | null): number | null {
  for (const [line, standing] of standingsOf(trace, guard, before)) {
    const weightPercent = trace.lines[line]?.weightPercent ?? 0
    if (judgeGuard(guard, standing, {weightPercent}, safety).harmful) return line
  }
  return null
}

/** What the engine knows after all looks. */
export function standingAfter(trace: Trace, guard: PlannedGuard): GuardStanding {
  let last = firstStanding(guard, null)
  for (const [, standing] of standingsOf(trace, guard, null)) last = standing
  return last
}

function* standingsOf(
  {lines, intervalMs}: Trace,
  guard: PlannedGuard,
  before: GuardStanding | null,
): Iterable<readonly [line: number, standing: GuardStanding]> {
  const inherited = before && {plan: {guards: [guard]}, guards: {[guard.name]: before}}
  let standing = firstStanding(guard, inherited)
  let since = (lines[0]?.at ?? 0) - intervalMs
  for (const [line, {at, weightPercent, guards}] of lines.entries()) {
    const arms = guards[guard.name]
    if (!arms) continue
    standing = accumulate(standing, guard, {...arms, weightPercent, at, since, isPartial: false}, safety)
    since = at
    yield [line, standing]
  }
}
