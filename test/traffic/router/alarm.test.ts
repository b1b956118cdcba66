import {expect, test} from 'vitest'
import {createAlarm} from '../../../src/traffic/router/alarm.ts'
import {fakeClock} from '../../fakes/clock.ts'

const begin = '2026-01-01T00:00:00.000Z'
const after = (minutes: number) => Date.parse(begin) + minutes * 60_000

/** A clock whose sleeps are listed, and an alarm that says when it went off. */
function listen() {
  const clock = fakeClock(begin)
  const sleeps: number[] = []
  const calls: number[] = []
  const sleep = async (durationMs: number, signal?: AbortSignal) => {
    await new Promise(resolve => setImmediate(resolve))
    if (signal?.aborted) return
    sleeps.push(durationMs)
    clock.advance(durationMs)
  }
  const alarm = createAlarm({now: clock.now, sleep}, () => calls.push(clock.now().getTime()))
  return {alarm, calls, sleeps}
}

test('goes off once, at its time, and asks the clock every minute until then', async () => {
  const {alarm, calls, sleeps} = listen()
  alarm.set(after(2.5))
  await expect.poll(() => calls).toEqual([after(2.5)])
  expect(sleeps).toEqual([60_000, 60_000, 30_000])
})

test('waits longer than a timer of Node can: 30 days', async () => {
  const {alarm, calls} = listen()
  alarm.set(after(30 * 24 * 60))
  await expect.poll(() => calls, {timeout: 10_000}).toEqual([after(30 * 24 * 60)])
})

test('goes off at once for a time that is over', () => {
  const {alarm, calls} = listen()
  alarm.set(after(-1))
  expect(calls).toEqual([after(0)])
})

test('forgets the time before when it is set again, and goes off no more when it is set to nothing', async () => {
  const {alarm, calls, sleeps} = listen()
  alarm.set(after(1))
  alarm.set(after(3))
  await expect.poll(() => calls).toEqual([after(3)])
  alarm.set(after(9))
  alarm.set(null)
  await new Promise(resolve => setTimeout(resolve, 20))
  expect(calls).toEqual([after(3)])
  expect(sleeps).toEqual([60_000, 60_000, 60_000])
})
