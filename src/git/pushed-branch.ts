/**
 * A branch of any remote, kept by the git program alone: no checkout, no API. A push that names the commit it replaces
 * (`--force-with-lease=<ref>:<commit>`) is the compare-and-swap: the remote compares under its own lock, and whoever lost
 * the race is refused. https://git-scm.com/docs/git-push#Documentation/git-push.txt---force-with-leaserefnameexpect
 */
import {type Failure, SystemError, UserError} from '../core/failure.ts'
import type {Clock} from '../runtime/clock.ts'
import type {ExecResult} from '../runtime/exec.ts'
import type {Files} from '../runtime/files.ts'
import type {BranchChange, BranchSnapshot, CommitOutcome, GitBranch} from './branch.ts'
import {type Clone, openClone} from './clone.ts'
import {gitFailure, maskSecrets, wordsOf} from './failures.ts'
import {type GitMachine, type GitRun, openGitProgram, remoteTimeoutMs} from './program.ts'
import {findRemote, type Remote, type RemoteOptions} from './remote.ts'

export interface RemoteMachine extends GitMachine {
  readonly files: Files
  readonly clock: Clock
}

export interface RemoteRepository {
  branch(name: string): GitBranch
}

const maxAttempts = 5
/** How often a head that is known to be old is asked for again before it is believed. */
const maxStaleLooks = 2
/** After so many commits git is asked whether its objects want packing. */
const commitsPerTidy = 500
/** All of a history, however long (git's own word for infinite). */
const wholeHistory = '--depth=2147483647'

/** A remote by the git program. Nothing is asked of it before the first read or commit. */
export function openRemoteRepository(
  machine: RemoteMachine,
  {folder, ...options}: RemoteOptions & {readonly folder: string},
): RemoteRepository {
  const git = openGitProgram(machine)
  const clone = openClone({git, files: machine.files, clock: machine.clock}, folder)
  let found: Promise<Remote> | undefined
  const remote = () => {
    found ??= findRemote(git, machine.env, options)
    return found
  }
  const shown = maskSecrets(options.remote)
  return {branch: name => openPushedBranch({clone, clock: machine.clock, remote, shown}, name)}
}

interface BranchParts {
  readonly clone: Clone
  readonly clock: Clock
  readonly remote: () => Promise<Remote>
  readonly shown: string
}

type PushOutcome =
  | {readonly kind: 'pushed'}
  /** The branch was not where it was expected. */
  | {readonly kind: 'lost'; readonly failure: Failure}
  /** The remote says no: somebody else is just moving the branch, or a rule forbids it. */
  | {readonly kind: 'rejected'; readonly failure: Failure}
  /** No answer that could be understood: it may have happened. */
  | {readonly kind: 'unknown'; readonly failure: Failure}

