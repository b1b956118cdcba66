import {describe, expect, test} from 'vitest'
import {policy} from './policies.ts'
import {onMain, tokenWith} from './story.ts'
import {expectTold, tell} from './telling.ts'

const record = {record: 'true'}

describe('evidence', () => {
  test('of a model and of its image is kept in a branch, with a message that a person can read', async () => {
    const story = await tell('Evidence on main', {'slipway.yml': policy()})
    const event = await onMain(story)
    const model = await story.run('the model', {action: 'validate-model', event, inputs: record})
    const image = await story.run('the image', {action: 'scan-image', event, inputs: record})
    expect([model.exitCode, image.exitCode]).toEqual([0, 0])
    expect(await story.messages('slipway/credit/evidence')).toHaveLength(2)
    expect(story.github.state.comments).toEqual([])
    await expectTold(story, 'evidence')
  })

  test('that cannot be written fails the step and names the permission', async () => {
    const story = await tell('Evidence with a token that may only read', {'slipway.yml': policy()})
    const token = tokenWith(story, {contents: 'read', checks: 'write'})
    const event = await onMain(story)
    const ended = await story.run('the model', {action: 'validate-model', event, inputs: record, token})
    expect(ended).toMatchObject({exitCode: 1, outputs: {verdict: 'error', reason: 'github/permission-missing'}})
    expect(ended.summary).toContain('contents: write')
    expect(story.github.state.checkRuns[0]).toMatchObject({conclusion: 'failure'})
    await expectTold(story, 'evidence-not-permitted')
  })
})
