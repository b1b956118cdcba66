import {randomUUID} from 'node:crypto'
import {type Clock, systemClock} from './clock.ts'
import {type Exec, systemExec} from './exec.ts'
import {type Files, systemFiles} from './files.ts'
import {createHttp, type Http} from './http.ts'
import {type Log, stderrLog} from './log.ts'
import {followProxy} from './proxy.ts'

/** The machine: everything outside that is not a named system of its own. The only place of clocks, files, programs, sockets and randomness. */
export interface Runtime {
  readonly clock: Clock
  readonly exec: Exec
  readonly files: Files
  readonly http: Http
  readonly log: Log
  readonly env: Readonly<Record<string, string | undefined>>
  /** A new unique name, for rollouts and requests. */
  readonly newId: () => string
}

export function systemRuntime(log: Log = stderrLog): Runtime {
  return {
    clock: systemClock,
    exec: systemExec,
    files: systemFiles,
    http: createHttp(systemClock, () => followProxy(process.env, log)),
    log,
    env: process.env,
    newId: () => randomUUID(),
  }
}
