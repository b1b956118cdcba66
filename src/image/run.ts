/** May this image be deployed? Scan, bind to a digest, judge, report. Publishing and recording belong to the caller. */
import type {Config} from '../config/schema.ts'
import type {Waiver} from '../config/waivers.ts'
import type {Day} from '../core/day.ts'
import type {Digest} from '../core/digest.ts'
import {UserError} from '../core/failure.ts'
import {conclude, type Finding} from '../core/finding.ts'
import type {GateResult} from '../core/result.ts'
import type {Report} from '../report/report.ts'
import {policyFindings} from './findings.ts'
import {composeReport} from './image-report.ts'
import {isOpen, type Judged, judge} from './policy.ts'
import {parseImageReference} from './reference.ts'
import type {ImageReference, Scan, Scanner} from './scanner.ts'
import {bind, coverage} from './trust.ts'
import {planUpgrades} from './upgrades.ts'

export interface ImageScanRequest {
  readonly service: string
  readonly config: Pick<NonNullable<Config['image']>, 'gate'>
  /** `registry.example.com/credit@sha256:…`, or a path; may be absent where the scanner reads a report. */
  readonly imageReference?: string | undefined
  /** Digest of the manifest that is to be deployed. A digest in the reference must agree with it. */
  readonly expectedDigest?: Digest | undefined
  readonly scanner: Scanner
  readonly waivers: readonly Waiver[]
  readonly today: Day
}

/**
 * A bad image is a verdict, never an exception.
 * @throws UserError or SystemError where the scanner gives no trustworthy answer, or where two digests contradict
 */
export async function scanImage(request: ImageScanRequest): Promise<{result: GateResult; report: Report}> {
  const {imageReference, expectedDigest = null, scanner} = request
  const reference = imageReference === undefined ? null : parseImageReference(imageReference)
  const expected = agreedDigest(reference, expectedDigest)
  return judgeScan(await scanner.scan(reference), expected, request)
}

function agreedDigest(reference: ImageReference | null, expected: Digest | null): Digest | null {
  const named = reference?.kind === 'registry' ? reference.digest : null
  if (named === null || expected === null || named === expected) return named ?? expected
  throw new UserError('image/digests-contradict', `The image is named by ${named}, but ${expected} was asked for.`, {
    hint: 'Give the digest once, or the same one twice.',
  })
}

/** The verdict over one scan. Pure. */
export function judgeScan(
  scan: Scan,
  expected: Digest | null,
  {service, config, waivers, today}: Pick<ImageScanRequest, 'service' | 'config' | 'waivers' | 'today'>,
): {result: GateResult; report: Report} {
  const binding = bind(scan, expected)
  // What is wrong with another image is no news about this one.
  const isAnother = binding.kind === 'another-image'
  const judged = isAnother ? [] : judge(scan.vulnerabilities, config.gate, waivers, today)
  const findings = isAnother
    ? [binding.finding]
    : [binding.finding, ...coverage(scan), ...policyFindings(judged, waivers)]
  const image = binding.kind === 'bound' ? binding.digest : expected
  const result: GateResult = {
    gate: 'image',
    service,
    ...conclude(findings, 'image'),
    summary: summarise(findings, judged, scan),
    findings,
    subject: image === null ? {} : {image},
  }
  return {result, report: composeReport(result, judged, scan, config.gate)}
}

function summarise(findings: readonly Finding[], judged: readonly Judged[], {packages}: Scan): string {
  const of = (verdict: Finding['verdict']) => findings.filter(finding => finding.verdict === verdict)
  const [error] = of('error')
  if (error) return error.what
  const failed = of('fail').length
  const seen = packages === null ? '' : ` among ${packages} packages`
  if (failed > 0) {
    const stand = failed === 1 ? 'vulnerability stands' : 'vulnerabilities stand'
    const [first] = planUpgrades(judged.filter(isOpen))
    const advice = first ? ` Upgrade ${first.package} to ${first.to} first.` : ''
    return `${failed} ${stand} against the gate${seen}.${advice}`
  }
  const [inconclusive] = of('inconclusive')
  if (inconclusive) return inconclusive.what
  const eyes = of('warn').length
  if (eyes === 0) return `No vulnerability stands against the gate${seen}.`
  return `Nothing blocks this image${seen}; ${eyes} ${eyes === 1 ? 'finding needs' : 'findings need'} somebody’s eye.`
}
