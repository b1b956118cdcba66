/** From the text of a report to JSON that may be one: what is empty, cut off, or of another tool is named as such. */
import * as z from 'zod'
import {messageOf, UserError} from '../../core/failure.ts'

const writeItAgain = 'Write the report again with `trivy image --format json --output <file> <image>`.'

/** @throws UserError `image/report-empty`, `image/report-truncated` or `image/report-not-json` */
export function readJson(text: string, source: string): unknown {
  const trimmed = text.trim()
  if (trimmed === '') {
    throw new UserError('image/report-empty', `${source} is empty. Expected a Trivy report in JSON.`, {
      hint: `An empty report is not a clean one. ${writeItAgain}`,
    })
  }
  try {
    return JSON.parse(trimmed.replace(/^\uFEFF/, ''))
  } catch (error) {
    if (isCutOff(trimmed)) {
      const seen = `${source} is cut off: it starts as JSON and ends in the middle, after ${trimmed.length} characters.`
      throw new UserError('image/report-truncated', seen, {
        hint: `The scanner or the copy was interrupted. ${writeItAgain}`,
        cause: error,
      })
    }
    throw new UserError('image/report-not-json', `${source} is not JSON: ${messageOf(error)}.`, {
      hint: `${looksLikeTable(trimmed) ? 'This looks like the table for people. ' : ''}${writeItAgain}`,
      cause: error,
    })
  }
}

/** A document that opens more than it closes. Text within quotes does not count. */
function isCutOff(text: string): boolean {
  if (!/^[{[]/.test(text)) return false
  let depth = 0
  let quoted = false
  for (let index = 0; index < text.length; index++) {
    const sign = text[index]
    if (quoted) {
      if (sign === '\\') index++
      else if (sign === '"') quoted = false
    } else if (sign === '"') quoted = true
    else if (sign === '{' || sign === '[') depth++
    else if (sign === '}' || sign === ']') depth--
  }
  return quoted || depth > 0
}

function looksLikeTable(text: string): boolean {
  return /[│┌]|^Total: \d+ \(/m.test(text)
}

const mapping = z.record(z.string(), z.unknown())

/**
 * Names what the user handed in when it is not a Trivy report of an image.
 * @throws UserError `image/report-from-another-tool`, `image/report-version-unknown` or `image/report-not-of-an-image`
 */
export function refuseForeign(json: unknown, source: string): void {
  const parsed = mapping.safeParse(json)
  const foreign = parsed.success ? foreignFormat(parsed.data) : oldTrivy(json)
  if (foreign !== undefined) {
    const seen = `${source} is ${foreign}, not a Trivy report in JSON.`
    throw new UserError('image/report-from-another-tool', seen, {
      hint: `Only Trivy's own JSON is read so far. ${writeItAgain}`,
    })
  }
  if (!parsed.success) return
  const {SchemaVersion, ArtifactType} = parsed.data
  if (SchemaVersion !== 2) {
    throw new UserError(
      'image/report-version-unknown',
      `${source} has the SchemaVersion ${JSON.stringify(SchemaVersion)}. Expected 2.`,
      {hint: 'Its fields may mean something else, so nothing is judged. Use a Trivy that writes version 2.'},
    )
  }
  if (ArtifactType !== 'container_image') {
    throw new UserError(
      'image/report-not-of-an-image',
      `${source} is a Trivy report of a ${JSON.stringify(ArtifactType)}, not of a "container_image".`,
      {hint: 'Scan the image itself: `trivy image`, not `trivy fs`, `trivy repo` or `trivy sbom`.'},
    )
  }
}

/** Told by a field that the format demands and Trivy's does not have. */
function foreignFormat(report: z.output<typeof mapping>): string | undefined {
  if (Array.isArray(report.runs)) return 'a SARIF report'
  if (report.bomFormat === 'CycloneDX') return 'a CycloneDX document'
  if (typeof report.spdxVersion === 'string') return 'an SPDX document'
  if (Array.isArray(report.matches)) return 'a Grype report'
  if (Array.isArray(report.artifacts) && report.descriptor !== undefined) return 'a Syft report'
  if (typeof report['@context'] === 'string' && report['@context'].includes('openvex')) return 'an OpenVEX document'
  if (report.ClusterName !== undefined) return 'a Trivy report of a cluster'
  if (report.SchemaVersion !== undefined) return undefined
  if (Array.isArray(report.vulnerabilities)) return 'a Snyk report or a like one'
  if (Array.isArray(report.results)) return 'an OSV-Scanner report or a like one'
  return 'the JSON of another tool'
}

/** Before schema version 2 (Trivy 0.19) a report was a bare list of results. */
function oldTrivy(json: unknown): string {
  return Array.isArray(json) ? 'a list (perhaps of a Trivy before 0.20)' : 'a single JSON value'
}
