/**
 * A process that appends to a ledger for ever and prints each event's id once it is in: for a test that kills it.
 * node writer.ts <name> directory <folder> | node writer.ts <name> git-push <remote> <copy>
 */
import {openRemoteRepository} from '../../../src/git/pushed-branch.ts'
import type {LedgerEvent} from '../../../src/rollout/events.ts'
import type {Ledger} from '../../../src/rollout/ledger.ts'
import {openDirectoryLedger} from '../../../src/rollout/ledgers/directory.ts'
import {openGitBranchLedger} from '../../../src/rollout/ledgers/git-branch.ts'
import {systemRuntime} from '../../../src/runtime/runtime.ts'

const [name = '', kind, place = '', copy = ''] = process.argv.slice(2)
const runtime = systemRuntime()

const ledger: Ledger =
  kind === 'directory'
    ? openDirectoryLedger(place, runtime.files)
    : openGitBranchLedger(
        openRemoteRepository(runtime, {remote: place, folder: copy}).branch('slipway/credit/production'),
      )

for (let count = 0; ; ) {
  const {version} = await ledger.read()
  const event: LedgerEvent = {
    schemaVersion: 1,
    id: `${name}-${count}`,
    at: '2026-11-21T10:00:00.000Z',
    by: name,
    type: 'held',
    rollout: 'rollout-1',
    reason: 'rollout/held',
    why: 'it goes on',
  }
  if ((await ledger.append(event, version)).kind === 'conflict') continue
  process.stdout.write(`${event.id}\n`)
  count++
}
