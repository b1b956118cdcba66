/** CycloneDX 1.4 to 1.7, as far as it is VEX: what it says of vulnerabilities, and the components that it says it of. */
import * as z from 'zod'

const hash = z.object({alg: z.string(), content: z.string()})
const component = z.object({
  type: z.string().optional(),
  'bom-ref': z.string().optional(),
  name: z.string().optional(),
  version: z.string().optional(),
  purl: z.string().optional(),
  hashes: z.array(hash).optional(),
})
export type CycloneDxComponent = z.output<typeof component>

const affected = z.object({
  ref: z.string(),
  versions: z.array(z.object({version: z.string().optional(), status: z.string().optional()})).optional(),
})
export type CycloneDxAffected = z.output<typeof affected>
const vulnerability = z.object({
  id: z.string().optional(),
  references: z.array(z.object({id: z.string().optional()})).optional(),
  published: z.string().optional(),
  updated: z.string().optional(),
  analysis: z
    .object({
      state: z
        .enum(['resolved', 'resolved_with_pedigree', 'exploitable', 'in_triage', 'false_positive', 'not_affected'])
        .optional(),
      justification: z.string().optional(),
      response: z.array(z.string()).optional(),
      detail: z.string().optional(),
      firstIssued: z.string().optional(),
      lastUpdated: z.string().optional(),
    })
    .optional(),
  affects: z.array(affected).optional(),
})
export type CycloneDxVulnerability = z.output<typeof vulnerability>

export const bom = z.object({
  bomFormat: z.literal('CycloneDX'),
  specVersion: z.string().regex(/^1\.[4-7]$/, 'expected specVersion 1.4 to 1.7'),
  serialNumber: z.string().optional(),
  metadata: z
    .object({
      timestamp: z.string().optional(),
      authors: z.array(z.object({name: z.string().optional()})).optional(),
      supplier: z.object({name: z.string().optional()}).optional(),
      manufacturer: z.object({name: z.string().optional()}).optional(),
      component: component.optional(),
    })
    .optional(),
  components: z.array(component).optional(),
  vulnerabilities: z.array(vulnerability).optional(),
})
export type Bom = z.output<typeof bom>
