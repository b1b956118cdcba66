/** `image`: what is looked for in an image, by whom, and what of it stands against a deployment. */
import * as z from 'zod'
import {parseDay} from '../core/day.ts'
import {severities} from '../core/severity.ts'
import {name, positiveDuration, share} from './fields.ts'

const path = (what: string) => z.string().min(1).describe(what)
const text = (what: string) => z.string().regex(/\S/, 'expected text that is not empty').describe(what)

/** What a scanner can be asked for. Packages are always listed, and the end of life of an operating system always told. */
const looksFor = ['vulnerability', 'secret', 'misconfiguration', 'licence'] as const

const imageRule = z.strictObject({
  kind: z
    .enum([...looksFor, 'package', 'end-of-life'])
    .optional()
    .describe('What the rule is about; without it: vulnerabilities. Conditions of another kind are refused.'),
  id: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe('Matches these ids alone; `*` stands for any signs: `CVE-2024-3094`, `KSV*`.'),
  severity: z.enum(severities).optional().describe('Matches what is of exactly this severity.'),
  fixable: z
    .boolean()
    .optional()
    .describe('true: matches only where a fixed version exists; false: only where none does.'),
  'known-exploited': z
    .boolean()
    .optional()
    .describe(
      'true: matches only what the catalogue of known exploited vulnerabilities lists; false: only what it does not.',
    ),
  'epss-at-least': share()
    .optional()
    .describe('Matches where the probability of exploitation within 30 days (EPSS) is at least this.'),
  'fix-older-than': positiveDuration().optional().describe('Matches where a fix has been there for longer than this.'),
  new: z
    .boolean()
    .optional()
    .describe('true: matches only what the baseline does not have; false: only what it has already.'),
  package: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe(
      'Matches in these packages alone, by name or package URL; `*` stands for any signs: `pkg:npm/left-pad@*`.',
    ),
  licence: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe('Matches these licences alone, by SPDX id; `*` stands for any signs: `AGPL-*`.'),
  verdict: z.enum(['fail', 'warn', 'pass']).describe('What a match means.'),
})
export type ImageRule = z.output<typeof imageRule>

/** The policy of who has written none: no critical, no fixable high vulnerability, no secret. */
const defaultGate: ImageRule[] = [
  {severity: 'critical', verdict: 'fail'},
  {severity: 'high', fixable: true, verdict: 'fail'},
  {severity: 'high', verdict: 'warn'},
  {kind: 'secret', verdict: 'fail'},
  {kind: 'misconfiguration', severity: 'critical', verdict: 'fail'},
  {kind: 'misconfiguration', severity: 'high', verdict: 'warn'},
  {kind: 'end-of-life', verdict: 'warn'},
]

/** Whether nobody has written a gate of their own, or has written the default one out. */
export function isDefaultGate(rules: readonly ImageRule[]): boolean {
  return JSON.stringify(rules) === JSON.stringify(defaultGate)
}

const day = z
  .string()
  .refine(value => parseDay(value) !== undefined, 'expected a day such as 2027-01-31')
  .meta({examples: ['2027-01-31'], pattern: '^\\d{4}-\\d{2}-\\d{2}$'})

const vex = z.strictObject({
  file: path('OpenVEX, CSAF, or CycloneDX with `analysis`: which vulnerability does not count here, and who says so.'),
  owner: text('Who answers for taking its word.'),
  expires: day.describe('Last day on which it is believed, in UTC.'),
})
export type VexConfig = z.output<typeof vex>

const wholeNumber = (least: number) => z.int().min(least)

const manifests = z.strictObject({
  files: z
    .array(z.string().min(1))
    .min(1)
    .describe('Rendered Kubernetes manifests (YAML or JSON): files, folders, or names with `*`.'),
  'replicas-at-least': wholeNumber(0).default(3).describe('Fewest replicas of a workload, or of its autoscaler.'),
  'available-at-least': wholeNumber(0).default(2).describe('Fewest pods that its disruption budget keeps.'),
  ignore: z
    .array(z.string().min(1))
    .default([])
    .describe('Ids of checks of manifests that are not made at all (docs/image-checks.md).'),
})
export type ManifestsConfig = z.output<typeof manifests>

