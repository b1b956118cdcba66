/** A real bare repository as a remote, and processes that reach it by the git program: with counts, and with faults. */
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import * as path from 'node:path'
import {openRemoteRepository, type RemoteRepository} from '../../src/git/pushed-branch.ts'
import type {RemoteOptions} from '../../src/git/remote.ts'
import type {Clock} from '../../src/runtime/clock.ts'
import {type Exec, type ExecResult, systemExec} from '../../src/runtime/exec.ts'
import {systemFiles} from '../../src/runtime/files.ts'
import {type BareRepository, openBareRepository} from '../fakes/github/repository.ts'

/** What happens instead of one run of git, given the run itself. */
export type GitFault = (really: () => Promise<ExecResult>) => Promise<ExecResult>

export interface RemoteWorld {
  readonly folder: string
  /** Where the bare repository lies. */
  readonly remoteFolder: string
  readonly repository: BareRepository
  /** Arguments of every git that was run, without the fixed settings. */
  readonly runs: string[][]
  /** What git was given to write into its repository, in bytes. */
  bytesWritten: number
  /** Environment of every git that is run from here. */
  readonly env: Record<string, string>
  /** Where every git that is run from here stands. Default: where the tests do. */
  workingFolder?: string
  /** A process on a machine of its own, or on one that it shares with the others of the same name. */
  open(options?: Partial<RemoteOptions> & {machine?: string}): RemoteRepository
  /** The next run of this git command goes this way. */
  fail(command: string, fault: GitFault): void
  close(): Promise<void>
}

export async function createRemoteWorld(): Promise<RemoteWorld> {
  const folder = await mkdtemp(path.join(tmpdir(), 'slipway-git-'))
  const remoteFolder = path.join(folder, 'remote.git')
  const repository = await openBareRepository(remoteFolder)
  const faults: {command: string; fault: GitFault}[] = []
  let machines = 0

  const exec: Exec = {
    run(argv, options) {
      const args = argv.slice(1).filter((arg, index, all) => arg !== '-c' && all[index - 1] !== '-c')
      world.runs.push(args)
      const command = args.find(arg => !arg.startsWith('-')) ?? ''
      if (command === 'fast-import') world.bytesWritten += Buffer.byteLength(options?.input ?? '')
      const standing = world.workingFolder === undefined ? {} : {cwd: world.workingFolder}
      const really = () => systemExec.run(argv, {...options, ...standing})
      const at = faults.findIndex(each => each.command === command)
      const [met] = at < 0 ? [] : faults.splice(at, 1)
      return met ? met.fault(really) : really()
    },
  }

  const world: RemoteWorld = {
    folder,
    remoteFolder,
    repository,
    runs: [],
    bytesWritten: 0,
    // Nothing of the machine that runs the tests: neither its user's configuration nor its system's.
    env: {PATH: process.env.PATH ?? '', HOME: folder, GIT_CONFIG_NOSYSTEM: '1'},
    open({machine = `machine-${++machines}`, ...options} = {}) {
      return openRemoteRepository(
        {exec, env: world.env, files: systemFiles, clock: hastyClock},
        {remote: remoteFolder, folder: path.join(folder, machine), ...options},
      )
    },
    fail(command, fault) {
      faults.push({command, fault})
    },
    async close() {
      repository.stop()
      await rm(folder, {recursive: true, maxRetries: 3})
    },
  }
  return world
}

/** Waits in truth, since other processes have to get on meanwhile, but a tenth of what it is asked to. */
const hastyClock: Clock = {
  now: () => new Date('2026-11-21T10:00:00Z'),
  sleep: durationMs => new Promise(resolve => setTimeout(resolve, durationMs / 10)),
}

/** How git ends when the connection breaks in the middle. */
export const hungUp: ExecResult = {
  exitCode: 128,
  stdout: '',
  stderr: 'fatal: the remote end hung up unexpectedly\n',
  timedOut: false,
  outputTooLarge: false,
  notFound: false,
}

/** It happens, and its answer is lost. */
export const loseAnswer: GitFault = async really => {
  await really()
  return hungUp
}

/** It does not happen, and nobody says so. */
export const loseRequest: GitFault = () => Promise.resolve(hungUp)
