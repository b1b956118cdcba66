import type {ImagePorts} from '../../../src/image/inputs/open.ts'
import {systemExec} from '../../../src/runtime/exec.ts'
import {systemFiles} from '../../../src/runtime/files.ts'
import {systemFolders} from '../../../src/runtime/folders.ts'
import {createHttp} from '../../../src/runtime/http.ts'
import {silentLog} from '../../../src/runtime/log.ts'
import {fakeClock} from '../../fakes/clock.ts'

/** The real machine, but for its clock and its environment: waiting between attempts takes no time. */
export function imagePorts(change: Partial<ImagePorts> = {}): ImagePorts {
  return {
    http: createHttp(fakeClock()),
    exec: systemExec,
    files: systemFiles,
    folders: systemFolders,
    log: silentLog,
    env: {},
    ...change,
  }
}
