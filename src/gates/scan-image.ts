import type {Config} from '../config/schema.ts'
import {parseWaivers} from '../config/waivers.ts'
import {dayOf} from '../core/day.ts'
import {parseDigest} from '../core/digest.ts'
import {isFailure, UserError} from '../core/failure.ts'
import {openScanner} from '../image/open.ts'
import {scanImage} from '../image/run.ts'
import {withFindings} from './outcome.ts'
import {loadPolicy, type Policy, type PolicyPart} from './policy.ts'
import {recordEvidence} from './record-evidence.ts'
import type {GateOutcome, Session} from './session.ts'

export interface ScanImageRequest {
  /** Path of the config. */
  readonly config: string
  readonly image?: string | undefined
  readonly imageDigest?: string | undefined
  /** Path of a Trivy JSON report; overrides the config's scanner. */
  readonly report?: string | undefined
  readonly record: boolean
}

/** May this image be deployed? */
export async function scanImageGate(session: Session, request: ScanImageRequest): Promise<GateOutcome> {
  const {runtime} = session
  const policy = await loadPolicy(session, request.config)
  const {config} = policy
  const image = imageConfig(config, request)
  const waivers = image.waivers === undefined ? null : await readWaivers(policy, image.waivers)
  const judged = await scanImage({
    service: config.service,
    config: image,
    imageReference: request.image,
    expectedDigest: request.imageDigest === undefined ? undefined : parseDigest(request.imageDigest),
    scanner: openScanner(image, runtime),
    waivers: waivers === null ? [] : parseWaivers(waivers.text, image.waivers ?? ''),
    today: dayOf(runtime.clock.now()),
  })
  const outcome = withFindings(judged, waivers?.findings ?? [])
  if (request.record) await recordEvidence(session, config, 'image', outcome)
  return outcome
}

async function readWaivers(policy: Policy, path: string): Promise<PolicyPart> {
  try {
    return await policy.readPart(path)
  } catch (error) {
    if (!isFailure(error) || error.code !== 'file/not-found') throw error
    throw new UserError('image/waivers-missing', `\`image.waivers\` names "${path}", and there is no such file.`, {
      hint: 'Correct the path, or remove the key where nothing is waived; relative paths start at the working directory.',
      cause: error,
    })
  }
}

function imageConfig(config: Config, {report}: ScanImageRequest): NonNullable<Config['image']> {
  if (!config.image) {
    throw new UserError(
      'image/not-configured',
      'slipway.yml has no `image:`, so there is no policy to judge an image by.',
      {
        hint: 'Add `image: {}` for the default policy: no critical, and no fixable high vulnerability.',
      },
    )
  }
  return report === undefined ? config.image : {...config.image, scanner: 'report', report}
}
