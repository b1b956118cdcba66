/**
 * An image with everything that a report can say: two platforms, two scanners that disagree, a baseline, waivers that
 * hold, end soon and have ended, words of vendors, secrets, licences and manifests. Judged by the real gate.
 */
import type * as z from 'zod'
import {image} from '../../../src/config/image-schema.ts'
import type {Waiver} from '../../../src/config/waivers.ts'
import {parseDay} from '../../../src/core/day.ts'
import type {GatheredPlatform} from '../../../src/image/gather.ts'
import type {Baseline} from '../../../src/image/judgement.ts'
import {type ImageOutcome, judgeImage} from '../../../src/image/run.ts'
import type {Flaw, Scan} from '../../../src/image/scan.ts'
import {
  digestA,
  digestB,
  endOfLife,
  fixedIn,
  licence,
  misconfiguration,
  scan,
  secret,
  unfixed,
  vulnerability,
} from '../scans.ts'

const day = (text: string) => parseDay(text) ?? Number.NaN

const openssl = vulnerability({
  id: 'CVE-2026-1001',
  aliases: ['CVE-2026-1001', 'ALPINE-CVE-2026-1001'],
  package: 'libcrypto3',
  installedVersion: '3.3.1-r0',
  purl: 'pkg:apk/alpine/libcrypto3@3.3.1-r0?arch=x86_64',
  title: 'openssl: use after free in X.509 name checks',
  fix: fixedIn('3.3.2-r1'),
})
const ssl = {...openssl, package: 'libssl3', purl: 'pkg:apk/alpine/libssl3@3.3.1-r0?arch=x86_64'}
const torch = vulnerability({
  id: 'CVE-2025-32434',
  aliases: ['CVE-2025-32434', 'GHSA-53q9-r3pm-6pq6'],
  package: 'torch',
  installedVersion: '2.5.1',
  purl: 'pkg:pypi/torch@2.5.1',
  severity: 'critical',
  title: 'torch.load with weights_only=True leads to remote code execution',
  places: [{kind: 'image', path: 'opt/venv/lib/python3.12/site-packages/torch-2.5.1.dist-info/METADATA'}],
  fix: fixedIn('2.6.0'),
})
const pillow = vulnerability({
  id: 'CVE-2026-2002',
  package: 'Pillow',
  installedVersion: '11.0.0',
  purl: 'pkg:pypi/pillow@11.0.0',
  severity: 'high',
  title: 'Pillow: heap buffer overflow in the JPEG 2000 decoder',
  fix: unfixed,
})
const zlib = vulnerability({
  id: 'CVE-2026-3003',
  package: 'zlib',
  installedVersion: '1.3.1-r1',
  purl: 'pkg:apk/alpine/zlib@1.3.1-r1',
  severity: 'medium',
  title: 'zlib: a length is not checked',
  fix: {state: 'will-not-fix', versions: [], date: null},
})
const busybox = vulnerability({purl: 'pkg:apk/alpine/busybox@1.36.1-r0'})
const setuptools = vulnerability({
  id: 'CVE-2025-4004',
  package: 'setuptools',
  installedVersion: '70.0.0',
  purl: 'pkg:pypi/setuptools@70.0.0',
  severity: 'high',
  title: 'setuptools: a path leads out of the folder',
  fix: fixedIn('78.1.1'),
})
const requests = vulnerability({
  id: 'GHSA-9999-8888-7777',
  package: 'requests',
  installedVersion: '2.31.0',
  purl: 'pkg:pypi/requests@2.31.0',
  severity: 'high',
  title: 'requests: credentials are sent to another host',
  fix: fixedIn('2.32.4'),
  suppressed: {
    by: 'OpenVEX of vendor.example',
    reason: 'vulnerable_code_not_in_execute_path',
    until: day('2027-03-01'),
  },
})
const curl = vulnerability({
  id: 'CVE-2026-5005',
  package: 'curl',
  installedVersion: '8.9.0-r0',
  purl: 'pkg:apk/alpine/curl@8.9.0-r0',
  severity: 'unknown',
  title: 'curl: not rated yet',
  fix: {state: 'unknown', versions: [], date: null},
  vex: {status: 'under_investigation', by: 'OpenVEX of vendor.example', says: 'We look into it.'},
})

function waiver(change: Partial<Waiver>): Waiver {
  return {
    kind: 'vulnerability',
    id: 'CVE-2022-48174',
    status: 'accepted',
    owner: 'platform-team',
    reason: 'The image has no shell that reads input from outside.',
    expires: day('2027-01-31'),
    line: 1,
    ...change,
  }
}

