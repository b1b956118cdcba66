/**
 * Reads the /metrics pages of the two releases, one page for each replica. Needs no metrics server.
 * Every replica must be listed: behind a load balancer each look would see another one.
 */

import type {TelemetryConfig} from '../config/schema.ts'
import {messageOf, UserError} from '../core/failure.ts'
import type {Http} from '../runtime/http.ts'
import {startOf} from './beginnings.ts'
import {type Arm, countGuard, isCounted, type ProcessSamples, readQuestion} from './counters.ts'
import {formatOf, parseExposition, type Sample} from './exposition.ts'
import type {GuardReading, Source} from './source.ts'

type ScrapeConfig = Extract<TelemetryConfig, {kind: 'scrape'}>

/** @throws UserError `telemetry/url-without-version`, `telemetry/url-malformed` */
export function openScrape({url: templates}: ScrapeConfig, http: Http): Source {
  for (const template of templates) checkTemplate(template)
  return {
    kind: 'scrape',
    async read(queries, {candidate, stable}) {
      const questions = queries.map(readQuestion)
      const [ours, theirs] = await Promise.all([
        readArm('candidate', candidate, templates, http),
        stable === null ? null : readArm('stable', stable, templates, http),
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
  side: string,
  version: string,
  templates: readonly string[],
  http: Http,
): Promise<Arm | QueryFailed> {
  const urls = new Set(templates.map(template => template.replaceAll('{version}', encodeURIComponent(version))))
  const pages = await Promise.all([...urls].map(url => readPage(url, http)))
  const processes: ProcessSamples[] = []
  for (const page of pages) {
    if (typeof page === 'string') return {kind: 'query-failed', detail: `${side} ${version}: ${page}`}
    processes.push(page)
  }
  return {version, processes}
}

/** One page, or in words why it cannot be read. */
async function readPage(url: string, http: Http): Promise<ProcessSamples | string> {
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
    return {...identify(url, page.samples), samples: page.samples, types: page.types}
  } catch (error) {
    return messageOf(error)
  }
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
