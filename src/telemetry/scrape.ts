/**
 * Reads the /metrics pages of the two releases, one page for each replica. Needs no metrics server.
 * Every replica must be listed: behind a load balancer each look would see another one.
 */

import type {TelemetryConfig} from '../config/schema.ts'
import {messageOf, UserError} from '../core/failure.ts'
import type {Http} from '../runtime/http.ts'
import {startOf} from './beginnings.ts'
import {
  type Arm,
  countGuard,
  isCounted,
  maxSampleAgeSeconds,
  metricsOf,
  type ProcessSamples,
  readQuestion,
} from './counters.ts'
import {formatOf, parseExposition, type Sample} from './exposition.ts'
import type {GuardReading, Source} from './source.ts'

type ScrapeConfig = Extract<TelemetryConfig, {kind: 'scrape'}>

/** @throws UserError `telemetry/url-without-version`, `telemetry/url-malformed`, `telemetry/counted-twice` */
export function openScrape({url: templates}: ScrapeConfig, http: Http): Source {
  for (const template of templates) checkTemplate(template)
  refuseTwoCounts(templates)
  return {
    kind: 'scrape',
    async read(queries, {candidate, stable}) {
      const questions = queries.map(readQuestion)
      const asked = new Set(questions.flatMap(metricsOf))
      const read = (side: string, version: string) =>
        readArm(`${side} ${version}`, version, url => readPage(url, asked, http), templates)
      const [ours, theirs] = await Promise.all([
        read('candidate', candidate),
        stable === null ? null : read('stable', stable),
      ])
      const guards: Record<string, GuardReading> = {}
      for (const question of questions) {
        if (!isCounted(question)) guards[question.name] = noAlerts
        else if ('kind' in ours) guards[question.name] = ours
        else if (theirs !== null && 'kind' in theirs) guards[question.name] = theirs
        else guards[question.name] = countGuard(question, ours, theirs)
      }
      return {guards}
    },
  }
}

type QueryFailed = Extract<GuardReading, {kind: 'query-failed'}>

const noAlerts: QueryFailed = {
  kind: 'query-failed',
  detail: 'a metrics page knows no alerts; a guard of alerts needs telemetry of the kind prometheus',
}

/** All replicas of a release, or why one of them is not known: without it, its share of bad requests would be hidden. */
async function readArm(
  who: string,
  version: string,
  read: (url: string) => Promise<ProcessSamples | string>,
  templates: readonly string[],
): Promise<Arm | QueryFailed> {
  const urls = new Set(templates.map(template => template.replaceAll('{version}', encodeURIComponent(version))))
  const pages = await Promise.all([...urls].map(read))
  const processes: ProcessSamples[] = []
  for (const page of pages) {
    if (typeof page === 'string') return {kind: 'query-failed', detail: `${who}: ${page}`}
    processes.push(page)
  }
  return {version, processes}
}

/** One page, or in words why it cannot be read. */
async function readPage(url: string, asked: ReadonlySet<string>, http: Http): Promise<ProcessSamples | string> {
  try {
    const {status, headers, body} = await http.send({
      url,
      system: 'metrics-page',
      headers: {accept: 'text/plain;version=0.0.4;q=1, application/openmetrics-text;version=1.0.0;q=0.5'},
      retries: 1,
    })
    if (status !== 200) return `${url} answered with status ${status}, expected 200 and a metrics page`
    const type = headers.get('content-type')
    if (type?.includes('html') || /^\s*<(!doctype|html)/i.test(body)) {
      return `${url} is a web page, not a metrics page: check the address`
    }
    const page = parseExposition(body, formatOf(type))
    if (page.kind === 'malformed') return `${url} is not a metrics page: line ${page.line}: ${page.detail}`
    const {samples, types} = page
    const time = sampleTime(
      samples.filter(({name}) => asked.has(name)),
      headers.get('date'),
    )
    if (typeof time === 'string') return `${url}: ${time}`
    return {...identify(url, samples), ...time, samples, types}
  } catch (error) {
    return messageOf(error)
  }
}

/**
 * When the newest sample was taken, where each says when: a page that passes on what others counted may be old. Its age is
 * told by the clock that dated the answer, which is the one of the page.
 */
function sampleTime(samples: readonly Sample[], date: string | null): Pick<ProcessSamples, 'sampledAt'> | string {
  const times = samples.flatMap(({takenAt}) => takenAt ?? [])
  if (times.length === 0) return {}
  const [oldest, newest] = [times.reduce((a, b) => Math.min(a, b)), times.reduce((a, b) => Math.max(a, b))]
  const ageSeconds = date === null ? Number.NaN : (Date.parse(date) - oldest) / 1000
  if (ageSeconds > maxSampleAgeSeconds) {
    return `a sample is ${Math.round(ageSeconds)} s old, and only ${maxSampleAgeSeconds} s are trusted: does what exports it still count?`
  }
  return times.length < samples.length ? {} : {sampledAt: Math.round(newest)}
}

/** The page and when its process began: a restart is another process, even where its counters have already grown past the old ones. */
function identify(url: string, samples: readonly Sample[]): Pick<ProcessSamples, 'process' | 'beganAt'> {
  const started = samples.find(sample => sample.name === 'process_start_time_seconds')
  return started ? {process: `${url} started ${started.value}`, ...startOf(started.value)} : {process: url}
}

function checkTemplate(template: string): void {
  if (!template.includes('{version}')) {
    throw new UserError(
      'telemetry/url-without-version',
      `The metrics page ${template} is the same for both releases.`,
      {
        hint: 'Put {version} where the two releases differ, for example http://{version}.credit.internal:9090/metrics.',
      },
    )
  }
  const url = URL.parse(template.replaceAll('{version}', 'v1'))
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new UserError('telemetry/url-malformed', `"${template}" is not the address of a metrics page.`, {
      hint: 'Expected for example http://{version}.credit.internal:9090/metrics.',
    })
  }
}

/**
 * The embedded router's page of a release counts what the release's own replicas count. Listed together, each request
 * would count twice, and the evidence be taken for twice as strong as it is.
 */
function refuseTwoCounts(templates: readonly string[]): void {
  const isRouters = (template: string) => /\/releases\/\{version\}\/traffic\/?$/.test(template)
  const routers = templates.find(isRouters)
  const own = templates.find(template => !isRouters(template))
  if (routers === undefined || own === undefined) return
  throw new UserError(
    'telemetry/counted-twice',
    `The metrics pages ${routers} (of the router) and ${own} (of the release) count the same requests.`,
    {
      hint: 'List the pages of one kind: every listed page has to carry every metric of every guard, once. The router counts requests, their time, and copies; what only the release counts, such as predictions, is on its own page. Guards on both need telemetry of the kind prometheus, with a label that says whose count is meant.',
    },
  )
}