const grype: Scan['scanners'] = [
  {name: 'grype', version: '0.120.0', at: '2026-11-21T08:05:00Z', databaseBuilt: '2026-11-20T03:00:00Z'},
]

/** Grype sees no apk of busybox, and rates torch lower. */
function byGrype(flaws: readonly Flaw[]): readonly Flaw[] {
  return flaws.flatMap(flaw => {
    if (flaw.kind !== 'vulnerability' || flaw === busybox) return []
    return [
      {...flaw, foundBy: ['grype'], severity: flaw === torch ? 'high' : flaw.severity, suppressed: undefined},
    ].map(({suppressed, ...rest}) => (flaw.suppressed ? {...rest, suppressed: flaw.suppressed} : rest))
  })
}

function platform(name: string, digest: typeof digestA, flaws: readonly Flaw[]): GatheredPlatform {
  const common = {
    digests: [digest],
    platform: name,
    os: {name: 'alpine 3.20.2', endOfLife: false, packages: 38},
    packageCount: 112,
    lookedFor: ['vulnerability', 'secret', 'licence'] as const,
  }
  return {
    platform: name,
    digest,
    scans: [
      scan({...common, flaws}),
      scan({
        ...common,
        scanners: grype,
        lookedFor: ['vulnerability'],
        flaws: byGrype(flaws),
        knows: {knownExploited: true, epss: true},
      }),
    ],
    facts: null,
  }
}

const everywhere: readonly Flaw[] = [openssl, ssl, torch, pillow, zlib, busybox, setuptools, requests, curl]

export interface Story {
  readonly baseline?: Baseline
  readonly flaws?: readonly Flaw[]
  readonly summaryUrl?: string
}

/** What production has already: torch, busybox, setuptools, and one thing that this image has no more. */
const production: Baseline = {
  kind: 'known',
  label: 'v11 in production',
  flaws: [
    {ids: ['CVE-2025-32434'], package: 'pkg:pypi/torch'},
    {ids: ['CVE-2022-48174'], package: 'pkg:apk/busybox'},
    {ids: ['CVE-2025-4004'], package: 'pkg:pypi/setuptools'},
    {ids: ['CVE-2024-9999'], package: 'pkg:pypi/jinja2'},
  ],
}

export function judgeEverything({baseline = production, flaws = everywhere, summaryUrl}: Story = {}): ImageOutcome {
  const found = flaws === everywhere ? [...flaws, secret(), licence(), endOfLife()] : flaws
  const config = image.parse({
    scanner: 'both',
    'looks-for': ['vulnerability', 'secret', 'licence'],
    gate: [
      {severity: 'critical', verdict: 'fail'},
      {severity: 'high', fixable: true, new: true, verdict: 'fail'},
      {severity: 'high', verdict: 'warn'},
      {kind: 'secret', verdict: 'fail'},
      {kind: 'licence', licence: ['AGPL-*'], verdict: 'warn'},
      {kind: 'misconfiguration', severity: 'high', verdict: 'warn'},
      {kind: 'end-of-life', verdict: 'warn'},
    ],
  } satisfies z.input<typeof image>)
  return judgeImage(
    {
      label: 'registry.example.com/ml/credit:v12',
      digest: `sha256:${'c'.repeat(64)}`,
      isIndex: true,
      platforms: [
        platform('linux/amd64', digestA, found),
        platform('linux/arm64', digestB, flaws === everywhere ? [...everywhere, licence(), endOfLife()] : flaws),
      ],
      passedOver: [],
      base: null,
    },
    {
      service: 'credit',
      config,
      isDefaultGate: false,
      expectedDigest: null,
      reports: [],
      repository: flaws === everywhere ? [misconfiguration()] : null,
      workloads: [],
      findings: [],
      lists: {knownExploited: null, epss: null},
      accepted: {
        waivers:
          flaws === everywhere
            ? [
                waiver({}),
                waiver({
                  id: 'CVE-2026-2002',
                  owner: 'vision',
                  reason: 'No JPEG 2000 is read.',
                  expires: day('2026-11-30'),
                  line: 7,
                }),
                waiver({
                  id: 'CVE-2025-4004',
                  owner: 'ml',
                  reason: 'Only at build time.',
                  expires: day('2026-11-01'),
                  line: 13,
                }),
              ]
            : [],
        vex: [],
      },
      baseline,
      now: new Date('2026-11-21T09:00:00Z'),
      ...(summaryUrl === undefined ? {} : {summaryUrl}),
    },
  )
}
