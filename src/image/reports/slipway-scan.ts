/** A scan that Slipway wrote: a baseline for the next one, or a report to judge again. */
import {UserError} from '../../core/failure.ts'
import type {Scan} from '../scan.ts'
import {isMapping} from './mapping.ts'
import {shaped, versionUnknown} from './shape.ts'
import {type ScanPart, scanDocument} from './slipway-scan/document.ts'

export interface SlipwayScan {
  /** One for each platform of the image. */
  readonly platforms: readonly [Scan, ...Scan[]]
  /** Of the repository's files, where any were looked at. */
  readonly repository: Scan | null
}

/** @throws UserError `image/report-malformed`, `image/report-version-unknown` or `image/report-incomplete` */
export function parseSlipwayScan(json: unknown, source: string): SlipwayScan {
  const version = isMapping(json) ? json.slipwayScan : undefined
  if (version !== 1) throw versionUnknown(source, 'a scan of Slipway', version, '1')
  const {platforms, repository} = shaped(scanDocument, json, source, 'a scan of Slipway')
  const [first, ...others] = platforms.map(toScan)
  if (first === undefined) throw nothingScanned(source, 'without a platform')
  if ([first, ...others].some(({scanners}) => scanners.length === 0)) throw nothingScanned(source, 'by no scanner')
  return {platforms: [first, ...others], repository: repository === null ? null : toScan(repository)}
}

function nothingScanned(source: string, how: string): UserError {
  return new UserError('image/report-incomplete', `${source} is a scan of Slipway ${how}.`, {
    hint: 'Nothing was scanned, so there is nothing to judge or to compare with. Scan the image.',
  })
}

function toScan({scan: {flaws, packages = null, ...rest}}: ScanPart): Scan {
  // What was made from the list of packages is made again by the next gate, as far as its rules ask for it.
  const seen = flaws.filter(({derived}) => derived !== true)
  return {...rest, packages, flaws: seen.map(({judgement, derived, ...flaw}) => flaw)}
}
