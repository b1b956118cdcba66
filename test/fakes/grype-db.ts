/**
 * A vulnerability database for the real Grype, small and made by hand: schema 6 (anchore/grype, `grype/db/v6/models.go`),
 * as `grype db import` takes it: that adds the tables and indexes that are not here. The advisories are those of
 * test/fakes/trivy-db.ts, told as Grype's providers tell them.
 */
import {mkdir} from 'node:fs/promises'
import * as path from 'node:path'
import {DatabaseSync} from 'node:sqlite'

/** Who says so: `nvd`, `github`, `alpine`, `debian`. It decides the namespace, and whether an id is the record's own. */
export type Provider = 'alpine' | 'debian' | 'github' | 'nvd'

export interface GrypeFix {
  readonly state: 'fixed' | 'not-fixed' | 'wont-fix'
  readonly version?: string
  /** `2023-09-01`: when the fix could be had. */
  readonly date?: string
  /** Advisory that announced it. */
  readonly advisory?: {readonly id: string; readonly url: string}
}

export interface GrypeAffected {
  /** `alpine 3.18`, `debian 12`; absent for packages of a language. */
  readonly os?: string
  /** Syft's type of package. */
  readonly ecosystem: 'apk' | 'deb' | 'python' | 'npm' | 'java-archive' | 'go-module'
  /** Name of the source package for operating systems, `group:artifact` for Java. */
  readonly name: string
  /** Format of the versions (`grype/version/format.go`), and the ranges with what fixes each. */
  readonly versions: 'apk' | 'deb' | 'python' | 'semver' | 'maven' | 'go'
  readonly ranges: readonly {readonly constraint: string; readonly fix: GrypeFix}[]
}

export interface GrypeRecord {
  readonly id: string
  readonly provider: Provider
  readonly aliases?: readonly string[]
  readonly description: string
  readonly severity: 'critical' | 'high' | 'medium' | 'low' | 'negligible' | 'unknown'
  readonly cvss?: {readonly source: string; readonly version: string; readonly vector: string}
  readonly urls: readonly string[]
  readonly affected: readonly GrypeAffected[]
}

export interface GrypeContent {
  /** ISO 8601. */
  readonly built: string
  readonly records: readonly GrypeRecord[]
  /** CVE → entry of CISA's catalogue. */
  readonly knownExploited: Readonly<Record<string, {added: string; due: string; ransomware: 'Known' | 'Unknown'}>>
  readonly epss: {
    readonly date: string
    readonly scores: Readonly<Record<string, {readonly score: number; readonly percentile: number}>>
  }
  /** Releases that the database knows beside those of `records`, with their last day where it is over. */
  readonly systems: Readonly<Record<string, {readonly endOfLife?: string}>>
}

/**
 * Real advisories, cut down to what the images of the tests contain. Alpine's and Debian's fixed versions are those of
 * their trackers, GitHub's are those of the advisory; the scores of EPSS are of no particular day.
 */
