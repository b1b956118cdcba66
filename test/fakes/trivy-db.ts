/**
 * A vulnerability database for the real Trivy, small and made by hand: schema 2, as trivy-db writes it. The advisories
 * are real; where each comes from stands beside it.
 */
import {mkdir, writeFile} from 'node:fs/promises'
import * as path from 'node:path'
import {type Bucket, writeBbolt} from './bbolt.ts'

/** Trivy's severities as numbers, in the order of its own list. */
const severityNumber = {UNKNOWN: 0, LOW: 1, MEDIUM: 2, HIGH: 3, CRITICAL: 4} as const

/** `pkg/types/status.go` of trivy-db. */
const statusNumber = {affected: 2, will_not_fix: 5} as const

interface Details {
  readonly title: string
  readonly description: string
  readonly severity: keyof typeof severityNumber
  /** Who rated it, in Trivy's words: `nvd`, `ghsa`. */
  readonly ratedBy: 'nvd' | 'ghsa'
  readonly references: readonly string[]
  readonly publishedAt: string
}

interface LibraryAdvisory {
  readonly vulnerable: readonly string[]
  readonly patched: readonly string[]
  /** GitHub's own name for it. */
  readonly ghsa?: string
}

export interface Advisories {
  /** `alpine 3.23` -> source package -> vulnerability -> fixed version. */
  readonly alpine: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>>
  /** `debian 12` -> source package -> vulnerability -> fixed version, or why there is none (`pkg/types/status.go`). */
  readonly debian: Readonly<
    Record<string, Readonly<Record<string, Readonly<Record<string, string | {status: keyof typeof statusNumber}>>>>>
  >
  /** `pip`, `npm`, `maven` or `go` -> package -> vulnerability -> ranges. */
  readonly libraries: Readonly<
    Record<keyof typeof librarySources, Readonly<Record<string, Readonly<Record<string, LibraryAdvisory>>>>>
  >
  readonly details: Readonly<Record<string, Details>>
}

