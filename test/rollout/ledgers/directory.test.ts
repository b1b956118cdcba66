import * as fs from 'node:fs/promises'
import * as os from 'node:os'
import * as path from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {openDirectoryLedger} from '../../../src/rollout/ledgers/directory.ts'
import {systemFiles} from '../../../src/runtime/files.ts'
import {describeLedger, heldEvent} from '../../contracts/ledger.ts'

const damages = {
  'a word was changed in the middle': (folder: string) => replace(folder, '000002.json', 'reason 2', 'reason two'),
  'a word was changed in the newest event': (folder: string) => replace(folder, '000003.json', 'reason 3', 'reason 4'),
  'an event was deleted': (folder: string) => fs.rm(path.join(folder, 'events/000002.json')),
  'an event was put in the place of another': (folder: string) =>
    fs.copyFile(path.join(folder, 'events/000001.json'), path.join(folder, 'events/000002.json')),
  'a file was cut off': (folder: string) => fs.truncate(path.join(folder, 'events/000003.json'), 40),
  'a file is no JSON': (folder: string) => fs.writeFile(path.join(folder, 'events/000002.json'), 'hello'),
}

async function replace(folder: string, name: string, from: string, to: string): Promise<void> {
  const file = path.join(folder, 'events', name)
  await fs.writeFile(file, (await fs.readFile(file, 'utf8')).replace(from, to))
}

async function temporaryFolder(): Promise<string> {
  return fs.mkdtemp(path.join(os.tmpdir(), 'slipway-ledger-'))
}

describeLedger('a folder', Object.keys(damages), async () => {
  const folder = await temporaryFolder()
  return {
    open: () => openDirectoryLedger(folder, systemFiles),
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

  test('a ledger written by a newer version is refused as such, not as damaged', async () => {
    const newer = {...heldEvent('1'), schemaVersion: 2}
    const ledger = openDirectoryLedger(folder, systemFiles)
    await expect(ledger.append(newer, null)).rejects.toMatchObject({code: 'ledger/newer-version'})
  })

  test('files that others left in the folder are no events', async () => {
    const ledger = openDirectoryLedger(folder, systemFiles)
    await ledger.append(heldEvent('1'), null)
    await fs.writeFile(path.join(folder, 'events/000002.json.abc.tmp'), 'half a fi')
    expect((await ledger.read()).events).toHaveLength(1)
  })
})
