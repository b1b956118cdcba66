/** Requests and the bad ones among them, sessions, and events: whatever is counted by plain counters. Pure. */
import type {CountedQuestion, ProcessSamples} from './counters.ts'
import type {Sample} from './exposition.ts'
import {
  type Count,
  counted,
  failed,
  isCount,
  labelMissing,
  notACount,
  notACounter,
  notBegun,
  samplesOf,
  sumOfCounts,
  unanswerable,
} from './process-count.ts'

/** One process may show this many sessions. More would make each look an answer of megabytes. */
export const maxSessions = 20_000

const zero = {n: 0, bad: 0}

export function countShare(question: Extract<CountedQuestion, {kind: 'share'}>, replica: ProcessSamples): Count {
  const {of, bad, matchers, session} = question
  const samples = samplesOf(of, replica)
  if (samples.length === 0) return notBegun(of, zero)
  const otherType = notACounter(of, replica)
  if (otherType !== undefined) return unanswerable(otherType)
  const missing = labelMissing(matchers, samples)
  if (missing !== undefined) {
    return unanswerable(`has no series ${of} with the label ${missing}, which the guard's ${bad} asks for`)
  }
  if (session !== undefined) return countSessions(samples, of, session, sample => matchers.match(sample.labels))
  const n = sumOfCounts(samples)
  const matched = sumOfCounts(samples.filter(sample => matchers.match(sample.labels)))
  if (typeof n !== 'number') return n
  return typeof matched === 'number' ? counted({n, bad: matched}) : matched
}

/**
 * Distinct sessions that made a request; bad ones made a bad request. One that turns bad late raises `bad` alone, and a
 * session that two processes serve is one for each of them.
 */
function countSessions(
  samples: readonly Sample[],
  of: string,
  label: string,
  isBad: (sample: Sample) => boolean,
): Count {
  const sessions = new Map<string, boolean>()
  for (const sample of samples) {
    const session = sample.labels.get(label) ?? ''
    if (session === '') {
      return unanswerable(`has a series ${of} without the label ${label}, so that its requests belong to no session`)
    }
    if (!isCount(sample.value)) return notACount(sample)
    if (sample.value === 0) continue
    sessions.set(session, (sessions.get(session) ?? false) || isBad(sample))
    if (sessions.size > maxSessions) {
      return failed(
        `has more than ${maxSessions} sessions under the label ${label}. Let the service count them itself, by one counter of sessions with a label for the bad ones`,
      )
    }
  }
  return counted({n: sessions.size, bad: [...sessions.values()].filter(Boolean).length})
}

/**
 * Events per request. Client libraries make a counter at its first event, so its absence means none where the requests
 * are counted. A process that counts events alone (complaints come in elsewhere) has no requests.
 */
export function countEvents(question: Extract<CountedQuestion, {kind: 'events'}>, replica: ProcessSamples): Count {
  const {of, per, where, matchers} = question
  const [events, requests] = [samplesOf(of, replica), samplesOf(per, replica)]
  if (events.length === 0 && requests.length === 0) return notBegun(per, zero)
  const otherType = notACounter(of, replica) ?? notACounter(per, replica)
  if (otherType !== undefined) return unanswerable(otherType)
  const missing = events.length > 0 && matchers !== null ? labelMissing(matchers, events) : undefined
  if (missing !== undefined) {
    return unanswerable(`has no series ${of} with the label ${missing}, which the guard's ${where} asks for`)
  }
  const n = sumOfCounts(requests)
  const bad = sumOfCounts(events.filter(sample => matchers?.match(sample.labels) ?? true))
  if (typeof n !== 'number') return n
  return typeof bad === 'number' ? counted({n, bad}) : bad
}