/** Real advisories, cut down to what the images of the tests and of the demo contain. */
export const advisories: Advisories = {
  alpine: {
    // OSV ALPINE-CVE-2022-48174, ALPINE-CVE-2026-40200, ALPINE-CVE-2026-27171 (from Alpine's own secdb).
    'alpine 3.18': {busybox: {'CVE-2022-48174': '1.36.1-r1'}},
    'alpine 3.23': {
      busybox: {'CVE-2022-48174': '1.36.1-r2'},
      musl: {'CVE-2026-40200': '1.2.5-r23'},
      zlib: {'CVE-2026-27171': '1.3.2-r0'},
    },
  },
  debian: {
    // Debian's security tracker; "zlib: the vulnerable code is in contrib/minizip, which is not built".
    'debian 12': {
      zlib: {'CVE-2023-45853': {status: 'will_not_fix'}},
      openssl: {'CVE-2024-5535': '3.0.15-1~deb12u1'},
    },
  },
  libraries: {
    // GHSA-vqfr-h8mv-ghfj and GHSA-9hjg-9r4m-mvj7.
    pip: {
      h11: {'CVE-2025-43859': {vulnerable: ['<0.16.0'], patched: ['0.16.0']}},
      requests: {'CVE-2024-47081': {vulnerable: ['<2.32.4'], patched: ['2.32.4']}},
    },
    go: {},
    // GHSA-jfh8-c2jp-5v3q.
    maven: {
      'org.apache.logging.log4j:log4j-core': {
        'CVE-2021-44228': {vulnerable: ['>=2.13.0, <2.15.0', '>=2.4, <2.12.2'], patched: ['2.15.0', '2.12.2']},
      },
    },
    // GHSA-v6h2-p8h4-qcjw.
    npm: {
      'brace-expansion': {
        'CVE-2025-5889': {
          vulnerable: ['>=1.0.0, <=1.1.11', '>=2.0.0, <=2.0.1', '>=3.0.0, <=3.0.0', '>=4.0.0, <=4.0.0'],
          patched: ['1.1.12', '2.0.2', '3.0.1', '4.0.1'],
        },
      },
    },
  },
  details: {
    'CVE-2022-48174': {
      title: 'busybox: stack overflow vulnerability in ash.c leads to arbitrary code execution',
      description: 'There is a stack overflow vulnerability in ash.c:6030 in busybox before 1.35.',
      severity: 'CRITICAL',
      ratedBy: 'nvd',
      references: ['https://nvd.nist.gov/vuln/detail/CVE-2022-48174'],
      publishedAt: '2023-08-22T19:16:31Z',
    },
    'CVE-2026-40200': {
      title: 'musl: stack-based memory corruption in qsort of very large arrays',
      description: 'An issue was discovered in musl libc 0.7.10 through 1.2.6.',
      severity: 'HIGH',
      ratedBy: 'nvd',
      references: ['https://security.alpinelinux.org/vuln/CVE-2026-40200'],
      publishedAt: '2026-04-10T00:00:00Z',
    },
    'CVE-2026-27171': {
      title: 'zlib: denial of service by an infinite loop in the CRC32 combine functions',
      description: 'zlib before 1.3.2 allows CPU consumption via crc32_combine64 and crc32_combine_gen64.',
      severity: 'MEDIUM',
      ratedBy: 'nvd',
      references: ['https://security.alpinelinux.org/vuln/CVE-2026-27171'],
      publishedAt: '2026-02-18T00:00:00Z',
    },
    'CVE-2025-43859': {
      title: 'h11 accepts some malformed Chunked-Encoding bodies',
      description: 'A leniency in h11 about line terminators in chunked bodies can lead to request smuggling.',
      severity: 'CRITICAL',
      ratedBy: 'ghsa',
      references: ['https://github.com/advisories/GHSA-vqfr-h8mv-ghfj'],
      publishedAt: '2025-04-24T19:15:47Z',
    },
    'CVE-2024-47081': {
      title: 'requests vulnerable to .netrc credentials leak via malicious URLs',
      description: 'Maliciously crafted URLs can make requests send .netrc credentials to third parties.',
      severity: 'MEDIUM',
      ratedBy: 'ghsa',
      references: ['https://github.com/advisories/GHSA-9hjg-9r4m-mvj7'],
      publishedAt: '2025-06-09T18:15:24Z',
    },
    'CVE-2025-5889': {
      title: 'brace-expansion: regular expression denial of service',
      description: 'The function expand of index.js has inefficient regular expression complexity.',
      severity: 'LOW',
      ratedBy: 'ghsa',
      references: ['https://github.com/advisories/GHSA-v6h2-p8h4-qcjw'],
      publishedAt: '2025-06-09T19:15:25Z',
    },
    'CVE-2023-45853': {
      title: 'zlib: integer overflow and resultant heap-based buffer overflow in zipOpenNewFileInZip4_6',
      description: 'MiniZip in zlib through 1.3 has an integer overflow and resultant heap-based buffer overflow.',
      severity: 'CRITICAL',
      ratedBy: 'nvd',
      references: ['https://nvd.nist.gov/vuln/detail/CVE-2023-45853'],
      publishedAt: '2023-10-14T02:15:09Z',
    },
    'CVE-2024-5535': {
      title: 'openssl: SSL_select_next_proto buffer overread',
      description: 'Calling SSL_select_next_proto with an empty supported client protocols buffer may read beyond it.',
      severity: 'CRITICAL',
      ratedBy: 'nvd',
      references: ['https://nvd.nist.gov/vuln/detail/CVE-2024-5535'],
      publishedAt: '2024-06-27T11:15:24Z',
    },
    'CVE-2021-44228': {
      title: 'log4j-core: Remote code execution in Log4j 2.x when logs contain an attacker-controlled string value',
      description: 'Apache Log4j2 JNDI features do not protect against attacker controlled LDAP and other endpoints.',
      severity: 'CRITICAL',
      ratedBy: 'ghsa',
      references: ['https://github.com/advisories/GHSA-jfh8-c2jp-5v3q'],
      publishedAt: '2021-12-10T10:15:09Z',
    },
  },
}

