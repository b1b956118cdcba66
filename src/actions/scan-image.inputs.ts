import * as z from 'zod/mini'
import {type ActionDefinition, commonInputs, commonOutputs, flag, text} from './definition.ts'

export const scanImageAction = {
  name: 'scan-image',
  title: 'Slipway: scan image',
  description:
    'May this image be deployed? Reads one scan by Trivy, gates it by severity, fix and waivers, and binds the verdict to the image’s digest.',
  inputs: z.object({
    ...commonInputs,
    image: text(
      'Image to scan: a reference (best with its digest, name@sha256:…), an OCI layout folder, or an archive.',
    ),
    'image-digest': text('Digest that the image must have. Default: the one in the reference.'),
    report: text('Path of a Trivy JSON report to judge instead of scanning. Default: `image.report`.'),
    record: flag('Keep the verdict as evidence, bound to the image’s digest. A promotion demands it.', false),
    comment: flag('Write the verdict into the pull request’s comment.', true),
  }),
  outputs: {...commonOutputs, 'image-digest': 'Digest of the image: what the evidence is bound to.'},
  permissions: {
    contents: '`read`: the base branch’s policy; `write` where `record` is true: the evidence branch',
    checks: '`write`: the check `slipway / image`',
    'pull-requests': '`write`: the comment (without it: a notice, never a failure)',
  },
} as const satisfies ActionDefinition
