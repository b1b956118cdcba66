/**
 * What the router itself saw of each release: the clients' side, with the requests that never reached a dead candidate.
 * Rendered as a metrics page, so that a guard may count here what the service cannot count itself.
 */
import {createHistogram, type Histogram} from './histogram.ts'

export interface Tally {
  /** One finished request: the status that the client got, and the time from its first to its last byte. */
  count(version: string, status: number, durationMs: number): void
  /**
   * One finished copy of a request: the status that a client would have got. The candidate's own page cannot tell copies
   * from requests; this one has them in series of their own, with the label mirrored="true".
   */
  countCopy(version: string, status: number, durationMs: number): void
  /** Requests by status, for the state. Without copies. */
  statusesOf(version: string): Readonly<Record<string, number>>
  /** Prometheus text format 0.0.4 of one release. */
  render(version: string): string
}

interface Counts {
  readonly statuses: Map<string, number>
  readonly durations: Histogram
}

interface Release {
  readonly requests: Counts
  readonly copies: Counts
}

/** `startedSeconds`: when this router began, in seconds since 1970; its counters began then. */
export function createTally(startedSeconds: number): Tally {
  const releases = new Map<string, Release>()
  const releaseOf = (version: string): Release => {
    const release = releases.get(version) ?? {requests: createCounts(), copies: createCounts()}
    releases.set(version, release)
    return release
  }
  return {
    count: (version, status, durationMs) => add(releaseOf(version).requests, status, durationMs),
    countCopy: (version, status, durationMs) => add(releaseOf(version).copies, status, durationMs),
    statusesOf: version => Object.fromEntries(releases.get(version)?.requests.statuses ?? []),
    render(version) {
      const {requests, copies} = releases.get(version) ?? {requests: createCounts(), copies: createCounts()}
      const [labels, copyLabels] = [`version="${version}"`, `mirrored="true",version="${version}"`]
      const hasCopies = copies.statuses.size > 0
      const lines = [
        '# HELP http_requests_total Requests that the router sent to the release.',
        '# TYPE http_requests_total counter',
        // The series of success is always there: a release without requests has counted none, which is not no data.
        ...renderStatuses(new Map([['200', 0], ...requests.statuses]), labels),
        ...renderStatuses(copies.statuses, copyLabels),
        '# HELP http_request_duration_seconds Time until the whole answer was there.',
        '# TYPE http_request_duration_seconds histogram',
        ...requests.durations.render('http_request_duration_seconds', labels),
        ...(hasCopies ? copies.durations.render('http_request_duration_seconds', copyLabels) : []),
        '# TYPE process_start_time_seconds gauge',
        `process_start_time_seconds ${startedSeconds}`,
      ]
      return `${lines.join('\n')}\n`
    },
  }
}

function createCounts(): Counts {
  return {statuses: new Map(), durations: createHistogram()}
}

function add({statuses, durations}: Counts, status: number, durationMs: number): void {
  statuses.set(String(status), (statuses.get(String(status)) ?? 0) + 1)
  durations.observe(durationMs)
}

function renderStatuses(statuses: ReadonlyMap<string, number>, labels: string): string[] {
  return [...statuses].map(([code, count]) => `http_requests_total{code="${code}",${labels}} ${count}`)
}