/** Writes the database into `cacheDir` as Trivy expects it there. It never asks for an update when told to skip it. */
export async function writeTrivyDatabase(cacheDir: string, content: Advisories = advisories): Promise<void> {
  const folder = path.join(cacheDir, 'db')
  await mkdir(folder, {recursive: true})
  await writeFile(path.join(folder, 'trivy.db'), writeBbolt(toBuckets(content)))
  await writeFile(
    path.join(folder, 'metadata.json'),
    JSON.stringify({
      Version: 2,
      NextUpdate: '2099-01-01T00:00:00Z',
      UpdatedAt: '2026-11-01T00:00:00Z',
      DownloadedAt: '2026-11-01T00:00:00Z',
    }),
  )
}

const librarySources = {
  pip: {bucket: 'pip::GitHub Security Advisory Pip', id: 'ghsa', name: 'GitHub Security Advisory Pip', query: 'pip'},
  maven: {
    bucket: 'maven::GitHub Security Advisory Maven',
    id: 'ghsa',
    name: 'GitHub Security Advisory Maven',
    query: 'maven',
  },
  npm: {bucket: 'npm::GitHub Security Advisory npm', id: 'ghsa', name: 'GitHub Security Advisory npm', query: 'npm'},
  go: {bucket: 'go::GitHub Security Advisory Go', id: 'ghsa', name: 'GitHub Security Advisory Go', query: 'go'},
} as const

function toBuckets({alpine, debian, libraries, details}: Advisories): Bucket {
  const buckets: Record<string, Bucket> = {}
  const sources: Record<string, string> = {}
  for (const [release, packages] of Object.entries(alpine)) {
    buckets[release] = mapNested(packages, fixedVersion => JSON.stringify({FixedVersion: fixedVersion}))
    sources[release] = JSON.stringify({ID: 'alpine', Name: 'Alpine Secdb', URL: 'https://secdb.alpinelinux.org/'})
  }
  for (const [release, packages] of Object.entries(debian)) {
    buckets[release] = mapNested(packages, fix =>
      JSON.stringify(typeof fix === 'string' ? {FixedVersion: fix} : {Status: statusNumber[fix.status]}),
    )
    const url = 'https://salsa.debian.org/security-tracker-team/security-tracker'
    sources[release] = JSON.stringify({ID: 'debian', Name: 'Debian Security Tracker', URL: url})
  }
  for (const ecosystem of ['pip', 'npm', 'maven', 'go'] as const) {
    const {bucket, id, name, query} = librarySources[ecosystem]
    buckets[bucket] = mapNested(libraries[ecosystem], ({vulnerable, patched, ghsa}) =>
      JSON.stringify({
        PatchedVersions: patched,
        VulnerableVersions: vulnerable,
        ...(ghsa === undefined ? {} : {VendorIDs: [ghsa]}),
      }),
    )
    const url = `https://github.com/advisories?query=type%3Areviewed+ecosystem%3A${query}`
    sources[bucket] = JSON.stringify({ID: id, Name: name, URL: url})
  }
  buckets['data-source'] = sources
  buckets.vulnerability = Object.fromEntries(
    Object.entries(details).map(([id, each]) => [
      id,
      JSON.stringify({
        Title: each.title,
        Description: each.description,
        Severity: each.severity,
        VendorSeverity: {[each.ratedBy]: severityNumber[each.severity]},
        References: each.references,
        PublishedDate: each.publishedAt,
        LastModifiedDate: each.publishedAt,
      }),
    ]),
  )
  return buckets
}

function mapNested<T>(
  packages: Readonly<Record<string, Readonly<Record<string, T>>>>,
  toText: (advisory: T) => string,
): Bucket {
  return Object.fromEntries(
    Object.entries(packages).map(([name, byVulnerability]) => [
      name,
      Object.fromEntries(Object.entries(byVulnerability).map(([id, advisory]) => [id, toText(advisory)])),
    ]),
  )
}
