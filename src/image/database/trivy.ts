/**
 * Where Trivy finds its database, without a network: a folder in the form of its cache, filled for one scan from whatever
 * lies there. A cache of its own has one more use: no answer of an earlier scan is in it.
 */
import * as path from 'node:path'
import {UserError} from '../../core/failure.ts'
import type {ScannerPorts} from '../scanners/ports.ts'
import {readTarGz} from '../tools/tar-gz.ts'
import {isBbolt} from './bbolt.ts'
import {isLayout, readArtifacts} from './oci-artifact.ts'
import {java, type TrivyKind, vulnerabilities} from './trivy-kinds.ts'
import {readBuilt} from './trivy-metadata.ts'

type DatabasePorts = Pick<ScannerPorts, 'files' | 'folders' | 'log'>

export interface TrivyDatabase {
  readonly cacheFolder: string
  /** When it was built, ISO 8601. */
  readonly built: string
}

/** Where a database lies as somebody has brought it. */
type Found = {readonly kind: 'folder'; readonly folder: string} | {readonly kind: 'archive'; readonly file: string}

/**
 * @param place a cache folder of Trivy, a folder with the files of a database, or an OCI layout; null: Trivy's own cache,
 * which it may download into
 * @throws UserError `image/database-missing`, `image/database-malformed`, `image/database-version-unknown`,
 * `image/database-corrupt`, `image/disk-full`
 */
export async function withTrivyDatabase<T>(
  place: string | null,
  ports: DatabasePorts,
  use: (database: TrivyDatabase | null) => Promise<T>,
): Promise<T> {
  if (place === null) return use(null)
  const found = await find(place, vulnerabilities, ports)
  if (found === null) throw missing(place, await ports.files.exists(place))
  const foundJava = await find(place, java, ports)
  return ports.folders.temporary(async cacheFolder => {
    await put(found, vulnerabilities, cacheFolder, ports)
    if (foundJava !== null) await put(foundJava, java, cacheFolder, ports)
    await linkChecks(place, cacheFolder, ports)
    await checkHeader(`${cacheFolder}/${vulnerabilities.folder}/${vulnerabilities.file}`, place, ports)
    if (foundJava !== null) await builtOf(foundJava, java, cacheFolder, ports)
    return use({cacheFolder, built: await builtOf(found, vulnerabilities, cacheFolder, ports)})
  })
}

/** Trivy's checks for misconfigurations, newer than those that are built into it, where somebody has brought them too. */
async function linkChecks(place: string, cacheFolder: string, {files, folders}: DatabasePorts): Promise<void> {
  const checks = path.join(place, 'policy')
  if (await files.isFolder(checks)) await folders.link(checks, `${cacheFolder}/policy`)
}

async function find(place: string, kind: TrivyKind, {files}: DatabasePorts): Promise<Found | null> {
  if (!(await files.isFolder(place))) {
    const isArchive = path.basename(place) === kind.archive && (await files.exists(place))
    return isArchive ? {kind: 'archive', file: place} : null
  }
  for (const folder of [path.join(place, kind.folder), place]) {
    if (await files.exists(path.join(folder, kind.file))) return {kind: 'folder', folder}
    if (await files.exists(path.join(folder, kind.archive))) {
      return {kind: 'archive', file: path.join(folder, kind.archive)}
    }
  }
  if (!(await isLayout(place, files))) return null
  const [layer, second] = await readArtifacts(place, [kind.mediaType], files)
  if (second) {
    throw new UserError('image/database-malformed', `The OCI layout "${place}" holds several databases of one kind.`, {
      hint: 'Keep one of them: which of two answers would be believed?',
    })
  }
  return layer ? {kind: 'archive', file: layer.file} : null
}

function missing(place: string, exists: boolean): UserError {
  const seen = exists
    ? `There is no database of Trivy in "${place}".`
    : `There is nothing at "${place}", where the database of Trivy should be.`
  return new UserError('image/database-missing', seen, {
    hint: 'Expected a cache folder of Trivy (with db/trivy.db), a folder with trivy.db and metadata.json, the db.tar.gz that `oras pull` writes, or an OCI layout of trivy-db.',
  })
}

async function put(found: Found, kind: TrivyKind, cacheFolder: string, ports: DatabasePorts): Promise<void> {
  const target = `${cacheFolder}/${kind.folder}`
  const names = [kind.file, 'metadata.json']
  if (found.kind === 'archive') return unpack(found.file, names, target, ports)
  for (const name of names) {
    const file = path.join(found.folder, name)
    if (!(await ports.files.exists(file))) throw incomplete(found.folder, name)
    await ports.folders.link(file, `${target}/${name}`)
  }
}

/** The databases have 0.8 and 1.5 GB, unpacked (November 2026). */
const maxUnpackedBytes = 16 * 1024 ** 3

async function unpack(file: string, names: readonly string[], target: string, ports: DatabasePorts): Promise<void> {
  const archive = {
    name: file,
    code: 'image/database-malformed',
    hint: 'Copy the database again: it is one tar.gz with trivy.db and metadata.json in it.',
    maxBytes: maxUnpackedBytes,
  } as const
  const seen = new Set<string>()
  for await (const {name, size, content} of readTarGz(ports.files.stream(file), archive)) {
    if (!names.includes(name)) continue
    const free = await ports.folders.freeBytes(target)
    if (size > free) throw diskFull(file, size, free, target)
    await ports.folders.write(`${target}/${name}`, content)
    seen.add(name)
  }
  const absent = names.find(name => !seen.has(name))
  if (absent !== undefined) throw incomplete(file, absent)
}

function diskFull(file: string, size: number, free: number, target: string): UserError {
  return new UserError(
    'image/disk-full',
    `The database in ${file} needs ${size} bytes, and ${free} are free where "${target}" would be.`,
    {
      hint: 'Make room, set TMPDIR to a larger disk, or give the unpacked folder as `database`: it is used where it lies.',
    },
  )
}

function incomplete(place: string, name: string): UserError {
  return new UserError('image/database-malformed', `"${place}" holds no "${name}".`, {
    hint: 'Copy the database again, both files of it: trivy.db, and metadata.json, which says how old it is.',
  })
}

async function checkHeader(file: string, place: string, {files}: DatabasePorts): Promise<void> {
  if (await files.open(file, isBbolt)) return
  throw new UserError('image/database-corrupt', `The trivy.db in "${place}" is not a database of Trivy.`, {
    hint: 'It was damaged, or something else was given its name: copy it again.',
  })
}

/** In messages it is what somebody brought, and not our copy of it. @throws UserError as `readBuilt` */
function builtOf(found: Found, kind: TrivyKind, cacheFolder: string, {files}: DatabasePorts): Promise<string> {
  const shown =
    found.kind === 'folder' ? path.join(found.folder, 'metadata.json') : `The metadata.json in ${found.file}`
  return readBuilt(`${cacheFolder}/${kind.folder}/metadata.json`, kind.schemaVersion, files, shown)
}
