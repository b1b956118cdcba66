/** The PromQL query of a look, and its parts. Pure text. */
import {isCounted, metricsOf, type Question} from './counters.ts'

/** Label that the query adds to the series that are not counters. */
export const partLabel = 'slipway_part'

/** All alerts that fire, as Prometheus keeps them (prometheus.io/docs/prometheus/latest/configuration/alerting_rules). */
const firingAlerts = mark('ALERTS{alertstate="firing"}', 'alert')

/**
 * The one PromQL query of a look. One, because Prometheus evaluates it at one time over one state of its storage: with
 * several, a scrape or a restart between two of them would tear the look apart (old counters beside a new start time
 * count requests twice).
 */
export function lookQuery(
  questions: readonly Question[],
  releaseLabel: string,
  {candidate, stable}: {readonly candidate: string; readonly stable: string | null},
): string {
  const metrics = [...new Set(questions.flatMap(metricsOf))]
  const counters = countersQuery(metrics, releaseLabel, stable === null ? [candidate] : [candidate, stable])
  const needsAlerts = !questions.every(isCounted)
  return join([...(metrics.length > 0 ? [counters] : []), ...(needsAlerts ? [firingAlerts] : [])])
}

/**
 * Raw counters of `versions`; when each process began; and how fresh each metric is, as one vector.
 * The parts are joined by `or`, which compares labels without the metric's name: {@link partLabel} keeps them apart.
 */
function countersQuery(metrics: readonly string[], releaseLabel: string, versions: readonly string[]): string {
  const release = `${releaseLabel}=~${quote(versions.map(escapePattern).join('|'))}`
  // Names of metrics hold no character that means something in a pattern.
  const counters = `{__name__=~${quote(metrics.join('|'))},${release}}`
  const started = mark(`process_start_time_seconds and on (job, instance) ${counters}`, 'started')
  const freshness = metrics.map(metric => {
    // All buckets of a histogram are of one sample.
    const selector = metric.endsWith('_bucket') ? `le="+Inf",${release}` : release
    return mark(`timestamp(${metric}{${selector}})`, `timestamp of ${metric}`)
  })
  return join([counters, started, ...freshness])
}

/** Several vectors as one. */
export function join(vectors: readonly string[]): string {
  return vectors.join('\nor\n')
}

/** Whether the value of a part is the time of a sample, in seconds since 1970. */
export function isTimestamp(part: string): boolean {
  return part.startsWith('timestamp of ')
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
