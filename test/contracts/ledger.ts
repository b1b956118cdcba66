/** What every ledger must do. Each ledger's own test calls this with its store. */
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {type LedgerEvent, ledgerSchemaVersion} from '../../src/rollout/events.ts'
import type {Ledger} from '../../src/rollout/ledger.ts'

/** One environment's history, wherever it is kept. */
export interface LedgerStore {
  /** Another handle on the same history, with no memory: another process. */
  open(): Ledger
  /** Ways in which a person may have edited a history of three events. Each must make it unreadable. */
  readonly damages: Readonly<Record<string, () => Promise<void>>>
  /** The next append happens and its answer is lost. Absent where an append has no answer that could be lost. */
  loseNextAnswer?(): void
  /** Leaves behind what an append leaves that was killed before it counted: half a file, objects without a branch. */
  crashMidway(): Promise<void>
  /** Writes these lines of JSON as the whole history of an empty place, as so many appends would have left it. */
  writeHistory(events: readonly object[]): Promise<void>
  /** What all handles have cost so far. */
  cost(): LedgerCost
  close(): Promise<void>
}

export interface LedgerCost {
  /** Requests, programs, or accesses to files. */
  readonly operations: number
  readonly bytesWritten: number
}

/** An event that only its name tells apart. */
export function heldEvent(name: string): LedgerEvent {
  return {
    schemaVersion: 1,
    id: `event-${name}`,
    at: '2026-11-21T10:00:00.000Z',
    by: 'a test',
    type: 'held',
    rollout: 'rollout-1',
    reason: 'rollout/held',
    why: `reason ${name}`,
  }
}

/** As many events, each one like the others. */
export function heldEvents(count: number): LedgerEvent[] {
  return Array.from({length: count}, (_, index) => heldEvent(`${index}`))
}

