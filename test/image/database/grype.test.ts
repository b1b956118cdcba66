import {mkdir, mkdtemp, readFile, readlink, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import * as path from 'node:path'
import {afterAll, beforeAll, beforeEach, describe, expect, test} from 'vitest'
import {withGrypeDatabase} from '../../../src/image/database/grype.ts'
import {systemFiles} from '../../../src/runtime/files.ts'
import {systemFolders} from '../../../src/runtime/folders.ts'
import {digestOf} from '../../fakes/oci-image.ts'

const sqlite = Buffer.from('SQLite format 3\0 and so on')
const zstd = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 1, 2, 3])
const ports = {files: systemFiles, folders: systemFolders}

let work = ''
beforeAll(async () => {
  work = await mkdtemp(path.join(tmpdir(), 'slipway-grype-db-'))
})
afterAll(() => rm(work, {recursive: true}))

let folder = ''
let count = 0
beforeEach(async () => {
  folder = path.join(work, String(count++))
  await mkdir(folder)
})

async function put(name: string, content: Uint8Array | string): Promise<string> {
  const file = path.join(folder, name)
  await mkdir(path.dirname(file), {recursive: true})
  await writeFile(file, content)
  return file
}

/** What Grype would be asked to import, and the cache folder that it would be given. */
async function open(place: string | null) {
  const imports: {name: string; content: string}[] = []
  const importDatabase = async (file: string) => {
    imports.push({name: path.basename(file), content: await readFile(file, 'latin1')})
  }
  return withGrypeDatabase(place, ports, importDatabase, async cacheFolder => ({cacheFolder, imports}))
}

describe('a database of Grype', () => {
  test('that is not named is in its own cache', async () => {
    expect(await open(null)).toEqual({cacheFolder: null, imports: []})
  })

  test('in a cache folder of Grype is used where it lies', async () => {
    await put('6/vulnerability.db', sqlite)
    await put('6/import.json', '{}')
    expect(await open(folder)).toEqual({cacheFolder: folder, imports: []})
  })

  test('in the folder of its schema is used where it lies, under the name that Grype looks for', async () => {
    await put('vulnerability.db', sqlite)
    await put('import.json', '{}')
    const target = await withGrypeDatabase(folder, ports, neverImport, cache => readlink(path.join(cache ?? '', '6')))
    expect(target).toBe(folder)
  })

  test.each([
    ['vulnerability.db', '.'],
    ['6/vulnerability.db', '.'],
    ['vulnerability.db', 'vulnerability.db'],
    ['v6.sqlite', 'v6.sqlite'],
  ])('as %s that nobody has imported (%s) is imported into a cache of its own', async (name, place) => {
    await put(name, sqlite)
    const {cacheFolder, imports} = await open(path.join(folder, place))
    expect(imports).toEqual([{name: 'vulnerability.db', content: sqlite.toString('latin1')}])
    expect(cacheFolder).not.toContain(folder)
  })

  test.each([
    ['Zstandard', zstd, 'database.tar.zst'],
    ['gzip', Buffer.from([0x1f, 0x8b, 8, 0]), 'database.tar.gz'],
    ['xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0]), 'database.tar.xz'],
  ])('in an archive of %s is imported under a name that says so, whatever its own', async (_, bytes, name) => {
    const {imports} = await open(await put('latest', bytes))
    expect(imports).toEqual([{name, content: bytes.toString('latin1')}])
  })

  test('in an OCI layout is imported from its one layer', async () => {
    await putLayout([zstd])
    const {imports} = await open(folder)
    expect(imports).toEqual([{name: 'database.tar.zst', content: zstd.toString('latin1')}])
  })
})

describe('what is no database of Grype', () => {
  test.each([
    ['nothing', async () => path.join(folder, 'absent'), 'image/database-missing'],
    ['an empty folder', async () => folder, 'image/database-missing'],
    ['a page of HTML', async () => put('vulnerability.db', '<html>404</html>'), 'image/database-corrupt'],
    ['an empty file', async () => put('vulnerability.db', ''), 'image/database-corrupt'],
    [
      'a database of schema 5',
      async () => path.dirname(path.dirname(await put('5/vulnerability.db', sqlite))),
      'image/database-version-unknown',
    ],
    ['a layout with nothing in it', async () => putLayout([]), 'image/database-malformed'],
    ['a layout with two layers', async () => putLayout([zstd, sqlite]), 'image/database-malformed'],
    ['a layout whose layer was changed', async () => putLayout([zstd], sqlite), 'image/database-corrupt'],
  ])('%s is refused', async (_, make, code) => {
    await expect(open(await make())).rejects.toMatchObject({name: 'UserError', code})
  })

  test('and was half imported leaves nothing behind', async () => {
    let cache = ''
    const fail = async (_: string, cacheFolder: string) => {
      cache = cacheFolder
      throw new Error('no space left')
    }
    await put('vulnerability.db', sqlite)
    await expect(withGrypeDatabase(folder, ports, fail, async () => null)).rejects.toThrow('no space left')
    expect(await systemFiles.exists(cache)).toBe(false)
  })
})

async function neverImport(): Promise<void> {
  throw new Error('There is nothing to import.')
}

/** An OCI layout of an artifact with these layers. @param instead what lies in the place of the first */
async function putLayout(layers: readonly Buffer[], instead?: Buffer): Promise<string> {
  const blob = async (bytes: Buffer, stored = bytes) => {
    const digest = digestOf(bytes)
    await put(`blobs/sha256/${digest.slice('sha256:'.length)}`, stored)
    return {digest, size: bytes.length}
  }
  const described = []
  for (const [index, layer] of layers.entries()) {
    described.push({mediaType: 'application/vnd.example.db', ...(await blob(layer, index === 0 ? instead : undefined))})
  }
  const manifest = await blob(Buffer.from(JSON.stringify({schemaVersion: 2, layers: described})))
  await put('oci-layout', '{"imageLayoutVersion":"1.0.0"}')
  const mediaType = 'application/vnd.oci.image.manifest.v1+json'
  await put('index.json', JSON.stringify({schemaVersion: 2, manifests: [{mediaType, ...manifest}]}))
  return folder
}
