/**
 * Commits, trees and blobs of the repository, read through the Git data API. They are named by their content, so what was
 * read once is right for ever and is never asked for again. https://docs.github.com/rest/git
 */
import * as z from 'zod'
import {SystemError} from '../core/failure.ts'
import type {BranchEntry} from '../git/branch.ts'
import type {GitHub} from './client.ts'

export interface GitObjects {
  /** The tree of a commit. */
  treeOf(commit: string): Promise<string>
  /** The first parent of a commit; null for a root. */
  parentOf(commit: string): Promise<string | null>
  /** What stands in a folder of a commit; empty where there is no such folder. `''` is the root. */
  list(commit: string, folder: string): Promise<readonly BranchEntry[]>
  /** Text of a file of a commit, or null where there is none. */
  readText(commit: string, path: string): Promise<string | null>
}

/** The name of an object, sha1 or sha256. */
export const objectName = z.string().regex(/^[0-9a-f]{40,64}$/)

const commitAnswer = z.object({tree: z.object({sha: objectName}), parents: z.array(z.object({sha: objectName}))})
const treeAnswer = z.object({
  truncated: z.boolean(),
  tree: z.array(z.object({path: z.string(), type: z.string(), sha: objectName})),
})
const blobAnswer = z.object({content: z.string(), encoding: z.literal('base64')})

const permission = 'contents: read'

export function openGitObjects(github: GitHub): GitObjects {
  const readCommit = remembered(commit =>
    github.request(
      'GET /repos/{owner}/{repo}/git/commits/{commit_sha}',
      {commit_sha: commit},
      {permission, answer: commitAnswer},
    ),
  )
  const readTree = remembered(async tree => {
    const answer = await github.request(
      'GET /repos/{owner}/{repo}/git/trees/{tree_sha}',
      {tree_sha: tree},
      {permission, answer: treeAnswer},
    )
    if (answer.truncated) throw tooLarge(tree)
    return answer.tree.map(({path, type, sha}): BranchEntry => ({name: path, kind: kindOf(type), sha}))
  })
  const readBlob = remembered(async blob => {
    const answer = await github.request(
      'GET /repos/{owner}/{repo}/git/blobs/{file_sha}',
      {file_sha: blob},
      {permission, answer: blobAnswer},
    )
    return Buffer.from(answer.content, 'base64').toString('utf8')
  })

  const list = async (commit: string, folder: string): Promise<readonly BranchEntry[]> => {
    let entries = await readTree((await readCommit(commit)).tree.sha)
    for (const step of folder.split('/').filter(part => part !== '')) {
      const next = entries.find(entry => entry.name === step && entry.kind === 'folder')
      if (!next) return []
      entries = await readTree(next.sha)
    }
    return entries
  }

  return {
    treeOf: async commit => (await readCommit(commit)).tree.sha,
    parentOf: async commit => (await readCommit(commit)).parents[0]?.sha ?? null,
    list,
    readText: async (commit, path) => {
      const parts = path.split('/')
      const entries = await list(commit, parts.slice(0, -1).join('/'))
      const entry = entries.find(each => each.name === parts.at(-1) && each.kind === 'file')
      return entry ? readBlob(entry.sha) : null
    },
  }
}

/** Asks once for each name. A failure is not remembered. */
function remembered<T>(ask: (name: string) => Promise<T>): (name: string) => Promise<T> {
  const known = new Map<string, Promise<T>>()
  return name => {
    const found = known.get(name)
    if (found) return found
    const asked = ask(name)
    known.set(name, asked)
    asked.catch(() => known.delete(name))
    return asked
  }
}

function kindOf(type: string): BranchEntry['kind'] {
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

function tooLarge(tree: string): SystemError {
  return new SystemError('github/folder-too-large', `The folder ${tree} has more entries than GitHub lists.`, {
    system: 'github',
    retryable: false,
  })
}
