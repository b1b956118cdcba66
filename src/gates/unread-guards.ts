import type {Finding} from '../core/finding.ts'
import type {Release} from '../core/release.ts'
import type {PlannedGuard} from '../rollout/guards.ts'
import type {Reading} from '../telemetry/source.ts'

/**
 * Guards that the source could not answer about the release that serves, one finding for each distinct reason. A start is
 * not refused for it, because the source may answer by then; who reads the plan shall know that the rollout would hold.
 * @param reading by guard, see `readStable`
 */
export function unreadGuards(
  guards: readonly PlannedGuard[],
  reading: Reading['guards'],
  stable: Release | null,
): readonly Finding[] {
  if (stable === null) return []
  const byDetail = new Map<string, string[]>()
  for (const {name} of guards) {
    const read = reading[name]
    if (read?.kind !== 'query-failed') continue
    // The one release that was asked about is no candidate here.
    const detail = read.detail.replace(/^candidate /, '').replace(/\.$/, '')
    byDetail.set(detail, [...(byDetail.get(detail) ?? []), name])
  }
  return [...byDetail].map(([detail, names]) => notRead(names, detail, stable))
}

function notRead(names: readonly string[], detail: string, {version}: Release): Finding {
  const subject = names.join(', ')
  const who = names.length === 1 ? `Guard ${subject}` : `Guards ${subject}`
  return {
    id: 'plan/guard-read',
    verdict: 'warn',
    reason: 'plan/guard-not-read',
    subject,
    what: `${who} could not be read for ${version}, which serves: ${detail}.`,
    why: 'A rollout that cannot measure holds (`rollout/telemetry-unavailable`), and what the plan says of rates and traffic is assumed.',
    remedy: 'See that the source of `telemetry` answers from where the rollout runs, then plan again.',
  }
}
