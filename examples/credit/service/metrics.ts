/**
 * What the service counts, as a page in the Prometheus text format 0.0.4
 * (https://prometheus.io/docs/instrumenting/exposition_formats/). Only predictions are counted: probes and scrapes would
 * thin out the share of failed requests.
 */

/**
 * Upper bounds in seconds. 0.12 is there because the service promises p95 <= 120 ms: a limit that is a bound can be
 * judged exactly, without interpolation.
 */
const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.12, 0.25, 0.5, 1, 2.5]

export interface Metrics {
  observe(code: number, seconds: number): void
  predicted(label: string): void
  render(): string
}

/** `startedAtSeconds`: when the process began, in seconds since 1970. A reader sees by it that counters began anew. */
export function createMetrics(version: string, startedAtSeconds: number): Metrics {
  // Both begin at zero: a series that appears with its first failure has no value before it to compare with.
  const requests = new Map<number, number>([
    [200, 0],
    [500, 0],
  ])
  const predictions = new Map<string, number>([
    ['good', 0],
    ['bad', 0],
  ])
  const buckets = bounds.map(() => 0)
  let count = 0
  let sum = 0
  return {
    observe(code, seconds) {
      requests.set(code, (requests.get(code) ?? 0) + 1)
      bounds.forEach((bound, index) => {
        if (seconds <= bound) buckets[index] = (buckets[index] ?? 0) + 1
      })
      count += 1
      sum += seconds
    },
    predicted: label => void predictions.set(label, (predictions.get(label) ?? 0) + 1),
    render: () =>
      `${[
        '# HELP http_requests_total Prediction requests by status code.',
        '# TYPE http_requests_total counter',
        ...[...requests].map(([code, n]) => `http_requests_total{code="${code}",version="${version}"} ${n}`),
        '# HELP http_request_duration_seconds Time to answer a prediction request.',
        '# TYPE http_request_duration_seconds histogram',
        ...bounds.map((le, i) => `http_request_duration_seconds_bucket{version="${version}",le="${le}"} ${buckets[i]}`),
        `http_request_duration_seconds_bucket{version="${version}",le="+Inf"} ${count}`,
        `http_request_duration_seconds_sum{version="${version}"} ${sum}`,
        `http_request_duration_seconds_count{version="${version}"} ${count}`,
        '# HELP predictions_total Predictions by class.',
        '# TYPE predictions_total counter',
        ...[...predictions].map(([label, n]) => `predictions_total{label="${label}",version="${version}"} ${n}`),
        '# HELP process_start_time_seconds Start of the process, in seconds since 1970.',
        '# TYPE process_start_time_seconds gauge',
        `process_start_time_seconds ${startedAtSeconds}`,
      ].join('\n')}\n`,
  }
}
