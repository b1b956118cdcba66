import type {Digest} from '../../core/digest.ts'
import type {Scan} from '../scan.ts'

/**
 * The digests that a merged scan may vouch for: those of what was scanned here, or of the report that is judged. A report
 * beside it that names a digest says nothing of a scan that names none, unless both name one config; and where it alone
 * looked for vulnerabilities, it has to be of that image itself.
 *
 * @param own what was scanned, or the report that is judged: all of one target
 * @param reports of further tools
 * @param merged digests on which all that name any agree
 */
export function vouchedDigests(
  own: readonly Scan[],
  reports: readonly Scan[],
  merged: readonly Digest[],
): readonly Digest[] {
  const configs = new Set([...own, ...reports].flatMap(scan => (names(scan) ? (scan.configDigest ?? []) : [])))
  const isOfImage = (scan: Scan) => names(scan) || (scan.configDigest !== null && configs.has(scan.configDigest))
  const looked = ({lookedFor}: Scan) => lookedFor.includes('vulnerability')
  const lookers = own.some(looked) ? own : reports.filter(looked)
  const isWithoutLooker = lookers.length === 0
  return own.some(isOfImage) && (isWithoutLooker || lookers.some(isOfImage)) ? merged : []
}

function names({digests}: Scan): boolean {
  return digests.length > 0
}
