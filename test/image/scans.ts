/** Scans for tests: a clean one, and flaws to put into it. */
import type {Digest} from '../../src/core/digest.ts'
import type {ImageJudgement, PlatformJudgement} from '../../src/image/judgement.ts'
import type {
  EndOfLife,
  Fix,
  Licence,
  Misconfiguration,
  Package,
  PackageUse,
  Scan,
  Secret,
  Vulnerability,
} from '../../src/image/scan.ts'

export const digestA: Digest = `sha256:${'a'.repeat(64)}`
export const digestB: Digest = `sha256:${'b'.repeat(64)}`

/** A critical one in busybox that version 1.36.1-r1 fixes. Aliases follow a changed id by themselves. */
export function vulnerability(change: Partial<Vulnerability> = {}): Vulnerability {
  const id = change.id ?? 'CVE-2022-48174'
  return {
    kind: 'vulnerability',
    id,
    aliases: [id],
    title: 'stack overflow in ash',
    severity: 'critical',
    severitySource: 'nvd',
    ratings: [],
    package: 'busybox',
    installedVersion: '1.36.1-r0',
    places: [],
    foundBy: ['trivy'],
    cvss: [],
    fix: fixedIn('1.36.1-r1'),
    knownExploited: null,
    epss: null,
    ...change,
  }
}

export function fixedIn(...versions: readonly string[]): Fix {
  return {state: 'fixed', versions, date: null}
}

export const unfixed: Fix = {state: 'not-fixed', versions: [], date: null}

export function secret(change: Partial<Secret> = {}): Secret {
  return {
    kind: 'secret',
    id: 'aws-access-key-id',
    title: 'AWS Access Key ID',
    severity: 'critical',
    places: [{kind: 'image', path: 'app/.env'}],
    foundBy: ['trivy'],
    category: 'AWS',
    ...change,
  }
}

export function misconfiguration(change: Partial<Misconfiguration> = {}): Misconfiguration {
  return {
    kind: 'misconfiguration',
    id: 'runs-as-root',
    title: 'Container runs as root',
    severity: 'high',
    places: [{kind: 'repository', file: 'deploy/serving.yaml', line: 12}],
    foundBy: ['slipway'],
    message: 'Container serving of Deployment credit may run as root.',
    remedy: 'Set securityContext.runAsNonRoot.',
    ...change,
  }
}

export function licence(change: Partial<Licence> = {}): Licence {
  return {
    kind: 'licence',
    id: 'AGPL-3.0-only',
    title: 'AGPL-3.0-only',
    severity: 'high',
    places: [],
    foundBy: ['trivy'],
    package: 'ghostscript',
    installedVersion: '10.0.0',
    licence: 'AGPL-3.0-only',
    ...change,
  }
}

export function packageUse(change: Partial<PackageUse> = {}): PackageUse {
  return {
    kind: 'package',
    id: 'left-pad',
    title: 'left-pad 1.0.0',
    severity: 'unknown',
    places: [],
    foundBy: ['trivy'],
    package: 'left-pad',
    installedVersion: '1.0.0',
    purl: 'pkg:npm/left-pad@1.0.0',
    ...change,
  }
}

export function endOfLife(change: Partial<EndOfLife> = {}): EndOfLife {
  return {
    kind: 'end-of-life',
    id: 'alpine 3.14.0',
    title: 'alpine 3.14.0 gets no more security updates',
    severity: 'high',
    places: [],
    foundBy: ['trivy'],
    ...change,
  }
}

export function pkg(change: Partial<Package> = {}): Package {
  return {name: 'busybox', version: '1.36.1-r0', type: 'apk', licences: ['GPL-2.0-only'], ...change}
}

/** A scan of Trivy that found nothing, and looked at everything that a scanner is asked for by default. */
export function scan(change: Partial<Scan> = {}): Scan {
  return {
    scanners: [{name: 'trivy', version: '0.74.0', at: '2026-11-21T08:00:00Z', databaseBuilt: '2026-11-21T06:00:00Z'}],
    image: `registry.example.com/credit@${digestA}`,
    digests: [digestA],
    configDigest: null,
    platform: 'linux/amd64',
    os: {name: 'alpine 3.23.3', endOfLife: false, packages: 12},
    packages: null,
    packageCount: 14,
    flaws: [],
    lookedFor: ['vulnerability'],
    knows: {knownExploited: false, epss: false},
    doubts: [],
    ...change,
  }
}

/** One platform, of the scan's own digest, with nothing judged. */
export function platformJudgement(change: Partial<PlatformJudgement> = {}): PlatformJudgement {
  return {platform: 'linux/amd64', digest: digestA, scan: scan(), judged: [], ...change}
}

export function imageJudgement(change: Partial<ImageJudgement> = {}): ImageJudgement {
  return {
    service: 'credit',
    label: 'registry.example.com/credit:v12',
    digest: digestA,
    platforms: [platformJudgement()],
    repository: null,
    baseline: {kind: 'none'},
    ...change,
  }
}
