/** Images of machine learning fill disks: said before a scanner has downloaded half of one. */
import {UserError} from '../../core/failure.ts'
import {formatSize} from '../../core/quantity.ts'
import type {Folders} from '../../runtime/folders.ts'
import {unpackingFactor} from './facts.ts'
import type {FoundImage} from './walk.ts'

type FreeDisk = Pick<Folders, 'freeBytes' | 'temporaryRoot'>

/**
 * Images are scanned one after the other, so the largest decides.
 * @param copiedBytes what is unpacked there before the scan begins
 * @throws UserError `image/disk-too-small`
 */
export function checkDisk(
  label: string,
  images: readonly FoundImage[],
  folders: FreeDisk,
  copiedBytes = 0,
): Promise<void> {
  const [first, ...others] = images
  if (!first) return Promise.resolve()
  const largest = others.reduce((most, image) => (image.unpackedBytes > most.unpackedBytes ? image : most), first)
  return checkRoom(label, largest.facts.sizeBytes ?? 0, largest.unpackedBytes + copiedBytes, folders)
}

/** @param sizeBytes of the layers as they are stored @throws UserError `image/disk-too-small` */
export async function checkRoom(
  label: string,
  sizeBytes: number,
  neededBytes: number,
  {freeBytes, temporaryRoot}: FreeDisk,
): Promise<void> {
  const free = await freeBytes(temporaryRoot)
  if (free >= neededBytes) return
  throw diskTooSmall(
    `${label} has ${formatSize(sizeBytes)} in its layers. Scanning it takes about ${formatSize(Math.ceil(neededBytes))} of disk ` +
      `(${unpackingFactor} times what is compressed), and ${temporaryRoot} has ${formatSize(free)} left.`,
  )
}

/** @param message what is needed, and what there is */
export function diskTooSmall(message: string): UserError {
  return new UserError('image/disk-too-small', message, {
    hint: 'Point TMPDIR to a larger disk; or have the build write an SBOM (BuildKit, Syft) and scan that: `slipway scan ./sbom.cdx.json --digest sha256:…`.',
  })
}
