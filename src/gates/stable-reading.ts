import {isFailure, messageOf, UserError} from '../core/failure.ts'
import type {Release} from '../core/release.ts'
import type {PlannedGuard} from '../rollout/guards.ts'
import type {Reading, Source} from '../telemetry/source.ts'

/**
 * One look at the release that serves, by the questions of all guards. Nothing where nothing serves. A source that does not
 * answer is a reading as well (`query-failed`): no reason not to plan or to start, and a rollout holds until it answers.
 * @throws UserError what the config gets wrong about the source
 */
export async function readStable(
  guards: readonly PlannedGuard[],
  source: Source,
  stable: Release | null,
): Promise<Reading['guards']> {
  if (stable === null) return {}
  const queries = guards.map(guard => guard.query)
  try {
    return (await source.read(queries, {candidate: stable.version, stable: null})).guards
  } catch (error) {
    if (!isFailure(error) || error instanceof UserError) throw error
    const failed = {kind: 'query-failed' as const, detail: messageOf(error)}
    return Object.fromEntries(queries.map(({name}) => [name, failed]))
  }
}
