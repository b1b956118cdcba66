/** From the series of one answer of Prometheus to the readings of all guards. Pure. */

import {type AlertRule, unheard} from './alert-rules.ts'
import {type AnsweredSeries, doubledSeries, processOf} from './answered-series.ts'
import {startOf} from './beginnings.ts'
import {
  type Arm,
  countGuard,
  isCounted,
  maxSampleAgeSeconds,
  metricsOf,
  type ProcessSamples,
  type Question,
} from './counters.ts'
import {describeSeries, type Sample} from './exposition.ts'
import {isTimestamp, partLabel} from './promql.ts'
import type {GuardReading} from './source.ts'

/** The reading of each question, from what Prometheus has of one moment. */
export function guardsOf(
  questions: readonly Question[],
  {series, rules}: {readonly series: readonly AnsweredSeries[]; readonly rules: readonly AlertRule[] | null},
  releaseLabel: string,
  versions: {readonly candidate: string; readonly stable: string | null},
): Readonly<Record<string, GuardReading>> {
  const guards = {...readGuards(questions, series, releaseLabel, versions)}
  for (const question of questions) {
    const deaf = isCounted(question) ? undefined : unheard(question, rules)
    if (deaf) guards[question.name] = deaf
  }
  return guards
}

/** The reading of each question, by its name; of alerts only what fires. */
function readGuards(
  questions: readonly Question[],
  series: readonly AnsweredSeries[],
  releaseLabel: string,
  {candidate, stable}: {readonly candidate: string; readonly stable: string | null},
): Readonly<Record<string, GuardReading>> {
  const firing = series.filter(({labels}) => labels.get(partLabel) === 'alert').map(({labels}) => labels)
  const double = doubledSeries(series)
  const ours = gatherArm(series, releaseLabel, candidate)
  const theirs = stable === null ? null : gatherArm(series, releaseLabel, stable)
  const guards: Record<string, GuardReading> = {}
  for (const question of questions) {
    if (!isCounted(question)) {
      const matching = firing.filter(labels => question.holds.match(labels))
      guards[question.name] = {kind: 'alerts', firing: [...new Set(matching.map(describeAlert))].sort()}
    } else if (double !== undefined) guards[question.name] = {kind: 'query-failed', detail: double}
    else {
      const others = questions.filter(other => other !== question)
      const replicas = (arm: Arm) => withoutEventsOf(others, question, arm)
      guards[question.name] = countGuard(question, replicas(ours), theirs && replicas(theirs))
    }
  }
  return guards
}

/** `HighErrors{severity="critical"}`: what an alert is known by as long as it fires. */
function describeAlert(labels: ReadonlyMap<string, string>): string {
  const own = [...labels]
    .filter(([label]) => !['__name__', 'alertname', 'alertstate', partLabel].includes(label))
    .sort()
  return describeSeries({name: labels.get('alertname') ?? 'alert', labels: new Map(own)})
}

// ---- the processes of one release ----

interface FoundProcess {
  readonly samples: Sample[]
  ageSeconds: number
  /** Seconds since 1970. */
  sampledAt: number
}

function gatherArm(series: readonly AnsweredSeries[], releaseLabel: string, version: string): Arm {
  const starts = new Map<string, number>()
  for (const {labels, value} of series) if (labels.get(partLabel) === 'started') starts.set(processOf(labels), value)
  const found = new Map<string, FoundProcess>()
  for (const {labels, at, value} of series) {
    const part = labels.get(partLabel)
    if (labels.get(releaseLabel) !== version || part === 'started' || part === 'alert') continue
    const process = processOf(labels)
    const entry = found.get(process) ?? {samples: [], ageSeconds: Number.POSITIVE_INFINITY, sampledAt: 0}
    found.set(process, entry)
    if (part !== undefined && isTimestamp(part)) {
      entry.ageSeconds = Math.min(entry.ageSeconds, at - value)
      entry.sampledAt = Math.max(entry.sampledAt, value)
    } else entry.samples.push({name: labels.get('__name__') ?? '', labels, value})
  }
  const processes: ProcessSamples[] = []
  let freshest = Number.POSITIVE_INFINITY
  for (const [process, {samples, ageSeconds, sampledAt}] of found) {
    freshest = Math.min(freshest, ageSeconds)
    if (!(ageSeconds <= maxSampleAgeSeconds)) continue
    const started = starts.get(process)
    const known = started === undefined ? {process} : {process: `${process} started ${started}`, ...startOf(started)}
    processes.push({...known, sampledAt: Math.round(sampledAt * 1000), samples, types: new Map()})
  }
  if (processes.length > 0) return {version, processes}
  return {
    version,
    processes,
    absence: Number.isFinite(freshest)
      ? `the newest sample is ${Math.round(freshest)} s old, and only ${maxSampleAgeSeconds} s are trusted: is Prometheus still scraping it?`
      : `no series with ${releaseLabel}=${JSON.stringify(version)} (is ${releaseLabel} the label that carries the version?)`,
  }
}

/** A process that counts nothing but the events of another guard (complaints come in elsewhere) is no replica. */
function withoutEventsOf(others: readonly Question[], question: Question, arm: Arm): Arm {
  const mine = new Set(metricsOf(question))
  const theirs = new Set(others.flatMap(other => (other.kind === 'events' ? [other.of] : [])))
  const processes = arm.processes.filter(
    ({samples}) => samples.some(({name}) => mine.has(name)) || !samples.every(({name}) => theirs.has(name)),
  )
  return {...arm, processes}
}
