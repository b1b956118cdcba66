/** Releases of scanners that nobody may run, however they came here. */
import * as path from 'node:path'
import {messageOf, UserError} from '../../core/failure.ts'
import type {ScannerPorts} from '../scanners/ports.ts'
import type {ToolName} from './pins.ts'

const malicious: readonly {readonly tool: ToolName; readonly version: string}[] = [
  // Made by an intruder in March 2026 (CVE-2026-33634): 0.69.4 as a release, 0.69.5 and 0.69.6 as images.
  {tool: 'trivy', version: '0.69.4'},
  {tool: 'trivy', version: '0.69.5'},
  {tool: 'trivy', version: '0.69.6'},
]

/** @param version without a `v` */
export function isMalicious(tool: ToolName, version: string): boolean {
  return malicious.some(each => each.tool === tool && each.version === version)
}

/** @throws UserError `image/scanner-malicious` */
export function refuseMalicious(tool: ToolName, version: string | null): void {
  if (version === null || !isMalicious(tool, version)) return
  throw new UserError('image/scanner-malicious', `Trivy ${version} is malware: its release was made by an intruder.`, {
    hint: 'Remove it, rotate every secret that this machine has seen (CVE-2026-33634), and install 0.69.3, or 0.70 or newer.',
  })
}

/**
 * Looks into the program that PATH leads to, before it is run for the first time: to ask malware for its version is to
 * start it. A Go program holds the flags that it was linked with, and Trivy's version is one of them (`-X …/app.ver=`).
 * A program that hides this is still refused when it says its version.
 * @throws UserError `image/scanner-malicious`
 */
export async function refuseMaliciousOnPath(
  tool: ToolName,
  {files, env, host, log}: Pick<ScannerPorts, 'files' | 'env' | 'host' | 'log'>,
): Promise<void> {
  if (!malicious.some(each => each.tool === tool)) return
  try {
    const file = await onPath(tool, files, env.PATH ?? '', host.system)
    if (file !== null) await lookInto(file, tool, files)
  } catch (error) {
    if (error instanceof UserError && error.code === 'image/scanner-malicious') throw error
    // A folder of PATH that we may not list, or a program that may be run and not read.
    log.debug(`Nobody could look into ${tool} before it was run: ${messageOf(error)}`)
  }
}

async function lookInto(file: string, tool: ToolName, files: ScannerPorts['files']): Promise<void> {
  let end = Buffer.alloc(0)
  for await (const chunk of files.stream(file)) {
    const bytes = Buffer.concat([end, chunk])
    for (const version of versionsIn(bytes)) refuseMalicious(tool, version)
    // Looked at again with the next piece: a flag may lie across both.
    end = bytes.subarray(-64)
  }
}

const flag = 'app.ver='

function versionsIn(bytes: Buffer): readonly string[] {
  const found: string[] = []
  for (let at = bytes.indexOf(flag); at !== -1; at = bytes.indexOf(flag, at + 1)) {
    const start = at + flag.length
    const version = /^[0-9.]+(?=[^0-9.])/.exec(bytes.toString('latin1', start, start + 16))?.[0]
    if (version !== undefined) found.push(version)
  }
  return found
}

async function onPath(
  tool: ToolName,
  files: ScannerPorts['files'],
  folders: string,
  system: string,
): Promise<string | null> {
  const [separator, name] = system === 'win32' ? [';', `${tool}.exe`] : [':', tool]
  for (const folder of folders.split(separator)) {
    const file = path.join(folder, name)
    if (folder !== '' && (await files.exists(file)) && !(await files.isFolder(file))) return file
  }
  return null
}
