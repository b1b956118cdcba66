import type {ToolsConfig} from '../../config/image-schema.ts'
import type {Clock} from '../../runtime/clock.ts'
import type {Downloads} from '../../runtime/download.ts'
import type {Exec} from '../../runtime/exec.ts'
import type {Files} from '../../runtime/files.ts'
import type {Folders} from '../../runtime/folders.ts'
import type {Host} from '../../runtime/host.ts'
import type {Log} from '../../runtime/log.ts'

/** The machine, as far as a scanner needs it. */
export interface ScannerPorts {
  readonly exec: Exec
  readonly files: Pick<Files, 'isFolder' | 'exists' | 'readText' | 'sha256' | 'stream' | 'open' | 'list' | 'writeText'>
  readonly folders: Folders
  readonly downloads: Downloads
  readonly clock: Clock
  readonly log: Log
  readonly host: Host
  readonly env: Readonly<Record<string, string | undefined>>
}

export interface ScannerOptions {
  readonly tools: ToolsConfig
  /** Folder or OCI layout of its database; null: the tool's own cache, which it may download into. */
  readonly database: string | null
  readonly timeoutMs: number
}
