import {createHash} from 'node:crypto'
import * as fs from 'node:fs/promises'
import * as os from 'node:os'
import * as path from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import type {Ledger} from '../../../src/rollout/ledger.ts'
import {openDirectoryLedger} from '../../../src/rollout/ledgers/directory.ts'
import {type Files, systemFiles} from '../../../src/runtime/files.ts'
import {describeLedger, heldEvent, heldEvents, type LedgerCost} from '../../contracts/ledger.ts'

const damages = {
  'a word was changed in the middle': (folder: string) => replace(folder, '000002.json', 'reason 2', 'reason two'),
  'a word was changed in the newest event': (folder: string) => replace(folder, '000003.json', 'reason 3', 'reason 4'),
  'an event was deleted': (folder: string) => fs.rm(path.join(folder, 'events/000002.json')),
  'an event was put in the place of another': (folder: string) =>
    fs.copyFile(path.join(folder, 'events/000001.json'), path.join(folder, 'events/000002.json')),
  'a file was cut off': (folder: string) => fs.truncate(path.join(folder, 'events/000003.json'), 40),
  'the newest event was deleted': (folder: string) => fs.rm(path.join(folder, 'events/000003.json')),
  'state.json names another history': (folder: string) =>
    replaceState(folder, /"version": ".*"/, `"version": "3-${'0'.repeat(64)}"`),
  'state.json is no JSON': (folder: string) => fs.writeFile(path.join(folder, 'state.json'), 'hello'),
  'a file is no JSON': (folder: string) => fs.writeFile(path.join(folder, 'events/000002.json'), 'hello'),
}

async function replace(folder: string, name: string, from: string, to: string): Promise<void> {
  const file = path.join(folder, 'events', name)
  await fs.writeFile(file, (await fs.readFile(file, 'utf8')).replace(from, to))
}

async function replaceState(folder: string, from: RegExp, to: string): Promise<void> {
  const file = path.join(folder, 'state.json')
  await fs.writeFile(file, (await fs.readFile(file, 'utf8')).replace(from, to))
}

/** The entries of a history, each chained to the one before, by the description of the format and not by its code. */
function entriesOf(events: readonly object[]): {previous: string | null; digest: string; event: object}[] {
  let previous: string | null = null
  return events.map(event => {
    const digest = createHash('sha256')
      .update(`${previous ?? ''}\n${JSON.stringify(event)}`)
      .digest('hex')
    const entry = {digest, previous, event}
    previous = digest
    return entry
  })
}

const numbered = (position: number) => String(position).padStart(6, '0')

/** Packs of 500 and single files after them; or single files alone, as before there were packs. */
async function writeHistory(folder: string, events: readonly object[], {packed = true} = {}): Promise<void> {
  const entries = entriesOf(events)
  const lines = entries.map(entry => `${JSON.stringify(entry)}\n`)
  const whole = packed ? Math.max(0, Math.ceil(entries.length / 500) - 1) * 500 : 0
  await fs.mkdir(path.join(folder, 'events'), {recursive: true})
  for (let start = 0; start < whole; start += 500) {
    const name = `${numbered(start + 1)}-${numbered(start + 500)}.jsonl`
    await fs.writeFile(path.join(folder, 'events', name), lines.slice(start, start + 500).join(''))
  }
  for (const [index, text] of lines.entries()) {
    if (index >= whole) await fs.writeFile(path.join(folder, `events/${numbered(index + 1)}.json`), text)
  }
  await fs.writeFile(path.join(folder, 'state.json'), stateOf(events))
}

function stateOf(events: readonly object[]): string {
  const version = `${events.length}-${entriesOf(events).at(-1)?.digest}`
  return JSON.stringify({'written for people': 'yes', version})
}

/** The machine's files, with a count of what was asked of them. */
function countedFiles(): {files: Files; cost: () => LedgerCost} {
  let operations = 0
  let bytesWritten = 0
  const counted =
    <A extends readonly unknown[], T>(act: (...args: A) => T) =>
    (...args: A): T => {
      operations++
      return act(...args)
    }
  const written =
    <T>(act: (file: string, text: string) => T) =>
    (file: string, text: string): T => {
      operations++
      bytesWritten += Buffer.byteLength(text)
      return act(file, text)
    }
  return {
    files: {
      ...systemFiles,
      exists: counted(systemFiles.exists),
      readText: counted(systemFiles.readText),
      list: counted(systemFiles.list),
      remove: counted(systemFiles.remove),
      writeText: written(systemFiles.writeText),
      createText: written(systemFiles.createText),
    },
    cost: () => ({operations, bytesWritten}),
  }
}

const death = new Error('The process was killed.')

