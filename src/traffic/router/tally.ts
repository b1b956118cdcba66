/**
 * What the router itself saw of each release: the clients' side, with the requests that never reached a dead candidate.
 * Rendered as a metrics page, so that a guard may count here what the service cannot count itself.
 */

export interface Tally {
  /** One finished request: the status that the client got, and the time from its first to its last byte. */
  count(version: string, status: number, durationMs: number): void
  /** Requests by status, for the state. */
  statusesOf(version: string): Readonly<Record<string, number>>
  /** Prometheus text format 0.0.4 of one release. */
  render(version: string): string
}

/** Bounds in seconds. 0.12 is there for the default limit of 120 ms. */
const bounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.12, 0.15, 0.2, 0.25, 0.3, 0.5, 0.75, 1, 2.5, 5, 10]

interface Counts {
  readonly statuses: Map<string, number>
  readonly buckets: number[]
  sumSeconds: number
}

/** `startedSeconds`: when this router began, in seconds since 1970; its counters began then. */
export function createTally(startedSeconds: number): Tally {
  const releases = new Map<string, Counts>()
  const empty = (): Counts => ({statuses: new Map(), buckets: [...bounds, 0].fill(0), sumSeconds: 0})
  return {
    count(version, status, durationMs) {
      const counts = releases.get(version) ?? empty()
      releases.set(version, counts)
      counts.statuses.set(String(status), (counts.statuses.get(String(status)) ?? 0) + 1)
      const seconds = durationMs / 1000
      const index = bounds.findIndex(bound => seconds <= bound)
      const bucket = index < 0 ? bounds.length : index
      counts.buckets[bucket] = (counts.buckets[bucket] ?? 0) + 1
      counts.sumSeconds += seconds
    },
    statusesOf: version => Object.fromEntries(releases.get(version)?.statuses ?? []),
    render(version) {
      const {statuses, buckets, sumSeconds} = releases.get(version) ?? empty()
      const lines = [
        '# HELP http_requests_total Requests that the router sent to the release.',
        '# TYPE http_requests_total counter',
      ]
      // The series of success is always there: a release without requests has counted none, which is not no data.
      for (const [code, count] of new Map([['200', 0], ...statuses])) {
        lines.push(`http_requests_total{code="${code}",version="${version}"} ${count}`)
      }
      lines.push('# HELP http_request_duration_seconds Time until the client had its whole answer.')
      lines.push('# TYPE http_request_duration_seconds histogram')
      let total = 0
      for (const [index, count] of buckets.entries()) {
        total += count
        const le = bounds[index] ?? '+Inf'
        lines.push(`http_request_duration_seconds_bucket{version="${version}",le="${le}"} ${total}`)
      }
      lines.push(`http_request_duration_seconds_sum{version="${version}"} ${sumSeconds}`)
      lines.push(`http_request_duration_seconds_count{version="${version}"} ${total}`)
      lines.push('# TYPE process_start_time_seconds gauge', `process_start_time_seconds ${startedSeconds}`)
      return `${lines.join('\n')}\n`
    },
  }
}
