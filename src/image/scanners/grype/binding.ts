/** A scan and the image that was asked for: what the report says of its image must be what the target promises. */
import {assertNever} from '../../../core/assert.ts'
import {SystemError} from '../../../core/failure.ts'
import type {Scan} from '../../scan.ts'
import type {ScanTarget} from '../../scanner.ts'

/** @throws SystemError `image/scanned-another-image` */
export function bindToTarget(scan: Scan, target: ScanTarget): Scan {
  const bound = {...scan, image: target.label, platform: target.platform ?? scan.platform}
  switch (target.kind) {
    case 'registry':
    case 'layout':
      if (target.digest !== null && !scan.digests.includes(target.digest)) {
        throw another(scan.digests.join(', ') || '(unknown)', target.digest, target.label)
      }
      refuseAnotherConfig(scan, target)
      return {...bound, digests: target.digest === null ? scan.digests : [target.digest]}
    case 'archive':
      // Syft makes a manifest for an archive of `docker save`, and no registry has it: only the target's digest counts.
      refuseAnotherConfig(scan, target)
      return {...bound, digests: target.digest === null ? [] : [target.digest]}
    case 'sbom':
      return {...bound, digests: target.digest === null ? scan.digests : [target.digest]}
    default:
      return assertNever(target)
  }
}

function refuseAnotherConfig({configDigest}: Scan, target: ScanTarget): void {
  if (target.configDigest === null || configDigest === target.configDigest) return
  throw another(`one with the config ${configDigest ?? '(unknown)'}`, `one with ${target.configDigest}`, target.label)
}

function another(seen: string, expected: string, label: string): SystemError {
  return new SystemError('image/scanned-another-image', `Grype scanned ${seen}, and ${label} is ${expected}.`, {
    system: 'grype',
    retryable: false,
    hint: 'Do not change the image during the scan.',
  })
}
