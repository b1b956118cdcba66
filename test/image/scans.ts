/** Scans for tests: a clean one, and vulnerabilities to put into it. */
import type {Digest} from '../../src/core/digest.ts'
import type {Scan, Scanner, Vulnerability} from '../../src/image/scanner.ts'

export const digestA: Digest = `sha256:${'a'.repeat(64)}`
export const digestB: Digest = `sha256:${'b'.repeat(64)}`

export function vulnerability(change: Partial<Vulnerability> = {}): Vulnerability {
  return {
    id: 'CVE-2022-48174',
    package: 'busybox',
    installedVersion: '1.36.1-r0',
    fixedVersions: ['1.36.1-r1'],
    severity: 'critical',
    title: 'stack overflow in ash',
    location: 'credit (alpine 3.18.2)',
    ...change,
  }
}

export function scanOf(change: Partial<Scan> = {}): Scan {
  return {
    scanner: {name: 'trivy', version: '0.72.0'},
    image: `registry.example.com/credit@${digestA}`,
    digests: [digestA],
    configDigest: null,
    platform: 'linux/amd64',
    os: {name: 'alpine 3.23.3', endOfLife: false, packages: 12},
    packages: 14,
    vulnerabilities: [],
    suppressed: [],
    notJudged: [],
    createdAt: '2026-11-21T08:00:00Z',
    ...change,
  }
}

export function scannerOf(scan: Scan): Scanner {
  return {name: 'ready', scan: async () => scan}
}
