import {createHash} from 'node:crypto'
import * as fs from 'node:fs/promises'
import {tmpdir} from 'node:os'
import * as path from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {withTrivyDatabase} from '../../../src/image/database/trivy.ts'
import {ownCache} from '../../../src/image/database/trivy-cache.ts'
import {systemFolders} from '../../../src/runtime/folders.ts'
import {scannerPorts} from '../../fakes/scanner-ports.ts'
import {tarGz} from '../../fakes/tar-gz.ts'
import {writeTrivyDatabase} from '../../fakes/trivy-db.ts'

const layerType = 'application/vnd.aquasec.trivy.db.layer.v1.tar+gzip'
const javaType = 'application/vnd.aquasec.trivy.javadb.layer.v1.tar+gzip'
const built = '2026-11-01T00:00:00.000Z'

let work = ''
/** The two files of the database, as a download has them. */
let files: {readonly db: Buffer; readonly metadata: Buffer}
beforeEach(async () => {
  work = await fs.mkdtemp(path.join(tmpdir(), 'slipway-database-'))
  const cache = path.join(work, 'cache')
  await writeTrivyDatabase(cache)
  files = {
    db: await fs.readFile(path.join(cache, 'db/trivy.db')),
    metadata: await fs.readFile(path.join(cache, 'db/metadata.json')),
  }
})
afterEach(() => fs.rm(work, {recursive: true}))

/** What Trivy would find in its cache. */
async function openedAt(place: string, ports = scannerPorts()) {
  return withTrivyDatabase(place, ports, async database => ({
    built: database?.built,
    names: (await fs.readdir(database?.cacheFolder ?? '', {recursive: true})).sort(),
    db: await fs.readFile(path.join(database?.cacheFolder ?? '', 'db/trivy.db')),
  }))
}

const vulnerabilities = ['db', 'db/metadata.json', 'db/trivy.db']
const withJava = [...vulnerabilities, 'java-db', 'java-db/metadata.json', 'java-db/trivy-java.db']
const javaMetadata = JSON.stringify({Version: 1, UpdatedAt: '2026-10-30T00:00:00Z'})

async function put(place: string, content: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  for (const [name, bytes] of Object.entries(content)) {
    const file = path.join(work, place, name)
    await fs.mkdir(path.dirname(file), {recursive: true})
    await fs.writeFile(file, bytes)
  }
  return path.join(work, place)
}

const archive = () =>
  tarGz([
    {name: 'trivy.db', content: files.db},
    {name: 'metadata.json', content: files.metadata},
  ])
const javaArchive = () =>
  tarGz([
    {name: 'metadata.json', content: javaMetadata},
    {name: 'trivy-java.db', content: 'java'},
  ])

/** An OCI layout of artifacts, each with one layer. */
function layout(...layers: readonly {readonly mediaType: string; readonly bytes: Uint8Array}[]) {
  const content: Record<string, string | Uint8Array> = {'oci-layout': '{"imageLayoutVersion": "1.0.0"}'}
  const add = (bytes: Uint8Array) => {
    const hex = createHash('sha256').update(bytes).digest('hex')
    content[`blobs/sha256/${hex}`] = bytes
    return {digest: `sha256:${hex}`, size: bytes.length}
  }
  const manifests = layers.map(({mediaType, bytes}) => {
    const layer = {mediaType, ...add(bytes)}
    const config = {mediaType: 'application/vnd.aquasec.trivy.config.v1+json', ...add(Buffer.from('{}'))}
    const manifest = Buffer.from(JSON.stringify({schemaVersion: 2, config, layers: [layer]}))
    return {mediaType: 'application/vnd.oci.image.manifest.v1+json', ...add(manifest)}
  })
  content['index.json'] = JSON.stringify({schemaVersion: 2, manifests})
  return content
}

