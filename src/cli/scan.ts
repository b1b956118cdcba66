import {scanImageGate} from '../gates/scan-image.ts'
import {type Command, commonOptions} from './command.ts'
import {say} from './say.ts'
import {localSession} from './session.ts'

export const scanCommand: Command = {
  name: 'scan',
  gate: 'image',
  summary: 'May this image be deployed?',
  description:
    'Runs Trivy from PATH, or reads its JSON report, and gates the image by severity, fix and waivers. With --record the verdict is kept as evidence, bound to the image’s digest.',
  options: {
    ...commonOptions,
    image: {what: 'Image: a reference (best with its digest), an OCI layout folder, or an archive.', value: 'name'},
    digest: {what: 'Digest that the image must have.', value: 'sha256:…'},
    report: {what: 'Trivy JSON report to judge instead of scanning.', value: 'file'},
    record: {what: 'Keep the verdict as evidence.'},
  },
  async run(given, terminal, runtime) {
    const outcome = await scanImageGate(localSession(given, runtime), {
      config: given.required('config'),
      image: given.text('image'),
      imageDigest: given.text('digest'),
      report: given.text('report'),
      record: given.flag('record'),
    })
    return say(outcome, given, terminal, runtime)
  },
}
