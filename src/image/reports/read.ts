/** A report of whatever tool → what is known of an image. The format is told by content; nothing is guessed. */
import {assertNever} from '../../core/assert.ts'
import type {Digest} from '../../core/digest.ts'
import {UserError} from '../../core/failure.ts'
import type {Scan} from '../scan.ts'
import {parseCycloneDx} from './cyclonedx.ts'
import {unwrap} from './envelope.ts'
import {formatOf} from './format.ts'
import {parseGrypeReport} from './grype.ts'
import {isMapping} from './mapping.ts'
import {readJson} from './report-text.ts'
import {parseSarif} from './sarif.ts'
import {parseSlipwayScan, type SlipwayScan} from './slipway-scan.ts'
import {parseSpdx} from './spdx.ts'
import {parseSyftReport} from './syft.ts'
import {parseTrivyReport} from './trivy.ts'

/** Reports of other tools are of one image for one platform. */
export type Scans = readonly [Scan, ...Scan[]]

/**
 * The scan in a report of one image for one platform.
 * @param source where the text comes from, for messages: a path
 * @throws UserError `image/report-…` when this is not a whole report of a format that is read
 */
export function parseReport(text: string, source: string): Scan {
  return scanIn(readJson(text, source), source)
}

/** As `parseReport`, of what the text says: whoever has parsed 100 MB need not keep their text meanwhile. */
export function scanIn(json: unknown, source: string): Scan {
  const [scan, ...others] = readAny(json, source, 0).platforms
  if (others.length === 0) return scan
  const platforms = [scan, ...others].map(({platform}) => platform ?? 'unknown').join(', ')
  throw new UserError('image/report-of-several-platforms', `${source} has a scan for each of ${platforms}.`, {
    hint: 'Expected the scan of one platform here. Give a report for each.',
  })
}

/** All that a report tells, for whoever compares with it: each platform, and the repository's files where it has them. */
export function parseScans(text: string, source: string): Scans {
  return scansIn(readJson(text, source), source)
}

export function scansIn(json: unknown, source: string): Scans {
  const {platforms, repository} = readAny(json, source, 0)
  return repository === null ? platforms : [...platforms, repository]
}

/** Envelopes within envelopes are none that anybody writes. */
const mostEnvelopes = 2

function readAny(json: unknown, source: string, envelopes: number): SlipwayScan {
  const format = formatOf(json)
  if (format === undefined) throw unknownReport(json, source)
  switch (format) {
    case 'slipway-scan':
      return parseSlipwayScan(json, source)
    case 'trivy':
      return only(parseTrivyReport(json, source))
    case 'grype':
      return only(parseGrypeReport(json, source))
    case 'syft':
      return only(parseSyftReport(json, source))
    case 'sarif':
      return only(parseSarif(json, source))
    case 'cyclonedx':
      return only(parseCycloneDx(json, source))
    case 'spdx':
      return only(parseSpdx(json, source))
    case 'envelope': {
      if (!isMapping(json) || envelopes === mostEnvelopes) throw unknownReport(json, source)
      const {json: inner, subjects} = unwrap(json, source)
      const {platforms, repository} = readAny(inner, source, envelopes + 1)
      const [scan, ...others] = platforms
      return others.length === 0 ? {platforms: [about(scan, subjects)], repository} : {platforms, repository}
    }
    default:
      if (typeof format === 'object') throw anotherTool(format, source)
      return assertNever(format)
  }
}

function only(scan: Scan): SlipwayScan {
  return {platforms: [scan], repository: null}
}

/** An SBOM seldom names the image that it is of; the statement around it does. */
function about(scan: Scan, subjects: readonly Digest[]): Scan {
  const isContradicted =
    subjects.length > 0 && scan.digests.length > 0 && !scan.digests.some(digest => subjects.includes(digest))
  const doubts = isContradicted
    ? [`The statement is about ${subjects.join(', ')}, and the document in it about ${scan.digests.join(', ')}.`]
    : []
  return {
    ...scan,
    digests: [...new Set([...scan.digests, ...subjects])],
    doubts: [...scan.doubts, ...doubts],
  }
}

function anotherTool({what, wayOut}: {readonly what: string; readonly wayOut: string}, source: string): UserError {
  return new UserError('image/report-from-another-tool', `${source} is ${what}, which is not read.`, {hint: wayOut})
}

function unknownReport(json: unknown, source: string): UserError {
  const keys = isMapping(json) ? Object.keys(json).slice(0, 6) : []
  const seen = isMapping(json) ? `It has ${keys.length === 0 ? 'no fields' : keys.map(quoted).join(', ')}.` : ''
  return new UserError(
    'image/report-from-another-tool',
    `${source} is JSON of no format that is known. ${seen}`.trim(),
    {
      hint: 'Expected Trivy’s, Grype’s or Syft’s JSON, SARIF 2.1.0, CycloneDX, SPDX, or a scan of Slipway.',
    },
  )
}

function quoted(key: string): string {
  return JSON.stringify(key.length > 40 ? `${key.slice(0, 40)}…` : key)
}
