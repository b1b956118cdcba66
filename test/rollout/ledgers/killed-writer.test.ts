import {spawn} from 'node:child_process'
import * as fs from 'node:fs/promises'
import * as os from 'node:os'
import * as path from 'node:path'
import {createInterface} from 'node:readline'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {openRemoteRepository} from '../../../src/git/pushed-branch.ts'
import type {Ledger} from '../../../src/rollout/ledger.ts'
import {openDirectoryLedger} from '../../../src/rollout/ledgers/directory.ts'
import {openGitBranchLedger} from '../../../src/rollout/ledgers/git-branch.ts'
import {systemExec} from '../../../src/runtime/exec.ts'
import {systemFiles} from '../../../src/runtime/files.ts'
import {systemRuntime} from '../../../src/runtime/runtime.ts'

const script = path.join(import.meta.dirname, 'writer.ts')

let folder: string
beforeEach(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), 'slipway-killed-'))
})
// A git that outlived its parent may still be at work.
afterEach(() => fs.rm(folder, {recursive: true, maxRetries: 10, retryDelay: 100}))

/** Runs a writer, kills it (SIGKILL) at the moment when it has told of so many events, and answers what it told of. */
async function runUntilKilled(name: string, place: readonly string[], events: number): Promise<readonly string[]> {
  const child = spawn(process.execPath, [script, name, ...place], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {PATH: process.env.PATH, HOME: folder, GIT_CONFIG_NOSYSTEM: '1'},
  })
  const ended = new Promise(resolve => child.on('close', resolve))
  const told: string[] = []
  for await (const line of createInterface(child.stdout)) {
    told.push(line)
    if (told.length === events) child.kill('SIGKILL')
  }
  await ended
  return told
}

const git = {kind: 'git-push', remote: () => path.join(folder, 'remote.git')}
const kinds: readonly (readonly [string, (copy: string) => readonly string[], () => Ledger])[] = [
  [
    'a folder',
    () => ['directory', path.join(folder, 'ledger')],
    () => openDirectoryLedger(path.join(folder, 'ledger'), systemFiles),
  ],
  [
    'a branch that is pushed',
    copy => [git.kind, git.remote(), path.join(folder, copy)],
    () =>
      openGitBranchLedger(
        openRemoteRepository(systemRuntime(), {remote: git.remote(), folder: path.join(folder, 'reader')}).branch(
          'slipway/credit/production',
        ),
      ),
  ],
]

describe.each(kinds)('%s whose writers are killed without a warning', (_, placeOf, open) => {
  test('keeps each event that it said to keep, once and in order, and at most one more of each writer', async () => {
    await systemExec.run(['git', 'init', '--quiet', '--bare', git.remote()])
    const told: (readonly string[])[] = []
    // Two at a time on one machine, one after the other: a writer begins where a killed one left off.
    for (let round = 0; round < 3; round++) {
      const pair = [`a${round}`, `b${round}`].map((name, index) =>
        runUntilKilled(name, placeOf('copy'), 2 + round * 3 + index),
      )
      told.push(...(await Promise.all(pair)))
    }
    const ids = (await open().read()).events.map(({id}) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const [index, of] of told.entries()) {
      const name = `${index % 2 === 0 ? 'a' : 'b'}${Math.floor(index / 2)}`
      const kept = ids.filter(id => id.startsWith(`${name}-`))
      expect(kept.slice(0, of.length)).toEqual(of)
      expect(kept.length - of.length).toBeLessThanOrEqual(1)
    }
  })
})
