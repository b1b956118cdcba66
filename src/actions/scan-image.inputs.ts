import * as z from 'zod/mini'
import {type ActionDefinition, commonInputs, commonOutputs, flag, text} from './definition.ts'

export const scanImageAction = {
  name: 'scan-image',
  title: 'Slipway: scan image',
  description:
    'May this image be deployed? Scans every platform with Trivy, Grype or both, or judges reports of any tool; gates what was found by the policy of slipway.yml, and binds the verdict to the image’s digest.',
  inputs: z.object({
    ...commonInputs,
    image: text(
      'Image to scan: a reference (best with its digest, name@sha256:…), an OCI layout folder, an archive, or an SBOM.',
    ),
    'image-digest': text('Digest that the image must have. Default: the one in the reference.'),
    report: text(
      'Path of a report to judge instead of scanning: Trivy, Grype, SARIF, CycloneDX, SPDX. Default: `image.report`.',
    ),
    database: text(
      'Database of vulnerabilities: a folder or an OCI layout; nothing is downloaded. Default: `image.database`.',
    ),
    record: flag('Keep the verdict as evidence, bound to the image’s digest. A promotion demands it.', false),
    comment: flag('Write what is new into the pull request’s comment.', true),
    'upload-sarif': flag('Show the flaws as code scanning alerts, one category for each platform.', false),
  }),
  outputs: {
    ...commonOutputs,
    'image-digest': 'Digest of the image: what the evidence is bound to.',
    scan: 'Path of the whole scan with its judgement as JSON (`schema/scan.schema.json`).',
    sarif: 'Folder of the flaws as SARIF 2.1.0: a file for each platform.',
    sbom: 'Folder of the packages as CycloneDX 1.6: a file for each platform whose packages are known.',
    openvex: 'Path of the waived flaws as OpenVEX; empty where nothing is waived.',
  },
  permissions: {
    contents: '`read`: the base branch’s policy; `write` where `record` is true: the evidence branch',
    checks: '`write`: the check `slipway / image`',
    'pull-requests': '`write`: the comment (without it: a notice, never a failure)',
    'security-events':
      '`write` where `upload-sarif` is true (without it: a notice); `actions: read` too in private repositories',
    'artifact-metadata':
      '`write`, optional: the storage record of the image, with which GitHub ranks alerts of what is deployed',
  },
} as const satisfies ActionDefinition
