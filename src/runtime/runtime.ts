import {randomUUID} from 'node:crypto'
import {type Clock, systemClock} from './clock.ts'
import {createDownloads, type Downloads} from './download.ts'
import {type Exec, systemExec} from './exec.ts'
import {type Files, systemFiles} from './files.ts'
import {type Folders, systemFolders} from './folders.ts'
import {type Host, systemHost} from './host.ts'
import {createHttp, type Http} from './http.ts'
import {type Log, stderrLog} from './log.ts'
import {followProxy} from './proxy.ts'

/** The machine: everything outside that is not a named system of its own. The only place of clocks, files, programs, sockets and randomness. */
export interface Runtime {
  readonly clock: Clock
  readonly exec: Exec
  readonly files: Files
  readonly folders: Folders
  readonly http: Http
  readonly downloads: Downloads
  readonly log: Log
  readonly host: Host
  readonly env: Readonly<Record<string, string | undefined>>
  /** A new unique name, for rollouts and requests. */
  readonly newId: () => string
}

export function systemRuntime(log: Log = stderrLog): Runtime {
  let followed = false
  const followProxyOnce = () => {
    if (!followed) followProxy(process.env, log)
    followed = true
  }
  return {
    clock: systemClock,
    exec: systemExec,
    files: systemFiles,
    folders: systemFolders,
    http: createHttp(systemClock, followProxyOnce),
    downloads: createDownloads(followProxyOnce),
    log,
    host: systemHost,
    env: process.env,
    newId: () => randomUUID(),
  }
}
