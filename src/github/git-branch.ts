/**
 * A branch of the repository as a small store, through the Git data API: no checkout, no git program. The update of the
 * branch is never forced, so GitHub itself refuses whoever lost a race: that is the compare-and-swap of every ledger.
 * https://docs.github.com/rest/git/refs
 */
import * as z from 'zod'
import {UserError} from '../core/failure.ts'
import type {BranchChange, CommitOutcome, GitBranch} from '../git/branch.ts'
import type {Clock} from '../runtime/clock.ts'
import type {GitHub} from './client.ts'
import {GitHubRefusal, mayHaveActed} from './failures.ts'
import {objectName, openGitObjects} from './git-objects.ts'

const refAnswer = z.object({object: z.object({sha: objectName})})
const createdAnswer = z.object({sha: objectName})
const writing = {permission: 'contents: write'} as const
const maxAttempts = 4
/** How often a head that is known to be old is asked for again before it is believed. */
const maxStaleLooks = 2

export function openGitBranch(github: GitHub, name: string, clock: Clock): GitBranch {
  const objects = openGitObjects(github)
  /** Commits that this object knows to have a successor. */
  const superseded = new Set<string>()

  const readHead = async () => {
    const answer = await github.find(
      'GET /repos/{owner}/{repo}/git/ref/{ref}',
      {ref: `heads/${name}`},
      {permission: 'contents: read', answer: refAnswer},
    )
    return answer?.object.sha ?? null
  }

  const head = async () => {
    for (let look = 0; ; look++) {
      const found = await readHead()
      // A replica may lag behind a write that was confirmed. In the end GitHub is believed: somebody may have moved the
      // branch back, and a decision that rests on an old head is refused by the compare-and-swap anyway.
      if (found === null || !superseded.has(found) || look === maxStaleLooks) return found
      await clock.sleep(500 * 2 ** look)
    }
  }

  const commit = async (change: BranchChange): Promise<CommitOutcome> => {
    const {expectedHead} = change
    const created = await createCommit(change)
    for (let attempt = 1; ; attempt++) {
      try {
        await moveTo(created, expectedHead)
        break
      } catch (error) {
        if (!(error instanceof GitHubRefusal) && !mayHaveActed(error)) throw error
        const now = await readHead()
        if (await contains(now, created, expectedHead)) break
        if (now !== expectedHead) return {kind: 'conflict'}
        if (error instanceof GitHubRefusal && isRule(error)) throw protectedBranch(name, error)
        if (attempt === maxAttempts) throw error
        await clock.sleep(500 * 2 ** (attempt - 1))
      }
    }
    if (expectedHead !== null) superseded.add(expectedHead)
    return {kind: 'committed', commit: created}
  }

  /** Both requests may be repeated: at most a commit is left that nothing refers to, which git sweeps away. */
  const createCommit = async ({files, message, expectedHead}: BranchChange): Promise<string> => {
    const tree = await github.request(
      'POST /repos/{owner}/{repo}/git/trees',
      {
        ...(expectedHead === null ? {} : {base_tree: await objects.treeOf(expectedHead)}),
        tree: Object.entries(files).map(([path, content]) => ({path, mode: '100644', type: 'blob', content})),
      },
      {...writing, answer: createdAnswer, repeatable: true},
    )
    const {sha} = await github.request(
      'POST /repos/{owner}/{repo}/git/commits',
      {message, tree: tree.sha, parents: expectedHead === null ? [] : [expectedHead]},
      {...writing, answer: createdAnswer, repeatable: true},
    )
    return sha
  }

  const moveTo = (commit: string, expectedHead: string | null) =>
    expectedHead === null
      ? github.request(
          'POST /repos/{owner}/{repo}/git/refs',
          {ref: `refs/heads/${name}`, sha: commit},
          {...writing, answer: refAnswer},
        )
      : github.request(
          'PATCH /repos/{owner}/{repo}/git/refs/{ref}',
          {ref: `heads/${name}`, sha: commit, force: false},
          {...writing, answer: refAnswer},
        )

  /** Whether `commit` lies between `expectedHead` and `from`. The branch is linear, so the walk is short. */
  const contains = async (from: string | null, commit: string, expectedHead: string | null) => {
    for (let at = from; at !== null && at !== expectedHead; at = await objects.parentOf(at)) {
      if (at === commit) return true
    }
    return false
  }

  return {
    name,
    location: `branch ${name} of ${github.repository.owner}/${github.repository.name}`,
    head,
    at: commit => ({
      commit,
      list: folder => objects.list(commit, folder),
      readText: path => objects.readText(commit, path),
      parent: () => objects.parentOf(commit),
    }),
    commit,
  }
}

function isRule(error: GitHubRefusal): boolean {
  return /rule violation|protected branch/i.test(error.message)
}

function protectedBranch(name: string, cause: GitHubRefusal): UserError {
  return new UserError(
    'github/branch-protected',
    `A rule of the repository forbids to write ${name}. ${cause.message}`,
    {hint: 'Exclude the branches "slipway/**" from the rule, or let GitHub Actions bypass it.', cause},
  )
}
