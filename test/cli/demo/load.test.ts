import {once} from 'node:events'
import {createServer, type RequestListener} from 'node:http'
import type {AddressInfo} from 'node:net'
import {afterEach, describe, expect, test} from 'vitest'
import {type LoadCounts, servedBetween, shareBetween, startLoad} from '../../../src/cli/demo/load.ts'

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

async function listen(handler: RequestListener): Promise<string> {
  const server = createServer(handler).listen(0, '127.0.0.1')
  await once(server, 'listening')
  closers.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(resolve => setTimeout(resolve, 5))
}

const served = (counts: LoadCounts) => Object.values(counts.releases).reduce((sum, each) => sum + each.requests, 0)

describe('the load', () => {
  test('counts answers by release, and failures apart from refusals', async () => {
    let n = 0
    const url = await listen((_, response) => {
      const [release, status] = (
        [
          ['v1', 200],
          ['v2', 200],
          ['v2', 500],
          ['v2', 400],
        ] as const
      )[n++ % 4] ?? ['v1', 200]
      response.writeHead(status, {'x-slipway-release': release}).end()
    })
    const load = startLoad({url, bodies: ['{}'], perSecond: 400, seed: 1})
    await until(() => served(load.counts()) >= 20)
    const counts = await load.stop()
    const {v1, v2} = counts.releases
    expect(counts.sent).toBe(served(counts))
    expect(counts.unanswered).toBe(0)
    expect(v1).toMatchObject({failed: 0, refused: 0})
    expect(v2?.failed).toBeGreaterThanOrEqual(5)
    expect(v2?.refused).toBeGreaterThanOrEqual(4)
    expect((v2?.failed ?? 0) + (v2?.refused ?? 0)).toBeLessThan(v2?.requests ?? 0)
  })

  test('users keep coming while nobody is answered', async () => {
    const waiting: (() => void)[] = []
    const url = await listen((_, response) => {
      waiting.push(() => response.writeHead(200, {'x-slipway-release': 'v1'}).end())
      // A closed loop would wait for its first answer for ever.
      if (waiting.length >= 20) for (const answer of waiting.splice(0)) answer()
    })
    const load = startLoad({url, bodies: ['{}'], perSecond: 1000, seed: 1})
    await until(() => served(load.counts()) >= 20)
    closers.push(() => void load.stop())
    expect(load.counts().skipped).toBe(0)
  })

  test('it never has more requests under way than it may, and counts those that it did not send', async () => {
    const waiting: (() => void)[] = []
    const url = await listen((_, response) => {
      waiting.push(() => response.end())
    })
    const load = startLoad({url, bodies: ['{}'], perSecond: 1000, seed: 1, maxInFlight: 3})
    await until(() => load.counts().skipped > 10 && waiting.length === 3)
    expect(load.counts().sent).toBe(3)
    const stopped = load.stop()
    for (const answer of waiting) answer()
    const {releases, skipped} = await stopped
    expect(releases.none?.requests).toBe(3)
    expect(skipped).toBeGreaterThan(10)
  })

  test('a broken connection and a refused one are unanswered, not served', async () => {
    const url = await listen(request => request.socket.destroy())
    const load = startLoad({url, bodies: ['{}'], perSecond: 500, seed: 1})
    await until(() => load.counts().unanswered >= 5)
    const counts = await load.stop()
    expect(counts.releases).toEqual({})
    expect(counts.unanswered).toBe(counts.sent)
  })

  test('an answer that never comes ends with its time limit', async () => {
    const url = await listen(() => {})
    const load = startLoad({url, bodies: ['{}'], perSecond: 500, seed: 1, maxInFlight: 2, timeoutMs: 50})
    await until(() => load.counts().unanswered >= 2)
    expect((await load.stop()).releases).toEqual({})
  })

  test('the same seed sends the same requests', async () => {
    const bodies = ['a', 'b', 'c', 'd']
    const seen = async (seed: number) => {
      const got: string[] = []
      const url = await listen((request, response) => {
        request.on('data', chunk => got.push(String(chunk)))
        request.on('end', () => response.end())
      })
      // One at a time, so that they arrive as they were sent.
      const load = startLoad({url, bodies, perSecond: 1000, seed, maxInFlight: 1})
      await until(() => got.length >= 30)
      await load.stop()
      return got.slice(0, 30).join('')
    }
    const first = await seen(1)
    expect(await seen(1)).toBe(first)
    expect(await seen(2)).not.toBe(first)
    expect(new Set(first)).toEqual(new Set(bodies))
  })
})

describe('what users saw between two looks', () => {
  const look = (v1: number, v2: number, failed = 0): LoadCounts => ({
    sent: v1 + v2,
    skipped: 0,
    unanswered: 0,
    releases: {v1: {requests: v1, failed: 0, refused: 0}, v2: {requests: v2, failed, refused: 0}},
  })

  test('is the difference of the counts', () => {
    expect(servedBetween(look(100, 10, 1), look(160, 30, 4), 'v2')).toEqual({requests: 20, failed: 3, refused: 0})
    expect(shareBetween(look(100, 10), look(160, 30), 'v2')).toBe(0.25)
  })

  test('is nothing where there was no answer', () => {
    expect(shareBetween(look(5, 5), look(5, 5), 'v2')).toBe(0)
    expect(servedBetween(look(5, 5), look(9, 9), 'v3')).toEqual({requests: 0, failed: 0, refused: 0})
  })
})
