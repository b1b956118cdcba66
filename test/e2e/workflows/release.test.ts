/**
 * Releases on their way through a consumer's repository, run by a real workflow runner. One story, told in order: each
 * test begins where the one before has ended.
 */
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import type {EndedRun} from './act.ts'
import {imageDigestOf} from './consumer.ts'
import type {Traffic} from './machine.ts'
import {createWorld, tell, type World} from './world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(async () => {
  await world?.stop()
})

const alone = (version: string) => ({stable: version, candidate: null, weight: 0})

function expectGreen({exitCode, log}: EndedRun): void {
  expect(exitCode, log.split('\n').slice(-120).join('\n')).toBe(0)
}

async function release(version: string): Promise<EndedRun> {
  const digest = await imageDigestOf(version)
  return world.press('slipway-release.yml', {version, 'image-report': 'image.json', 'image-digest': digest})
}

async function approve(): Promise<EndedRun> {
  return world.press('slipway-rollout.yml', {request: 'approve', as: 'ml-leads', why: 'read the plan'})
}

async function ledger(): Promise<readonly string[]> {
  const log = await world.github.repository.git(['log', '--reverse', '--format=%s', 'slipway/credit/production'])
  return log.split('\n')
}

function lastStatus() {
  const deployment = world.github.state.deployments.at(-1)
  const {state, description} = deployment?.statuses.at(-1) ?? {}
  tell(`  deployment of ${deployment?.description}: ${state}, ${description}`)
  return {deployment: deployment?.description, state, description}
}

async function traffic() {
  const now = await world.machine.traffic()
  tell(`  traffic: ${wordsOf(now)}`)
  return now
}

/** What was seen of the traffic, from the first weight on. */
function told(seen: readonly Traffic[]): readonly string[] {
  const lines = seen.filter(({candidate, weight}) => candidate === null || weight > 0).map(wordsOf)
  for (const line of lines) tell(`  traffic: ${line}`)
  return lines
}

function wordsOf({stable, candidate, weight}: Traffic): string {
  return `${stable ?? 'nothing'}${candidate === null ? '' : `, ${candidate} with ${weight}%`}`
}

describe('a repository made by slipway init', () => {
  test('brings its first release to production after an approval', async () => {
    await world.consumer.bringIn('v1', null)
    world.consumer.commit('The service, its first model, and the way to production')
    expectGreen(await release('v1'))
    expect(lastStatus()).toMatchObject({deployment: 'credit v1', state: 'queued'})
    expect(await traffic()).toMatchObject({stable: null, candidate: null})
    expectGreen(await approve())
    // The release is over when its service is ready: at once, or in the run that the approval has started.
    for (const run of await world.runDispatched()) expectGreen(run)
    world.github.state.dispatches.splice(0)
    expect(lastStatus()).toMatchObject({deployment: 'credit v1', state: 'success'})
    expect(await traffic()).toEqual(alone('v1'))
    await world.machine.open()
  })

  test('shows three green checks and one comment on a pull request with a good model', async () => {
    const {consumer, github} = world
    await consumer.bringIn('v1', 'v1')
    consumer.commit('Compare with the release in production')
    consumer.checkout('better', 'new')
    await consumer.bringIn('v2', 'v1')
    const head = consumer.commit('A better model')
    expectGreen(await world.pullRequest(7, 'better'))
    const checks = github.state.checkRuns.filter(run => run.headSha === head)
    for (const {name, conclusion, title} of checks) tell(`  check ${name}: ${conclusion}, ${title}`)
    expect(checks.map(({name, conclusion}) => `${name} ${conclusion}`).sort()).toEqual([
      'slipway / image success',
      'slipway / model success',
      'slipway / plan success',
    ])
    const comments = github.state.comments.filter(comment => comment.issue === 7)
    expect(comments).toHaveLength(1)
    for (const gate of ['model', 'image', 'plan'])
      expect(comments[0]?.body).toContain(`<!-- slipway:section ${gate} -->`)
    expect(comments[0]?.body).toContain('a rollback restores v1')
    expect(comments[0]?.body).toContain('ml-leads')
  })

  test('keeps evidence for the merged release, and waits for approval before the first weight', async () => {
    const {consumer, github} = world
    consumer.checkout('main')
    consumer.merge('better')
    expectGreen(await release('v2'))
    const evidence = await github.repository.git(['log', '--reverse', '--format=%s', 'slipway/credit/evidence'])
    expect(evidence.split('\n').slice(-2).sort()).toEqual([
      'Record image evidence, pass: Nothing stands against the gate among 6 packages.',
      'Record model evidence, pass: The model keeps all 3 checks.',
    ])
    expect(lastStatus()).toMatchObject({deployment: 'credit v2', state: 'queued'})
    expect(await traffic()).toEqual(alone('v1'))
    expect(github.state.dispatches).toEqual([])
  })

  test('gives the approved release more and more traffic, by runs that start each other', async () => {
    const {github} = world
    expectGreen(await approve())
    expect(await traffic()).toMatchObject({stable: 'v1', candidate: 'v2'})
    expect(lastStatus()).toMatchObject({state: 'in_progress'})
    expect(github.state.dispatches).toMatchObject([{workflow: 'slipway-rollout.yml', inputs: {request: 'continue'}}])
    const watch = world.machine.watch()
    for (const run of await world.runDispatched()) expectGreen(run)
    expect(told(await watch.stop())).toEqual(['v1, v2 with 25%', 'v1, v2 with 50%', 'v2'])
    expect(lastStatus()).toMatchObject({deployment: 'credit v2', state: 'success'})
    expect((await ledger()).at(-1)).toContain('End, promoted: v2')
  })

  test('aborts a release that fails requests, and gives its traffic back', async () => {
    const {consumer, github} = world
    await consumer.bringIn('v6', 'v2')
    consumer.commit('A model that nobody tried with every category')
    expectGreen(await release('v6'))
    expectGreen(await approve())
    const watch = world.machine.watch()
    const runs = await world.runDispatched()
    expect(runs.map(({exitCode}) => exitCode === 0)).toEqual([false])
    expect(told(await watch.stop())).toEqual(['v2, v6 with 25%', 'v2'])
    expect(lastStatus()).toMatchObject({deployment: 'credit v6', state: 'failure'})
    const check = github.state.checkRuns.findLast(({name}) => name === 'slipway / rollout')
    expect(check).toMatchObject({conclusion: 'failure'})
    tell(`  check ${check?.name}: ${check?.conclusion}, ${check?.title}`)
  })

  test('goes back to an earlier release at the press of a button', async () => {
    expectGreen(await world.press('slipway-rollback.yml', {to: 'v1', why: 'v2 is too strict'}))
    expect(await traffic()).toEqual(alone('v1'))
    expect((await ledger()).at(-1)).toContain('Restored v1')
    const deployments = world.github.state.deployments.map(each => [each.description, each.statuses.at(-1)?.state])
    expect(deployments).toEqual([
      ['credit v1', 'success'],
      ['credit v2', 'inactive'],
      ['credit v6', 'failure'],
    ])
  })

  test('has a watchdog that is green when there is nothing to do', async () => {
    const before = await ledger()
    expectGreen(await world.schedule('slipway-watchdog.yml'))
    expect(await ledger()).toEqual(before)
    expect(await traffic()).toEqual(alone('v1'))
  })

  test('has asked GitHub for nothing that GitHub does not have', () => {
    expect(world.github.violations).toEqual([])
  })
})
