/**
 * A branch of the repository as a small store, through the Git data API: no checkout, no git program. The update of the
 * branch is never forced, so GitHub itself refuses whoever lost a race: that is the compare-and-swap of every ledger.
 * The branch has a root of its own and shares no history with the code.
 * https://docs.github.com/rest/git
 */
import * as z from 'zod'
import {SystemError, UserError} from '../core/failure.ts'
import type {Clock} from '../runtime/clock.ts'
import {type GitHub, GitHubRefusal, mayHaveActed} from './client.ts'

export interface TreeEntry {
  readonly name: string
  readonly kind: 'file' | 'folder' | 'other'
  readonly sha: string
}

/** The branch at one commit. Reads nothing twice. */
export interface BranchSnapshot {
  readonly commit: string
  /** What stands in a folder; empty where there is no such folder. `''` is the root. */
  list(folder: string): Promise<readonly TreeEntry[]>
  /** Text of a file, or null where there is none. */
  readText(path: string): Promise<string | null>
  /** The first parent; null for the root commit. */
  parent(): Promise<string | null>
}

export type CommitOutcome =
  | {readonly kind: 'committed'; readonly commit: string}
  /** Somebody else moved the branch. Nothing was written. */
  | {readonly kind: 'conflict'}

export interface BranchChange {
  /** Text by path. Files that are not named stay as they are. */
  readonly files: Readonly<Record<string, string>>
  readonly message: string
  /** Commit that the branch must stand at; null when it must not exist. */
  readonly expectedHead: string | null
}

export interface GitBranch {
  readonly name: string
  /** Newest commit; null when the branch does not exist. Never older than what this object committed or was told before. */
  head(): Promise<string | null>
  at(commit: string): BranchSnapshot
  /** Compare-and-swap. Finds out what happened when an answer is lost, so that one change is never committed twice. */
  commit(change: BranchChange): Promise<CommitOutcome>
}

const sha = z.string().regex(/^[0-9a-f]{40,64}$/)
const refAnswer = z.object({object: z.object({sha})})
const commitAnswer = z.object({sha, tree: z.object({sha}), parents: z.array(z.object({sha}))})
const createdAnswer = z.object({sha})
const treeAnswer = z.object({
  truncated: z.boolean(),
  tree: z.array(z.object({path: z.string(), type: z.string(), sha})),
})
const blobAnswer = z.object({content: z.string(), encoding: z.literal('base64')})

type Commit = z.output<typeof commitAnswer>

const read = {permission: 'contents: read'} as const
const write = {permission: 'contents: write'} as const
const maxAttempts = 4