export function describeLedger(name: string, damageNames: readonly string[], create: () => Promise<LedgerStore>): void {
  describe(`${name} as a ledger`, () => {
    let store: LedgerStore
    beforeEach(async () => {
      store = await create()
    })
    afterEach(() => store.close())

    test('an environment in which nothing happened has an empty history without a version', async () => {
      expect(await store.open().read()).toEqual({version: null, events: []})
    })

    test('what was appended is read back at once, in order, by the writer and by everybody else', async () => {
      const writer = store.open()
      const events = ['1', '2', '3'].map(heldEvent)
      let version: string | null = null
      for (const event of events) {
        version = await mustAppend(writer, event, version)
        expect((await writer.read()).version).toBe(version)
      }
      expect(await writer.read()).toEqual({version, events})
      expect(await store.open().read()).toEqual({version, events})
    })

    test('an append on an old version is a conflict and writes nothing', async () => {
      const first = await mustAppend(store.open(), heldEvent('1'), null)
      await mustAppend(store.open(), heldEvent('2'), first)
      const late = store.open()
      expect(await late.append(heldEvent('late'), first)).toEqual({kind: 'conflict'})
      expect(await late.append(heldEvent('late'), null)).toEqual({kind: 'conflict'})
      expect(idsOf(await late.read())).toEqual(['event-1', 'event-2'])
    })

    test('of twenty writers at once each gets its event in exactly once, and none overwrites another', async () => {
      const names = Array.from({length: 20}, (_, index) => `writer-${index}`)
      await Promise.all(names.map((each, rank) => appendPatiently(store.open(), heldEvent(each), rank)))
      const ids = idsOf(await store.open().read())
      expect(ids.toSorted()).toEqual(names.map(each => `event-${each}`).toSorted())
    })

    test('of twenty writers on one version exactly one wins', async () => {
      const outcomes = await Promise.all(
        Array.from({length: 20}, (_, index) => store.open().append(heldEvent(`${index}`), null)),
      )
      expect(outcomes.filter(({kind}) => kind === 'appended')).toHaveLength(1)
      expect((await store.open().read()).events).toHaveLength(1)
    })

    test('an event that is appended again on the same or a newer version is kept once', async () => {
      const ledger = store.open()
      const first = await mustAppend(ledger, heldEvent('1'), null)
      expect(await store.open().append(heldEvent('1'), null)).toEqual({kind: 'appended', version: first})
      expect(await store.open().append(heldEvent('1'), first)).toEqual({kind: 'appended', version: first})
      expect(idsOf(await store.open().read())).toEqual(['event-1'])
    })

    test('a repeated append does not learn of what others wrote since: going on from it is a conflict', async () => {
      const first = await mustAppend(store.open(), heldEvent('1'), null)
      await mustAppend(store.open(), heldEvent('2'), first)
      await mustAppend(store.open(), heldEvent('3'), (await store.open().read()).version)
      const again = store.open()
      expect(await again.append(heldEvent('1'), null)).toEqual({kind: 'appended', version: first})
      expect(await again.append(heldEvent('next'), first)).toEqual({kind: 'conflict'})
    })

    test('an append whose answer is lost is in the history once, whether or not it is repeated', async () => {
      const first = await mustAppend(store.open(), heldEvent('1'), null)
      store.loseNextAnswer?.()
      const writer = store.open()
      await mustAppend(writer, heldEvent('2'), first)
      await mustAppend(store.open(), heldEvent('2'), first)
      expect(idsOf(await store.open().read())).toEqual(['event-1', 'event-2'])
    })

    test('an event that could not be read back is refused, and the history stays readable', async () => {
      const first = await mustAppend(store.open(), heldEvent('1'), null)
      const broken: LedgerEvent = {...heldEvent('2'), at: 'yesterday'}
      await expect(store.open().append(broken, first)).rejects.toMatchObject({code: 'ledger/unreadable'})
      expect(idsOf(await store.open().read())).toEqual(['event-1'])
    })

    test('what a killed append leaves behind does not count, and the next append goes through', async () => {
      const first = await mustAppend(store.open(), heldEvent('1'), null)
      await store.crashMidway()
      expect(await store.open().read()).toEqual({version: first, events: [heldEvent('1')]})
      await mustAppend(store.open(), heldEvent('2'), first)
      expect(idsOf(await store.open().read())).toEqual(['event-1', 'event-2'])
    })

    test('a history that a newer version wrote is refused as such, not as damaged, and nothing is appended to it', async () => {
      const newer = {...heldEvent('2'), schemaVersion: ledgerSchemaVersion + 1, whatever: 'it says'}
      await store.writeHistory([heldEvent('1'), newer])
      const refusal = {name: 'UserError', code: 'ledger/newer-version', hint: expect.stringContaining('newer version')}
      await expect(store.open().read()).rejects.toMatchObject(refusal)
    })

    test('a history goes on over the end of a full file as before it, for its writers and for whoever watches', async () => {
      await store.writeHistory(heldEvents(998))
      const writers = [store.open(), store.open()]
      const watcher = store.open()
      const expected = heldEvents(998)
      let {version} = await watcher.read()
      for (const [index, name] of ['a', 'b', 'c', 'd'].entries()) {
        // By turns: each writer has to see what the other wrote.
        const writer = writers[index % 2] ?? watcher
        expect((await writer.read()).version).toBe(version)
        version = await mustAppend(writer, heldEvent(name), version)
        expected.push(heldEvent(name))
        expect(await watcher.read()).toEqual({version, events: expected})
      }
      expect(await store.open().read()).toEqual({version, events: expected})
    })

    test('ten thousand events are read by a few dozen operations, and the next look by a handful', async () => {
      await store.writeHistory(heldEvents(10_020))
      const ledger = store.open()
      const before = store.cost().operations
      expect((await ledger.read()).events).toEqual(heldEvents(10_020))
      const afterFirst = store.cost().operations
      await ledger.read()
      expect(afterFirst - before).toBeLessThan(100)
      expect(store.cost().operations - afterFirst).toBeLessThan(10)
    })

    test('an append to ten thousand events costs what it costs after twenty', async () => {
      const costAfter = async (count: number) => {
        const place = await create()
        await place.writeHistory(heldEvents(count))
        const ledger = place.open()
        const {version} = await ledger.read()
        const before = place.cost()
        await mustAppend(ledger, heldEvent('next'), version)
        const after = place.cost()
        await place.close()
        const bytes = after.bytesWritten - before.bytesWritten
        return {operations: after.operations - before.operations, bytes}
      }
      const few = await costAfter(20)
      const many = await costAfter(10_020)
      expect(many.operations).toBe(few.operations)
      // Names of three digits more, in the few events that share a file.
      expect(many.bytes).toBeLessThan(few.bytes + 500)
    })

    test.each(damageNames)('a history that was edited by hand is refused: %s', async damage => {
      let version: string | null = null
      for (const each of ['1', '2', '3']) version = await mustAppend(store.open(), heldEvent(each), version)
      await store.damages[damage]?.()
      const refusal = {name: 'UserError', code: 'ledger/unreadable', hint: expect.stringMatching(/git revert|backup/)}
      await expect(store.open().read()).rejects.toMatchObject(refusal)
    })
  })
}

async function mustAppend(ledger: Ledger, event: LedgerEvent, expectedVersion: string | null): Promise<string> {
  const outcome = await ledger.append(event, expectedVersion)
  expect(outcome.kind).toBe('appended')
  return outcome.kind === 'appended' ? outcome.version : ''
}

/**
 * Reads and appends until it wins, as a tick does. All begin at once; whoever loses steps aside for a moment of its own,
 * so that the machine which runs the tests is not kept busy by the same race again and again.
 */
async function appendPatiently(ledger: Ledger, event: LedgerEvent, rank: number): Promise<void> {
  for (;;) {
    const {version} = await ledger.read()
    if ((await ledger.append(event, version)).kind === 'appended') return
    await new Promise(resolve => setTimeout(resolve, rank * 50))
  }
}

function idsOf({events}: {readonly events: readonly LedgerEvent[]}): string[] {
  return events.map(({id}) => id)
}
