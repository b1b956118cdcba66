/** Which tool wrote a report: told by fields that the format demands, never by the name of the file. */
import {isMapping, listAt, type Mapping, textAt} from './mapping.ts'

export type ReportFormat =
  | 'slipway-scan'
  | 'trivy'
  | 'grype'
  | 'syft'
  | 'sarif'
  | 'cyclonedx'
  | 'spdx'
  /** Something signed, or about to be: an in-toto statement, a DSSE envelope, a Sigstore bundle. The report is inside. */
  | 'envelope'

/** A format that is known and not read here. */
export interface ForeignFormat {
  /** `a report of Snyk`: with its article. */
  readonly what: string
  readonly wayOut: string
}

/** Undefined where nothing is known of it. */
export function formatOf(json: unknown): ReportFormat | ForeignFormat | undefined {
  if (!isMapping(json)) return Array.isArray(json) ? foreignList(json) : undefined
  return own(json) ?? foreign.find(({recognises}) => recognises(json))
}

function own(json: Mapping): ReportFormat | undefined {
  if (json.slipwayScan !== undefined) return 'slipway-scan'
  if (json.bomFormat === 'CycloneDX') return 'cyclonedx'
  if (textAt(json, 'spdxVersion') !== undefined) return 'spdx'
  if (isEnvelope(json)) return 'envelope'
  if (listAt(json, 'runs') && (json.version !== undefined || json.$schema !== undefined)) return 'sarif'
  if (listAt(json, 'matches') && isMapping(json.descriptor)) return 'grype'
  if (listAt(json, 'artifacts') && isMapping(json.descriptor)) return 'syft'
  if (json.SchemaVersion !== undefined && json.ClusterName === undefined) return 'trivy'
  return undefined
}

function isEnvelope(json: Mapping): boolean {
  const mediaType = textAt(json, 'mediaType')
  if (mediaType?.startsWith('application/vnd.dev.sigstore.bundle')) return true
  // `docker buildx imagetools inspect --format '{{json .SBOM}}'`.
  if (textAt(json.SPDX, 'spdxVersion') !== undefined) return true
  if (textAt(json, 'payloadType') !== undefined && textAt(json, 'payload') !== undefined) return true
  return textAt(json, '_type')?.startsWith('https://in-toto.io/Statement/') ?? false
}

const asSarif = (command: string) => `Let it write SARIF instead: \`${command}\`.`

