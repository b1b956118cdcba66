import {assertNever} from '../core/assert.ts'
import {UserError} from '../core/failure.ts'
import type {Finding} from '../core/finding.ts'
import type {Release} from '../core/release.ts'
import type {PlannedGuard} from '../rollout/guards.ts'
import type {GuardReading, Reading, Series} from '../telemetry/source.ts'

/** So many requests of the stable release by one guard, and it serves: what another guard asks for would be there too. */
const servingRequests = 20

/**
 * Whether what the stable release exports can answer the guards, by one look at it: a limit without a bucket near it, a
 * label or a metric that nobody has. Found now, it is a mistake in the config; found later, a rollout that holds for ever.
 * A guard without a reading proves nothing, and stops nothing here: the rollout holds until it has one.
 * @param reading by guard, see `readStable`
 * @returns what a person should look at
 * @throws UserError `telemetry/guard-unanswerable`, `telemetry/guard-without-data`
 */
export function probeGuards(
  guards: readonly PlannedGuard[],
  reading: Reading['guards'],
  stable: Release | null,
): readonly Finding[] {
  if (stable === null) return []
  const findings: Finding[] = []
  const readings = guards.flatMap(({name}) => {
    const read = reading[name]
    return read === undefined ? [] : [{name, read}]
  })
  const isServing = readings.some(({read}) => requestsOf(read) >= servingRequests)
  for (const {name, read} of readings) {
    switch (read.kind) {
      case 'no-data':
        if (read.unanswerable) throw unanswerable(name, read.detail)
        if (isServing && requestsOf(read) === 0) throw withoutData(name, read.detail, stable)
        break
      case 'counted':
        if (read.assumedZero !== undefined) findings.push(notSeenYet(name, read.assumedZero, stable))
        break
      case 'alerts':
      case 'query-failed':
        break
      default:
        assertNever(read)
    }
  }
  return findings
}

function notSeenYet(guard: string, metric: string, {version}: Release): Finding {
  return {
    id: 'telemetry/events-seen',
    verdict: 'warn',
    reason: 'telemetry/events-not-seen-yet',
    subject: guard,
    what: `${version} does not export ${metric} yet, which counts as zero events.`,
    why: 'A counter that nobody has incremented yet and one whose name is misspelt look the same.',
    remedy: `Let the service export ${metric} from its start, with the value 0.`,
  }
}

/** Of the process that saw most of them. */
function requestsOf(reading: GuardReading): number {
  const series: Series = 'candidate' in reading ? (reading.candidate ?? {}) : {}
  return Math.max(0, ...Object.values(series).map(({n}) => n))
}

function unanswerable(guard: string, detail: string): UserError {
  return new UserError('telemetry/guard-unanswerable', `Guard "${guard}" can never be answered: ${about(detail)}.`, {
    hint: 'Change the guard to what the releases export, or let both releases export what it asks for.',
  })
}

function withoutData(guard: string, detail: string, {version}: Release): UserError {
  const seen = `Guard "${guard}" has nothing to count, while other guards count the requests of ${version}: ${about(detail)}.`
  return new UserError('telemetry/guard-without-data', seen, {
    hint: 'Is the name of the metric right? Both releases must export it.',
  })
}

/** The one release that was asked about is no candidate here. */
function about(detail: string): string {
  return detail.replace(/^candidate /, '').replace(/\.$/, '')
}
