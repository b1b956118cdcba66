import {scanImageGate} from '../gates/scan-image.ts'
import {runAction} from './run-action.ts'
import {scanImageAction} from './scan-image.inputs.ts'

export function scanImage(): Promise<void> {
  return runAction(scanImageAction, 'image', async (inputs, session) => {
    const outcome = await scanImageGate(session, {
      config: inputs.config,
      image: inputs.image,
      imageDigest: inputs['image-digest'],
      report: inputs.report,
      record: inputs.record,
    })
    return {...outcome, outputs: {'image-digest': outcome.result.subject.image ?? ''}}
  })
}
