/**
 * The port of everything that is kept in git: a branch as a small store of text files with compare-and-swap. The ledger
 * and the evidence know this and nothing beneath it. `github/git-branch.ts` fills it through GitHub's Git data API,
 * `pushed-branch.ts` with the git program and any remote. The branch has a root of its own and shares no history with code.
 */

export interface BranchEntry {
  readonly name: string
  readonly kind: 'file' | 'folder' | 'other'
  /** Name of the content: what was read under one name is right for ever. */
  readonly sha: string
}

/** The branch at one commit. */
export interface BranchSnapshot {
  readonly commit: string
  /** What stands in a folder, in git's order; empty where there is no such folder. `''` is the root. */
  list(folder: string): Promise<readonly BranchEntry[]>
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
  /** Where a person finds it: the branch and its repository, without secrets. */
  readonly location: string
  /** Newest commit; null when the branch does not exist. */
  head(): Promise<string | null>
  at(commit: string): BranchSnapshot
  /** Compare-and-swap. Finds out what happened when an answer is lost, so that one change is never committed twice. */
  commit(change: BranchChange): Promise<CommitOutcome>
}