export function openGitBranch(github: GitHub, name: string, clock: Clock): GitBranch {
  // Commits, trees and blobs are named by their content, so what was read once is right for ever.
  const commits = new Map<string, Promise<Commit>>()
  const trees = new Map<string, Promise<readonly TreeEntry[]>>()
  const blobs = new Map<string, Promise<string>>()
  /** Commits that this object knows to have a successor. */
  const superseded = new Set<string>()

  const readCommit = (commit: string) =>
    once(commits, commit, () =>
      github.request(
        'GET /repos/{owner}/{repo}/git/commits/{commit_sha}',
        {commit_sha: commit},
        {...read, answer: commitAnswer},
      ),
    )

  const readTree = (tree: string) =>
    once(trees, tree, async () => {
      const answer = await github.request(
        'GET /repos/{owner}/{repo}/git/trees/{tree_sha}',
        {tree_sha: tree},
        {...read, answer: treeAnswer},
      )
      if (answer.truncated) {
        throw new SystemError('github/folder-too-large', `A folder of the branch ${name} is too large to be listed.`, {
          system: 'github',
          retryable: false,
        })
      }
      return answer.tree.map(({path, type, sha}) => ({name: path, kind: kindOf(type), sha}))
    })

  const readBlob = (blob: string) =>
    once(blobs, blob, async () => {
      const answer = await github.request(
        'GET /repos/{owner}/{repo}/git/blobs/{file_sha}',
        {file_sha: blob},
        {...read, answer: blobAnswer},
      )
      return Buffer.from(answer.content, 'base64').toString('utf8')
    })

  const list = async (commit: string, folder: string): Promise<readonly TreeEntry[]> => {
    let entries = await readTree((await readCommit(commit)).tree.sha)
    for (const step of folder.split('/').filter(part => part !== '')) {
      const next = entries.find(entry => entry.name === step && entry.kind === 'folder')
      if (!next) return []
      entries = await readTree(next.sha)
    }
    return entries
  }

  const readHead = async () => {
    const answer = await github.find(
      'GET /repos/{owner}/{repo}/git/ref/{ref}',
      {ref: `heads/${name}`},
      {...read, answer: refAnswer},
    )
    return answer?.object.sha ?? null
  }

  const head = async () => {
    for (let attempt = 0; ; attempt++) {
      const found = await readHead()
      // A replica may lag behind a write that was confirmed. After three looks GitHub is believed: somebody may have
      // moved the branch back, and a decision made on it is refused by the compare-and-swap anyway.
      if (found === null || !superseded.has(found) || attempt === 2) return found
      await clock.sleep(500 * 2 ** attempt)
    }
  }

  /** Whether `commit` is the head or was, since `expectedHead`: the branch is linear, so the walk is short. */
  const wasReached = async (commit: string, from: string | null, expectedHead: string | null) => {
    for (let at = from; at !== null && at !== expectedHead; at = (await readCommit(at)).parents[0]?.sha ?? null) {
      if (at === commit) return true
    }
    return false
  }

  const moveTo = async (commit: string, expectedHead: string | null) => {
    if (expectedHead === null) {
      await github.request(
        'POST /repos/{owner}/{repo}/git/refs',
        {ref: `refs/heads/${name}`, sha: commit},
        {...write, answer: refAnswer},
      )
      return
    }
    await github.request(
      'PATCH /repos/{owner}/{repo}/git/refs/{ref}',
      {ref: `heads/${name}`, sha: commit, force: false},
      {...write, answer: refAnswer},
    )
  }

  const createCommit = async ({files, message, expectedHead}: BranchChange) => {
    const tree = await github.request(
      'POST /repos/{owner}/{repo}/git/trees',
      {
        ...(expectedHead === null ? {} : {base_tree: (await readCommit(expectedHead)).tree.sha}),
        tree: Object.entries(files).map(([path, content]) => ({path, mode: '100644', type: 'blob', content})),
      },
      {...write, answer: createdAnswer, repeatable: true},
    )
    // Repeating leaves at most a commit that nothing refers to, which git sweeps away.
    return github.request(
      'POST /repos/{owner}/{repo}/git/commits',
      {message, tree: tree.sha, parents: expectedHead === null ? [] : [expectedHead]},
      {...write, answer: createdAnswer, repeatable: true},
    )
  }

  const commit = async (change: BranchChange): Promise<CommitOutcome> => {
    const {expectedHead} = change
    const created = await createCommit(change)
    for (let attempt = 1; ; attempt++) {
      try {
        await moveTo(created.sha, expectedHead)
        break
      } catch (error) {
        if (!(error instanceof GitHubRefusal) && !mayHaveActed(error)) throw error
        const now = await readHead()
        if (await wasReached(created.sha, now, expectedHead)) break
        if (now !== expectedHead) return {kind: 'conflict'}
        if (error instanceof GitHubRefusal && isRule(error)) throw protectedBranch(name, error)
        if (attempt === maxAttempts) throw error
        await clock.sleep(500 * 2 ** (attempt - 1))
      }
    }
    if (expectedHead !== null) superseded.add(expectedHead)
    return {kind: 'committed', commit: created.sha}
  }

  return {
    name,
    head,
    at: commit => ({
      commit,
      list: folder => list(commit, folder),
      readText: async path => {
        const parts = path.split('/')
        const entries = await list(commit, parts.slice(0, -1).join('/'))
        const entry = entries.find(each => each.name === parts.at(-1) && each.kind === 'file')
        return entry ? readBlob(entry.sha) : null
      },
      parent: async () => (await readCommit(commit)).parents[0]?.sha ?? null,
    }),
    commit,
  }
}

/** Remembers an answer by name. A failure is not remembered. */
function once<T>(known: Map<string, Promise<T>>, name: string, ask: () => Promise<T>): Promise<T> {
  const found = known.get(name)
  if (found) return found
  const asked = ask()
  known.set(name, asked)
  asked.catch(() => known.delete(name))
  return asked
}

function kindOf(type: string): TreeEntry['kind'] {
  switch (type) {
    case 'blob':
      return 'file'
    case 'tree':
      return 'folder'
    default:
      // A submodule: none of ours, and a reader refuses what it does not know.
      return 'other'
  }
}

function isRule(error: GitHubRefusal): boolean {
  return /rule violation|protected branch/i.test(error.message)
}

function protectedBranch(name: string, cause: GitHubRefusal): UserError {
  return new UserError(
    'github/branch-protected',
    `A rule of the repository forbids to write ${name}. ${cause.message}`,
    {
      hint: 'Exclude the branches "slipway/**" from the rule, or let GitHub Actions bypass it.',
      cause,
    },
  )
}