function openPushedBranch({clone, clock, remote, shown}: BranchParts, name: string): GitBranch {
  const ref = `refs/heads/${name}`
  const location = `branch ${name} of ${shown}`
  /** Commits that are in the copy for sure. */
  const present = new Set<string>()
  /** Commits that this object knows to have a successor. */
  const superseded = new Set<string>()
  let written = 0

  /** Asks the remote. `args` stand before the address, `refs` behind it. */
  const ask = async (args: readonly string[], refs: readonly string[], options: GitRun = {}): Promise<ExecResult> => {
    const {address, access} = await remote()
    return clone.run([...args, '--', address, ...refs], {...access, timeoutMs: remoteTimeoutMs, ...options})
  }

  const readHead = async (): Promise<string | null> => {
    const listed = await ask(['ls-remote', '--quiet'], [ref])
    if (listed.exitCode !== 0) throw gitFailure(listed, `read the ${location}`)
    // The remote matches the end of a name: another ref may end in ours.
    const line = listed.stdout.split('\n').find(each => each.split('\t')[1] === ref)
    return line?.split('\t')[0] ?? null
  }

  const head = async (): Promise<string | null> => {
    for (let look = 0; ; look++) {
      const at = await readHead()
      // A mirror may lag behind a push that was confirmed. In the end the remote is believed: somebody may have moved the
      // branch back, and a decision that rests on an old head is refused by the compare-and-swap anyway.
      if (at === null || !superseded.has(at) || look === maxStaleLooks) return at
      await clock.sleep(500 * 2 ** look)
    }
  }

  /** Sees to it that a commit is in the copy. A history that is new here is fetched without its past. */
  const ensure = async (commit: string): Promise<void> => {
    if (present.has(commit)) return
    if (!(await clone.has(commit))) {
      await bring(commit, (await clone.knows(name)) ? [] : ['--depth=1'])
      if (!(await clone.has(commit))) await bring(commit, [wholeHistory])
      if (!(await clone.has(commit))) throw commitMissing(location, commit)
    }
    present.add(commit)
  }

  const bring = async (commit: string, depth: readonly string[]): Promise<void> => {
    const fetched = await ask(['fetch', '--quiet', '--no-tags', ...depth], [ref])
    if (/couldn't find remote ref/i.test(fetched.stderr)) throw commitMissing(location, commit)
    if (fetched.exitCode !== 0) throw gitFailure(fetched, `fetch the ${location}`)
    await clone.note(name, commit)
  }

  const commit = async (change: BranchChange): Promise<CommitOutcome> => {
    const {expectedHead} = change
    if (expectedHead !== null) await ensure(expectedHead)
    const created = await clone.write(change)
    for (let attempt = 1; ; attempt++) {
      const pushed = await push(created, expectedHead)
      if (pushed.kind === 'pushed') break
      // Nothing of ours was under way: the branch is somewhere else, and where is for the reader to find out.
      if (pushed.kind === 'lost' && attempt === 1) return {kind: 'conflict'}
      const now = await readHead()
      if (await contains(now, created)) break
      if (now !== expectedHead) return {kind: 'conflict'}
      if (!isWorthAgain(pushed.failure) || attempt === maxAttempts) throw pushed.failure
      await clock.sleep(200 * 2 ** (attempt - 1))
    }
    if (expectedHead !== null) superseded.add(expectedHead)
    present.add(created)
    await clone.note(name, created)
    if (written % commitsPerTidy === 0) await clone.tidy()
    written += 1
    return {kind: 'committed', commit: created}
  }

  const push = async (created: string, expectedHead: string | null): Promise<PushOutcome> => {
    const lease = `--force-with-lease=${ref}:${expectedHead ?? ''}`
    const pushed = await ask(['push', '--porcelain', '--no-verify', lease], [`${created}:${ref}`])
    if (pushed.exitCode === 0) return {kind: 'pushed'}
    const reason = rejection(pushed.stdout)
    if (reason === null) return {kind: 'unknown', failure: gitFailure(pushed, `push the ${location}`)}
    if (lostPattern.test(reason)) return {kind: 'lost', failure: contended(location, reason)}
    const isBusy = busyPattern.test(reason)
    return {kind: 'rejected', failure: isBusy ? contended(location, reason) : refused(location, reason, pushed)}
  }

  /** Whether the remote's branch, at `now`, has what we have written. */
  const contains = async (now: string | null, created: string): Promise<boolean> => {
    if (now === null || now === created) return now !== null
    await ensure(now)
    return (await clone.run(['merge-base', '--is-ancestor', created, now])).exitCode === 0
  }

  const at = (commit: string): BranchSnapshot => {
    const reading =
      <T, A extends readonly unknown[]>(read: (...args: A) => Promise<T>) =>
      async (...args: A): Promise<T> => {
        await ensure(commit)
        return read(...args)
      }
    return {
      commit,
      list: reading((folder: string) => clone.list(commit, folder)),
      readText: reading((path: string) => clone.readText(commit, path)),
      parent: reading(() => clone.parentOf(commit)),
    }
  }

  return {name, location, head, at, commit}
}

/** git's own words for a branch that is not where it was expected, before anything was sent. */
const lostPattern = /stale info|fetch first|non-fast-forward/
/** The remote's words for a branch that somebody else is moving at this moment. */
const busyPattern =
  /failed to (update|lock)|cannot lock|unable to lock|incorrect old value|already exists|reference conflict|expected .* but is/i

/**
 * The reason in git's porcelain answer: `!<tab><from>:<to><tab>[remote rejected] (<reason>)`. Null when nothing was
 * rejected, which includes `[remote failure]`: git's word for a report that never came.
 */
function rejection(stdout: string): string | null {
  const line = stdout.split('\n').find(each => each.startsWith('!') && !each.includes('[remote failure]'))
  return line === undefined ? null : maskSecrets(line.split('\t')[2] ?? 'rejected')
}

function isWorthAgain(failure: Failure): boolean {
  return failure instanceof SystemError && failure.retryable
}

function contended(location: string, reason: string): SystemError {
  return new SystemError('git/contended', `The remote could not move the ${location}: ${reason}.`, {
    system: 'git',
    retryable: true,
    hint: 'Others write there, or a lock was left behind on the remote. Try again.',
  })
}

function refused(location: string, reason: string, pushed: ExecResult): UserError {
  return new UserError(
    'git/push-refused',
    `The remote refuses to move the ${location}: ${reason}. ${wordsOf(pushed)}`,
    {
      hint: 'Exclude the branches "slipway/**" from its rules and hooks, or let this user push there.',
    },
  )
}

function commitMissing(location: string, commit: string): SystemError {
  return new SystemError('git/commit-missing', `The ${location} has no commit ${commit} any more.`, {
    system: 'git',
    retryable: true,
    hint: 'Somebody moved the branch back or deleted it. Only Slipway writes there.',
  })
}
