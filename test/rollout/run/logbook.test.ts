import {describe, expect, test} from 'vitest'
import type {LedgerEvent} from '../../../src/rollout/events.ts'
import type {Ledger} from '../../../src/rollout/ledger.ts'
import {openLogbook} from '../../../src/rollout/run/logbook.ts'
import {tick} from '../../../src/rollout/run/tick.ts'
import {stateOf} from '../../../src/rollout/state.ts'
import {createWorld, scope, started, type World} from '../world.ts'

const healthy = {perSecond: 20, bad: {}}

/** Counts how often what an event says is asked for: each event that is folded is asked once. */
function counted(ledger: Ledger): {ledger: Ledger; folded: () => number} {
  let folded = 0
  const watch = (event: LedgerEvent): LedgerEvent =>
    new Proxy(event, {
      get(target, key) {
        if (key === 'at') folded++
        return Reflect.get(target, key)
      },
    })
  const read = async () => {
    const {version, events} = await ledger.read()
    return {version, events: events.map(watch)}
  }
  return {ledger: {...ledger, read}, folded: () => folded}
}

async function worldWithHistory(ticks: number): Promise<World> {
  const world = await started({traffic: healthy})
  for (let done = 0; done < ticks; done++) {
    await tick(world.ports, scope)
    world.ports.clock.advance(60_000)
  }
  return world
}

describe('the logbook of a process that ticks for hours', () => {
  test('folds what it has folded already no more', async () => {
    const world = await worldWithHistory(50)
    const {ledger, folded} = counted(world.ports.ledger)
    const ports = {...world.ports, ledger}
    await openLogbook(ports, scope)
    const first = folded()
    expect(first).toBeGreaterThan(50)
    await openLogbook(ports, scope)
    expect(folded()).toBe(first)
    const book = await openLogbook(ports, scope)
    await book.append({type: 'handed-over', rollout: 'id-1', to: 'rollout.yml'})
    await openLogbook(ports, scope)
    expect(folded()).toBe(first)
  })

  test('means the same as the whole history, also after others have written', async () => {
    const world = await worldWithHistory(5)
    const mine = await openLogbook(world.ports, scope)
    // Another process has the same ledger behind another object.
    const other = {...world.ports, ledger: {...world.ports.ledger}}
    await tick(other, {...scope, by: 'another run'})
    expect(await mine.append({type: 'handed-over', rollout: 'id-1', to: 'late'})).toBe(false)
    const again = await openLogbook(world.ports, scope)
    expect(again.state).toEqual(stateOf(world.ports.ledger.events))
  })

  test('is not fooled by a ledger that was begun anew', async () => {
    const world = await worldWithHistory(5)
    await openLogbook(world.ports, scope)
    world.ports.ledger.events.splice(0)
    expect((await openLogbook(world.ports, scope)).state).toEqual(stateOf([]))
    const fresh = createWorld()
    fresh.ports.ledger.events.push(...(await worldWithHistory(2)).ports.ledger.events)
    world.ports.ledger.events.push(...fresh.ports.ledger.events)
    expect((await openLogbook(world.ports, scope)).state).toEqual(stateOf(fresh.ports.ledger.events))
  })
})