/** A machine on which the process is killed at one of its accesses to a file: what comes after it does not happen. */
function filesThatDie(at: number, when: 'before' | 'after'): Files {
  let count = 0
  const mortal =
    <A extends readonly unknown[], T>(act: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      const number = count++
      if (number > at || (number === at && when === 'before')) throw death
      const result = await act(...args)
      if (number === at) throw death
      return result
    }
  return {
    ...systemFiles,
    exists: mortal(systemFiles.exists),
    readText: mortal(systemFiles.readText),
    list: mortal(systemFiles.list),
    remove: mortal(systemFiles.remove),
    writeText: mortal(systemFiles.writeText),
    createText: mortal(systemFiles.createText),
  }
}

async function temporaryFolder(): Promise<string> {
  return fs.mkdtemp(path.join(os.tmpdir(), 'slipway-ledger-'))
}

describeLedger('a folder', Object.keys(damages), async () => {
  const folder = await temporaryFolder()
  const {files, cost} = countedFiles()
  return {
    open: () => openDirectoryLedger(folder, files),
    cost,
    async crashMidway() {
      await fs.writeFile(path.join(folder, 'events/000002.json.0f3c.tmp'), '{"digest": "12')
    },
    writeHistory: events => writeHistory(folder, events),
    damages: Object.fromEntries(Object.entries(damages).map(([name, damage]) => [name, () => damage(folder)])),
    close: () => fs.rm(folder, {recursive: true}),
  }
})

