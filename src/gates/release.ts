import type {Config} from '../config/schema.ts'
import {parseDigest} from '../core/digest.ts'
import {UserError} from '../core/failure.ts'
import type {Release} from '../core/release.ts'
import {gatherModelFiles} from '../model/gather-model-files.ts'
import {checkVersion} from '../traffic/limits.ts'
import type {Session} from './session.ts'

/** What a caller says about a release whose model files are at hand. */
export interface ReleaseRequest {
  readonly version?: string | undefined
  /** Folder or file of the model; default: the config's. */
  readonly model?: string | undefined
  readonly imageDigest?: string | undefined
}

/**
 * The release that these files make: the digest is computed from their bytes, never believed.
 * @throws UserError `release/version-missing`, `traffic/version-malformed`, `model/symbolic-link`, and what `gatherModelFiles` refuses
 */
export async function readRelease(session: Session, config: Config, request: ReleaseRequest): Promise<Release> {
  const {version, imageDigest} = request
  if (version === undefined) {
    throw new UserError('release/version-missing', 'The release has no version.', {
      hint: 'Give `version`: targets and measurements tell releases apart by it.',
    })
  }
  checkVersion(version)
  const folder = request.model ?? config.model.files
  const {digest, links} = await gatherModelFiles(session.runtime.files, folder)
  const [link] = links
  if (link !== undefined) throw linkInModel(folder, link, links.length)
  return {version, model: digest, ...(imageDigest === undefined ? {} : {image: parseDigest(imageDigest)})}
}

/**
 * A release of a service whose policy judges images has one: without its digest nothing would ask for the image's evidence.
 * @throws UserError `release/image-missing`
 */
export function requireImage({version, image}: Release, config: Config): void {
  if (image !== undefined || !config.image) return
  throw new UserError('release/image-missing', `${version} names no image, and slipway.yml has a policy for images.`, {
    hint: 'Give the image’s digest, so that its evidence is asked for; or remove `image:` where the service ships no image.',
  })
}

/** The service may follow a link, and the digest does not: what is promoted would not be what was validated. */
function linkInModel(folder: string, link: string, count: number): UserError {
  const more = count === 1 ? '' : `, and ${count - 1} more`
  return new UserError(
    'model/symbolic-link',
    `The model folder "${folder}" holds the symbolic link "${link}"${more}; a model is made of files.`,
    {
      hint: 'Put the file itself in its place and validate again: what a link points to is not part of the model’s digest.',
    },
  )
}

/** A release that is known by its digests only: undefined when none of them is given. */
export function namedRelease(
  version: string | undefined,
  modelDigest: string | undefined,
  imageDigest: string | undefined,
): Release | undefined {
  if (modelDigest === undefined) {
    if (imageDigest === undefined) return undefined
    throw new UserError('release/model-missing', 'An image digest is given without the digest of the model.', {
      hint: 'Give both: a release that is named by half of its bytes could be another one.',
    })
  }
  if (version === undefined) {
    throw new UserError('release/version-missing', 'A model digest is given without the version it belongs to.', {
      hint: 'Give both, or neither.',
    })
  }
  return {
    version: checkVersion(version),
    model: parseDigest(modelDigest),
    ...(imageDigest === undefined ? {} : {image: parseDigest(imageDigest)}),
  }
}
