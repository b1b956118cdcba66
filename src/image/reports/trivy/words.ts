/** What several kinds of findings of a Trivy report have in common. */
import {type Digest, isDigest} from '../../../core/digest.ts'
import type {Severity} from '../../../core/severity.ts'
import type {Place} from '../../scan.ts'
import {type Part, partOf, textOf, wordOf} from '../fields.ts'

/** Trivy's words for a severity (`pkg/dbtypes`, SeverityNames). */
const severityWords: ReadonlyMap<string, Severity> = new Map([
  ['UNKNOWN', 'unknown'],
  ['LOW', 'low'],
  ['MEDIUM', 'medium'],
  ['HIGH', 'high'],
  ['CRITICAL', 'critical'],
])

/** A word that Trivy has not is refused. */
export function severityOf(part: Part): Severity {
  return wordOf(part, 'Severity', severityWords, 'unknown')
}

/** What the place of a finding is made of: a scan of an image names paths in it, a scan of a folder files of the repository. */
export type PlaceKind = Place['kind']

/** @param path as Trivy writes it, with or without a slash at its start */
export function placeOf(kind: PlaceKind, path: string, line: number | undefined, finding: Part): Place {
  // Trivy counts from 1 and writes 0 for "none".
  const known = line !== undefined && line >= 1 ? {line} : undefined
  if (kind === 'repository') return {kind, file: path, ...known}
  const inside = path.startsWith('/') ? path.replace(/^\/+/, '') : path
  const layer = layerOf(finding)
  if (known === undefined) return layer === undefined ? {kind, path: inside} : {kind, path: inside, layer}
  return {kind, path: inside, ...known, ...(layer === undefined ? {} : {layer})}
}

/** By its content (the DiffID), which other scanners name too; its digest is the one of its compressed form. */
function layerOf(finding: Part): Digest | undefined {
  const layer = partOf(finding, 'Layer')
  return layer && (digestAt(layer, 'DiffID') ?? digestAt(layer, 'Digest'))
}

function digestAt(layer: Part, key: string): Digest | undefined {
  const text = textOf(layer, key)
  return text !== undefined && isDigest(text) ? text : undefined
}

/** Nothing where the field is absent or empty. */
export function optionalUrl(part: Part, key: string): {readonly url?: string} {
  const url = textOf(part, key)
  return url === undefined || url === '' ? {} : {url}
}
