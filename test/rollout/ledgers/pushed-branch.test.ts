import {mkdir, writeFile} from 'node:fs/promises'
import * as path from 'node:path'
import {pathToFileURL} from 'node:url'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import type {Ledger} from '../../../src/rollout/ledger.ts'
import {openGitBranchLedger} from '../../../src/rollout/ledgers/git-branch.ts'
import {describeLedger, heldEvent, type LedgerStore} from '../../contracts/ledger.ts'
import {type GitServer, gitServerIsHere, startGitServer} from '../../git/git-server.ts'
import {createRemoteWorld, loseAnswer, loseRequest, type RemoteWorld} from '../../git/remote-world.ts'
import {branchDamages, damageNames, historyFiles} from './branch-history.ts'

const branch = 'slipway/credit/production'

const openLedger = (world: RemoteWorld, options: Parameters<RemoteWorld['open']>[0] = {}): Ledger =>
  openGitBranchLedger(world.open(options).branch(branch))

describeLedger('a branch that is pushed', damageNames, async (): Promise<LedgerStore> => {
  const world = await createRemoteWorld()
  let opened = 0
  return {
    // Every second process shares a machine, and so the copy, with others.
    open: () => openLedger(world, opened++ % 2 === 0 ? {machine: 'shared'} : {}),
    loseNextAnswer: () => world.fail('push', loseAnswer),
    async crashMidway() {
      // The objects have arrived, and the branch was not moved; or they have arrived in part, where git keeps them apart.
      await world.repository.writeBlob(Buffer.from('half a push'))
      for (const repository of ['remote.git', 'shared']) {
        const apart = path.join(world.folder, repository, 'objects/tmp_objdir-incoming-killed/pack')
        await mkdir(apart, {recursive: true})
        await writeFile(path.join(apart, 'tmp_pack_killed'), 'PACK\0\0')
      }
    },
    async writeHistory(events) {
      await world.repository.commitFiles(branch, historyFiles(events), 'A history')
    },
    cost: () => ({operations: world.runs.length, bytesWritten: world.bytesWritten}),
    damages: branchDamages(world.repository, branch),
    close: () => world.close(),
  }
})

