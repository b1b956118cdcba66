/** The machine of a scanner for tests: real files and folders, no log, no network, and whatever is given in their place. */
import type {ScannerPorts} from '../../src/image/scanners/ports.ts'
import {systemClock} from '../../src/runtime/clock.ts'
import {createDownloads} from '../../src/runtime/download.ts'
import {systemExec} from '../../src/runtime/exec.ts'
import {systemFiles} from '../../src/runtime/files.ts'
import {systemFolders} from '../../src/runtime/folders.ts'
import {silentLog} from '../../src/runtime/log.ts'

export function scannerPorts(change: Partial<ScannerPorts> = {}): ScannerPorts {
  return {
    exec: systemExec,
    files: systemFiles,
    folders: systemFolders,
    downloads: createDownloads(),
    clock: systemClock,
    log: silentLog,
    host: {system: 'linux', processor: 'x64'},
    env: {},
    ...change,
  }
}
