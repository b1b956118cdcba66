/**
 * What the router itself saw of each release: the clients' side, with the requests that never reached a dead candidate.
 * Rendered as a metrics page, so that a guard may count here what the service cannot count itself.
 */
import {createHistogram, type Histogram} from './histogram.ts'

export interface Tally {
  /** One finished request: the status that the client got, and the time from its first to its last byte. */
  count(version: string, status: number, durationMs: number): void
  /** Requests by status, for the state. */
  statusesOf(version: string): Readonly<Record<string, number>>
  /** Prometheus text format 0.0.4 of one release. */
  render(version: string): string
}

interface Counts {
  readonly statuses: Map<string, number>
  readonly durations: Histogram
}

/** `startedSeconds`: when this router began, in seconds since 1970; its counters began then. */
export function createTally(startedSeconds: number): Tally {
  const releases = new Map<string, Counts>()
  const empty = (): Counts => ({statuses: new Map(), durations: createHistogram()})
  return {
    count(version, status, durationMs) {
      const counts = releases.get(version) ?? empty()
      releases.set(version, counts)
      counts.statuses.set(String(status), (counts.statuses.get(String(status)) ?? 0) + 1)
      counts.durations.observe(durationMs)
    },
    statusesOf: version => Object.fromEntries(releases.get(version)?.statuses ?? []),
    render(version) {
      const {statuses, durations} = releases.get(version) ?? empty()
      const lines = [
        '# HELP http_requests_total Requests that the router sent to the release.',
        '# TYPE http_requests_total counter',
      ]
      // The series of success is always there: a release without requests has counted none, which is not no data.
      for (const [code, count] of new Map([['200', 0], ...statuses])) {
        lines.push(`http_requests_total{code="${code}",version="${version}"} ${count}`)
      }
      lines.push(
        ...durations.render('http_request_duration_seconds', 'Time until the client had its whole answer.', version),
      )
      lines.push('# TYPE process_start_time_seconds gauge', `process_start_time_seconds ${startedSeconds}`)
      return `${lines.join('\n')}\n`
    },
  }
}