describe('a ledger in a branch that is pushed', () => {
  let world: RemoteWorld
  beforeEach(async () => {
    world = await createRemoteWorld()
  })
  afterEach(() => world.close())

  const mustAppend = async (ledger: Ledger, name: string, version: string | null): Promise<string> => {
    const outcome = await ledger.append(heldEvent(name), version)
    expect(outcome.kind).toBe('appended')
    return outcome.kind === 'appended' ? outcome.version : ''
  }
  const idsIn = async (ledger: Ledger) => (await ledger.read()).events.map(({id}) => id)

  test('a person reads the rollout in the commits of the branch, one for each event', async () => {
    const ledger = openLedger(world)
    await mustAppend(ledger, '2', await mustAppend(ledger, '1', null))
    expect(await world.repository.git(['log', '--format=%s by %an', branch])).toBe(
      'Hold: reason 2 by Slipway\nHold: reason 1 by Slipway',
    )
    expect(ledger.location).toBe(`branch ${branch} of ${world.remoteFolder}`)
  })

  test('the branch has a root of its own, and the code stays as it was', async () => {
    const main = await world.repository.commitFiles('main', {'README.md': 'code'}, 'Code')
    await mustAppend(openLedger(world), '1', null)
    expect(await world.repository.git(['rev-list', '--count', branch])).toBe('1')
    expect(await world.repository.resolve('main')).toBe(main)
  })

  test('of ten thousand commits only the last one is fetched', async () => {
    const input = Array.from({length: 10_000}, (_, index) => [
      `commit refs/heads/${branch}\nmark :${index + 1}\ncommitter A <a@example.com> ${index} +0000\ndata 0\n`,
      index === 9999
        ? renderFiles(historyFiles([heldEvent('1'), heldEvent('2')]))
        : `M 100644 inline n\ndata <<x\n${index}\nx\n`,
    ])
    await world.repository.git(['fast-import', '--quiet'], `${input.flat().join('')}\n`)
    expect(
      await idsIn(openLedger(world, {remote: pathToFileURL(world.remoteFolder).href, machine: 'fresh'})),
    ).toHaveLength(2)
    const counted = await world.repository.git(['--git-dir', `${world.folder}/fresh`, 'rev-list', '--all', '--count'])
    expect(counted).toBe('1')
  })

  test.each([
    ['the first event, answer lost', null, loseAnswer],
    ['the first event, request lost', null, loseRequest],
    ['a later event, answer lost', 'first', loseAnswer],
    ['a later event, request lost', 'first', loseRequest],
  ] as const)('a push that breaks off neither loses nor doubles an event: %s', async (_, before, fault) => {
    const ledger = openLedger(world)
    const version = before === null ? null : await mustAppend(ledger, before, null)
    world.fail('push', fault)
    const outcome = await ledger.append(heldEvent('lost'), version)
    expect(outcome).toEqual({kind: 'appended', version: await world.repository.resolve(branch)})
    expect(await idsIn(openLedger(world))).toEqual(before === null ? ['event-lost'] : [`event-${before}`, 'event-lost'])
  })

  test('an answer that is lost while somebody else appends behind it is still recognised', async () => {
    const ledger = openLedger(world)
    const version = await mustAppend(ledger, '1', null)
    world.fail('push', async really => {
      const lost = await loseAnswer(really)
      const other = openLedger(world)
      await mustAppend(other, 'other', (await other.read()).version)
      return lost
    })
    const outcome = await ledger.append(heldEvent('mine'), version)
    expect(await idsIn(openLedger(world))).toEqual(['event-1', 'event-mine', 'event-other'])
    expect(outcome).toEqual({kind: 'appended', version: await world.repository.resolve(`${branch}^`)})
  })

  test('a remote that never answers is a failure that may be tried again, and the event is then kept once', async () => {
    const ledger = openLedger(world)
    const version = await mustAppend(ledger, '1', null)
    world.fail('push', loseAnswer)
    world.fail('ls-remote', loseRequest)
    await expect(ledger.append(heldEvent('2'), version)).rejects.toMatchObject({
      code: 'git/unreachable',
      retryable: true,
    })
    expect((await ledger.append(heldEvent('2'), version)).kind).toBe('appended')
    expect(await idsIn(openLedger(world))).toEqual(['event-1', 'event-2'])
  })

  test('a fault at each git that a tick runs leaves the history whole', async () => {
    const commands = ['init', 'ls-remote', 'fetch', 'cat-file', 'ls-tree', 'fast-import', 'push', 'update-ref', 'gc']
    let version = await mustAppend(openLedger(world), '1', null)
    const expected = ['event-1']
    for (const command of commands) {
      for (const fault of [loseAnswer, loseRequest]) {
        const name = `${command}-${fault === loseAnswer ? 'answer' : 'request'}`
        world.fail(command, fault)
        // As a run does that is started again: read, decide, append; until it got through.
        for (let done = false; !done; ) {
          const ledger = openLedger(world)
          try {
            const page = await ledger.read()
            version = await mustAppend(ledger, name, page.version)
            done = true
          } catch (error) {
            expect(error).toMatchObject({name: 'SystemError'})
          }
        }
        expected.push(`event-${name}`)
        expect(await openLedger(world).read()).toMatchObject({version})
      }
    }
    expect(await idsIn(openLedger(world))).toEqual(expected)
  })

  test('a branch that was deleted meanwhile is a conflict, not a new history', async () => {
    const ledger = openLedger(world)
    const version = await mustAppend(ledger, '1', null)
    await world.repository.git(['update-ref', '-d', `refs/heads/${branch}`])
    expect(await ledger.append(heldEvent('2'), version)).toEqual({kind: 'conflict'})
    expect(await ledger.read()).toEqual({version: null, events: []})
  })

  test('a branch that was moved back to an older event is a conflict: nothing is forced', async () => {
    const ledger = openLedger(world)
    const first = await mustAppend(ledger, '1', null)
    const second = await mustAppend(ledger, '2', first)
    await world.repository.git(['update-ref', `refs/heads/${branch}`, first])
    expect(await ledger.append(heldEvent('3'), second)).toEqual({kind: 'conflict'})
    expect(await world.repository.resolve(branch)).toBe(first)
  })

  test('a mirror that lags behind does not make a writer forget its own event', async () => {
    const ledger = openLedger(world)
    const first = await mustAppend(ledger, '1', null)
    await mustAppend(ledger, '2', first)
    world.fail('ls-remote', async really => ({...(await really()), stdout: `${first}\trefs/heads/${branch}\n`}))
    expect(await idsIn(ledger)).toEqual(['event-1', 'event-2'])
  })

  test('a history that was forced to something else is read as it is now, from any copy', async () => {
    const ledger = openLedger(world, {machine: 'one'})
    await mustAppend(ledger, '2', await mustAppend(ledger, '1', null))
    await world.repository.git(['update-ref', '-d', `refs/heads/${branch}`])
    await world.repository.commitFiles(branch, historyFiles([heldEvent('other')]), 'Another history')
    expect(await idsIn(ledger)).toEqual(['event-other'])
    expect(await idsIn(openLedger(world, {machine: 'one'}))).toEqual(['event-other'])
  })

  test('an old version can be gone on from by a process that has fetched the newest commit only', async () => {
    const ledger = openLedger(world)
    const first = await mustAppend(ledger, '1', null)
    await mustAppend(ledger, '3', await mustAppend(ledger, '2', first))
    const other = openLedger(world)
    await other.read()
    expect(await other.append(heldEvent('2'), first)).toMatchObject({kind: 'appended'})
    expect(await other.append(heldEvent('late'), first)).toEqual({kind: 'conflict'})
  })
})

