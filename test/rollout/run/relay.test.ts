import {describe, expect, test} from 'vitest'
import {createRandom} from '../../../src/core/random.ts'
import {recordHandOver, takeOver} from '../../../src/rollout/run/relay.ts'
import {requestRollout} from '../../../src/rollout/run/request.ts'
import {tick} from '../../../src/rollout/run/tick.ts'
import {runRollout} from '../../../src/rollout/run.ts'
import {actsOf, environment, eventsOf, rolloutOf, scope, started, until, type World} from '../world.ts'

const minute = 60_000
const healthy = {perSecond: 20, bad: {v1: 0.002, v2: 0.002}}
const as = (by: string) => ({...scope, by})
const atOnce = {to: 'rollout.yml', at: 0, as: 'driver'} as const

describe('a ticket', () => {
  test('lets the successor go on, and voids itself and every other one', async () => {
    const {ports} = await started({traffic: healthy})
    await takeOver(ports, as('run 1'), undefined)
    const first = await recordHandOver(ports, as('run 1'), atOnce)
    const second = await recordHandOver(ports, as('run 1'), atOnce)
    expect(first).not.toBe(second)
    expect(await takeOver(ports, as('run 2'), second ?? '')).toBe(true)
    for (const late of [first, second, 'never-given']) {
      expect(await takeOver(ports, as('run 3'), late ?? '')).toBe(false)
    }
    expect(ports.ledger.events.filter(({type}) => type === 'taken-over')).toMatchObject([
      {by: 'run 1', ticket: null},
      {by: 'run 2', ticket: second},
    ])
  })

  test('is not given where another run has taken the rollout over, or where it is over', async () => {
    const world = await started({traffic: healthy})
    await takeOver(world.ports, as('run 1'), undefined)
    await takeOver(world.ports, as('watchdog'), undefined)
    expect(await recordHandOver(world.ports, as('run 1'), atOnce)).toBeNull()
    await requestRollout(world.ports, scope, {kind: 'abort', why: 'no'})
    await tick(world.ports, scope)
    expect(await recordHandOver(world.ports, as('watchdog'), atOnce)).toBeNull()
  })

  test('is given to whom a person calls, beside the run that may be at work, and is void when that one hands over', async () => {
    const {ports} = await started({traffic: healthy})
    await takeOver(ports, as('run 1'), undefined)
    const called = (await recordHandOver(ports, as('anna'), {...atOnce, as: 'person'})) ?? ''
    const handed = (await recordHandOver(ports, as('run 1'), atOnce)) ?? ''
    expect(await takeOver(ports, as('run 2'), handed)).toBe(true)
    expect(await takeOver(ports, as('run 3'), called)).toBe(false)
  })
})

describe('a successor', () => {
  const tickMs = 5 * minute

  async function handedOver(inMs: number) {
    const world = await started({traffic: healthy})
    await takeOver(world.ports, as('run 1'), undefined)
    const from = world.ports.clock.now().getTime()
    const ticket = await recordHandOver(world.ports, as('run 1'), {...atOnce, at: from + inMs})
    return {world, from, ticket: ticket ?? ''}
  }

  test.each([
    ['waits until its tick is due', tickMs, 0, tickMs],
    ['does not wait for what was due while it was queued', tickMs, 7 * minute, 7 * minute],
    ['comes no sooner than in a minute: a job is paid by the minute', 5000, 0, minute],
    ['waits no longer than until the watchdog would come, whatever its clock says', 30 * 60 * minute, 0, 60 * minute],
  ])('%s', async (_, dueInMs, queuedMs, tookMs) => {
    const {world, from, ticket} = await handedOver(dueInMs)
    world.ports.clock.advance(queuedMs)
    expect(await takeOver(world.ports, as('run 2'), ticket)).toBe(true)
    expect(world.ports.clock.now().getTime() - from).toBe(tookMs)
  })

  test('who waits for its tick leaves when the watchdog took the rollout meanwhile', async () => {
    const {world, ticket} = await handedOver(tickMs)
    const {clock} = world.ports
    const sleep: typeof clock.sleep = async ms => {
      await takeOver(world.ports, as('watchdog'), undefined)
      await clock.sleep(ms)
    }
    expect(await takeOver({...world.ports, clock: {...clock, sleep}}, as('run 2'), ticket)).toBe(false)
    expect(rolloutOf(world).driver).toBe('watchdog')
  })

  test('of a Slipway that did not say when begins at once', async () => {
    const world = await started({traffic: healthy})
    const stamp = {schemaVersion: 2, id: 'ticket', at: world.ports.clock.now().toISOString(), by: 'run 1'}
    const {version} = await world.ports.ledger.read()
    const old = {...stamp, type: 'handed-over', rollout: rolloutOf(world).id, to: 'rollout.yml'} as const
    await world.ports.ledger.append(old, version)
    expect(await takeOver(world.ports, as('run 2'), 'ticket')).toBe(true)
    expect(world.ports.clock.now().toISOString()).toBe(stamp.at)
  })
})

test('a run that has the rollout in hand says so once', async () => {
  const {ports} = await started({traffic: healthy})
  await takeOver(ports, as('run 1'), undefined)
  expect(await takeOver(ports, as('run 1'), undefined)).toBe(true)
  expect(ports.ledger.events.filter(({type}) => type === 'taken-over')).toHaveLength(1)
})

