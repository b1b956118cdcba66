import {isFailure, UserError} from '../core/failure.ts'
import type {Release} from '../core/release.ts'
import type {PlannedGuard} from '../rollout/guards.ts'
import type {Reading, Source} from '../telemetry/source.ts'

/**
 * One look at the release that serves, by the questions of all guards. Nothing where nothing serves, or nobody answers:
 * that is no reason not to plan, and a rollout holds until somebody does.
 * @throws UserError what the config gets wrong about the source
 */
export async function readStable(
  guards: readonly PlannedGuard[],
  source: Source,
  stable: Release | null,
): Promise<Reading['guards']> {
  if (stable === null) return {}
  try {
    const queries = guards.map(guard => guard.query)
    return (await source.read(queries, {candidate: stable.version, stable: null})).guards
  } catch (error) {
    if (!isFailure(error) || error instanceof UserError) throw error
    return {}
  }
}