const tools = z.strictObject({
  from: z
    .enum(['path', 'download'])
    .default('path')
    .describe(
      'path: the scanner on PATH. download: exactly the version below, refused unless its sha256 is the one that Slipway pins.',
    ),
  trivy: z.string().min(1).optional().describe('Version of Trivy to download. Default: the newest that is pinned.'),
  grype: z.string().min(1).optional().describe('Version of Grype to download. Default: the newest that is pinned.'),
  folder: z.string().min(1).default('.slipway/tools').describe('Where downloaded programs are kept.'),
})
export type ToolsConfig = z.output<typeof tools>

const database = z.union([
  z.string().min(1),
  z.strictObject({
    trivy: z.string().min(1).optional().describe('For Trivy.'),
    grype: z.string().min(1).optional().describe('For Grype.'),
  }),
])

export const image = z.strictObject({
  scanner: z
    .enum(['trivy', 'grype', 'both', 'report'])
    .default('trivy')
    .describe('trivy, grype: run that scanner. both: run both, and merge what they say. report: judge `report` alone.'),
  report: path(
    'Report to judge instead of scanning, for `scanner: report`: Trivy’s or Grype’s JSON, SARIF, CycloneDX. Its own list of packages is never enough: an SBOM has looked for nothing.',
  ).optional(),
  reports: z
    .array(z.string().min(1))
    .default([])
    .describe('Reports of further tools that count as well: kube-linter, checkov, hadolint, any SARIF or CycloneDX.'),
  'looks-for': z
    .array(z.enum(looksFor))
    .min(1)
    .default(['vulnerability'])
    .describe('What the scanner is asked for. Secrets and licences read every file, which takes long in large images.'),
  tools: tools.prefault({}).describe('Where scanners come from.'),
  database: database
    .optional()
    .describe(
      'Database of vulnerabilities: a folder, or an OCI layout. With it nothing is downloaded. With `scanner: both` one for each: `{trivy: …, grype: …}`.',
    ),
  'database-max-age': positiveDuration()
    .prefault('5d')
    .describe('Oldest database that may vouch for an image; of an older one the verdict is inconclusive.'),
  timeout: positiveDuration().prefault('30m').describe('Time limit of one scan.'),
  platforms: z
    .array(
      z.string().regex(/^[a-z0-9]+\/[a-z0-9_]+(\/[a-z0-9.]+)?$/, 'expected os/architecture, such as "linux/amd64"'),
    )
    .min(1)
    .optional()
    .describe(
      'Platforms that the image must have, such as linux/amd64. Default: those it has. All of them are scanned either way.',
    ),
  'known-exploited': path(
    'Catalogue of known exploited vulnerabilities (CISA’s, JSON or CSV), for scanners that have none.',
  ).optional(),
  epss: path('Scores of EPSS (FIRST’s CSV, also .gz), for scanners that have none.').optional(),
  baseline: z
    .string()
    .min(1)
    .default('production')
    .describe(
      'What `new` compares with: production (by its evidence), base-image (as the image’s annotations name it), none, or the path of a report. Where there is nothing to compare with, everything is new.',
    ),
  environment: name('Environment whose release is meant by `baseline: production`.').default('production'),
  gate: z
    .array(imageRule)
    .min(1)
    .default(defaultGate)
    .describe(
      'The first rule that matches a flaw decides; what none matches is reported, not gated. A list of your own replaces this one.',
    ),
  manifests: manifests.optional().describe('Kubernetes manifests that this image is deployed by, judged with it.'),
  dockerfile: path(
    'Dockerfile of the image: it is checked itself, and flaws of packages are shown at its last FROM. Default: Dockerfile, where there is one.',
  ).optional(),
  waivers: path(
    'Path of the waiver file: which flaw is accepted, where (package, path, image), by whom (owner), why (reason), until when (expires).',
  ).optional(),
  'waiver-horizon': positiveDuration()
    .prefault('365d')
    .describe('How far ahead a waiver may end: what is accepted for longer is accepted for ever.'),
  vex: z
    .array(vex)
    .default([])
    .describe('Statements of others (VEX) about what does not count here, each believed until a day.'),
})
export type ImageConfig = z.output<typeof image>
