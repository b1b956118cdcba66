/**
 * The ledger as a branch of the repository: one commit per event, with a message that a person can read. The branch is
 * moved without force, so GitHub refuses whoever lost a race.
 *
 *     events/0001.jsonl   one event per line, oldest first; a full file has 500 lines and is never touched again
 *     state.json          how many events there are, their digest, and the last one, for people
 *
 * The digest is that of `cat events/*.jsonl | sha256sum`: a history that was edited by hand does not match it.
 */
import * as z from 'zod'
import {invariant} from '../../core/assert.ts'
import {type Digest, digestOfText, isDigest} from '../../core/digest.ts'
import {messageOf, UserError} from '../../core/failure.ts'
import type {GitHub} from '../../github/client.ts'
import {type BranchSnapshot, openGitBranch} from '../../github/git-branch.ts'
import type {Clock} from '../../runtime/clock.ts'
import {describeEvent, type LedgerEvent} from '../events.ts'
import type {AppendOutcome, Ledger} from '../ledger.ts'
import {parseEvent} from './event-schema.ts'

const eventsPerFile = 500

interface History {
  readonly commit: string | null
  readonly lines: readonly string[]
  readonly events: readonly LedgerEvent[]
}

const nothing: History = {commit: null, lines: [], events: []}

const stateFile = z.object({
  events: z.int().min(1),
  digest: z.custom<Digest>(value => typeof value === 'string' && isDigest(value), 'expected a sha256 digest'),
})

/** Name of the branch that holds an environment's ledger. @throws UserError `ledger/reserved-name` */
export function ledgerBranch(service: string, environment: string): string {
  if (environment === 'evidence') {
    throw new UserError('ledger/reserved-name', 'An environment cannot be called "evidence".', {
      hint: `The branch slipway/${service}/evidence holds the evidence of the service. Choose another name.`,
    })
  }
  return `slipway/${service}/${environment}`
}

export function openGitBranchLedger(
  github: GitHub,
  clock: Clock,
  {service, environment}: {readonly service: string; readonly environment: string},
): Ledger {
  const branch = openGitBranch(github, ledgerBranch(service, environment), clock)
  let known = nothing

  const historyAt = async (commit: string | null): Promise<History> => {
    if (commit === null) return nothing
    if (known.commit !== commit) known = await readHistory(branch.at(commit), branch.name)
    return known
  }

  return {
    location: `branch ${branch.name} of ${github.repository.owner}/${github.repository.name}`,

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
      const after = {lines: [...before.lines, line], events: [...before.events, kept]}
      const outcome = await branch.commit({
        files: filesOf(after.lines, kept),
        message: describeEvent(kept),
        expectedHead: expectedVersion,
      })
      if (outcome.kind === 'committed') {
        known = {commit: outcome.commit, ...after}
        return {kind: 'appended', version: outcome.commit}
      }
      // Somebody moved the branch. Perhaps we did: an earlier attempt whose answer was lost.
      const now = await historyAt(await branch.head())
      const position = positionOf(kept, now)
      if (position === null || now.commit === null) return {kind: 'conflict'}
      return {kind: 'appended', version: await ancestor(now.commit, now.lines.length - 1 - position)}
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

function positionOf(event: LedgerEvent, history: History): number | null {
  const index = history.events.findIndex(each => each.id === event.id)
  if (index < 0) return null
  invariant(
    JSON.stringify(history.events[index]) === JSON.stringify(event),
    `Two different events have the id ${event.id}.`,
  )
  return index
}

/** The files that the newest event changes. */
function filesOf(lines: readonly string[], event: LedgerEvent): Record<string, string> {
  const file = Math.floor((lines.length - 1) / eventsPerFile)
  const state = {
    note: 'Written by Slipway with every event. To change a rollout, use its workflow: an edit here makes the ledger unreadable.',
    events: lines.length,
    digest: digestOf(lines),
    last: {type: event.type, at: event.at, by: event.by, what: describeEvent(event)},
  }
  return {
    [`events/${fileName(file)}`]: textOf(lines.slice(file * eventsPerFile)),
    'state.json': `${JSON.stringify(state, null, 2)}\n`,
  }
}

async function readHistory(snapshot: BranchSnapshot, branch: string): Promise<History> {
  const state = await readState(snapshot, branch)
  const files = await snapshot.list('events')
  const lines: string[] = []
  for (const [index, {name}] of files.entries()) {
    if (name !== fileName(index)) throw unreadable(branch, `events/${fileName(index)} is missing, and ${name} is there`)
    const text = (await snapshot.readText(`events/${name}`)) ?? ''
    lines.push(...text.split('\n').slice(0, -1))
  }
  if (lines.length !== state.events) {
    throw unreadable(branch, `state.json counts ${state.events} events, and there are ${lines.length}`)
  }
  if (digestOf(lines) !== state.digest) throw unreadable(branch, 'its events do not match the digest in state.json')
  return {commit: snapshot.commit, lines, events: lines.map((line, index) => parseLine(line, index, branch))}
}

async function readState(snapshot: BranchSnapshot, branch: string): Promise<z.output<typeof stateFile>> {
  const text = await snapshot.readText('state.json')
  if (text === null) throw unreadable(branch, 'state.json is missing')
  const parsed = stateFile.safeParse(parseJson(text, branch, 'state.json'))
  if (!parsed.success) throw unreadable(branch, `state.json is malformed: ${z.prettifyError(parsed.error)}`)
  return parsed.data
}

function parseLine(line: string, index: number, branch: string): LedgerEvent {
  const file = `events/${fileName(Math.floor(index / eventsPerFile))}`
  const where = `${file} line ${(index % eventsPerFile) + 1}`
  return parseEvent(parseJson(line, branch, where), `${where} of the branch ${branch}`)
}

function parseJson(text: string, branch: string, where: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw unreadable(branch, `${where} is not JSON: ${messageOf(error)}`)
  }
}

function fileName(index: number): string {
  return `${String(index + 1).padStart(4, '0')}.jsonl`
}

function textOf(lines: readonly string[]): string {
  return lines.map(line => `${line}\n`).join('')
}

function digestOf(lines: readonly string[]): Digest {
  return digestOfText(textOf(lines))
}

function unreadable(branch: string, what: string): UserError {
  return new UserError('ledger/unreadable', `The ledger in the branch ${branch} was changed by hand: ${what}.`, {
    hint: `Take the change back with "git revert" on ${branch}; only Slipway writes there.`,
  })
}
