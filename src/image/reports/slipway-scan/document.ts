/**
 * The scan of an image with its judgement, version 1: what `slipway scan` writes beside its report, and what it reads
 * back. `schema/scan.schema.json` is made from this. Whoever reads it passes over keys that are not known yet; what a
 * reader could break on makes a new version.
 */
import * as z from 'zod'
import {type Day, parseDay} from '../../../core/day.ts'
import {type Digest, isDigest} from '../../../core/digest.ts'
import {severities} from '../../../core/severity.ts'
import {fixStates, flawKinds} from '../../scan.ts'

const digest = z
  .custom<Digest>(value => typeof value === 'string' && isDigest(value), 'expected "sha256:" and 64 hex digits')
  .meta({id: 'digest', type: 'string', pattern: '^sha256:[0-9a-f]{64}$'})

const day = z
  .string()
  .meta({format: 'date'})
  .transform((text, context): Day => {
    const parsed = parseDay(text)
    if (parsed !== undefined) return parsed
    context.addIssue({code: 'custom', message: 'expected a day such as 2026-11-21'})
    return z.NEVER
  })

const instant = z.string().nullable()
const severity = z.enum(severities).meta({id: 'severity'})

const place = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('image'),
      path: z.string().describe('Path in the image, without a leading slash; empty where only the layer is known.'),
      layer: digest.exactOptional(),
      line: z.int().min(1).exactOptional(),
    }),
    z.object({
      kind: z.literal('repository'),
      file: z.string().describe('Path from the root of the repository.'),
      line: z.int().min(1).exactOptional(),
    }),
  ])
  .meta({id: 'place'})

const seen = {
  id: z.string().describe('The name that it is known by best.'),
  title: z.string(),
  severity,
  places: z.array(place),
  foundBy: z.array(z.string()).describe('Names of the scanners that say so.'),
  url: z.string().exactOptional(),
  suppressed: z
    .object({by: z.string(), reason: z.string(), until: day.exactOptional()})
    .exactOptional()
    .describe('Taken away by somebody else than the waivers: an ignore file of the scanner, a VEX statement.'),
  vex: z
    .object({status: z.enum(['affected', 'under_investigation']), by: z.string(), says: z.string()})
    .exactOptional()
    .describe('What a VEX statement says of it without taking it away.'),
  derived: z.literal(true).exactOptional().describe('No scanner reports it: it was made from the list of packages.'),
  judgement: z
    .object({
      new: z.boolean().nullable().describe('Not in the baseline; null where there is none.'),
      outcome: z.discriminatedUnion('kind', [
        z.object({
          kind: z.literal('rule'),
          verdict: z.enum(['fail', 'warn', 'pass']),
          rule: z.string().describe('The rule in words.'),
          index: z.int().describe('Its place in the gate, from 0.'),
        }),
        z.object({
          kind: z.literal('undecided'),
          rule: z.string().describe('The rule that might have matched.'),
          index: z.int(),
          unknown: z.string().describe('The fact that nobody knows.'),
        }),
        z.object({kind: z.literal('no-rule')}),
      ]),
      waiver: z.discriminatedUnion('kind', [
        z.object({kind: z.literal('none')}),
        z.object({
          kind: z.enum(['holds', 'expired']),
          owner: z.string(),
          reason: z.string(),
          expires: day,
          daysLeft: z.int().exactOptional(),
        }),
      ]),
    })
    .exactOptional()
    .describe('What the gate made of it; absent where it was not asked.'),
}

const inPackage = {
  package: z.string(),
  installedVersion: z.string(),
  purl: z.string().exactOptional(),
}

const flaw = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('vulnerability'),
      ...seen,
      ...inPackage,
      aliases: z.array(z.string()).describe('Every id that names the same thing, `id` among them.'),
      severitySource: z.string().nullable(),
      ratings: z.array(z.object({scanner: z.string(), severity})),
      cvss: z.array(z.object({source: z.string(), version: z.string(), vector: z.string(), score: z.number()})),
      fix: z.object({state: z.enum(fixStates), versions: z.array(z.string()), date: day.nullable()}),
      knownExploited: z.object({added: day.nullable(), due: day.nullable(), ransomware: z.boolean()}).nullable(),
      epss: z.object({score: z.number(), percentile: z.number()}).nullable(),
    }),
    z.object({kind: z.literal('secret'), ...seen, category: z.string()}),
    z.object({kind: z.literal('misconfiguration'), ...seen, message: z.string(), remedy: z.string()}),
    z.object({kind: z.literal('licence'), ...seen, ...inPackage, licence: z.string()}),
    z.object({kind: z.literal('package'), ...seen, ...inPackage}),
    z.object({kind: z.literal('end-of-life'), ...seen}),
  ])
  .meta({id: 'flaw'})

const part = z
  .object({
    platform: z.string().nullable(),
    digest: digest.nullable().describe('Digest of the manifest that was judged.'),
    scan: z.object({
      scanners: z.array(
        z.object({name: z.string(), version: z.string().nullable(), at: instant, databaseBuilt: instant}),
      ),
      image: z.string(),
      digests: z.array(digest),
      configDigest: digest.nullable(),
      platform: z.string().nullable(),
      os: z
        .object({name: z.string(), endOfLife: z.boolean().nullable(), packages: z.int().min(0).nullable()})
        .nullable(),
      packageCount: z.int().min(0).nullable(),
      lookedFor: z.array(z.enum(flawKinds)),
      knows: z.object({
        knownExploited: z.boolean(),
        epss: z.boolean(),
        knownExploitedBy: z
          .array(z.string())
          .exactOptional()
          .describe('Scanners that looked up exploitation for what they found, where others did not.'),
      }),
      doubts: z.array(z.string()),
      flaws: z.array(flaw).describe('Most severe first.'),
      packages: z
        .array(
          z.object({
            name: z.string(),
            version: z.string(),
            type: z.string(),
            purl: z.string().exactOptional(),
            licences: z.array(z.string()),
            source: z
              .object({name: z.string(), version: z.string()})
              .exactOptional()
              .describe('What a package of an operating system is built from.'),
            path: z.string().exactOptional(),
          }),
        )
        .nullable()
        .exactOptional()
        .describe('Absent where they were left out, null where the scanner lists none.'),
    }),
  })
  .meta({id: 'part'})
export type ScanPart = z.output<typeof part>

export const scanDocument = z.object({
  slipwayScan: z.literal(1).describe('Version of this format.'),
  service: z.string(),
  label: z.string().describe('The image as it was named.'),
  digest: digest.nullable().describe('What evidence is bound to.'),
  baseline: z.discriminatedUnion('kind', [
    z.object({kind: z.literal('none')}),
    z.object({kind: z.literal('known'), label: z.string()}),
    z.object({kind: z.literal('missing'), why: z.string(), remedy: z.string()}),
  ]),
  platforms: z.array(part),
  repository: part.nullable().describe('What was found in files of the repository: of no platform, and no digest.'),
})