describe('a database that was brought along', () => {
  test.each<[string, () => Promise<string>, readonly string[]]>([
    ['a cache folder of Trivy', async () => path.join(work, 'cache'), vulnerabilities],
    ['a folder with its two files', async () => path.join(work, 'cache/db'), vulnerabilities],
    [
      'the archive that `oras pull` writes',
      async () => path.join(await put('x', {'db.tar.gz': archive()}), 'db.tar.gz'),
      vulnerabilities,
    ],
    ['a folder with the archive', () => put('x', {'db.tar.gz': archive()}), vulnerabilities],
    ['an OCI layout', () => put('x', layout({mediaType: layerType, bytes: archive()})), vulnerabilities],
    [
      'an OCI layout with the names of Java archives',
      () => put('x', layout({mediaType: javaType, bytes: javaArchive()}, {mediaType: layerType, bytes: archive()})),
      withJava,
    ],
    ['a folder with both archives', () => put('x', {'db.tar.gz': archive(), 'javadb.tar.gz': javaArchive()}), withJava],
    [
      'a cache folder with the names of Java archives',
      async () => {
        await put('cache/java-db', {'trivy-java.db': 'java', 'metadata.json': javaMetadata})
        return path.join(work, 'cache')
      },
      withJava,
    ],
  ])('is read from %s', async (_, make, names) => {
    const seen = await openedAt(await make())
    expect(seen.built).toBe(built)
    expect(seen.names).toEqual(names)
    expect(seen.db.equals(files.db)).toBe(true)
  })

  test('is not written to: Trivy has its cache elsewhere, and leaves nothing behind', async () => {
    const place = path.join(work, 'cache')
    const before = await fs.readdir(place, {recursive: true})
    const used = await withTrivyDatabase(place, scannerPorts(), async database => {
      await fs.writeFile(path.join(database?.cacheFolder ?? '', 'fanal.db'), 'answers of this scan')
      return database?.cacheFolder ?? ''
    })
    await expect(fs.access(used)).rejects.toMatchObject({code: 'ENOENT'})
    expect(await fs.readdir(place, {recursive: true})).toEqual(before)
  })

  test('of checks for misconfigurations comes along with the cache that has them', async () => {
    await put('cache/policy', {'content/check.rego': 'package x'})
    expect((await openedAt(path.join(work, 'cache'))).names).toContain('policy')
  })

  test('is not needed: Trivy then uses its own', async () => {
    expect(await withTrivyDatabase(null, scannerPorts(), async database => database)).toBeNull()
  })
})

