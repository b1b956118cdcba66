/** What a scanned image leaves behind as files: names and texts. Whoever asked for them writes or uploads them. */
import {digestOfText, shortDigest} from '../core/digest.ts'
import {version} from '../core/version.ts'
import {type ImageJudgement, type PlatformJudgement, partsOf} from '../image/judgement.ts'
import {placesIn} from '../image/manifests/places.ts'
import {renderSbom} from '../image/render/cyclonedx.ts'
import {renderImageSarif} from '../image/render/sarif.ts'
import type {RepositoryFiles} from './repository-files.ts'

export interface ImageFile {
  /** What tells it from the others of the same kind: `linux-amd64`, `repository`; `image` where no platform is known. */
  readonly part: string
  readonly text: string
}

export interface ImageSarif extends ImageFile {
  readonly category: string
  /** How many flaws GitHub would not take, the least grave ones. */
  readonly cut: number
}

interface SarifRequest {
  readonly repository: RepositoryFiles
  /** Where flaws are shown that no file of the repository brings in: the config. */
  readonly otherwise: string
  /** GitHub opens an alert for what is waived too, so what is uploaded leaves it out. */
  readonly suppressed: 'shown' | 'left-out'
}

/** One SARIF file for each platform, and one for the repository's files: one category each, so that none closes another's alerts. */
export function imageSarifs(judgement: ImageJudgement, request: SarifRequest): readonly ImageSarif[] {
  const placeOf = placesIn(request.repository)
  const {otherwise, suppressed} = request
  return partsOf(judgement).map(part => {
    const {sarif, ...rest} = renderImageSarif(part, judgement, {version, placeOf, otherwise, suppressed})
    return {part: partName(part, judgement), text: sarif, ...rest}
  })
}

/** The SBOM of each platform whose packages are known, in CycloneDX. */
export function imageSboms(judgement: ImageJudgement): readonly ImageFile[] {
  return judgement.platforms
    .filter(({scan}) => scan.packages !== null && scan.packages.length > 0)
    .map(part => ({part: partName(part, judgement), text: renderSbom(part, {version})}))
}

/** SBOMs above this size are files for an artifact store: every job that reads evidence would fetch them. */
const largestAttachment = 4 * 1024 * 1024

/** The SBOMs as evidence keeps them: beside it, and named in it by their digests. */
export function attachedSboms(judgement: ImageJudgement) {
  const kept = imageSboms(judgement)
    .map(({part, text}) => ({name: `sbom-${part}.cdx.json`, text, size: Buffer.byteLength(text)}))
    .filter(({size}) => size <= largestAttachment)
  return {
    attachments: kept.map(({name, text, size}) => ({name, digest: digestOfText(text), size})),
    texts: Object.fromEntries(kept.map(({name, text}) => [name, text])),
  }
}

/** Two images of one index may be for one platform (versions of Windows): those are told apart by their digests. */
function partName(part: PlatformJudgement, {repository, platforms}: ImageJudgement): string {
  if (part === repository) return 'repository'
  const name = part.platform === null ? 'image' : part.platform.replaceAll(/[^a-z0-9.]+/g, '-')
  const isUnique = platforms.filter(({platform}) => platform === part.platform).length === 1
  return isUnique || part.digest === null ? name : `${name}-${shortDigest(part.digest)}`
}
