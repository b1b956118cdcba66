/** A real bare git repository, moved by the git program: what GitHub's Git data API does, done by git itself. */
import {spawn} from 'node:child_process'
import {randomUUID} from 'node:crypto'
import {mkdir, rm} from 'node:fs/promises'
import * as path from 'node:path'

export interface GitObject {
  readonly type: 'commit' | 'tree' | 'blob'
  readonly content: Buffer
}

export interface TreeLine {
  readonly mode: string
  readonly type: string
  readonly sha: string
  readonly path: string
}

export interface NewTreeEntry {
  readonly path: string
  readonly mode: string
  /** Null removes the entry. */
  readonly sha: string | null
}

export interface Signature {
  readonly name: string
  readonly email: string
  /** Seconds since 1970. */
  readonly seconds: number
}

export interface BareRepository {
  readonly dir: string
  /** Commit that a branch, tag or abbreviated object name stands for; null when there is none. */
  resolve(revision: string): Promise<string | null>
  read(sha: string): Promise<GitObject | null>
  writeBlob(content: Buffer): Promise<string>
  writeTree(entries: readonly NewTreeEntry[], base: string | null): Promise<string>
  writeCommit(commit: {tree: string; parents: readonly string[]; message: string; by: Signature}): Promise<string>
  listTree(tree: string, recursive: boolean): Promise<readonly TreeLine[]>
  /** git's own answer: true when the ref did not exist and does now. */
  createRef(ref: string, sha: string): Promise<boolean>
  /** git's own answer: `moved`, or why it refused. */
  moveRef(ref: string, sha: string, force: boolean): Promise<'moved' | 'no-such-ref' | 'not-fast-forward'>
  /** Runs git in the repository, for what a test wants to look at or break. */
  git(args: readonly string[], input?: string | Buffer): Promise<string>
}

interface GitResult {
  readonly code: number | null
  readonly stdout: Buffer
  readonly stderr: string
}

/** Opens the bare repository at `dir`, and creates it where there is none. */
export async function openBareRepository(dir: string): Promise<BareRepository> {
  const attempt = (args: readonly string[], input: string | Buffer = '', env: Record<string, string> = {}) =>
    runGit(['--git-dir', dir, ...args], input, env)
  const must = async (args: readonly string[], input: string | Buffer = '', env: Record<string, string> = {}) => {
    const result = await attempt(args, input, env)
    if (result.code !== 0) throw new Error(`git ${args.join(' ')} failed: ${result.stderr}`)
    return result.stdout
  }
  const text = async (...all: Parameters<typeof must>) => (await must(...all)).toString('utf8').trim()
  await mkdir(dir, {recursive: true})
  await must(['init', '--quiet', '--bare', '--initial-branch=main', dir])

  const resolve = async (revision: string) => {
    const result = await attempt(['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`])
    return result.code === 0 ? result.stdout.toString('utf8').trim() : null
  }

  return {
    dir,
    resolve,
    async read(sha) {
      const {stdout} = await attempt(['cat-file', '--batch'], `${sha}\n`)
      const end = stdout.indexOf('\n')
      const match = /^[0-9a-f]+ (commit|tree|blob) (\d+)$/.exec(stdout.subarray(0, end).toString('utf8'))
      const type = match?.[1]
      if (type !== 'commit' && type !== 'tree' && type !== 'blob') return null
      return {type, content: stdout.subarray(end + 1, end + 1 + Number(match?.[2]))}
    },
    writeBlob: content => text(['hash-object', '-w', '--stdin'], content),
    async writeTree(entries, base) {
      const index = path.join(dir, `index-${randomUUID()}`)
      const env = {GIT_INDEX_FILE: index}
      try {
        if (base !== null) await must(['read-tree', base], '', env)
        const lines = entries.map(({mode, sha, path: file}) =>
          sha === null ? `0 ${'0'.repeat(40)}\t${file}` : `${mode} ${sha}\t${file}`,
        )
        await must(['update-index', '--index-info'], `${lines.join('\n')}\n`, env)
        return await text(['write-tree'], '', env)
      } finally {
        await rm(index, {force: true})
      }
    },
    writeCommit: ({tree, parents, message, by}) => {
      const date = `${by.seconds} +0000`
      return text(['commit-tree', tree, ...parents.flatMap(parent => ['-p', parent])], message, {
        GIT_AUTHOR_NAME: by.name,
        GIT_AUTHOR_EMAIL: by.email,
        GIT_AUTHOR_DATE: date,
        GIT_COMMITTER_NAME: by.name,
        GIT_COMMITTER_EMAIL: by.email,
        GIT_COMMITTER_DATE: date,
      })
    },
    async listTree(tree, recursive) {
      const out = await text(['ls-tree', '-z', ...(recursive ? ['-r', '-t'] : []), tree])
      return out
        .split('\0')
        .filter(line => line !== '')
        .map(line => {
          const [about = '', file = ''] = line.split('\t')
          const [mode = '', type = '', sha = ''] = about.split(' ')
          return {mode, type, sha, path: file}
        })
    },
    async createRef(ref, sha) {
      const result = await attempt(['update-ref', ref, sha, '0'.repeat(40)])
      return result.code === 0
    },
    async moveRef(ref, sha, force) {
      const old = await resolve(ref)
      if (old === null) return 'no-such-ref'
      const forward = await attempt(['merge-base', '--is-ancestor', old, sha])
      if (!force && forward.code !== 0) return 'not-fast-forward'
      // The old value is named, so of two updates at once git lets one through.
      const moved = await attempt(['update-ref', ref, sha, old])
      return moved.code === 0 ? 'moved' : 'not-fast-forward'
    },
    git: (args, input = '') => text(args, input, identity),
  }
}

const identity = {
  GIT_AUTHOR_NAME: 'A person',
  GIT_AUTHOR_EMAIL: 'person@example.com',
  GIT_COMMITTER_NAME: 'A person',
  GIT_COMMITTER_EMAIL: 'person@example.com',
}

function runGit(args: readonly string[], input: string | Buffer, env: Record<string, string>): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', args, {
      env: {PATH: process.env.PATH ?? '', GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', ...env},
    })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
    child.on('error', reject)
    child.on('close', code =>
      resolve({code, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString('utf8')}),
    )
    child.stdin.on('error', () => {})
    child.stdin.end(input)
  })
}
