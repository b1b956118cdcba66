/**
 * A branch of any remote, kept by the git program alone: no checkout, no API. A push that names the commit it replaces
 * (`--force-with-lease=<ref>:<commit>`) is the compare-and-swap: the remote compares under its own lock, and whoever lost
 * the race is refused. https://git-scm.com/docs/git-push#Documentation/git-push.txt---force-with-leaserefnameexpect
 */
import {type Failure, SystemError} from '../core/failure.ts'
import type {Clock} from '../runtime/clock.ts'
import type {Files} from '../runtime/files.ts'
import type {BranchChange, BranchSnapshot, CommitOutcome, GitBranch} from './branch.ts'
import {type Clone, openClone} from './clone.ts'
import {gitFailure, maskSecrets} from './failures.ts'
import {once} from './once.ts'
import {fetchTimeoutMs, type GitMachine, openGitProgram, remoteTimeoutMs} from './program.ts'
import {judgePush, type PushOutcome} from './push.ts'
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
  const remote = once(() => findRemote(git, machine.env, options))
  const shown = maskSecrets(options.remote)
  return {branch: name => openPushedBranch({clone, clock: machine.clock, remote, shown}, name)}
}

interface BranchParts {
  readonly clone: Clone
  readonly clock: Clock
  readonly remote: () => Promise<Remote>
  readonly shown: string
}

function openPushedBranch({clone, clock, remote, shown}: BranchParts, name: string): GitBranch {
  const ref = `refs/heads/${name}`
  const location = `branch ${name} of ${shown}`
  /** Commits that are in the copy for sure. */
  const present = new Set<string>()
  /** Commits that this object knows to have a successor. */
  const superseded = new Set<string>()
  let written = 0

  /** Asks the remote. `args` stand before the address, `refs` behind it. */
  const ask = async (args: readonly string[], refs: readonly string[], timeoutMs = remoteTimeoutMs) => {
    const {address, access} = await remote()
    return clone.run([...args, '--', address, ...refs], {...access, timeoutMs})
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
    const isHere =
      (await clone.has(commit)) ||
      (await bring(commit, present.size > 0 || (await clone.knows(name)) ? [] : ['--depth=1'])) ||
      (await bring(commit, [wholeHistory]))
    if (!isHere) throw commitMissing(location, commit)
    present.add(commit)
  }

  /** Fetches the branch, and answers whether the commit has come with it. */
  const bring = async (commit: string, depth: readonly string[]): Promise<boolean> => {
    const fetched = await ask(['fetch', '--quiet', '--no-tags', ...depth], [ref], fetchTimeoutMs)
    if (/couldn't find remote ref/i.test(fetched.stderr)) throw commitMissing(location, commit)
    if (fetched.exitCode !== 0) throw gitFailure(fetched, `fetch the ${location}`)
    // A note is kept for a commit that is here; where it fails, another process may have been faster.
    return (await clone.note(name, commit)) || clone.has(commit)
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
    // Where this fails, a later fetch brings something twice: no more.
    await clone.note(name, created)
    if (written % commitsPerTidy === 0) await clone.tidy()
    written += 1
    return {kind: 'committed', commit: created}
  }

  const push = async (created: string, expectedHead: string | null): Promise<PushOutcome> => {
    const lease = `--force-with-lease=${ref}:${expectedHead ?? ''}`
    return judgePush(await ask(['push', '--porcelain', '--no-verify', lease], [`${created}:${ref}`]), location)
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

function isWorthAgain(failure: Failure): boolean {
  return failure instanceof SystemError && failure.retryable
}

function commitMissing(location: string, commit: string): SystemError {
  return new SystemError('git/commit-missing', `The ${location} has no commit ${commit} any more.`, {
    system: 'git',
    retryable: true,
    hint: 'Somebody moved the branch back or deleted it. Only Slipway writes there.',
  })
}
