/** A real bare git repository: GitHub's Git data API on git's own objects, with refs moved by the git program. */
import {spawn} from 'node:child_process'
import {mkdir} from 'node:fs/promises'
import {formatTree, type GitObject, parseTree, startReader, type TreeLine, writeObject} from './objects.ts'

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
  /** Adds a commit to a branch, made when it is missing, as a person would. Answers the commit. */
  commitFiles(branch: string, files: Readonly<Record<string, string>>, message: string): Promise<string>
  /** Runs git in the repository, for what a test wants to look at or break. */
  git(args: readonly string[], input?: string | Buffer): Promise<string>
  stop(): void
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

  const reader = startReader(dir)
  const resolve = async (revision: string) => (await reader.read(`${revision}^{commit}`))?.sha ?? null

  const readTree = async (sha: string | null) => {
    const object = sha === null ? null : await reader.read(`${sha}^{tree}`)
    return object === null ? [] : parseTree(object.content)
  }

  const writeTree = async (entries: readonly NewTreeEntry[], base: string | null): Promise<string> => {
    const lines = new Map((await readTree(base)).map(line => [line.path, line]))
    const below = new Map<string, NewTreeEntry[]>()
    for (const entry of entries) {
      const slash = entry.path.indexOf('/')
      const name = slash < 0 ? entry.path : entry.path.slice(0, slash)
      if (slash >= 0) below.set(name, [...(below.get(name) ?? []), {...entry, path: entry.path.slice(slash + 1)}])
      else if (entry.sha === null) lines.delete(name)
      else lines.set(name, {mode: entry.mode, type: 'blob', sha: entry.sha, path: name})
    }
    for (const [name, inner] of below) {
      const old = lines.get(name)
      const sha = await writeTree(inner, old?.type === 'tree' ? old.sha : null)
      lines.set(name, {mode: '040000', type: 'tree', sha, path: name})
    }
    return writeObject(dir, 'tree', formatTree([...lines.values()]))
  }

  const listTree = async (tree: string, recursive: boolean): Promise<TreeLine[]> => {
    const lines = await readTree(tree)
    if (!recursive) return lines
    const deep = await Promise.all(
      lines.map(async line => {
        const inner = line.type === 'tree' ? await listTree(line.sha, true) : []
        return [line, ...inner.map(each => ({...each, path: `${line.path}/${each.path}`}))]
      }),
    )
    return deep.flat()
  }

  return {
    dir,
    resolve,
    read: sha => reader.read(sha),
    writeBlob: content => writeObject(dir, 'blob', content),
    writeTree,
    writeCommit: ({tree, parents, message, by}) => {
      const person = `${by.name} <${by.email}> ${by.seconds} +0000`
      const header = [
        `tree ${tree}`,
        ...parents.map(parent => `parent ${parent}`),
        `author ${person}`,
        `committer ${person}`,
      ]
      return writeObject(dir, 'commit', Buffer.from(`${header.join('\n')}\n\n${message}\n`))
    },
    listTree,
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
    async commitFiles(branch, files, message) {
      const head = await resolve(`refs/heads/${branch}`)
      const entries = await Promise.all(
        Object.entries(files).map(async ([file, content]) => ({
          path: file,
          mode: '100644',
          sha: await writeObject(dir, 'blob', Buffer.from(content, 'utf8')),
        })),
      )
      const parents = head === null ? [] : ['-p', head]
      const commit = await text(
        ['commit-tree', await writeTree(entries, head), ...parents, '-m', message],
        '',
        identity,
      )
      await must(['update-ref', `refs/heads/${branch}`, commit])
      return commit
    },
    git: (args, input = '') => text(args, input, identity),
    stop: () => reader.stop(),
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
