import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {deadAddress, makeWorld, type World} from './world.ts'

const digest = `sha256:${'a'.repeat(64)}`

let world: World
beforeEach(() => {
  world = makeWorld()
  world.router.stable = 'v0'
})
afterEach(() => world.remove())

function plan(...argv: string[]) {
  return world.run('plan', '--version', 'v2', '--image-digest', digest, ...argv)
}

describe('slipway plan where a release serves that the ledger does not know', () => {
  test('says before the start what the start would refuse', async () => {
    const {exitCode, result} = await plan()
    expect(exitCode).toBe(1)
    const found = result.findings.find(({reason}) => reason === 'rollout/stable-unknown')
    expect(found?.what).toBe('v0 serves, and the ledger does not know its digests.')
    expect(found?.remedy).toContain('--stable-version v0')
    expect(result.findings.map(({reason}) => reason)).not.toContain('plan/first-release')
    const started = await world.run('promote', '--version', 'v2', '--image-digest', digest)
    expect(started.result.reason).toBe('rollout/stable-unknown')
  })

  test('plans the canary against it, once it is named', async () => {
    const {result} = await plan('--stable-version', 'v0', '--stable-model-digest', digest)
    const reasons = result.findings.map(({reason}) => reason)
    expect(reasons).not.toContain('rollout/stable-unknown')
    expect(reasons).not.toContain('plan/first-release')
    expect(reasons.some(reason => reason.startsWith('plan/canary-'))).toBe(true)
  })

  test('refuses half a name', async () => {
    const {exitCode, result} = await plan('--stable-version', 'v0', '--stable-image-digest', digest)
    expect({exitCode, reason: result.reason}).toEqual({exitCode: 3, reason: 'release/model-missing'})
  })
})

test('slipway plan says that the source cannot be read, and why', async () => {
  world.configure(
    /telemetry: .*/,
    `telemetry: {kind: prometheus, url: "${await deadAddress()}", release-label: version}`,
  )
  const {result} = await plan('--stable-version', 'v0', '--stable-model-digest', digest)
  const [found] = result.findings.filter(({reason}) => reason === 'plan/guard-not-read')
  expect(found?.what).toMatch(/^Guard errors could not be read for v0, which serves: .*127\.0\.0\.1/)
})
