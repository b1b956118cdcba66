/** Durations as a classic Prometheus histogram. */
export interface Histogram {
  observe(durationMs: number): void
  /** Samples in the text format 0.0.4, in seconds. `labels` as they stand between the braces. */
  render(name: string, labels: string): string[]
}

/** Bounds in seconds. 0.12 is there for the default limit of 120 ms. */
const bounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.12, 0.15, 0.2, 0.25, 0.3, 0.5, 0.75, 1, 2.5, 5, 10]

export function createHistogram(): Histogram {
  const buckets = [...bounds, 0].fill(0)
  let sumSeconds = 0
  return {
    observe(durationMs) {
      const seconds = durationMs / 1000
      const index = bounds.findIndex(bound => seconds <= bound)
      const bucket = index < 0 ? bounds.length : index
      buckets[bucket] = (buckets[bucket] ?? 0) + 1
      sumSeconds += seconds
    },
    render(name, labels) {
      const lines: string[] = []
      let total = 0
      for (const [index, count] of buckets.entries()) {
        total += count
        lines.push(`${name}_bucket{${labels},le="${bounds[index] ?? '+Inf'}"} ${total}`)
      }
      lines.push(`${name}_sum{${labels}} ${sumSeconds}`, `${name}_count{${labels}} ${total}`)
      return lines
    },
  }
}
