/** Releases of scanners that nobody may run, however they came here. */
import {UserError} from '../../core/failure.ts'
import type {ToolName} from './pins.ts'

const malicious: readonly {readonly tool: ToolName; readonly version: string}[] = [
  // Made by an intruder in March 2026 (CVE-2026-33634): 0.69.4 as a release, 0.69.5 and 0.69.6 as images.
  {tool: 'trivy', version: '0.69.4'},
  {tool: 'trivy', version: '0.69.5'},
  {tool: 'trivy', version: '0.69.6'},
]

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
