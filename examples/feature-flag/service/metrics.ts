/** What one version answered, as a page in the Prometheus text format 0.0.4. Only predictions are counted. */

/** Upper bounds in seconds. 0.12 is the limit of `slipway.yml`: a limit that is a bound needs no interpolation. */
const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.12, 0.25, 0.5, 1, 2.5]

export interface Metrics {
  observe(code: number, seconds: number): void
  render(): string
}

/** `startedAtSeconds`: when the process began, in seconds since 1970. A reader sees by it that counters began anew. */
export function createMetrics(version: string, startedAtSeconds: number): Metrics {
  // Both begin at zero: a series that appears with its first failure has no value before it to compare with.
  const requests = new Map([
    [200, 0],
    [500, 0],
  ])
  const seen: number[] = bounds.map(() => 0)
  let count = 0
  let sum = 0
  return {
    observe(code, seconds) {
      requests.set(code, (requests.get(code) ?? 0) + 1)
      for (const [index, bound] of bounds.entries()) if (seconds <= bound) seen[index] = (seen[index] ?? 0) + 1
      count += 1
      sum += seconds
    },
    render() {
      const histogram = 'http_request_duration_seconds'
      const lines = [
        '# TYPE http_requests_total counter',
        ...[...requests].map(([code, n]) => `http_requests_total{code="${code}",version="${version}"} ${n}`),
        `# TYPE ${histogram} histogram`,
        ...bounds.map((le, index) => `${histogram}_bucket{version="${version}",le="${le}"} ${seen[index]}`),
        `${histogram}_bucket{version="${version}",le="+Inf"} ${count}`,
        `${histogram}_sum{version="${version}"} ${sum}`,
        `${histogram}_count{version="${version}"} ${count}`,
        '# TYPE process_start_time_seconds gauge',
        `process_start_time_seconds ${startedAtSeconds}`,
      ]
      return `${lines.join('\n')}\n`
    },
  }
}