/** More than a few keys at once, so that a document of somebody else is not taken for one of these. First match counts. */
const foreign: readonly (ForeignFormat & {readonly recognises: (json: Mapping) => boolean})[] = [
  {
    what: 'an SPDX 3 document',
    wayOut: 'SPDX 2.2 and 2.3 are read: `-o spdx-json@2.3` of Syft, `--format spdx-json` of Trivy.',
    recognises: json => textAt(json, '@context')?.includes('spdx.org/rdf/3') ?? false,
  },
  {
    what: 'an OpenVEX document',
    wayOut: 'It takes findings away and brings none: name it under `image.vex`, beside a scan.',
    recognises: json => textAt(json, '@context')?.includes('openvex') ?? false,
  },
  {
    what: 'a CSAF document',
    wayOut: 'An advisory is no scan of an image: scan the image, and give what does not count as OpenVEX.',
    recognises: json => isMapping(json.document) && textAt(json.document, 'csaf_version') !== undefined,
  },
  {
    what: 'a Trivy report of a cluster',
    wayOut: 'Scan the image itself: `trivy image --format json`.',
    recognises: json => json.ClusterName !== undefined,
  },
  {
    what: 'a report of Snyk',
    wayOut: asSarif('snyk container test --sarif-file-output=<file> <image>'),
    recognises: json =>
      listAt(json, 'vulnerabilities') !== undefined && ('packageManager' in json || 'dependencyCount' in json),
  },
  {
    what: 'a report of OSV-Scanner',
    wayOut: asSarif('osv-scanner scan image --format sarif <image>'),
    recognises: json => (listAt(json, 'results') ?? []).some(each => isMapping(each) && 'packages' in each),
  },
  {
    what: 'a report of Clair',
    wayOut: 'Clair writes neither SARIF nor CycloneDX: scan with Trivy or Grype, `scanner: trivy`.',
    recognises: json => 'manifest_hash' in json && 'package_vulnerabilities' in json,
  },
  {
    what: 'a container scanning report of GitLab',
    wayOut: 'Give the scanner’s own report: GitLab’s is made from one of Trivy (`trivy image --format json`).',
    recognises: json => isMapping(json.scan) && listAt(json, 'vulnerabilities') !== undefined && 'version' in json,
  },
  {
    what: 'a report of Docker Scout',
    wayOut: asSarif('docker scout cves --format sarif --output <file> <image>'),
    recognises: json =>
      (isMapping(json.source) && listAt(json, 'artifacts') !== undefined) ||
      (listAt(json, 'vulnerabilities') !== undefined && isMapping(json.image) && 'packages' in json),
  },
  {
    what: 'an answer of Amazon ECR or Inspector',
    wayOut: 'Export an SBOM with vulnerabilities in CycloneDX from Inspector, or scan with Trivy or Grype.',
    recognises: json => 'imageScanFindings' in json || 'imageScanStatus' in json,
  },
  {
    what: 'a report of Checkov in its own JSON',
    wayOut: asSarif('checkov --output sarif --output-file-path <folder>'),
    recognises: json => 'check_type' in json && isMapping(json.results),
  },
  {
    what: 'a report of kube-linter in its own JSON',
    wayOut: asSarif('kube-linter lint --format sarif <folder>'),
    recognises: json => 'Checks' in json && 'Reports' in json,
  },
  {
    what: 'a report of Semgrep in its own JSON',
    wayOut: asSarif('semgrep scan --sarif --output <file>'),
    recognises: json => listAt(json, 'results') !== undefined && isMapping(json.paths) && 'errors' in json,
  },
  {
    what: 'a report of Dockle in its own JSON',
    wayOut: asSarif('dockle --format sarif --output <file> <image>'),
    recognises: json => isMapping(json.summary) && listAt(json, 'details') !== undefined,
  },
  {
    what: 'a report of KICS in its own JSON',
    wayOut: asSarif('kics scan --report-formats sarif'),
    recognises: json => 'kics_version' in json,
  },
  {
    what: 'a report of npm audit',
    wayOut: 'It is of a project, not of an image: scan the image, or give its SBOM to a scanner.',
    recognises: json => 'auditReportVersion' in json,
  },
  {
    what: 'a report of pip-audit in its own JSON',
    wayOut: 'Let it write CycloneDX: `pip-audit --format cyclonedx-json`.',
    recognises: json => listAt(json, 'dependencies') !== undefined && listAt(json, 'fixes') !== undefined,
  },
  {
    what: 'a manifest of an image',
    wayOut: 'That is the image’s table of contents. Give a report about the image.',
    recognises: json => json.schemaVersion === 2 && ('layers' in json || 'manifests' in json),
  },
  {
    what: 'a result of Slipway',
    wayOut: 'It has findings and no scan. Give the scan that was written beside it.',
    recognises: json => isMapping(json.tool) && textAt(json.tool, 'name') === 'slipway' && 'verdict' in json,
  },
]

function foreignList(list: readonly unknown[]): ForeignFormat {
  const [first] = list
  if (isMapping(first)) {
    if ('code' in first && 'level' in first && 'line' in first) {
      return {what: 'a report of hadolint in its own JSON', wayOut: asSarif('hadolint --format sarif <Dockerfile>')}
    }
    if ('RuleID' in first && 'Match' in first) {
      return {what: 'a report of gitleaks in its own JSON', wayOut: asSarif('gitleaks detect --report-format sarif')}
    }
    if ('Target' in first) {
      return {
        what: 'a list of results of a Trivy before 0.20',
        wayOut: 'Its fields may mean something else, so nothing is judged. Use a Trivy that writes schema version 2.',
      }
    }
    if ('check_type' in first) {
      const wayOut = asSarif('checkov --output sarif --output-file-path <folder>')
      return {what: 'a report of Checkov in its own JSON', wayOut}
    }
    if ('critical' in first && 'optional' in first) {
      return {
        what: 'an answer of `cosign verify`',
        wayOut: 'It says who signed. Download the attestation: `cosign download attestation <image>`.',
      }
    }
  }
  return {what: 'a bare list', wayOut: 'Every format that is read is one mapping. Give one report.'}
}
