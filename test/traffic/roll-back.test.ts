import {fileURLToPath} from 'node:url'
import {afterEach, expect, test} from 'vitest'
import {rollBack} from '../../src/rollout/run/roll-back.ts'
import {silentLog} from '../../src/runtime/log.ts'
import {systemRuntime} from '../../src/runtime/runtime.ts'
import {openLocal} from '../../src/traffic/local.ts'
import {startRouter} from '../../src/traffic/local-router.ts'
import {createWorld, scope, v1, v2} from '../rollout/world.ts'

// A roll-back by the engine through a real router to a service that has to start. The engine's own clock does not wait: that
// it answers when the release serves is the router's doing.

const runtime = systemRuntime(silentLog)
const service = fileURLToPath(new URL('programs/service.ts', import.meta.url))

const cleanups: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** v2 promoted, v1 stopped, and how v1 will behave when it is started again. */
async function afterPromotion(behaviour: string) {
  const router = await startRouter({port: 0, controlPort: 0}, runtime)
  cleanups.push(router.close)
  const openTarget = (how: string) => {
    const start = [process.execPath, service, '{version}', '{port}', how]
    return openLocal({kind: 'local', router: router.controlUrl, start}, runtime.http)
  }
  const target = openTarget('healthy')
  await target.deploy(v1)
  await target.deploy(v2)
  await expect.poll(() => target.read(), {timeout: 15_000}).toMatchObject({candidateReady: true, stableReady: true})
  await target.promote(v2)
  const ports = {...createWorld().ports, target: openTarget(behaviour)}
  const answering = async () => (await fetch(router.url)).headers.get('x-slipway-release')
  return {ports, target, answering}
}

test('a roll-back after a promotion ends when the old release, which had been stopped, answers users again', async () => {
  const {ports, target, answering} = await afterPromotion('slow')
  const {result} = await rollBack(ports, scope, {to: v1, why: 'customers call'})
  expect(result).toMatchObject({verdict: 'pass', reason: 'rollout/restored', subject: v1})
  expect(await target.read()).toMatchObject({stable: 'v1', candidate: null, stableReady: true})
  expect(await answering()).toBe('v1')
})

test('a roll-back to a release that cannot start any more is an error, and users go on with the one they have', async () => {
  const {ports, target, answering} = await afterPromotion('crash')
  const {result} = await rollBack(ports, scope, {to: v1, why: 'customers call'})
  expect(result).toMatchObject({verdict: 'error', reason: 'rollout/restore-failed'})
  expect(result.summary).toContain('v1')
  expect(await target.read()).toMatchObject({
    stable: 'v2',
    stableReady: true,
    detail: expect.stringContaining('v1 exited'),
  })
  expect(await answering()).toBe('v2')
})
