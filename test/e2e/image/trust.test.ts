/**
 * What must never pass, with real scanners: images that they see nothing of, files and variables that could make them find
 * less, databases that are old, damaged or of something else, and programs that are not there.
 */
import {copyFile, readFile, rm, writeFile} from 'node:fs/promises'
import * as path from 'node:path'
import {afterAll, beforeAll, beforeEach, describe, expect, test} from 'vitest'
import {alpine, pythonPackages} from '../../fakes/image-contents.ts'
import {tarOf} from '../../fakes/oci-image.ts'
import {build, currentAlpine, oldAlpine} from './images.ts'
import {createWorld, databases, offline, type World} from './world.ts'

const old = oldAlpine()
const both = {...offline, scanner: 'both'} as const
const only = (scanner: 'trivy' | 'grype') => ({...offline, scanner, database: databases[scanner]})

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world.close())

const blocking = [
  'fail CVE-2022-48174 in busybox 1.36.1-r0',
  'fail CVE-2022-48174 in ssl_client 1.36.1-r0',
  'fail CVE-2025-43859 in h11 0.14.0',
]

describe('a current image', () => {
  test('passes by both scanners: what follows fails for its own reasons', async () => {
    const scanned = await world.scan(await world.layout('current', currentAlpine()), both)
    expect(scanned).toMatchObject({verdict: 'pass', exitCode: 0, digest: currentAlpine().digest, flaws: []})
  })
})

describe('an image that a scanner sees nothing of', () => {
  const images = {
    'without a package database': build([
      {'etc/alpine-release': '3.23.3\n', 'etc/os-release': 'ID=alpine\nVERSION_ID=3.23.3\n'},
    ]),
    'with weights alone': build([{'app/model.bin': 'weights'}]),
    'with nothing': build([{}]),
  }
  const byBoth = Object.entries(images).map(([what, image]) => ({what, image, name: 'both', config: both}))
  const weights = {what: 'with weights alone', image: images['with weights alone']}
  test.each([
    ...byBoth,
    {...weights, name: 'trivy', config: only('trivy')},
    {...weights, name: 'grype', config: only('grype')},
  ])('$what is an error by $name', async ({image, config}) => {
    const scanned = await world.scan(await world.layout('nothing', image), config)
    expect(scanned).toMatchObject({verdict: 'error', exitCode: 3, reason: 'image/nothing-scanned'})
    await rm(path.join(world.folder, 'nothing'), {recursive: true})
  })

  test.each(['trivy', 'grype'] as const)(
    'but packages of a language, in an image with an operating system, is inconclusive by %s',
    async scanner => {
      const release = {'etc/alpine-release': '3.23.3\n', 'etc/os-release': 'ID=alpine\nVERSION_ID=3.23.3\n'}
      const image = build([{...release, ...pythonPackages({h11: '0.16.0'})}])
      const scanned = await world.scan(await world.layout(`language-${scanner}`, image), only(scanner))
      expect(scanned).toMatchObject({verdict: 'inconclusive', reason: 'image/os-packages-not-scanned'})
    },
  )

  test('because its database does not know the release, is inconclusive by Grype', async () => {
    const unknown = build([alpine('9.1.0', [{name: 'busybox', version: '9.9.9-r0', license: 'MIT'}])])
    const scanned = await world.scan(await world.layout('unknown', unknown), only('grype'))
    expect(scanned).toMatchObject({verdict: 'inconclusive', reason: 'image/scanner-in-doubt'})
    expect(scanned.findings.find(each => each.verdict === 'inconclusive')?.what).toContain('alpine@9.1.0')
  })
})

