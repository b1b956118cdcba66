/** When a count was zero. Two things can say so: the start of its process, and the creation of the counter. Pure. */
import type {ProcessSamples, Question} from './counters.ts'
import type {Sample} from './exposition.ts'

/** Later than any process: who exports milliseconds by mistake would have begun in the future, and count all its past. */
const latestSeconds = 1e11

/** A time in seconds since 1970 as the beginning of a count; nothing where the value is no point in time. */
export function startOf(seconds: number): {readonly beganAt?: number} {
  return seconds > 0 && seconds < latestSeconds ? {beganAt: Math.round(seconds * 1000)} : {}
}

/**
 * The later of both, in milliseconds since 1970: before it the process had counted nothing of what `question` asks.
 * Creation counts only when each series says it (OpenMetrics 1.0, section "Counter": `_created` beside `_total`; also
 * Python's client library in the older format).
 */
export function beginningOf(question: Question, replica: ProcessSamples): number | undefined {
  const created = creationOf(question, replica.samples)
  if (created === undefined || replica.beganAt === undefined) return created ?? replica.beganAt
  return Math.max(created, replica.beganAt)
}

function creationOf(question: Question, samples: readonly Sample[]): number | undefined {
  const [counted, family] =
    question.kind === 'share'
      ? [question.of, question.of.replace(/_total$/, '')]
      : [`${question.histogram}_bucket`, question.histogram]
  const created = new Map(
    samples.filter(({name}) => name === `${family}_created`).map(sample => [labelsOf(sample), sample.value]),
  )
  if (created.size === 0) return undefined
  let earliest: number | undefined
  for (const sample of samples) {
    if (sample.name !== counted) continue
    const {beganAt} = startOf(created.get(labelsOf(sample)) ?? Number.NaN)
    if (beganAt === undefined) return undefined
    earliest = Math.min(earliest ?? beganAt, beganAt)
  }
  return earliest
}

function labelsOf({labels}: Sample): string {
  return JSON.stringify([...labels].filter(([label]) => label !== 'le').sort())
}
