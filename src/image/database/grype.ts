/**
 * Grype's database from a place of the user's, so that nothing is downloaded. Grype wants a cache folder with the schema's
 * number below it (`6/vulnerability.db`), and beside the database what its own import wrote; everything else is imported
 * into a temporary one, by Grype itself.
 */
import * as path from 'node:path'
import {UserError} from '../../core/failure.ts'
import type {ScannerPorts} from '../scanners/ports.ts'
import {isLayout, readArtifacts} from './oci-artifact.ts'

const schema = '6'
const database = 'vulnerability.db'
const imported = 'import.json'

type DatabasePorts = Pick<ScannerPorts, 'files' | 'folders'>

/** Makes `cacheFolder` a cache of Grype that has the database in `file`: an archive, or a database whose name ends in `.db`. */
export type ImportDatabase = (file: string, cacheFolder: string) => Promise<void>

/**
 * @param place a cache folder of Grype, a folder or file with its database, an archive of it (`.tar.zst`, `.tar.gz`,
 * `.tar.xz`), an OCI layout with one of these in it, or null for Grype's own cache
 * @param use is given the cache folder, or null
 * @throws UserError `image/database-missing`, `image/database-malformed`, `image/database-version-unknown`,
 * `image/database-corrupt`
 */
export async function withGrypeDatabase<T>(
  place: string | null,
  ports: DatabasePorts,
  importDatabase: ImportDatabase,
  use: (cacheFolder: string | null) => Promise<T>,
): Promise<T> {
  if (place === null) return use(null)
  const found = await findDatabase(place, ports)
  if (found.kind === 'cache') return use(path.resolve(found.folder))
  return ports.folders.temporary(async folder => {
    if (found.kind === 'schema-folder') {
      await ports.folders.link(found.folder, path.join(folder, schema))
    } else {
      const named = path.join(folder, 'given', found.name)
      await ports.folders.link(found.file, named)
      await importDatabase(named, folder)
    }
    return use(folder)
  })
}

type Found =
  /** As Grype keeps it: the schema's folder is below it. */
  | {readonly kind: 'cache'; readonly folder: string}
  /** The schema's folder itself. */
  | {readonly kind: 'schema-folder'; readonly folder: string}
  /** To be imported under this name: Grype goes by its ending. */
  | {readonly kind: 'file'; readonly file: string; readonly name: string}

async function findDatabase(place: string, ports: DatabasePorts): Promise<Found> {
  const {files} = ports
  if (!(await files.isFolder(place))) {
    if (!(await files.exists(place))) throw notFound(place, 'There is nothing')
    return fileOf(place, ports)
  }
  for (const folder of [path.join(place, schema), place]) {
    const file = path.join(folder, database)
    if (!(await files.exists(file))) continue
    const found = await fileOf(file, ports)
    if (!(await files.exists(path.join(folder, imported)))) return found
    return folder === place ? {kind: 'schema-folder', folder} : {kind: 'cache', folder: place}
  }
  for (const other of ['5', '4', '3', '7']) {
    if (await files.isFolder(path.join(place, other))) throw otherSchema(place, other)
  }
  if (await isLayout(place, files)) return inLayout(place, ports)
  throw notFound(place, 'There is no database of Grype')
}

/** Anchore publishes no artifact of it, and whoever mirrors one chooses a media type: the one layer is what it is by its bytes. */
async function inLayout(folder: string, ports: DatabasePorts): Promise<Found> {
  const [layer, second] = await readArtifacts(folder, 'any', ports.files)
  if (layer !== undefined && second === undefined) return fileOf(layer.file, ports)
  const seen = layer === undefined ? 'nothing' : 'several layers'
  throw new UserError('image/database-malformed', `The OCI layout "${folder}" has ${seen}. Expected one database.`, {
    hint: 'Push the archive as it is: `oras push --oci-layout <folder>:6 vulnerability-db_v6….tar.zst`.',
  })
}

/** Told by its first bytes: by its name alone a page that says "not found" is an archive, too. */
async function fileOf(file: string, {files}: DatabasePorts): Promise<Found> {
  const head = Buffer.from(await files.open(file, bytes => bytes.slice(0, 16)))
  const form = forms.find(({magic}) => head.subarray(0, magic.length).equals(magic))
  if (form !== undefined) return {kind: 'file', file, name: form.name}
  throw new UserError('image/database-corrupt', `"${file}" is neither a database of Grype nor an archive of one.`, {
    hint: 'Expected SQLite, or a tar that is packed with Zstandard, gzip or xz. Fetch it again: `grype db list` names what is current.',
  })
}

const forms: readonly {readonly magic: Buffer; readonly name: string}[] = [
  // https://www.sqlite.org/fileformat.html, "The Database Header"
  {magic: Buffer.from('SQLite format 3\0'), name: database},
  // RFC 8878, section 3.1.1
  {magic: Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), name: 'database.tar.zst'},
  // RFC 1952, section 2.3.1
  {magic: Buffer.from([0x1f, 0x8b]), name: 'database.tar.gz'},
  // https://tukaani.org/xz/xz-file-format.txt, section 2.1.1.1
  {magic: Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]), name: 'database.tar.xz'},
]

function notFound(place: string, seen: string): UserError {
  return new UserError('image/database-missing', `${seen} at "${place}".`, {
    hint: 'Expected a cache folder of Grype (with 6/vulnerability.db), a vulnerability.db, or an archive as `grype db list` names it.',
  })
}

function otherSchema(place: string, seen: string): UserError {
  return new UserError(
    'image/database-version-unknown',
    `"${place}" has a database of Grype’s schema ${seen}. Expected schema ${schema}.`,
    {hint: 'Let a current Grype fetch it: `grype db update`.'},
  )
}