describe('a folder as a ledger, for people', () => {
  let folder: string
  beforeEach(async () => {
    folder = await temporaryFolder()
  })
  afterEach(() => fs.rm(folder, {recursive: true}))

  test('state.json says what happened last', async () => {
    await openDirectoryLedger(folder, systemFiles).append(heldEvent('1'), null)
    const state = JSON.parse(await fs.readFile(path.join(folder, 'state.json'), 'utf8'))
    expect(state).toMatchObject({newest: 'Hold: reason 1', by: 'a test'})
  })

  test('files that others left in the folder are no events', async () => {
    const ledger = openDirectoryLedger(folder, systemFiles)
    await ledger.append(heldEvent('1'), null)
    await fs.writeFile(path.join(folder, 'events/000002.json.abc.tmp'), 'half a fi')
    expect((await ledger.read()).events).toHaveLength(1)
  })

  const eventFiles = async () => (await fs.readdir(path.join(folder, 'events'))).toSorted()

  async function append(ledger: Ledger, name: string): Promise<void> {
    const {version} = await ledger.read()
    expect((await ledger.append(heldEvent(name), version)).kind).toBe('appended')
  }

  test('a full five hundred lie in one file as soon as the next event is there, and none is lost on the way', async () => {
    await writeHistory(folder, heldEvents(499))
    const ledger = openDirectoryLedger(folder, systemFiles)
    await append(ledger, '499')
    expect(await eventFiles()).toHaveLength(500)
    await append(ledger, '500')
    expect(await eventFiles()).toEqual(['000001-000500.jsonl', '000501.json'])
    expect((await openDirectoryLedger(folder, systemFiles).read()).events).toEqual(heldEvents(501))
  })

  test('a long ledger from before there were packs is read, and packed as it goes on', async () => {
    await writeHistory(folder, heldEvents(1500), {packed: false})
    const ledger = openDirectoryLedger(folder, systemFiles)
    expect((await ledger.read()).events).toEqual(heldEvents(1500))
    await append(ledger, '1500')
    expect(await eventFiles()).toEqual([
      '000001-000500.jsonl',
      '000501-001000.jsonl',
      '001001-001500.jsonl',
      '001501.json',
    ])
    expect((await openDirectoryLedger(folder, systemFiles).read()).events).toEqual(heldEvents(1501))
  })

  test('a line of a pack that was changed by hand is found, with its place', async () => {
    await writeHistory(folder, heldEvents(600))
    const pack = path.join(folder, 'events/000001-000500.jsonl')
    await fs.writeFile(pack, (await fs.readFile(pack, 'utf8')).replace('reason 41"', 'reason 42"'))
    await expect(openDirectoryLedger(folder, systemFiles).read()).rejects.toMatchObject({
      code: 'ledger/unreadable',
      message: expect.stringContaining('000001-000500.jsonl line 42'),
    })
  })

  test('a pack that lost a line is refused', async () => {
    await writeHistory(folder, heldEvents(600))
    const pack = path.join(folder, 'events/000001-000500.jsonl')
    await fs.truncate(pack, (await fs.stat(pack)).size - 10)
    await expect(openDirectoryLedger(folder, systemFiles).read()).rejects.toMatchObject({code: 'ledger/unreadable'})
  })

  test('a history whose damage is found while it is packed keeps its files for the one who mends it', async () => {
    await writeHistory(folder, heldEvents(500))
    const ledger = openDirectoryLedger(folder, systemFiles)
    const {version} = await ledger.read()
    await fs.writeFile(path.join(folder, 'events/000007.json'), 'hello')
    expect((await ledger.append(heldEvent('500'), version)).kind).toBe('appended')
    expect(await eventFiles()).toHaveLength(501)
    await expect(openDirectoryLedger(folder, systemFiles).read()).rejects.toMatchObject({
      code: 'ledger/unreadable',
      message: expect.stringContaining('000007.json'),
    })
  })

  test('a writer that slept while its place was filled and packed does not take the name that became free', async () => {
    await writeHistory(folder, heldEvents(400))
    const {version} = await openDirectoryLedger(folder, systemFiles).read()
    let sleeps = true
    const sleepy: Files = {
      ...systemFiles,
      // Between its last look and the creation of its file, others write two hundred events.
      async createText(file, text) {
        if (sleeps) {
          sleeps = false
          await writeHistory(folder, heldEvents(600))
          await Promise.all(
            heldEvents(500).map((_, index) => systemFiles.remove(`${folder}/events/${numbered(index + 1)}.json`)),
          )
        }
        return systemFiles.createText(file, text)
      },
    }
    expect(await openDirectoryLedger(folder, sleepy).append(heldEvent('late'), version)).toEqual({kind: 'conflict'})
    expect((await openDirectoryLedger(folder, systemFiles).read()).events).toEqual(heldEvents(600))
    expect(await eventFiles()).not.toContain('000401.json')
  })

  test('a reader that listed the files before they were packed reads the pack', async () => {
    await writeHistory(folder, heldEvents(501), {packed: false})
    const late: Files = {
      ...systemFiles,
      async list(place) {
        const listed = await systemFiles.list(place)
        await writeHistory(folder, heldEvents(501))
        await Promise.all(
          heldEvents(500).map((_, index) => systemFiles.remove(`${folder}/events/${numbered(index + 1)}.json`)),
        )
        return listed
      },
    }
    expect((await openDirectoryLedger(folder, late).read()).events).toEqual(heldEvents(501))
  })

  test('a process that died between packing and clearing up leaves files that count for nothing', async () => {
    await writeHistory(folder, heldEvents(501), {packed: false})
    await writeHistory(folder, heldEvents(501))
    expect((await openDirectoryLedger(folder, systemFiles).read()).events).toEqual(heldEvents(501))
  })

  test.each([
    ['never written', () => fs.rm(path.join(folder, 'state.json'))],
    ['of the event before', () => fs.writeFile(path.join(folder, 'state.json'), stateOf(heldEvents(2)))],
  ])('a process that died before it wrote state.json leaves a whole history: %s', async (_, undo) => {
    await writeHistory(folder, heldEvents(3))
    await undo()
    const ledger = openDirectoryLedger(folder, systemFiles)
    expect((await ledger.read()).events).toEqual(heldEvents(3))
    await append(ledger, '3')
    expect((await openDirectoryLedger(folder, systemFiles).read()).events).toEqual(heldEvents(4))
  })

  // An append makes six accesses. Where it is the first of the next five hundred, it then looks for the pack (6), reads
  // its files (7 to 506), writes it (507), and removes them (508 to 1007).
  const deaths = [
    ...Array.from({length: 7}, (_, at) => [20, at] as const),
    ...[6, 7, 507, 508, 700].map(at => [500, at] as const),
  ]
  test.each(deaths.flatMap(death => [[...death, 'before'] as const, [...death, 'after'] as const]))(
    'a process that dies after %i events, at its access number %i to a file, %s it is done, leaves a history that goes on',
    async (count, at, when) => {
      await writeHistory(folder, heldEvents(count))
      const {version} = await openDirectoryLedger(folder, systemFiles).read()
      await openDirectoryLedger(folder, filesThatDie(at, when))
        .append(heldEvent(`${count}`), version)
        .catch(error => expect(error).toBe(death))
      const next = openDirectoryLedger(folder, systemFiles)
      const {events} = await next.read()
      expect([heldEvents(count), heldEvents(count + 1)]).toContainEqual(events)
      await append(next, `${events.length}`)
      expect((await openDirectoryLedger(folder, systemFiles).read()).events).toEqual(heldEvents(events.length + 1))
    },
  )

  test('a folder that was put back to an older copy while somebody reads is read anew, not glued together', async () => {
    const ledger = openDirectoryLedger(folder, systemFiles)
    await writeHistory(folder, heldEvents(5))
    await ledger.read()
    await fs.rm(folder, {recursive: true})
    await writeHistory(folder, [heldEvent('x'), ...heldEvents(6)])
    expect((await ledger.read()).events).toEqual([heldEvent('x'), ...heldEvents(6)])
  })
})
