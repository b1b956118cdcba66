/** `model.safety`: what a team takes responsibility for in its model files, and what else they are held against. */
import * as z from 'zod'
import {parseDay} from '../core/day.ts'
import {name, share} from './fields.ts'

const text = (what: string) => z.string().regex(/\S/, 'expected text that is not empty').describe(what)
const responsible = {
  owner: text('Who answers for it.'),
  reason: text('Why it is acceptable.'),
  expires: z
    .string()
    .refine(value => parseDay(value) !== undefined, 'expected a day such as 2027-01-31')
    .meta({examples: ['2027-01-31'], pattern: '^\\d{4}-\\d{2}-\\d{2}$'})
    .describe('Last day on which it holds, in UTC.'),
}
const noPattern = (value: string) => !/[*?[\]]/.test(value)

const allowance = z.union([
  z.strictObject({
    import: text('Name that pickles may import, exactly as the finding says it: `my_package.layers.FocalLoss`.').refine(
      noPattern,
      'expected one exact name: an allowance has no pattern',
    ),
    ...responsible,
    unsafe: z
      .boolean()
      .default(false)
      .describe('true: it is known that the name runs code, opens files or reaches the network.'),
  }),
  z.strictObject({
    file: text('File of program text, or one that needs code from elsewhere, relative to the model folder.').refine(
      noPattern,
      'expected one exact file: an allowance has no pattern',
    ),
    ...responsible,
  }),
])

const weights = z.strictObject({
  'nan-at-most': share().optional().describe('Largest share of NaN in any one tensor.'),
  'infinite-at-most': share().optional().describe('Largest share of infinite numbers in any one tensor.'),
  'zero-tensors': z
    .enum(['fail', 'warn'])
    .optional()
    .describe('What a tensor of two or more dimensions means in which every number is zero.'),
  changed: z
    .enum(['fail', 'warn', 'report'])
    .default('report')
    .describe('What it means that tensors came, went, or changed their type or shape since `previous`.'),
  previous: z
    .string()
    .min(1)
    .optional()
    .describe('What `changed` compares with: production (by its evidence), or the previous model, a file or a folder.'),
  environment: name('Environment whose release is meant by `previous: production`.').default('production'),
})
export type WeightsConfig = z.output<typeof weights>

const signature = z.strictObject({
  file: z.string().min(1).describe('Bundle of OpenSSF model signing (`model.sig`).'),
  'public-key': z.string().min(1).optional().describe('Public key in PEM, for a bundle signed by a key.'),
  'trusted-root': z
    .string()
    .min(1)
    .optional()
    .describe('Trusted root of Sigstore in JSON, for a bundle signed by an identity (`gh attestation trusted-root`).'),
  identity: z.string().min(1).optional().describe('Who must have signed it, as the certificate says it.'),
  issuer: z.string().min(1).optional().describe('Who vouches for that identity: the issuer in the certificate.'),
})
export type SignatureConfig = z.output<typeof signature>

const attestation = z.strictObject({
  file: z.string().min(1).describe('Attestation of GitHub (`gh attestation download`): JSON, or JSON lines.'),
  repository: z
    .string()
    .regex(/^[\w.-]+\/[\w.-]+$/, 'expected owner/name')
    .describe('Repository whose workflow must have made it.'),
  workflow: z.string().min(1).optional().describe('Workflow that must have made it: `.github/workflows/train.yml`.'),
  ref: z.string().min(1).optional().describe('Branch or tag that it must have been made from: `refs/heads/main`.'),
  'trusted-root': z
    .string()
    .min(1)
    .optional()
    .describe('Trusted root in JSON (`gh attestation trusted-root`); without it the signature is not verified.'),
})
export type AttestationConfig = z.output<typeof attestation>

export const safety = z
  .strictObject({
    allow: z
      .array(allowance)
      .default([])
      .describe(
        'What a team takes responsibility for: names that pickles import, files that are or need program text.',
      ),
    weights: weights.optional().describe('Checks of the numbers themselves; every tensor is read.'),
    manifest: z.string().min(1).optional().describe('Digests that the files must have: lines of sha256sum.'),
    signature: signature.optional().describe('Signature of the model that must hold.'),
    attestation: attestation.optional().describe('Provenance of the model that must hold.'),
  })
  .prefault({})
export type SafetyConfig = z.output<typeof safety>
