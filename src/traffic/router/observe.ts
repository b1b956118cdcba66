/** What the control API says of the router: roles, readiness, and what each release was sent. */
import type {Backends} from './backends.ts'
import type {RouterState} from './control.ts'
import type {Health} from './probe.ts'
import {type Routing, wanted} from './routing.ts'
import type {Tally} from './tally.ts'

export async function observe(
  routing: Routing,
  backends: Pick<Backends, 'health'>,
  tally: Pick<Tally, 'statusesOf'>,
): Promise<RouterState> {
  const {stable, candidate, weightPercent, mirrorPercent, standby, standbyUntil, restoring} = routing
  const healthOf = async (version: string | null) => (version === null ? null : backends.health(version))
  const [restored, ours, theirs] = await Promise.all([healthOf(restoring), healthOf(candidate), healthOf(stable)])
  const detail = describe(restoring, restored) ?? describe(candidate, ours) ?? describe(stable, theirs)
  return {
    stable,
    candidate,
    weight: weightPercent,
    mirrorPercent,
    standby,
    standbyUntil: standbyUntil === null ? null : new Date(standbyUntil).toISOString(),
    restoring,
    candidateReady: ours?.ready ?? null,
    stableReady: theirs?.ready ?? null,
    ...(detail === undefined ? {} : {detail}),
    requests: Object.fromEntries([...wanted(routing)].map(version => [version, tally.statusesOf(version)])),
  }
}

/** `v2 exited with code 1`: why a release is not ready. */
function describe(version: string | null, health: Health | null): string | undefined {
  return health?.detail === undefined ? undefined : `${version} ${health.detail}`
}
