/**
 * Trivy's JSON report, schema version 2, in our words. The format is `pkg/types` of aquasecurity/trivy: fields are left
 * out when they are empty, and ReportID, ArtifactID, Fingerprint and the block Trivy came with later versions.
 */
import * as z from 'zod'
import {type Digest, isDigest} from '../../core/digest.ts'
import {UserError} from '../../core/failure.ts'
import type {Severity} from '../../core/severity.ts'
import type {Scan, Vulnerability} from '../scanner.ts'
import {readJson, refuseForeign} from './report-text.ts'

/** Trivy's words for a severity (`pkg/dbtypes`, SeverityNames). */
const severityWords: Readonly<Record<'UNKNOWN' | 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL', Severity>> = {
  UNKNOWN: 'unknown',
  LOW: 'low',
  MEDIUM: 'medium',
  HIGH: 'high',
  CRITICAL: 'critical',
}

const vulnerability = z.object({
  VulnerabilityID: z.string().min(1),
  PkgName: z.string().min(1),
  PkgPath: z.string().optional(),
  PkgIdentifier: z.object({PURL: z.string().optional()}).optional(),
  InstalledVersion: z.string().default(''),
  FixedVersion: z.string().default(''),
  Severity: z.enum(['UNKNOWN', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL']).default('UNKNOWN'),
  Title: z.string().optional(),
  PrimaryURL: z.string().optional(),
})

const modifiedFinding = z.object({
  Type: z.string().optional(),
  Status: z.string().optional(),
  Statement: z.string().optional(),
  Source: z.string().optional(),
  Finding: z.object({VulnerabilityID: z.string().optional(), PkgName: z.string().optional()}).optional(),
})

const result = z.object({
  Target: z.string().default(''),
  Class: z.string().default(''),
  Packages: z.array(z.unknown()).nullish(),
  Vulnerabilities: z.array(vulnerability).nullish(),
  Misconfigurations: z.array(z.object({Status: z.string().optional()})).nullish(),
  Secrets: z.array(z.unknown()).nullish(),
  Licenses: z.array(z.unknown()).nullish(),
  ExperimentalModifiedFindings: z.array(modifiedFinding).nullish(),
})
type Result = z.output<typeof result>

const report = z.object({
  SchemaVersion: z.literal(2),
  CreatedAt: z.string().optional(),
  ArtifactName: z.string().min(1),
  ArtifactType: z.literal('container_image'),
  Metadata: z
    .object({
      OS: z.object({Family: z.string(), Name: z.string().default(''), EOSL: z.boolean().default(false)}).nullish(),
      ImageID: z.string().optional(),
      RepoDigests: z.array(z.string()).nullish(),
      ImageConfig: z
        .object({os: z.string().optional(), architecture: z.string().optional(), variant: z.string().optional()})
        .nullish(),
    })
    .prefault({}),
  Trivy: z.object({Version: z.string().optional()}).nullish(),
  Results: z.array(result).nullish(),
})
type Report = z.output<typeof report>

/**
 * @param source where the text comes from, for messages: a path, or `trivy`
 * @throws UserError `image/report-…` when this is not a whole Trivy report of an image
 */
export function parseTrivyReport(text: string, source: string): Scan {
  const json = readJson(text, source)
  refuseForeign(json, source)
  const parsed = report.safeParse(json)
  if (!parsed.success) throw malformed(parsed.error.issues, source)
  return toScan(parsed.data)
}

function malformed(issues: readonly z.core.$ZodIssue[], source: string): UserError {
  const shown = issues.slice(0, 3).map(issue => `${issue.path.join('.') || 'the report'}: ${issue.message}`)
  const rest = issues.length > shown.length ? `; and ${issues.length - shown.length} more` : ''
  return new UserError(
    'image/report-malformed',
    `${source} is not a Trivy report of an image as this version of Slipway knows it: ${shown.join('; ')}${rest}.`,
    {hint: 'Write the report again with `trivy image --format json`, and report a format that has changed.'},
  )
}

function toScan({ArtifactName, CreatedAt, Metadata, Trivy, Results}: Report): Scan {
  const results = Results ?? []
  return {
    scanner: {name: 'trivy', version: Trivy?.Version ?? null},
    image: ArtifactName,
    digests: digestsOf([...(Metadata.RepoDigests ?? []), ArtifactName]),
    configDigest: Metadata.ImageID !== undefined && isDigest(Metadata.ImageID) ? Metadata.ImageID : null,
    platform: platformOf(Metadata.ImageConfig),
    os: Metadata.OS
      ? {
          name: `${Metadata.OS.Family} ${Metadata.OS.Name}`.trim(),
          endOfLife: Metadata.OS.EOSL,
          packages: countPackages(results.filter(each => each.Class === 'os-pkgs')),
        }
      : null,
    packages: countPackages(results),
    vulnerabilities: results.flatMap(toVulnerabilities),
    suppressed: results.flatMap(({ExperimentalModifiedFindings}) =>
      (ExperimentalModifiedFindings ?? []).map(({Type = 'finding', Status, Statement, Source, Finding}) => ({
        id: Finding?.VulnerabilityID ?? Type,
        package: Finding?.PkgName ?? '',
        why: [Status, Statement, Source].filter(Boolean).join(', '),
      })),
    ),
    notJudged: notJudged(results),
    createdAt: CreatedAt ?? null,
  }
}

function platformOf(config: Report['Metadata']['ImageConfig']): string | null {
  if (!config?.os || !config.architecture) return null
  return [config.os, config.architecture, ...(config.variant ? [config.variant] : [])].join('/')
}

/** Content digests after "@", each once. An artifact name that is a tag or a path names none. */
function digestsOf(names: readonly string[]): readonly Digest[] {
  const digests = names.map(name => name.slice(name.lastIndexOf('@') + 1)).filter(isDigest)
  return [...new Set(digests)]
}

/**
 * Trivy leaves out a list that would be empty, and older versions leave out all packages unless asked to list them. So
 * no list tells nothing, and counts as null, not as zero; then the packages with a vulnerability are those that were surely
 * looked at. Where there is no result at all, nothing was found to look at.
 */
function countPackages(results: readonly Result[]): number | null {
  if (results.length === 0) return 0
  const lists = results.flatMap(({Packages}) => (Packages ? [Packages.length] : []))
  if (lists.length > 0) return sum(lists)
  const named = new Set(results.flatMap(({Vulnerabilities}) => (Vulnerabilities ?? []).map(({PkgName}) => PkgName)))
  return named.size === 0 ? null : named.size
}

function toVulnerabilities({Target, Vulnerabilities}: Result): readonly Vulnerability[] {
  return (Vulnerabilities ?? []).map(each => ({
    id: each.VulnerabilityID,
    package: each.PkgName,
    installedVersion: each.InstalledVersion,
    fixedVersions: each.FixedVersion.split(',')
      .map(version => version.trim())
      .filter(version => version !== ''),
    severity: severityWords[each.Severity],
    title: each.Title ?? '',
    location: each.PkgPath ?? Target,
    ...(each.PkgIdentifier?.PURL === undefined ? {} : {purl: each.PkgIdentifier.PURL}),
    ...(each.PrimaryURL === undefined ? {} : {url: each.PrimaryURL}),
  }))
}

function notJudged(results: readonly Result[]): readonly string[] {
  const counts: Readonly<Record<string, number>> = {
    secrets: sum(results.map(({Secrets}) => Secrets?.length ?? 0)),
    misconfigurations: sum(
      results.map(({Misconfigurations}) => Misconfigurations?.filter(({Status}) => Status !== 'PASS').length ?? 0),
    ),
    licences: sum(results.map(({Licenses}) => Licenses?.length ?? 0)),
  }
  return Object.entries(counts).flatMap(([what, count]) => (count > 0 ? [`${count} ${what}`] : []))
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0)
}
