/** When a count was zero. Two things can say so: the start of its process, and the creation of the counter. Pure. */
import {assertNever} from '../core/assert.ts'
import type {CountedQuestion, ProcessSamples} from './counters.ts'
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
export function beginningOf(question: CountedQuestion, replica: ProcessSamples): number | undefined {
  const created = creationOf(question, replica.samples)
  if (created === undefined || replica.beganAt === undefined) return created ?? replica.beganAt
  return Math.max(created, replica.beganAt)
}

function creationOf(question: CountedQuestion, samples: readonly Sample[]): number | undefined {
  const [counted, family] = countedFamily(question, samples)
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

/** The samples whose beginning is the question's, and the name of their family. */
function countedFamily(question: CountedQuestion, samples: readonly Sample[]): readonly [string, string] {
  switch (question.kind) {
    case 'share':
      return [question.of, familyOf(question.of)]
    case 'quantile':
    case 'distribution':
      return [`${question.histogram}_bucket`, question.histogram]
    case 'mean':
      return [`${question.of}_count`, question.of]
    case 'events': {
      // Events come later than the first request of their process; a process that counts events alone has no other beginning.
      const metric = samples.some(({name}) => name === question.per) ? question.per : question.of
      return [metric, familyOf(metric)]
    }
    default:
      return assertNever(question)
  }
}

function familyOf(counter: string): string {
  return counter.replace(/_total$/, '')
}

function labelsOf({labels}: Sample): string {
  return JSON.stringify([...labels].filter(([label]) => label !== 'le').sort())
}
