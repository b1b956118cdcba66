import {fileURLToPath} from 'node:url'
import {afterEach, expect, test} from 'vitest'
import {silentLog} from '../../../src/runtime/log.ts'
import {systemRuntime} from '../../../src/runtime/runtime.ts'
import {type Backends, createBackends} from '../../../src/traffic/router/backends.ts'
import {fakeClock} from '../../fakes/clock.ts'

const runtime = systemRuntime(silentLog)
const service = fileURLToPath(new URL('../programs/service.ts', import.meta.url))

let opened: Backends | null = null
afterEach(() => opened?.close())

/** v1, up, under a clock that runs as fast as it is asked. */
async function runV1(script?: string) {
  const clock = fakeClock()
  const sleep = async (durationMs: number) => {
    await new Promise(resolve => setImmediate(resolve))
    clock.advance(durationMs)
  }
  const backends = createBackends({...runtime, clock: {now: clock.now, sleep}}, {variables: [], logFolder: null})
  opened = backends
  const program = script === undefined ? [service, '{version}', '{port}'] : ['-e', script, '{port}']
  await backends.ensure('v1', {kind: 'start', argv: [process.execPath, ...program]})
  await expect.poll(async () => (await backends.health('v1')).ready, {timeout: 15_000}).toBe(true)
  const pid = backends.records().v1?.pid ?? 0
  return {backends, pid, now: () => clock.now().getTime()}
}

test('a release is stopped once its last request is answered', async () => {
  const {backends, pid} = await runV1()
  const leave = [backends.enter('v1'), backends.enter('v1')]
  const gone = backends.retire('v1')
  leave[0]?.()
  leave[0]?.()
  expect(backends.urlOf('v1')).toBe(null)
  expect(backends.leaving().map(each => each.pid)).toEqual([pid])
  leave[1]?.()
  await gone
  await expect.poll(() => isAlive(pid), {timeout: 15_000}).toBe(false)
  expect(backends.leaving()).toEqual([])
})

test('a request that does not end keeps a release for a minute, and not longer', async () => {
  const {backends, pid, now} = await runV1()
  backends.enter('v1')
  const from = now()
  await backends.retire('v1')
  expect(now() - from).toBeGreaterThanOrEqual(60_000)
  await expect.poll(() => isAlive(pid), {timeout: 15_000}).toBe(false)
})

test('a release that does not heed the word to end is ended', async () => {
  const deaf = `process.on('SIGTERM', () => {}); require('http').createServer((_, r) => r.end()).listen(Number(process.argv[1]), '127.0.0.1')`
  const {backends, pid} = await runV1(deaf)
  await backends.retire('v1')
  await expect.poll(() => isAlive(pid), {timeout: 15_000}).toBe(false)
})

test('requests of a release that was started again keep nothing of the one that leaves', async () => {
  const {backends, pid} = await runV1()
  const gone = backends.retire('v1')
  await backends.ensure('v1', {kind: 'start', argv: [process.execPath, service, '{version}', '{port}']})
  const leave = backends.enter('v1')
  await gone
  await expect.poll(() => isAlive(pid), {timeout: 15_000}).toBe(false)
  expect(backends.records().v1?.pid).not.toBe(pid)
  leave()
})

test('a process that does not answer where it was left is somebody else’s by now, and is left alone', async () => {
  const {backends, pid} = await runV1()
  await backends.dismiss({pid: process.pid, url: 'http://127.0.0.1:1'})
  expect(backends.leaving()).toEqual([])
  const {url = ''} = backends.records().v1 ?? {}
  await backends.dismiss({pid, url})
  await expect.poll(() => isAlive(pid), {timeout: 15_000}).toBe(false)
})

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
