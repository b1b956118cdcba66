import {createHash} from 'node:crypto'

/**
 * What makes a result the same one in the next run. GitHub reads `primaryLocationLineHash` and nothing else; the other is
 * for other tools.
 */
export interface Fingerprints {
  readonly primaryLocationLineHash: string
  readonly 'slipwayFinding/v1': string
}

/**
 * One fingerprint for each list of parts, as short as GitHub’s own: a hash, and how many with the same one stood before
 * it. Results that agree in all parts are counted in the order in which they are given, so give them in one that the next
 * run will have too.
 */
export function fingerprintsOf(all: readonly (readonly (string | number)[])[]): readonly string[] {
  const counts = new Map<string, number>()
  return all.map(parts => {
    const hash = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
    const count = (counts.get(hash) ?? 0) + 1
    counts.set(hash, count)
    return `${hash}:${count}`
  })
}

export function fingerprints(fingerprint: string): Fingerprints {
  return {primaryLocationLineHash: fingerprint, 'slipwayFinding/v1': fingerprint}
}
