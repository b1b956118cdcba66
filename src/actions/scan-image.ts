import type * as z from 'zod/mini'
import {scanImageGate} from '../gates/scan-image.ts'
import type {Session} from '../gates/session.ts'
import type {ActionOutcome} from './run-action.ts'
import type {scanImageAction} from './scan-image.inputs.ts'

export async function scanImage(
  inputs: z.output<typeof scanImageAction.inputs>,
  session: Session,
): Promise<ActionOutcome> {
  const outcome = await scanImageGate(session, {...inputs, imageDigest: inputs['image-digest']})
  return {...outcome, outputs: {'image-digest': outcome.result.subject.image ?? ''}}
}