export const grypeContent: GrypeContent = {
  built: '2026-11-01T00:00:00Z',
  records: [
    {
      id: 'CVE-2022-48174',
      provider: 'nvd',
      description: 'There is a stack overflow vulnerability in ash.c:6030 in busybox before 1.35.',
      severity: 'critical',
      cvss: {source: 'nvd@nist.gov', version: '3.1', vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'},
      urls: ['https://nvd.nist.gov/vuln/detail/CVE-2022-48174'],
      affected: [],
    },
    {
      id: 'CVE-2022-48174',
      provider: 'alpine',
      description: '',
      severity: 'critical',
      urls: ['https://security.alpinelinux.org/vuln/CVE-2022-48174'],
      affected: [
        {
          os: 'alpine 3.18',
          ecosystem: 'apk',
          name: 'busybox',
          versions: 'apk',
          ranges: [{constraint: '< 1.36.1-r1', fix: {state: 'fixed', version: '1.36.1-r1', date: '2023-06-14'}}],
        },
        {
          os: 'alpine 3.23',
          ecosystem: 'apk',
          name: 'busybox',
          versions: 'apk',
          ranges: [{constraint: '< 1.36.1-r2', fix: {state: 'fixed', version: '1.36.1-r2', date: '2023-06-14'}}],
        },
      ],
    },
    {
      id: 'CVE-2026-40200',
      provider: 'alpine',
      description: 'An issue was discovered in musl libc 0.7.10 through 1.2.6.',
      severity: 'high',
      urls: ['https://security.alpinelinux.org/vuln/CVE-2026-40200'],
      affected: [
        {
          os: 'alpine 3.23',
          ecosystem: 'apk',
          name: 'musl',
          versions: 'apk',
          ranges: [{constraint: '< 1.2.5-r23', fix: {state: 'fixed', version: '1.2.5-r23', date: '2026-04-12'}}],
        },
      ],
    },
    {
      id: 'CVE-2026-27171',
      provider: 'alpine',
      description: 'zlib before 1.3.2 allows CPU consumption via crc32_combine64 and crc32_combine_gen64.',
      severity: 'medium',
      urls: ['https://security.alpinelinux.org/vuln/CVE-2026-27171'],
      affected: [
        {
          os: 'alpine 3.23',
          ecosystem: 'apk',
          name: 'zlib',
          versions: 'apk',
          ranges: [{constraint: '< 1.3.2-r0', fix: {state: 'fixed', version: '1.3.2-r0', date: '2026-02-20'}}],
        },
      ],
    },
    {
      id: 'CVE-2023-45853',
      provider: 'debian',
      description: 'MiniZip in zlib through 1.3 has an integer overflow and resultant heap-based buffer overflow.',
      severity: 'critical',
      urls: ['https://security-tracker.debian.org/tracker/CVE-2023-45853'],
      affected: [
        {
          os: 'debian 12',
          ecosystem: 'deb',
          name: 'zlib',
          versions: 'deb',
          ranges: [{constraint: '', fix: {state: 'wont-fix'}}],
        },
      ],
    },
    {
      id: 'CVE-2024-5535',
      provider: 'debian',
      description: 'Calling SSL_select_next_proto with an empty supported client protocols buffer may read beyond it.',
      severity: 'critical',
      urls: ['https://security-tracker.debian.org/tracker/CVE-2024-5535'],
      affected: [
        {
          os: 'debian 12',
          ecosystem: 'deb',
          name: 'openssl',
          versions: 'deb',
          ranges: [
            {
              constraint: '< 3.0.15-1~deb12u1',
              fix: {state: 'fixed', version: '3.0.15-1~deb12u1', date: '2024-11-09'},
            },
          ],
        },
      ],
    },
    {
      id: 'CVE-2025-43859',
      provider: 'nvd',
      description: 'h11 accepts some malformed chunked bodies.',
      severity: 'critical',
      urls: ['https://nvd.nist.gov/vuln/detail/CVE-2025-43859'],
      affected: [],
    },
    {
      id: 'GHSA-vqfr-h8mv-ghfj',
      provider: 'github',
      aliases: ['CVE-2025-43859'],
      description: 'h11 accepts some malformed Chunked-Encoding bodies',
      severity: 'critical',
      cvss: {source: '', version: '3.1', vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:N'},
      urls: ['https://github.com/advisories/GHSA-vqfr-h8mv-ghfj'],
      affected: [
        {
          ecosystem: 'python',
          name: 'h11',
          versions: 'python',
          ranges: [{constraint: '<0.16.0', fix: {state: 'fixed', version: '0.16.0', date: '2025-04-24'}}],
        },
      ],
    },
    {
      id: 'GHSA-9hjg-9r4m-mvj7',
      provider: 'github',
      aliases: ['CVE-2024-47081'],
      description: 'requests vulnerable to .netrc credentials leak via malicious URLs',
      severity: 'medium',
      urls: ['https://github.com/advisories/GHSA-9hjg-9r4m-mvj7'],
      affected: [
        {
          ecosystem: 'python',
          name: 'requests',
          versions: 'python',
          ranges: [{constraint: '<2.32.4', fix: {state: 'fixed', version: '2.32.4', date: '2025-06-09'}}],
        },
      ],
    },
    {
      id: 'GHSA-v6h2-p8h4-qcjw',
      provider: 'github',
      aliases: ['CVE-2025-5889'],
      description: 'brace-expansion Regular Expression Denial of Service vulnerability',
      severity: 'low',
      urls: ['https://github.com/advisories/GHSA-v6h2-p8h4-qcjw'],
      affected: [
        {
          ecosystem: 'npm',
          name: 'brace-expansion',
          versions: 'semver',
          ranges: [
            {constraint: '>=1.0.0,<=1.1.11', fix: {state: 'fixed', version: '1.1.12', date: '2025-06-11'}},
            {constraint: '>=2.0.0,<=2.0.1', fix: {state: 'fixed', version: '2.0.2', date: '2025-06-11'}},
          ],
        },
      ],
    },
    {
      id: 'CVE-2021-44228',
      provider: 'nvd',
      description: 'Apache Log4j2 JNDI features do not protect against attacker controlled LDAP and other endpoints.',
      severity: 'critical',
      cvss: {source: 'nvd@nist.gov', version: '3.1', vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H'},
      urls: ['https://nvd.nist.gov/vuln/detail/CVE-2021-44228'],
      affected: [],
    },
    {
      id: 'GHSA-jfh8-c2jp-5v3q',
      provider: 'github',
      aliases: ['CVE-2021-44228'],
      description: 'Remote code injection in Log4j',
      severity: 'critical',
      urls: ['https://github.com/advisories/GHSA-jfh8-c2jp-5v3q'],
      affected: [
        {
          ecosystem: 'java-archive',
          name: 'org.apache.logging.log4j:log4j-core',
          versions: 'maven',
          ranges: [
            {constraint: '>=2.13.0,<2.15.0', fix: {state: 'fixed', version: '2.15.0', date: '2021-12-10'}},
            {constraint: '>=2.4,<2.12.2', fix: {state: 'fixed', version: '2.12.2', date: '2021-12-14'}},
          ],
        },
      ],
    },
  ],
  knownExploited: {'CVE-2021-44228': {added: '2021-12-10', due: '2021-12-24', ransomware: 'Known'}},
  epss: {
    date: '2026-10-31',
    scores: {
      'CVE-2021-44228': {score: 0.94358, percentile: 0.99962},
      'CVE-2022-48174': {score: 0.00287, percentile: 0.51962},
      'CVE-2025-43859': {score: 0.00061, percentile: 0.19441},
      'CVE-2024-47081': {score: 0.00093, percentile: 0.27008},
      'CVE-2025-5889': {score: 0.00026, percentile: 0.05623},
    },
  },
  systems: {'alpine 3.18': {endOfLife: '2025-05-09'}, 'alpine 3.23': {}, 'debian 12': {}},
}

/**
 * The tables that are filled here, as gorm makes them of `models.go`, to the letter: what differs from it, `grype db import`
 * rewrites, and fails at the rows that refer to it.
 */
const tables = `
CREATE TABLE \`blobs\` (\`id\` integer PRIMARY KEY AUTOINCREMENT,\`value\` text NOT NULL);
CREATE TABLE \`db_metadata\` (\`build_timestamp\` datetime NOT NULL,\`model\` integer NOT NULL,\`revision\` integer NOT NULL,\`addition\` integer NOT NULL);
CREATE TABLE \`providers\` (\`id\` text,\`version\` text,\`processor\` text,\`date_captured\` datetime,\`input_digest\` text,PRIMARY KEY (\`id\`));
CREATE TABLE \`vulnerability_handles\` (\`id\` integer PRIMARY KEY AUTOINCREMENT,\`name\` text NOT NULL,\`status\` text NOT NULL,\`published_date\` datetime,\`modified_date\` datetime,\`withdrawn_date\` datetime,\`provider_id\` text NOT NULL,\`blob_id\` integer,CONSTRAINT \`fk_vulnerability_handles_provider\` FOREIGN KEY (\`provider_id\`) REFERENCES \`providers\`(\`id\`));
CREATE TABLE \`vulnerability_aliases\` (\`name\` text,\`alias\` text NOT NULL,PRIMARY KEY (\`name\`,\`alias\`));
CREATE TABLE \`operating_systems\` (\`id\` integer PRIMARY KEY AUTOINCREMENT,\`name\` text,\`release_id\` text,\`major_version\` text,\`minor_version\` text,\`label_version\` text,\`codename\` text,\`channel\` text,\`eol_date\` datetime,\`eoas_date\` datetime);
CREATE TABLE \`packages\` (\`id\` integer PRIMARY KEY AUTOINCREMENT,\`ecosystem\` text,\`name\` text);
CREATE TABLE \`affected_package_handles\` (\`id\` integer PRIMARY KEY AUTOINCREMENT,\`vulnerability_id\` integer NOT NULL,\`operating_system_id\` integer,\`package_id\` integer,\`blob_id\` integer,CONSTRAINT \`fk_affected_package_handles_operating_system\` FOREIGN KEY (\`operating_system_id\`) REFERENCES \`operating_systems\`(\`id\`),CONSTRAINT \`fk_affected_package_handles_package\` FOREIGN KEY (\`package_id\`) REFERENCES \`packages\`(\`id\`),CONSTRAINT \`fk_affected_package_handles_vulnerability\` FOREIGN KEY (\`vulnerability_id\`) REFERENCES \`vulnerability_handles\`(\`id\`));
CREATE TABLE \`known_exploited_vulnerability_handles\` (\`id\` integer PRIMARY KEY AUTOINCREMENT,\`cve\` text NOT NULL,\`blob_id\` integer);
CREATE TABLE \`epss_handles\` (\`id\` integer PRIMARY KEY AUTOINCREMENT,\`cve\` text NOT NULL,\`epss\` real NOT NULL,\`percentile\` real NOT NULL);
CREATE TABLE \`epss_metadata\` (\`date\` datetime NOT NULL);
`

/** Grype asks by it where the image names it in `/etc/os-release`, and a row without it is not found. */
const codenames: Readonly<Record<string, string>> = {'debian 12': 'bookworm'}

type Value = string | number | null

/** Writes `file` (`….db`), as `grype db import` takes it. */
export async function writeGrypeDatabase(file: string, content: GrypeContent = grypeContent): Promise<void> {
  await mkdir(path.dirname(file), {recursive: true})
  const database = new DatabaseSync(file)
  try {
    database.exec(tables)
    fill(database, content)
  } finally {
    database.close()
  }
}

function fill(database: DatabaseSync, {built, records, knownExploited, epss, systems}: GrypeContent): void {
  const insert = (table: string, row: Readonly<Record<string, Value>>): number => {
    const columns = Object.keys(row)
    const places = columns.map(() => '?').join(', ')
    const statement = database.prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${places})`)
    return Number(statement.run(...Object.values(row)).lastInsertRowid)
  }
  const blob = (value: object) => insert('blobs', {value: JSON.stringify(value)})
  insert('db_metadata', {build_timestamp: moment(built), model: 6, revision: 1, addition: 9})

  const providers = new Set(records.map(({provider}) => provider as string))
  if (Object.keys(knownExploited).length > 0) providers.add('kev')
  if (Object.keys(epss.scores).length > 0) providers.add('epss')
  for (const id of providers) {
    const captured = {date_captured: moment(built), input_digest: `xxh64:${'0'.repeat(16)}`}
    insert('providers', {id, version: '1', processor: 'vunnel@0.40.0', ...captured})
  }

  const ofSystems = new Map(Object.entries(systems).map(([name, {endOfLife}]) => [name, addSystem(name, endOfLife)]))
  const ofPackages = new Map<string, number>()
  for (const record of records) addRecord(record)

  for (const [cve, {added, due, ransomware}] of Object.entries(knownExploited)) {
    const entry = {
      cve,
      date_added: `${added}T00:00:00Z`,
      due_date: `${due}T00:00:00Z`,
      known_ransomware_campaign_use: ransomware,
    }
    insert('known_exploited_vulnerability_handles', {cve, blob_id: blob(entry)})
  }
  insert('epss_metadata', {date: moment(`${epss.date}T00:00:00Z`)})
  for (const [cve, {score, percentile}] of Object.entries(epss.scores)) {
    insert('epss_handles', {cve, epss: score, percentile})
  }

  function addSystem(system: string, endOfLife: string | undefined): number {
    const [name = '', version = ''] = system.split(' ')
    const [major = '', minor = ''] = version.split('.')
    return insert('operating_systems', {
      name,
      release_id: name,
      major_version: major,
      minor_version: minor,
      label_version: '',
      codename: codenames[system] ?? '',
      channel: '',
      eol_date: endOfLife === undefined ? null : moment(`${endOfLife}T00:00:00Z`),
      eoas_date: null,
    })
  }

  function addRecord({id, provider, aliases = [], description, severity, cvss, urls, affected}: GrypeRecord): void {
    const severities = [
      {scheme: 'CHMLN', value: severity, rank: 1},
      ...(cvss
        ? [{scheme: 'CVSS', value: {vector: cvss.vector, version: cvss.version}, source: cvss.source, rank: 2}]
        : []),
    ]
    const value = {id, description, refs: urls.map(url => ({url})), aliases, severities}
    const vulnerability = insert('vulnerability_handles', {
      name: id,
      status: 'active',
      published_date: moment('2021-01-01T00:00:00Z'),
      modified_date: moment('2021-01-01T00:00:00Z'),
      withdrawn_date: null,
      provider_id: provider,
      blob_id: blob(value),
    })
    for (const alias of aliases) insert('vulnerability_aliases', {name: id, alias})
    for (const each of affected) {
      insert('affected_package_handles', {
        vulnerability_id: vulnerability,
        operating_system_id: each.os === undefined ? null : (ofSystems.get(each.os) ?? null),
        package_id: packageOf(each),
        blob_id: blob({
          cves: [id, ...aliases].filter(name => name.startsWith('CVE-')),
          ranges: each.ranges.map(({constraint, fix}) => rangeOf(each, constraint, fix)),
        }),
      })
    }
  }

  function packageOf({ecosystem, name}: GrypeAffected): number {
    const key = `${ecosystem}/${name}`
    const known = ofPackages.get(key) ?? insert('packages', {ecosystem, name})
    ofPackages.set(key, known)
    return known
  }
}

function rangeOf({versions}: GrypeAffected, constraint: string, {state, version, date, advisory}: GrypeFix): object {
  const detail = {
    ...(date === undefined ? {} : {available: {date, kind: 'advisory'}}),
    ...(advisory === undefined ? {} : {references: [{id: advisory.id, url: advisory.url, tags: ['advisory']}]}),
  }
  return {version: {type: versions, constraint}, fix: {state, version, detail}}
}

/** As gorm writes a time in SQLite. */
function moment(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}+00:00`
}
