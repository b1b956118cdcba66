/** Where a scanner's program is, and which version: on PATH, or downloaded and verified. */
import type {ToolsConfig} from '../../config/image-schema.ts'
import {assertNever} from '../../core/assert.ts'
import type {ScannerPorts} from '../scanners/ports.ts'
import {downloadTool} from './download.ts'
import {scrubbedEnvironment} from './environment.ts'
import {refuseMalicious, refuseMaliciousOnPath} from './known-bad.ts'
import {type Pins, pins, type ToolName} from './pins.ts'
import {runTool} from './run.ts'

export interface Tool {
  /** What to run: a name that PATH leads to, or an absolute path. */
  readonly program: string
  /** As it says itself, or as it was pinned; null where it does not say. */
  readonly version: string | null
}

type FindPorts = Pick<ScannerPorts, 'exec' | 'files' | 'folders' | 'downloads' | 'host' | 'log' | 'env'>

/**
 * @param pinned for tests: what may be downloaded
 * @throws UserError `image/scanner-not-found`, `image/scanner-malicious`, and those of the download
 */
export async function findTool(name: ToolName, tools: ToolsConfig, ports: FindPorts, pinned = pins): Promise<Tool> {
  switch (tools.from) {
    case 'path':
      return onPath(name, ports)
    case 'download':
      return downloaded(name, tools, ports, pinned)
    default:
      return assertNever(tools.from)
  }
}

async function downloaded(name: ToolName, tools: ToolsConfig, ports: FindPorts, pinned: Pins): Promise<Tool> {
  const tool = await downloadTool({name, version: tools[name], folder: tools.folder}, pinned, ports)
  ports.log.info(`${name} ${tool.version}, exactly as it is pinned.`)
  return tool
}

async function onPath(name: ToolName, ports: FindPorts): Promise<Tool> {
  await refuseMaliciousOnPath(name, ports)
  const version = await askVersion(name, name, ports)
  refuseMalicious(name, version)
  ports.log.info(
    `${name} ${version ?? 'of unknown version'}, as PATH leads to it: nobody compared its bytes with a release.`,
  )
  return {program: name, version}
}

async function askVersion(name: ToolName, program: string, ports: FindPorts): Promise<string | null> {
  const ran = await runTool(
    {
      tool: name,
      program,
      args: ['--version'],
      env: scrubbedEnvironment(ports.env, [], {}),
      folder: ports.folders.temporaryRoot,
      timeoutMs: 60_000,
      maxOutputBytes: 1024 * 1024,
      shown: `${name} --version`,
      hint: `Check that this ${name} was made for this machine.`,
    },
    ports,
  )
  return parseVersion(ran.stdout)
}

/** `Version: 0.69.3` in a line of its own (Trivy), or `grype 0.117.0`; null where it does not say: `grype [not provided]`. */
export function parseVersion(text: string): string | null {
  return /^(?:Version:|grype)[ \t]+v?([\w.+-]+)$/m.exec(text)?.[1] ?? null
}