describe('what could make a scanner find less', () => {
  const files = {
    '.trivyignore': 'CVE-2022-48174\nCVE-2025-43859\n',
    '.trivyignore.yaml': 'vulnerabilities:\n  - id: CVE-2022-48174\n',
    'trivy.yaml': 'severity: [LOW]\nvulnerability:\n  ignore-unfixed: true\n  type: [os]\n',
    'trivy-secret.yaml': 'disable-rules: [aws-access-key-id]\n',
    '.grype.yaml':
      'ignore:\n  - vulnerability: CVE-2022-48174\n  - vulnerability: GHSA-vqfr-h8mv-ghfj\nonly-fixed: true\nexclude: ["/usr/**"]\n',
    '.grype/config.yaml': 'only-notfixed: true\n',
    '.syft.yaml': 'exclude: ["/usr/**"]\n',
    'home/.grype.yaml': 'only-notfixed: true\n',
    'home/.config/grype/config.yaml': 'only-notfixed: true\n',
    'home/.trivy.yaml': 'severity: [LOW]\n',
  }
  let image = ''
  beforeAll(async () => {
    image = await world.layout('ignored', old)
    for (const [name, content] of Object.entries(files)) await world.write(name, content)
  })
  afterAll(async () => {
    for (const name of Object.keys(files)) await rm(path.join(world.folder, name))
  })

  test('as a file has no effect, here and in the home of the user', async () => {
    expect((await world.scan(image, both)).blocking).toEqual(blocking)
  })

  test('as a variable has no effect, and is named', async () => {
    const env = {
      TRIVY_SEVERITY: 'LOW',
      TRIVY_IGNOREFILE: '.trivyignore',
      TRIVY_SKIP_DIRS: 'usr',
      TRIVY_CONFIG: 'trivy.yaml',
      GRYPE_CONFIG: '.grype.yaml',
      GRYPE_ONLY_NOTFIXED: 'true',
      GRYPE_EXCLUDE: '/usr/**',
      GRYPE_DISTRO: 'alpine:3.23',
      SYFT_EXCLUDE: '/usr/**',
    }
    const scanned = await world.scan(image, both, {env})
    expect(scanned.blocking).toEqual(blocking)
    expect(scanned.stderr).toContain('TRIVY_CONFIG, TRIVY_IGNOREFILE, TRIVY_SEVERITY, TRIVY_SKIP_DIRS')
    expect(scanned.stderr).toContain('GRYPE_CONFIG, GRYPE_DISTRO, GRYPE_EXCLUDE, GRYPE_ONLY_NOTFIXED')
  })

  test('is a waiver alone, and it has an owner and a day', async () => {
    await world.write(
      'waivers.yml',
      '- {vulnerability: CVE-2022-48174, owner: ml, reason: no shell, expires: 2099-12-31}\n- {vulnerability: GHSA-vqfr-h8mv-ghfj, owner: ml, reason: behind a proxy, expires: 2020-01-01}\n',
    )
    const scanned = await world.scan(image, {...both, waivers: 'waivers.yml', 'waiver-horizon': '36500d'})
    expect(scanned.blocking).toEqual(['fail CVE-2025-43859 in h11 0.14.0'])
    expect(scanned.reason).toBe('image/waiver-expired')
  })
})

describe('an image that changed', () => {
  test('under the name of its digest is refused, although a scanner might answer from its cache', async () => {
    const image = await world.layout('changed', old)
    const [layer] = old.blobs.keys()
    await writeFile(path.join(world.folder, 'changed/blobs/sha256', (layer ?? '').slice('sha256:'.length)), tarOf({}))
    expect(await world.scan(image, both)).toMatchObject({verdict: 'error', exitCode: 3, platforms: []})
  })
})

