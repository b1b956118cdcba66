import {describe, expect, test} from 'vitest'
import {createArrivals} from '../../../src/traffic/router/arrivals.ts'
import {fakeClock} from '../../fakes/clock.ts'

/** A release that starts: ready, ended, or wanted no more from so many milliseconds on. */
function start({readyMs = Infinity, endedMs = Infinity, unwantedMs = Infinity, arrive = async () => {}} = {}) {
  const clock = fakeClock()
  const began = clock.now().getTime()
  const isPast = (ms: number) => clock.now().getTime() - began >= ms
  const arrived: string[] = []
  const warnings: string[] = []
  const say = (line: string) => void warnings.push(line)
  const arrivals = createArrivals({
    withinMs: 120_000,
    isAwaited: () => !isPast(unwantedMs),
    isRunning: () => !isPast(endedMs),
    isReady: async () => isPast(readyMs),
    arrive: async version => {
      await arrive()
      arrived.push(version)
    },
    clock,
    log: {info: say, warning: say, debug: say},
  })
  return {arrivals, arrived, warnings, passedMs: () => clock.now().getTime() - began}
}

describe('a release that is waited for', () => {
  test('arrives when it is ready, once, however often it is waited for', async () => {
    const {arrivals, arrived, warnings, passedMs} = start({readyMs: 1000})
    await Promise.all([arrivals.wait('v1'), arrivals.wait('v1')])
    expect({arrived, warnings}).toEqual({arrived: ['v1'], warnings: []})
    expect(passedMs()).toBe(1000)
  })

  test('that ends before it is ready is not waited for any longer', async () => {
    const {arrivals, arrived, warnings, passedMs} = start({endedMs: 500})
    await arrivals.wait('v1')
    expect({arrived, warnings}).toEqual({arrived: [], warnings: ['release v1 has ended before it was ready']})
    expect(passedMs()).toBe(500)
  })

  test('that is never ready is given up after the limit', async () => {
    const {arrivals, arrived, warnings, passedMs} = start()
    await arrivals.wait('v1')
    expect(arrived).toEqual([])
    expect(warnings).toEqual(['release v1 was not ready within 120 s: nobody waits for it any more'])
    expect(passedMs()).toBe(120_000)
  })

  test('does not arrive when another act came between', async () => {
    const {arrivals, arrived, warnings} = start({unwantedMs: 200, readyMs: 400})
    await arrivals.wait('v1')
    expect({arrived, warnings}).toEqual({arrived: [], warnings: []})
  })

  test('that cannot be given its traffic is told of, and waited for again when it is asked for again', async () => {
    let times = 0
    const arrive = async () => {
      times++
      if (times === 1) throw new Error('the disk is full')
    }
    const {arrivals, arrived, warnings} = start({readyMs: 0, arrive})
    await arrivals.wait('v1')
    expect(warnings).toEqual(['release v1 is ready and cannot be restored: the disk is full'])
    await arrivals.wait('v1')
    expect(arrived).toEqual(['v1'])
  })
})
