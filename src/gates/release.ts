import type {Config} from '../config/schema.ts'
import {parseDigest} from '../core/digest.ts'
import {UserError} from '../core/failure.ts'
import type {Release} from '../core/release.ts'
import {gatherModelFiles} from '../model/gather.ts'
import type {Session} from './session.ts'

/** What a caller says about a release whose model files are at hand. */
export interface ReleaseRequest {
  readonly version?: string | undefined
  /** Folder or file of the model; default: the config's. */
  readonly model?: string | undefined
  readonly imageDigest?: string | undefined
}

/** The release that these files make: the digest is computed from their bytes, never believed. */
export async function readRelease(session: Session, config: Config, request: ReleaseRequest): Promise<Release> {
  const {version, imageDigest} = request
  if (version === undefined) {
    throw new UserError('release/version-missing', 'The release has no version.', {
      hint: 'Give `version`: targets and measurements tell releases apart by it.',
    })
  }
  const {digest} = await gatherModelFiles(session.runtime.files, request.model ?? config.model.files)
  return {version, model: digest, ...(imageDigest === undefined ? {} : {image: parseDigest(imageDigest)})}
}

/** A release that is known by its digests only: undefined when none of them is given. */
export function namedRelease(
  version: string | undefined,
  modelDigest: string | undefined,
  imageDigest: string | undefined,
): Release | undefined {
  if (modelDigest === undefined) return undefined
  if (version === undefined) {
    throw new UserError('release/version-missing', 'A model digest is given without the version it belongs to.', {
      hint: 'Give both, or neither.',
    })
  }
  return {
    version,
    model: parseDigest(modelDigest),
    ...(imageDigest === undefined ? {} : {image: parseDigest(imageDigest)}),
  }
}