describe('a database', () => {
  let image = ''
  beforeAll(async () => {
    image = await world.layout('of-databases', currentAlpine())
  })

  test.each(['trivy', 'grype'] as const)(
    'of %s that is older than allowed makes a clean image inconclusive',
    async scanner => {
      const scanned = await world.scan(image, {...only(scanner), 'database-max-age': '1d'})
      expect(scanned).toMatchObject({verdict: 'inconclusive', exitCode: 2, reason: 'image/database-too-old'})
    },
  )

  describe('that cannot be used', () => {
    beforeEach(() => rm(path.join(world.folder, 'broken'), {recursive: true, force: true}))
    const broken = (name: string, content: string | Uint8Array) => world.write(`broken/${name}`, content)
    const trivyPart = (name: string) => readFile(path.join(world.folder, databases.trivy, 'db', name))
    const cases: readonly [string, 'trivy' | 'grype', () => Promise<unknown>, string][] = [
      ['is not there', 'trivy', async () => null, 'image/database-missing'],
      ['is not there', 'grype', async () => null, 'image/database-missing'],
      ['is a page of HTML', 'grype', () => broken('vulnerability.db', '<html>404</html>'), 'image/database-corrupt'],
      [
        'is a page of HTML',
        'trivy',
        async () => {
          await broken('db/metadata.json', await trivyPart('metadata.json'))
          await broken('db/trivy.db', '<html>404</html>')
        },
        'image/database-corrupt',
      ],
      [
        'ends in the middle',
        'grype',
        async () => {
          const whole = await readFile(path.join(world.folder, databases.grype))
          await broken('vulnerability.db', whole.subarray(0, 5000))
        },
        'image/scanner-failed',
      ],
      [
        'was changed after its import',
        'grype',
        async () => {
          await broken('given.db', await readFile(path.join(world.folder, databases.grype)))
          await world.run(['env', 'GRYPE_DB_CACHE_DIR=broken', 'grype', 'db', 'import', 'broken/given.db'])
          const imported = path.join(world.folder, 'broken/6/vulnerability.db')
          await writeFile(imported, Buffer.concat([await readFile(imported), Buffer.from('!')]))
        },
        'image/scanner-failed',
      ],
      [
        'is of schema 5',
        'grype',
        () => broken('5/vulnerability.db', 'SQLite format 3\0'),
        'image/database-version-unknown',
      ],
      [
        'is of another schema',
        'trivy',
        async () => {
          await broken('db/metadata.json', '{"Version": 3, "UpdatedAt": "2026-11-01T00:00:00Z"}')
          await broken('db/trivy.db', await trivyPart('trivy.db'))
        },
        'image/database-version-unknown',
      ],
    ]
    test.each(cases)('because it %s (%s) is an error', async (_, scanner, prepare, code) => {
      await prepare()
      const scanned = await world.scan(image, {...only(scanner), database: './broken'})
      expect(scanned).toMatchObject({verdict: 'error', exitCode: 3, reason: code, platforms: []})
    })
  })

  test('of Grype is taken from its cache folder, imported or not, and from an archive', async () => {
    const given = path.join(world.folder, databases.grype)
    await world.write('cache/6/vulnerability.db', '')
    await copyFile(given, path.join(world.folder, 'cache/6/vulnerability.db'))
    await world.run(['env', 'GRYPE_DB_CACHE_DIR=imported', 'grype', 'db', 'import', databases.grype])
    await world.run(['cp', databases.grype, 'vulnerability.db'])
    await world.run(['tar', '--create', '--gzip', '--file', 'archive.tar.gz', 'vulnerability.db'])
    const target = await world.layout('of-places', old)
    for (const database of ['./cache', './imported', './imported/6', './archive.tar.gz', './vulnerability.db']) {
      const scanned = await world.scan(target, {...offline, scanner: 'grype', database})
      expect([database, scanned.blocking]).toEqual([database, blocking])
    }
  })
})

describe('a report instead of a scanner', () => {
  test.each([
    ['Grype', ['grype', 'oci-dir:clean', '-o', 'json=report.json']],
    [
      'Trivy, without a list of packages',
      ['trivy', 'image', '--input', 'clean', '--format', 'json', '--output', 'report.json'],
    ],
  ] as const)(
    'of %s that found nothing does not pass: it does not tell what was looked at',
    async (_, [program, ...args]) => {
      await world.layout('clean', currentAlpine())
      const cache = ['GRYPE_DB_CACHE_DIR=reports', 'GRYPE_DB_AUTO_UPDATE=false', 'GRYPE_DB_VALIDATE_AGE=false']
      await world.run(['env', ...cache, 'grype', 'db', 'import', databases.grype])
      const offlineTrivy = [
        `TRIVY_CACHE_DIR=${databases.trivy}`,
        'TRIVY_SKIP_DB_UPDATE=true',
        'TRIVY_LIST_ALL_PKGS=false',
      ]
      await world.run(['env', ...cache, ...offlineTrivy, program, ...args])
      const scanned = await world.scan('./clean', {...offline, scanner: 'report', report: 'report.json'})
      expect(scanned.verdict).not.toBe('pass')
      expect(scanned.exitCode).not.toBe(0)
    },
  )
})

describe('a scanner that is not there', () => {
  test.each(['trivy', 'grype'] as const)('(%s) is named with what to install', async scanner => {
    const image = await world.layout(`without-${scanner}`, old)
    const scanned = await world.scan(image, only(scanner), {env: {PATH: path.join(world.folder, 'no-tools')}})
    expect(scanned).toMatchObject({verdict: 'error', exitCode: 3, reason: 'image/scanner-not-found'})
  })
})
