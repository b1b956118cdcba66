import {describe, expect, test} from 'vitest'
import {policy, production} from './policies.ts'
import {onMain} from './story.ts'
import {expectTold, tell} from './telling.ts'

const validate = {action: 'validate-model'} as const

describe('trouble', () => {
  test('with publishing a check is a warning, and the verdict stays', async () => {
    const story = await tell('GitHub answers 500 to the check', {'slipway.yml': policy()})
    story.github.fail({method: 'POST', path: '/check-runs', times: 10, act: {kind: 'refuse', status: 500}})
    const ended = await story.run('the gate', {...validate, event: await onMain(story)})
    expect(ended).toMatchObject({exitCode: 0, outputs: {verdict: 'pass', reason: 'model/passed'}})
    expect(ended.commands.some(line => line.startsWith('::warning'))).toBe(true)
    await expectTold(story, 'check-not-published')
  })

  test('with a config that is not there says how to make one', async () => {
    const story = await tell('No config', {})
    const ended = await story.run('the gate', {...validate, event: await onMain(story)})
    expect(ended).toMatchObject({exitCode: 1, outputs: {verdict: 'error', reason: 'config/not-found'}})
    expect(ended.summary).toContain('slipway init')
    await expectTold(story, 'config-missing')
  })

  test('with a config names every mistake at once, each with its line', async () => {
    const broken = policy({accuracy: 'high'}).replace('formats', 'formats').replace('files:', 'filez:')
    const story = await tell('A config with three mistakes', {'slipway.yml': `${broken}extra: 1\n`})
    const ended = await story.run('the gate', {...validate, event: await onMain(story)})
    expect(ended).toMatchObject({exitCode: 1, outputs: {verdict: 'error', reason: 'config/invalid'}})
    for (const place of ['filez', 'at-least', 'extra']) expect(ended.summary).toContain(place)
    await expectTold(story, 'config-malformed')
  })

  test('with the name of an environment tells the ones that there are', async () => {
    const story = await tell('An environment that is not there', {'slipway.yml': policy({environments: production()})})
    const inputs = {environment: 'prodution', version: 'v2', request: 'start'}
    const ended = await story.run('start', {action: 'promote-canary', event: await onMain(story), inputs})
    expect(ended).toMatchObject({exitCode: 1, outputs: {verdict: 'error', reason: 'config/environment-unknown'}})
    expect(ended.summary).toContain('production')
    await expectTold(story, 'environment-unknown')
  })

  test('with an input lists what was expected', async () => {
    const story = await tell('An input that is not one', {'slipway.yml': policy({environments: production()})})
    const inputs = {request: 'begin', 'max-minutes': 'long'}
    const ended = await story.run('start', {action: 'promote-canary', event: await onMain(story), inputs})
    expect(ended).toMatchObject({exitCode: 1, outputs: {verdict: 'error', reason: 'action/input-invalid'}})
    expect(ended.summary).toContain('max-minutes')
    await expectTold(story, 'input-invalid')
  })
})
