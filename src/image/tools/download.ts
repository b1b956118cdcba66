/**
 * A scanner that is downloaded: exactly the bytes that are pinned, from the release's own page. The archive is kept, and
 * is what is trusted: its sum is compared with the pin, and the program with what is in the archive, before each use.
 */
import {createHash} from 'node:crypto'
import * as path from 'node:path'
import {SystemError, UserError} from '../../core/failure.ts'
import type {Host} from '../../runtime/host.ts'
import type {ScannerPorts} from '../scanners/ports.ts'
import {isMalicious, refuseMalicious} from './known-bad.ts'
import type {Pin, Pins, ToolName} from './pins.ts'
import {readTarGz, type TarFile} from './tar-gz.ts'

type DownloadPorts = Pick<ScannerPorts, 'files' | 'folders' | 'downloads' | 'host' | 'log'>

export interface Wanted {
  readonly name: ToolName
  /** Undefined: the newest that is pinned. */
  readonly version: string | undefined
  /** Where archives and programs are kept. */
  readonly folder: string
}

/** The archives of the scanners have 30 to 80 MB, and the programs in them up to 250 MB (November 2026). */
const maxArchiveBytes = 300 * 1024 * 1024
const maxProgramBytes = 1024 * 1024 * 1024
const downloadTimeoutMs = 10 * 60_000

/**
 * @returns the absolute path of the program
 * @throws UserError `image/scanner-malicious`, `image/tool-not-pinned`, `image/tool-malformed`
 * @throws SystemError `image/tool-checksum-wrong`, and those of the download
 */
export async function downloadTool(
  wanted: Wanted,
  pins: Pins,
  ports: DownloadPorts,
): Promise<{readonly program: string; readonly version: string}> {
  const {name, folder} = wanted
  const {version, pin} = choosePin(wanted, pins, ports.host)
  const kept = path.resolve(folder, `${name}-${version}-${pin.sha256.slice(0, 16)}`)
  const archive = `${kept}.tar.gz`
  if (!(await holds(archive, pin.sha256, ports))) await fetchArchive(name, pin, archive, ports)
  const program = path.join(kept, name)
  const inArchive = {name, archive, pin}
  if (!(await holds(program, await sha256InArchive(inArchive, ports), ports))) {
    await withProgram(inArchive, ports, ({content}) => ports.folders.write(program, content, {executable: true}))
  }
  return {program, version}
}

function choosePin({name, version}: Wanted, pins: Pins, host: Host): {readonly version: string; readonly pin: Pin} {
  const asked = version?.replace(/^v/, '')
  refuseMalicious(name, asked ?? null)
  const releases = pins[name].filter(each => !isMalicious(name, each.version))
  const release = asked === undefined ? releases[0] : releases.find(each => each.version === asked)
  if (!release) {
    const known = releases.map(each => each.version).join(', ')
    const seen =
      asked === undefined ? `No release of ${name} is pinned` : `The release ${asked} of ${name} is not pinned`
    throw new UserError('image/tool-not-pinned', `${seen}, so there is nothing to compare a download with.`, {
      hint: `Pinned: ${known || 'none'}. Or install ${name} before this step, and use \`tools: {from: path}\`.`,
    })
  }
  const machine = `${host.system}/${host.processor}`
  const pin = release.machines.get(machine)
  if (pin) return {version: release.version, pin}
  const known = [...release.machines.keys()].join(', ')
  throw new UserError('image/tool-not-pinned', `${name} ${release.version} is not pinned for ${machine}.`, {
    hint: `Pinned for ${known}. On other machines install ${name} before this step, and use \`tools: {from: path}\`.`,
  })
}

async function holds(file: string, sha256: string, {files}: DownloadPorts): Promise<boolean> {
  return (await files.exists(file)) && (await files.sha256(file)) === `sha256:${sha256}`
}

async function fetchArchive(name: ToolName, pin: Pin, archive: string, ports: DownloadPorts): Promise<void> {
  ports.log.info(`Downloading ${pin.url}`)
  const chunks = ports.downloads.open(pin.url, {
    maxBytes: maxArchiveBytes,
    timeoutMs: downloadTimeoutMs,
    system: new URL(pin.url).hostname,
  })
  // The file gets its name when all of it has been read; what throws before that leaves none behind.
  await ports.folders.write(archive, verified(chunks, name, pin))
}

async function* verified(chunks: AsyncIterable<Uint8Array>, name: ToolName, pin: Pin): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  for await (const chunk of chunks) {
    hash.update(chunk)
    yield chunk
  }
  const seen = hash.digest('hex')
  if (seen === pin.sha256) return
  throw new SystemError(
    'image/tool-checksum-wrong',
    `${pin.url} has the sha256 ${seen}. Pinned is ${pin.sha256}. The file was deleted, and nothing of it was run.`,
    {
      system: name,
      retryable: false,
      hint: 'Either a proxy changed the answer, or the release was replaced: compare with its signed checksums, and tell its maintainers. Do not run it.',
    },
  )
}

interface InArchive {
  readonly name: ToolName
  readonly archive: string
  readonly pin: Pin
}

async function sha256InArchive(tool: InArchive, ports: DownloadPorts): Promise<string> {
  const hash = createHash('sha256')
  await withProgram(tool, ports, async ({content}) => {
    for await (const chunk of content) hash.update(chunk)
  })
  return hash.digest('hex')
}

/** The one file that counts, at the top of the archive; licences and templates beside it are passed over. */
async function withProgram(
  {name, archive, pin}: InArchive,
  {files}: DownloadPorts,
  use: (program: TarFile) => Promise<void>,
): Promise<void> {
  const about = {
    name: pin.url,
    code: 'image/tool-malformed',
    hint: `Its sum is right, so this is a mistake in Slipway’s list: report it, and install ${name} before this step.`,
    maxBytes: maxProgramBytes,
  } as const
  for await (const file of readTarGz(files.stream(archive), about)) {
    if (file.name !== name) continue
    // To return its promise would close the archive before it has been read.
    await use(file)
    return
  }
  throw new UserError(about.code, `${pin.url} holds no program "${name}".`, {hint: about.hint})
}
