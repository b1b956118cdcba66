/**
 * The ledger as a branch: one commit per event, with a message that a person can read. Whoever keeps the branch (GitHub's
 * API, or a remote of the git program) refuses the loser of a race. What the branch holds: `git-branch-history.ts`.
 */
import {invariant} from '../../core/assert.ts'
import {UserError} from '../../core/failure.ts'
import type {GitBranch} from '../../git/branch.ts'
import {describeEvent} from '../event-words.ts'
import type {LedgerEvent} from '../events.ts'
import type {AppendOutcome, Ledger} from '../ledger.ts'
import {parseEvent} from './event-schema.ts'
import {emptyHistory, extend, filesOf, type History, readHistory} from './git-branch-history.ts'

/** Name of the branch that holds an environment's ledger. @throws UserError `ledger/reserved-name` */
export function ledgerBranch(service: string, environment: string): string {
  if (environment === 'evidence') {
    throw new UserError('ledger/reserved-name', 'An environment cannot be called "evidence".', {
      hint: `The branch slipway/${service}/evidence holds the evidence of the service. Choose another name.`,
    })
  }
  return `slipway/${service}/${environment}`
}

export function openGitBranchLedger(branch: GitBranch): Ledger {
  let known = emptyHistory

  const historyAt = async (commit: string | null): Promise<History> => {
    if (commit === null) return emptyHistory
    if (known.commit !== commit) known = await readHistory(branch.at(commit), branch.name, known)
    return known
  }

  return {
    location: branch.location,

    async read() {
      const {commit, events} = await historyAt(await branch.head())
      return {version: commit, events}
    },

    async append(event, expectedVersion): Promise<AppendOutcome> {
      const line = JSON.stringify(event)
      // What could not be read back must not be written: one such line would end the ledger.
      const kept = parseEvent(JSON.parse(line), 'The event to append')
      const before = await historyAt(expectedVersion)
      if (expectedVersion !== null && positionOf(kept, before) !== null) {
        return {kind: 'appended', version: expectedVersion}
      }
      const after = extend(before, line, kept)
      const outcome = await branch.commit({
        files: filesOf(after, kept),
        message: describeEvent(kept),
        expectedHead: expectedVersion,
      })
      if (outcome.kind === 'committed') {
        known = {...after, commit: outcome.commit}
        return {kind: 'appended', version: outcome.commit}
      }
      // Somebody moved the branch. Perhaps we did: an earlier attempt whose answer was lost.
      const now = await historyAt(await branch.head())
      const position = positionOf(kept, now)
      if (position === null || now.commit === null) return {kind: 'conflict'}
      return {kind: 'appended', version: await ancestor(now.commit, now.events.length - 1 - position)}
    },
  }

  /** The commit that many commits before: each event is one commit. */
  async function ancestor(commit: string, steps: number): Promise<string> {
    let at = commit
    for (let step = 0; step < steps; step++) {
      const parent = await branch.at(at).parent()
      invariant(parent !== null, `${branch.name} has fewer commits than events.`)
      at = parent
    }
    return at
  }
}

function positionOf(event: LedgerEvent, {events}: History): number | null {
  const index = events.findIndex(each => each.id === event.id)
  if (index < 0) return null
  invariant(JSON.stringify(events[index]) === JSON.stringify(event), `Two different events have the id ${event.id}.`)
  return index
}
