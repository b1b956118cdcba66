import {createHash} from 'node:crypto'
import type {Finding} from '../core/finding.ts'

/** GitHub reads `primaryLocationLineHash` and nothing else; the other is for other tools. */
export interface Fingerprints {
  readonly primaryLocationLineHash: string
  readonly 'slipwayFinding/v1': string
}

/**
 * What makes a finding the same one in the next run: its reason, the bytes of the file that it is about, and where in
 * them; not the run, the time, the commit, or the order. Findings that agree in all of that are counted.
 */
export function fingerprintsOf(
  findings: readonly Finding[],
  files: readonly {readonly path: string; readonly digest?: string}[],
): readonly Fingerprints[] {
  const digests = new Map(files.map(({path, digest}) => [path, digest]))
  const counts = new Map<string, number>()
  return findings.map(finding => {
    const hash = hashOf(finding, digests)
    const count = (counts.get(hash) ?? 0) + 1
    counts.set(hash, count)
    const fingerprint = `${hash}:${count}`
    return {primaryLocationLineHash: fingerprint, 'slipwayFinding/v1': fingerprint}
  })
}

function hashOf({reason, subject, place}: Finding, digests: ReadonlyMap<string, string | undefined>): string {
  const where = place
    ? [digests.get(place.file) ?? place.file, ...(place.inside ?? []), place.byte ?? '', place.opcode ?? '']
    : [subject]
  return createHash('sha256')
    .update(JSON.stringify([reason, ...where]))
    .digest('hex')
    .slice(0, 32)
}
