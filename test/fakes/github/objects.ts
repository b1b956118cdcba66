/** git's objects, written and parsed in git's own format. https://git-scm.com/book/en/v2/Git-Internals-Git-Objects */
import {type ChildProcessWithoutNullStreams, spawn} from 'node:child_process'
import {createHash, randomUUID} from 'node:crypto'
import {mkdir, rename, writeFile} from 'node:fs/promises'
import * as path from 'node:path'
import {deflateSync} from 'node:zlib'

export interface GitObject {
  readonly sha: string
  readonly type: 'commit' | 'tree' | 'blob'
  readonly content: Buffer
}

export interface TreeLine {
  readonly mode: string
  readonly type: string
  readonly sha: string
  readonly path: string
}

/** Writes a loose object, which git finds like its own. Answers its name. */
export async function writeObject(dir: string, type: GitObject['type'], content: Buffer): Promise<string> {
  const whole = Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content])
  const sha = createHash('sha1').update(whole).digest('hex')
  const folder = path.join(dir, 'objects', sha.slice(0, 2))
  await mkdir(folder, {recursive: true})
  const beside = path.join(folder, `tmp_${randomUUID()}`)
  await writeFile(beside, deflateSync(whole))
  await rename(beside, path.join(folder, sha.slice(2)))
  return sha
}

export function parseTree(content: Buffer): TreeLine[] {
  const lines: TreeLine[] = []
  let at = 0
  while (at < content.length) {
    const space = content.indexOf(0x20, at)
    const end = content.indexOf(0, space)
    const mode = content.subarray(at, space).toString('utf8').padStart(6, '0')
    const type = mode === '040000' ? 'tree' : mode === '160000' ? 'commit' : 'blob'
    const sha = content.subarray(end + 1, end + 21).toString('hex')
    lines.push({mode, type, sha, path: content.subarray(space + 1, end).toString('utf8')})
    at = end + 21
  }
  return lines
}

/** git sorts a folder as if its name ended with a slash. */
export function formatTree(lines: readonly TreeLine[]): Buffer {
  const key = ({path: name, type}: TreeLine) => Buffer.from(type === 'tree' ? `${name}/` : name)
  return Buffer.concat(
    lines
      .toSorted((a, b) => Buffer.compare(key(a), key(b)))
      .map(({mode, path: name, sha}) =>
        Buffer.concat([Buffer.from(`${mode.replace(/^0/, '')} ${name}\0`), Buffer.from(sha, 'hex')]),
      ),
  )
}

/** One `git cat-file --batch` that stays: objects and revisions are read without starting a program each time. */
export interface ObjectReader {
  /** By object name or revision; null when there is none. */
  read(revision: string): Promise<GitObject | null>
  stop(): void
}

export function startReader(dir: string): ObjectReader {
  let child: ChildProcessWithoutNullStreams | null = null
  let buffered = Buffer.alloc(0)
  const waiting: ((object: GitObject | null) => void)[] = []

  const take = () => {
    for (;;) {
      const end = buffered.indexOf('\n')
      if (end < 0) return
      const header = buffered.subarray(0, end).toString('utf8')
      const match = /^([0-9a-f]+) (\w+) (\d+)$/.exec(header)
      const size = Number(match?.[3] ?? -1)
      if (match && buffered.length < end + 1 + size + 1) return
      const content = Buffer.from(buffered.subarray(end + 1, end + 1 + Math.max(0, size)))
      buffered = buffered.subarray(match ? end + 1 + size + 1 : end + 1)
      const type = match?.[2]
      const known = type === 'commit' || type === 'tree' || type === 'blob'
      waiting.shift()?.(known ? {sha: match?.[1] ?? '', type, content} : null)
    }
  }

  const start = () => {
    const started = spawn('git', ['--git-dir', dir, 'cat-file', '--batch'], {env: {PATH: process.env.PATH ?? ''}})
    started.stdout.on('data', (chunk: Buffer) => {
      buffered = Buffer.concat([buffered, chunk])
      take()
    })
    return started
  }

  return {
    read(revision) {
      if (/[\n\0]/.test(revision) || revision === '') return Promise.resolve(null)
      child ??= start()
      child.stdin.write(`${revision}\n`)
      return new Promise(resolve => waiting.push(resolve))
    },
    stop: () => child?.stdin.end(),
  }
}
