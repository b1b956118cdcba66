/**
 * The one PromQL query of a look. Pure text.
 * One query, because Prometheus evaluates it at one time over one state of its storage: with several, a scrape or a
 * restart between two of them would tear the look apart (old counters beside a new start time count requests twice).
 */

/** Label that the query adds to the series that are not counters. */
export const partLabel = 'slipway_part'

/**
 * Raw counters of `versions`; when each process began; and how fresh each metric is, as one vector.
 * The parts are joined by `or`, which compares labels without the metric's name: {@link partLabel} keeps them apart.
 */
export function lookQuery(metrics: readonly string[], releaseLabel: string, versions: readonly string[]): string {
  const release = `${releaseLabel}=~${quote(versions.map(escapePattern).join('|'))}`
  // Names of metrics hold no character that means something in a pattern.
  const counters = `{__name__=~${quote(metrics.join('|'))},${release}}`
  const started = mark(`process_start_time_seconds and on (job, instance) ${counters}`, 'started')
  const freshness = metrics.map(metric => mark(`timestamp(${metric}{${release}})`, `timestamp of ${metric}`))
  return [counters, started, ...freshness].join('\nor\n')
}

/** The metric whose freshness a part tells; null for another part. */
export function freshnessOf(part: string): string | null {
  return part.startsWith('timestamp of ') ? part.slice('timestamp of '.length) : null
}

function mark(expression: string, part: string): string {
  return `label_replace(${expression}, ${quote(partLabel)}, ${quote(part)}, "job", ".*")`
}

/** RE2 gives these characters a meaning (google/re2, syntax). */
function escapePattern(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, String.raw`\$&`)
}

/** A PromQL string: the escapes of Go, of which those of JSON are a part. */
function quote(text: string): string {
  return JSON.stringify(text)
}