function renderFiles(files: Readonly<Record<string, string>>): string {
  return Object.entries(files)
    .map(([file, text]) => `M 100644 inline ${file}\ndata ${Buffer.byteLength(text)}\n${text}\n`)
    .join('')
}

/** Over the network the same promises hold; the whole contract takes too long there. */
interface Transport {
  readonly name: string
  readonly isHere: boolean
  readonly serve: (world: RemoteWorld) => Promise<{address: string; server: GitServer | null}>
}

const transports: readonly Transport[] = [
  {
    name: 'file://',
    isHere: true,
    serve: async world => ({address: pathToFileURL(world.remoteFolder).href, server: null}),
  },
  {
    name: 'the smart HTTP protocol',
    isHere: gitServerIsHere,
    serve: async world => {
      const server = await startGitServer(world.folder, {user: 'git', token: 'secret-token'})
      return {address: `${server.url}/remote.git`, server}
    },
  },
]

for (const {name, isHere, serve} of transports) {
  describe.skipIf(!isHere)(`a ledger by way of ${name}`, () => describeTransport(serve))
}

function describeTransport(serve: Transport['serve']): void {
  let world: RemoteWorld
  let address: string
  let server: GitServer | null
  const open = (machine?: string) =>
    openLedger(world, {
      remote: address,
      ...(server ? {login: {user: 'git', token: 'secret-token'}} : {}),
      ...(machine === undefined ? {} : {machine}),
    })

  beforeEach(async () => {
    world = await createRemoteWorld()
    ;({address, server} = await serve(world))
  })
  afterEach(async () => {
    await server?.stop()
    await world.close()
  })

  test('what was appended is read back by everybody, and a late writer is told so', async () => {
    const writer = open()
    expect(await writer.read()).toEqual({version: null, events: []})
    const first = await writer.append(heldEvent('1'), null)
    const version = first.kind === 'appended' ? first.version : ''
    expect(await open().append(heldEvent('2'), version)).toMatchObject({kind: 'appended'})
    expect(await open().append(heldEvent('late'), version)).toEqual({kind: 'conflict'})
    expect((await open().read()).events).toEqual([heldEvent('1'), heldEvent('2')])
    expect((await writer.read()).events).toEqual([heldEvent('1'), heldEvent('2')])
  })

  test('of eight writers on one version exactly one wins', async () => {
    const outcomes = await Promise.all(
      Array.from({length: 8}, (_, index) => open().append(heldEvent(`${index}`), null)),
    )
    expect(outcomes.filter(({kind}) => kind === 'appended')).toHaveLength(1)
    expect((await open().read()).events).toHaveLength(1)
  })

  test('a lost answer does not double an event', async () => {
    const ledger = open()
    const first = await ledger.append(heldEvent('1'), null)
    if (server) server.dropNextAnswer('/git-receive-pack')
    else world.fail('push', loseAnswer)
    const outcome = await ledger.append(heldEvent('2'), first.kind === 'appended' ? first.version : null)
    expect(outcome).toEqual({kind: 'appended', version: await world.repository.resolve(branch)})
    expect((await open().read()).events).toEqual([heldEvent('1'), heldEvent('2')])
  })
}
