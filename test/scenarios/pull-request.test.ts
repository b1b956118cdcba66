import {existsSync} from 'node:fs'
import * as path from 'node:path'
import {describe, expect, test} from 'vitest'
import {policy} from './policies.ts'
import {findingsIn} from './results.ts'
import {pullRequest, tokenWith} from './story.ts'
import {expectTold, tell} from './telling.ts'

const validate = {action: 'validate-model'} as const

describe('a pull request', () => {
  test('with a good model gets a green check and one comment, which a second push updates', async () => {
    const story = await tell('A good model, pushed twice', {'slipway.yml': policy()})
    await story.commit('better', {'notes.md': 'A better model.'})
    const first = await story.run('the first push', {...validate, event: await pullRequest(story, 'better')})
    expect(first).toMatchObject({exitCode: 0, outputs: {verdict: 'pass'}})
    await story.commit('better', {'notes.md': 'A better model, explained.'})
    const event = await pullRequest(story, 'better')
    const second = await story.run('the second push', {...validate, event})
    expect(second.exitCode).toBe(0)
    const {comments, checkRuns} = story.github.state
    expect(comments).toHaveLength(1)
    expect(comments[0]?.body).toContain(event.sha.slice(0, 12))
    expect(checkRuns.map(({name, conclusion}) => [name, conclusion])).toEqual([
      ['slipway / model', 'success'],
      ['slipway / model', 'success'],
    ])
    await expectTold(story, 'good-model')
  })

  test('that loosens slipway.yml is judged by the base branch, and told what it loosens', async () => {
    const strict = policy({release: 'v3', accuracy: '0.76'})
    const story = await tell('A pull request that lowers its own bar', {'slipway.yml': strict})
    await story.commit('lower', {
      'slipway.yml': policy({release: 'v3', accuracy: '0.50', mayLose: '0.30', fairness: '0.9'}),
    })
    const ended = await story.run('the gate', {...validate, event: await pullRequest(story, 'lower')})
    expect(ended).toMatchObject({exitCode: 1, outputs: {verdict: 'fail'}})
    expect(findingsIn(ended.result, 'policy/changed')).toMatchObject([
      {reason: 'policy/loosened', subject: 'validation.gates accuracy at-least'},
      {reason: 'policy/loosened', subject: 'validation.gates accuracy may-lose'},
      {reason: 'policy/loosened', subject: 'validation.gates demographic-parity-difference by sex at-most'},
    ])
    expect(story.github.state.checkRuns[0]).toMatchObject({conclusion: 'failure'})
    await expectTold(story, 'loosened-policy')
  })

  test('from a fork, whose token may only read, gets its verdict in the job summary and no failure', async () => {
    const story = await tell('A pull request from a fork', {'slipway.yml': policy()})
    await story.commit('better', {'notes.md': 'From outside.'})
    const token = tokenWith(story, {contents: 'read', checks: 'read', 'pull-requests': 'read'})
    const event = await pullRequest(story, 'better', 'eve/credit')
    const ended = await story.run('the gate', {...validate, event, token})
    expect(ended).toMatchObject({exitCode: 0, outputs: {verdict: 'pass'}})
    expect(ended.commands.filter(line => line.startsWith('::notice'))).toHaveLength(2)
    expect(ended.commands.some(line => line.startsWith('::error') || line.startsWith('::warning'))).toBe(false)
    expect(ended.summary).toContain('roc-auc')
    await expectTold(story, 'fork')
  })

  test('with a model that is a pickle is blocked, and the pickle never runs', async () => {
    const story = await tell('A model that would run a command', {'slipway.yml': policy({release: 'v4'})})
    await story.commit('pickle', {'notes.md': 'Now as a pickle.'})
    const ended = await story.run('the gate', {...validate, event: await pullRequest(story, 'pickle')})
    expect(ended).toMatchObject({exitCode: 1, outputs: {verdict: 'fail', reason: 'model/pickle-runs'}})
    expect(story.github.state.checkRuns[0]).toMatchObject({conclusion: 'failure'})
    // The file's own command: touch PAYLOAD-WAS-EXECUTED.
    expect(existsSync(path.join(story.folder, 'PAYLOAD-WAS-EXECUTED'))).toBe(false)
    await expectTold(story, 'pickle')
  })
})