test('a run that was given up for dead leaves when it finds that another one has taken over', async () => {
  const world = await started({traffic: healthy})
  await takeOver(world.ports, as('run 1'), undefined)
  let ticks = 0
  const outcome = await runRollout(world.ports, as('run 1'), {
    ...until(world, 300),
    leaveWhenTakenOver: true,
    onTick: async () => {
      ticks++
      if (ticks === 2) await takeOver(world.ports, as('watchdog'), undefined)
    },
  })
  expect(ticks).toBe(3)
  expect(outcome.next).toEqual({kind: 'wait'})
})

/** What GitHub makes of a dispatch, and how often the watchdog comes. */
interface Weather {
  readonly lost: number
  readonly doubled: number
  readonly delayMs: number
}

interface Call {
  readonly at: number
  readonly ticket: string | undefined
}

/**
 * A rollout of jobs of half an hour, one at a time as their concurrency group has it, and a watchdog each hour that
 * GitHub may run late. Answers how many runs drove, and how many came for nothing.
 */
async function relay(
  world: World,
  seed: number,
  {lost, doubled, delayMs}: Weather,
): Promise<{drove: number; left: number}> {
  const {ports} = world
  const random = createRandom(seed)
  const calls: Call[] = [{at: ports.clock.now().getTime(), ticket: undefined}]
  let [drove, left, watchAt] = [0, 0, ports.clock.now().getTime() + 60 * minute]
  for (let run = 1; run <= 400 && rolloutOf(world).phase.kind !== 'ended'; run++) {
    calls.sort((a, b) => a.at - b.at)
    const next = calls[0]
    const isWatchdog = next === undefined || watchAt <= next.at
    const call = isWatchdog ? {at: watchAt, ticket: undefined} : calls.shift()
    if (call === undefined) throw new Error('no run')
    ports.clock.advance(Math.max(0, call.at - ports.clock.now().getTime()))
    if (isWatchdog) {
      watchAt = call.at + (60 + 120 * random.uniform()) * minute
      const silent = ports.clock.now().getTime() - Date.parse(ports.ledger.events.at(-1)?.at ?? '')
      if (silent < rolloutOf(world).plan.staleAfterMs) continue
    }
    const who = as(`run ${run}`)
    if (!(await takeOver(ports, who, call.ticket))) {
      left++
      continue
    }
    drove++
    const {next: after} = await runRollout(ports, who, {...until(world, 30), leaveWhenTakenOver: true})
    if (after.kind !== 'hand-over') continue
    const ticket = (await recordHandOver(ports, who, {to: 'rollout.yml', at: after.at, as: 'driver'})) ?? undefined
    if (ticket === undefined || random.uniform() < lost) continue
    const copies = random.uniform() < doubled ? 2 : 1
    for (let copy = 0; copy < copies; copy++) {
      calls.push({at: ports.clock.now().getTime() + random.uniform() * delayMs, ticket})
    }
  }
  return {drove, left}
}

describe('a rollout that is handed from run to run', () => {
  const config = environment({'dead-after': '12h'})

  test('goes from run to run where every dispatch arrives', async () => {
    const world = await started({traffic: healthy}, config)
    const {drove, left} = await relay(world, 1, {lost: 0, doubled: 0, delayMs: 0})
    expect(rolloutOf(world).phase).toMatchObject({kind: 'ended', reason: 'rollout/promoted'})
    // Two hours of dwell in jobs of half an hour, each of which sees its last minute.
    expect({drove, left}).toEqual({drove: 4, left: 0})
  })

  test.each(Array.from({length: 60}, (_, index) => index + 1))(
    'ends the same where dispatches are lost, doubled, late and out of order (seed %i)',
    async seed => {
      const world = await started({traffic: healthy}, config)
      const {drove, left} = await relay(world, seed, {lost: 0.3, doubled: 0.4, delayMs: 3 * 60 * minute})
      expect(rolloutOf(world).phase).toMatchObject({kind: 'ended', reason: 'rollout/promoted'})
      expect(actsOf(world)).toEqual(['deploy v2', 'set the weight to 5%', 'set the weight to 50%', 'promote v2'])
      // Each run that drove was the only one with its ticket: twins left without a look.
      const drivers = eventsOf(world, 'taken-over')
      expect(drivers).toHaveLength(drove)
      const tickets = drivers.flatMap(({ticket}) => ticket ?? [])
      expect(new Set(tickets).size).toBe(tickets.length)
      expect(left).toBeLessThanOrEqual(eventsOf(world, 'handed-over').length * 2)
    },
  )

  test('whose runs never come back is taken away by the watchdog', async () => {
    const world = await started({traffic: healthy}, environment({'dead-after': '2h'}))
    await takeOver(world.ports, as('run 1'), undefined)
    await runRollout(world.ports, as('run 1'), until(world, 30))
    await recordHandOver(world.ports, as('run 1'), atOnce)
    world.ports.clock.advance(3 * 60 * minute)
    await takeOver(world.ports, as('watchdog'), undefined)
    const {result} = await runRollout(world.ports, as('watchdog'), until(world, 30))
    expect(result).toMatchObject({verdict: 'fail', reason: 'rollout/unwatched'})
    expect(world.ports.target.state).toMatchObject({stable: 'v1', candidate: null})
  })
})
