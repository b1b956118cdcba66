/** CycloneDX (ECMA-424), as far as it is read. Lists of components stay as they are: they may stand in each other. */
import * as z from 'zod'

const text = z.string().nullish()

const licence = z.object({
  license: z.object({id: text, name: text}).nullish(),
  expression: text,
})

export const component = z.object({
  type: text,
  'bom-ref': text,
  group: text,
  name: text,
  version: text,
  purl: text,
  licenses: z.array(licence).nullish(),
  hashes: z.array(z.object({alg: text, content: text})).nullish(),
  properties: z.array(z.object({name: text, value: text})).nullish(),
  components: z.array(z.unknown()).nullish(),
})
export type CycloneDxComponent = z.output<typeof component>

const source = z.object({name: text, url: text}).nullish()

const rating = z.object({
  source,
  score: z.number().nullish(),
  severity: z.enum(['critical', 'high', 'medium', 'low', 'info', 'none', 'unknown']).nullish(),
  method: text,
  vector: text,
})
export type CycloneDxRating = z.output<typeof rating>

const analysisStates = [
  'resolved',
  'resolved_with_pedigree',
  'exploitable',
  'in_triage',
  'false_positive',
  'not_affected',
] as const

const affected = z.object({
  ref: z.string().min(1),
  versions: z
    .array(z.object({version: text, range: text, status: z.enum(['affected', 'unaffected', 'unknown']).nullish()}))
    .nullish(),
})
export type CycloneDxAffected = z.output<typeof affected>

const vulnerability = z.object({
  'bom-ref': text,
  id: z.string().min(1),
  source,
  references: z.array(z.object({id: text})).nullish(),
  ratings: z.array(rating).nullish(),
  description: text,
  detail: text,
  recommendation: text,
  advisories: z.array(z.object({url: text})).nullish(),
  analysis: z
    .object({
      state: z.enum(analysisStates).nullish(),
      justification: text,
      response: z.array(z.string()).nullish(),
      detail: text,
    })
    .nullish(),
  affects: z.array(affected).nullish(),
})
export type CycloneDxVulnerability = z.output<typeof vulnerability>

const tool = z.object({name: text, version: text})

export const document = z.object({
  bomFormat: z.literal('CycloneDX'),
  specVersion: z.string(),
  serialNumber: text,
  version: z.number().nullish(),
  metadata: z
    .object({
      timestamp: text,
      // A bare list until 1.4; since 1.5 components and services.
      tools: z
        .union([z.array(tool), z.object({components: z.array(tool).nullish(), services: z.array(tool).nullish()})])
        .nullish(),
      component: component.nullish(),
    })
    .nullish(),
  components: z.array(z.unknown()).nullish(),
  vulnerabilities: z.array(vulnerability).nullish(),
})
export type CycloneDxDocument = z.output<typeof document>