describe('what is no database is refused', () => {
  const metadata = (change: Record<string, unknown>) =>
    JSON.stringify({...JSON.parse(files.metadata.toString()), ...change})
  const folder = (change: Record<string, string | Uint8Array>) =>
    put('x', {'trivy.db': files.db, 'metadata.json': files.metadata, ...change})
  const corrupt = () => {
    const content = layout({mediaType: layerType, bytes: archive()})
    const largest = Object.keys(content).reduce((a, b) =>
      (content[a]?.length ?? 0) > (content[b]?.length ?? 0) ? a : b,
    )
    return put('x', {...content, [largest]: 'changed'})
  }

  test.each<[string, () => Promise<string>, string, string]>([
    ['nothing there', async () => path.join(work, 'absent'), 'image/database-missing', 'There is nothing at'],
    ['an empty folder', () => put('x', {'README.md': ''}), 'image/database-missing', 'no database of Trivy in'],
    [
      'a file of another kind',
      async () => path.join(await put('x', {'db.zip': ''}), 'db.zip'),
      'image/database-missing',
      'no database',
    ],
    [
      'the database of Grype',
      () => put('x', {'6/vulnerability.db': ''}),
      'image/database-missing',
      'no database of Trivy',
    ],
    [
      'an image',
      () => put('x', layout({mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', bytes: archive()})),
      'image/database-missing',
      'no database',
    ],
    [
      'two databases',
      () => put('x', layout({mediaType: layerType, bytes: archive()}, {mediaType: layerType, bytes: tarGz([])})),
      'image/database-malformed',
      'several databases',
    ],
    [
      'an index that is none',
      () => put('x', {'oci-layout': '{}', 'index.json': '[]'}),
      'image/database-malformed',
      'index.json',
    ],
    [
      'an index that is cut off',
      () => put('x', {'oci-layout': '{}', 'index.json': '{"sch'}),
      'image/database-malformed',
      'JSON',
    ],
    [
      'a digest that is a path',
      () =>
        put('x', {
          'index.json': JSON.stringify({schemaVersion: 2, manifests: [{mediaType: 'x', digest: '../../etc/passwd'}]}),
        }),
      'image/database-malformed',
      'expected a sha256 digest',
    ],
    ['a layer that was changed', corrupt, 'image/database-corrupt', 'not the one that it is named by'],
    [
      'an archive that is none',
      () => put('x', {'db.tar.gz': 'text'}),
      'image/database-malformed',
      'cannot be unpacked',
    ],
    [
      'an archive without metadata',
      () => put('x', {'db.tar.gz': tarGz([{name: 'trivy.db', content: files.db}])}),
      'image/database-malformed',
      'no "metadata.json"',
    ],
    [
      'an archive with links',
      () =>
        put('x', {
          'db.tar.gz': tarGz([
            {name: 'trivy.db', type: '2', linkTo: '/etc/passwd'},
            {name: 'metadata.json', content: files.metadata},
          ]),
        }),
      'image/database-malformed',
      'no "trivy.db"',
    ],
    [
      'no metadata',
      async () => {
        const at = await folder({})
        await fs.rm(path.join(at, 'metadata.json'))
        return at
      },
      'image/database-malformed',
      'no "metadata.json"',
    ],
    [
      'metadata that is no JSON',
      () => folder({'metadata.json': 'x'}),
      'image/database-malformed',
      'when the database was built',
    ],
    [
      'metadata without a time',
      () => folder({'metadata.json': '{"Version": 2}'}),
      'image/database-malformed',
      'UpdatedAt',
    ],
    [
      'a time that is none',
      () => folder({'metadata.json': metadata({UpdatedAt: 'yesterday'})}),
      'image/database-malformed',
      'ISO 8601',
    ],
    [
      'an older schema',
      () => folder({'metadata.json': metadata({Version: 1})}),
      'image/database-version-unknown',
      'schema version 1. Expected 2',
    ],
    [
      'a newer schema',
      () => folder({'metadata.json': metadata({Version: 3})}),
      'image/database-version-unknown',
      'schema version 3. Expected 2',
    ],
    [
      'a database of another program',
      () => folder({'trivy.db': 'SQLite format 3\0'.repeat(100)}),
      'image/database-corrupt',
      'not a database of Trivy',
    ],
    ['an empty database', () => folder({'trivy.db': ''}), 'image/database-corrupt', 'not a database of Trivy'],
    [
      'names of Java archives of another schema',
      () =>
        folder({
          'javadb.tar.gz': tarGz([{name: 'trivy-java.db'}, {name: 'metadata.json', content: metadata({Version: 7})}]),
        }),
      'image/database-version-unknown',
      'schema version 7. Expected 1',
    ],
  ])('%s', async (_, make, code, words) => {
    await expect(openedAt(await make())).rejects.toMatchObject({
      name: 'UserError',
      code,
      message: expect.stringContaining(words),
      hint: expect.any(String),
    })
  })

  test('one for which there is no room, before it is unpacked', async () => {
    const full = scannerPorts({folders: {...systemFolders, freeBytes: async () => 1000}})
    const place = await put('x', {'db.tar.gz': archive()})
    await expect(openedAt(place, full)).rejects.toMatchObject({
      code: 'image/disk-full',
      message: expect.stringContaining('1000'),
      hint: expect.stringContaining('TMPDIR'),
    })
  })
})

test.each([
  ['linux', {HOME: '/home/ci'}, '/home/ci/.cache/trivy'],
  ['linux', {HOME: '/home/ci', XDG_CACHE_HOME: '/cache'}, '/cache/trivy'],
  ['darwin', {HOME: '/Users/ci', XDG_CACHE_HOME: '/cache'}, '/Users/ci/Library/Caches/trivy'],
  ['win32', {LOCALAPPDATA: 'C:\\Users\\ci\\AppData\\Local'}, 'C:\\Users\\ci\\AppData\\Local/trivy'],
  ['linux', {HOME: '/home/ci', TRIVY_CACHE_DIR: '/own'}, '/own'],
  ['linux', {}, null],
  // As Go's os.UserCacheDir has it.
])('on %s with %j Trivy’s own cache is %s', (system, env, folder) => {
  expect(ownCache(env, {system, processor: 'x64'})).toBe(folder)
})
