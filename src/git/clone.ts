/**
 * The bare copy of a remote, in a folder of its own: objects and nothing else, so that reading needs no second look at the
 * remote. Nothing in it is the truth: it may be deleted while none runs, and several processes may share it.
 */
import * as path from 'node:path'
import {UserError} from '../core/failure.ts'
import type {Clock} from '../runtime/clock.ts'
import type {ExecResult} from '../runtime/exec.ts'
import type {Files} from '../runtime/files.ts'
import type {BranchChange, BranchEntry} from './branch.ts'
import {gitFailure, isLocked} from './failures.ts'
import {renderImport} from './import-stream.ts'
import {once} from './once.ts'
import type {GitProgram, GitRun} from './program.ts'

export interface Clone {
  /** Runs git in the copy, and again while another process holds a lock there. */
  run(args: readonly string[], options?: Omit<GitRun, 'repository'>): Promise<ExecResult>
  has(commit: string): Promise<boolean>
  list(commit: string, folder: string): Promise<readonly BranchEntry[]>
  readText(commit: string, file: string): Promise<string | null>
  parentOf(commit: string): Promise<string | null>
  /** Writes the commit into the copy alone, and answers its name. */
  write(change: BranchChange): Promise<string>
  /** Whether a commit of the branch was noted here before. */
  knows(branch: string): Promise<boolean>
  /**
   * Notes where the branch stands, so that the next fetch asks only for what is new, and gc keeps it. False when the
   * commit is not here, or another process is noting something at this moment.
   */
  note(branch: string, commit: string): Promise<boolean>
  /** Packs loose objects, where git finds that there are many. */
  tidy(): Promise<void>
}

/** How often a lock is waited for: with the waits below about ten seconds. */
const maxLooks = 8
const marker = 'written-by-slipway.txt'

export function openClone(
  {git, files, clock}: {readonly git: GitProgram; readonly files: Files; readonly clock: Clock},
  folder: string,
): Clone {
  const repository = path.resolve(folder)

  const runPatiently = async (args: readonly string[], options: GitRun = {}): Promise<ExecResult> => {
    for (let look = 1; ; look++) {
      const result = await git.run(args, options)
      if (result.exitCode === 0 || !isLocked(result) || look === maxLooks) return result
      await clock.sleep(Math.min(2000, 100 * 2 ** look))
    }
  }

  const prepare = once(async (): Promise<void> => {
    await claim(files, repository)
    // No template: its hooks and settings would come along.
    const made = await runPatiently(['init', '--quiet', '--bare', '--template=', '--', repository])
    if (made.exitCode !== 0) throw gitFailure(made, `prepare the folder ${repository}`)
  })

  const run = async (args: readonly string[], options: Omit<GitRun, 'repository'> = {}): Promise<ExecResult> => {
    await prepare()
    return runPatiently(args, {...options, repository})
  }

  const must = async (args: readonly string[], doing: string, input?: string): Promise<string> => {
    const result = await run(args, input === undefined ? {} : {input})
    if (result.exitCode !== 0) throw gitFailure(result, doing)
    return result.stdout
  }

  return {
    run,

    async has(commit) {
      return (await run(['cat-file', '-e', `${commit}^{commit}`])).exitCode === 0
    },

    async list(commit, place) {
      const below = place === '' ? '' : `${place.replace(/\/+$/, '')}/`
      const text = await must(
        ['ls-tree', '-z', commit, ...(below === '' ? [] : ['--', below])],
        `list ${place || 'the files'} of ${commit}`,
      )
      return text
        .split('\0')
        .filter(line => line !== '')
        .map(line => parseEntry(line, below))
    },

    async readText(commit, file) {
      const answer = await must(['cat-file', '--batch'], `read ${file} of ${commit}`, `${commit}:${file}\n`)
      const end = answer.indexOf('\n')
      const isFile = /^[0-9a-f]+ blob \d+$/.test(answer.slice(0, end))
      return isFile ? answer.slice(end + 1, -1) : null
    },

    async parentOf(commit) {
      // The object itself, not `log`: that ends where a shallow fetch ended.
      const text = await must(['cat-file', 'commit', commit], `read the commit ${commit}`)
      return /^parent ([0-9a-f]+)$/m.exec(text.split('\n\n')[0] ?? '')?.[1] ?? null
    },

    async write(change) {
      const seconds = Math.floor(clock.now().getTime() / 1000)
      const stream = renderImport(change, seconds)
      const args = ['fast-import', '--quiet', '--date-format=raw']
      return (await must(args, 'write a commit', stream)).trim()
    },

    async knows(branch) {
      return (await run(['rev-parse', '--quiet', '--verify', refOf(branch)])).exitCode === 0
    },

    async note(branch, commit) {
      return (await git.run(['update-ref', refOf(branch), commit], {repository})).exitCode === 0
    },

    // How it ends does not matter: another process may be at it.
    async tidy() {
      await git.run(['gc', '--auto', '--quiet'], {repository})
    },
  }
}

function refOf(branch: string): string {
  return `refs/records/${branch}`
}

/** Takes a new folder, or one that was taken before. Never one that holds something else, such as a checkout. */
async function claim(files: Files, folder: string): Promise<void> {
  const mark = path.join(folder, marker)
  if (await files.exists(mark)) return
  const found = (await files.exists(folder)) ? (await files.list(folder)).files : []
  // A marker that is just being written beside its place belongs to another process like this one.
  const foreign = found.find(file => !file.path.startsWith(marker))
  if (foreign && !(await files.exists(mark))) {
    throw new UserError('records/folder-in-use', `${folder} holds something else already, such as ${foreign.path}.`, {
      hint: 'Give `records.folder` a folder of its own: Slipway keeps a bare copy of the remote there.',
    })
  }
  await files.createText(mark, 'A copy of ledgers and evidence, made by Slipway. It may be deleted while none runs.\n')
}

/** `<mode> <type> <object>\t<path>`: https://git-scm.com/docs/git-ls-tree#_output_format */
function parseEntry(line: string, below: string): BranchEntry {
  const tab = line.indexOf('\t')
  const [mode = '', , sha = ''] = line.slice(0, tab).split(' ')
  return {name: line.slice(tab + 1 + below.length), kind: kindOf(mode), sha}
}

/** A link or a submodule is none of ours, and a reader refuses what it does not know. */
function kindOf(mode: string): BranchEntry['kind'] {
  if (mode === '040000') return 'folder'
  return mode.startsWith('100') ? 'file' : 'other'
}
