import {readFile} from 'node:fs/promises'
import * as path from 'node:path'
import {describe, expect, test} from 'vitest'
import type {Token} from '../fakes/github/world.ts'
import {policy} from './policies.ts'
import {onMain, pullRequest, type Story, tokenWith} from './story.ts'
import {expectTold, tell} from './telling.ts'

interface From {
  readonly from: string
  readonly permissions: Token['permissions']
}

async function scan(title: string, release: string, inputs: Readonly<Record<string, string>> = {}, fork?: From) {
  const story = await tell(title, {'slipway.yml': policy({release})})
  await story.commit('image', {'notes.md': 'A new image.'})
  return {
    story,
    scan: async () => {
      const event = await pullRequest(story, 'image', fork?.from)
      const token = fork === undefined ? {} : {token: tokenWith(story, fork.permissions)}
      return story.run('the gate', {action: 'scan-image', event, inputs, ...token})
    },
  }
}

const digestOf = async (story: Story, release: string) =>
  (await readFile(path.join(story.folder, `releases/${release}/image-digest.txt`), 'utf8')).trim()

describe('an image', () => {
  test('whose report has nothing that blocks gets a green check', async () => {
    const {story, scan: run} = await scan('A good image', 'v2')
    const ended = await run()
    expect(ended).toMatchObject({exitCode: 0, outputs: {verdict: 'pass', 'image-digest': await digestOf(story, 'v2')}})
    await expectTold(story, 'good-image')
  })

  test('with a critical vulnerability that has a fix is blocked, and told what to do', async () => {
    const {story, scan: run} = await scan('A critical, fixable vulnerability', 'v5')
    const ended = await run()
    expect(ended).toMatchObject({exitCode: 1, outputs: {verdict: 'fail'}})
    expect(ended.summary).toContain('CVE-2022-48174')
    expect(ended.summary).toContain('1.36.1-r1')
    expect(story.github.state.checkRuns[0]).toMatchObject({name: 'slipway / image', conclusion: 'failure'})
    await expectTold(story, 'vulnerable-image')
  })

  test('is not judged by a report of nobody who is known', async () => {
    const {story, scan: run} = await scan('A report of no tool', 'v2', {report: 'report.json'})
    await story.write({'report.json': '{"name": "credit", "findings": 0}'})
    const ended = await run()
    expect(ended).toMatchObject({exitCode: 1, outputs: {verdict: 'error', reason: 'image/report-from-another-tool'}})
    expect(story.github.state.checkRuns[0]).toMatchObject({conclusion: 'failure'})
    // In the comment of the service, where the verdicts before and after it stand.
    expect(story.github.state.comments[0]?.body).toContain('<!-- slipway:comment credit -->')
    await expectTold(story, 'report-of-no-tool')
  })

  test('that was as bad before is not blocked, and the comment tells of what is new alone', async () => {
    const title = 'A new image on top of an old one'
    const gate = 'image:\n  baseline: releases/v2/image.json\n  gate: [{severity: low, new: true, verdict: fail}]\n'
    const story = await tell(title, {'slipway.yml': policy({release: 'v5'}).replace('image:\n', gate)})
    await story.commit('image', {'notes.md': 'A new image.'})
    const ended = await story.run('the gate', {action: 'scan-image', event: await pullRequest(story, 'image')})
    // The only low one is in v2 as well: the summary counts it, and nobody is told twice.
    expect(ended).toMatchObject({exitCode: 0, outputs: {verdict: 'pass'}})
    expect(ended.summary).toContain('1 was there already')
    expect(story.github.state.comments[0]?.body).not.toContain('CVE-2025-5889')
    await expectTold(story, 'image-as-before')
  })

  test('shows its flaws as alerts of the branch, and leaves files for later steps', async () => {
    const story = await tell('Alerts of an image', {'slipway.yml': policy({release: 'v5'})})
    const inputs = {'upload-sarif': 'true'}
    const ended = await story.run('the gate', {action: 'scan-image', event: await onMain(story), inputs})
    expect(ended.outputs).toMatchObject({verdict: 'fail', scan: expect.stringContaining('scan.json'), openvex: ''})
    expect(story.github.state.codeScanning.alerts.map(({rule}) => rule)).toContain('CVE-2022-48174')
    await expectTold(story, 'image-alerts')
  })

  test('from a fork gets its verdict, and a notice for everything that its token may not', async () => {
    const {story, scan: run} = await scan(
      'An image from a fork',
      'v2',
      {'upload-sarif': 'true'},
      {
        from: 'eve/credit',
        permissions: {contents: 'read', checks: 'read', 'pull-requests': 'read'},
      },
    )
    const ended = await run()
    expect(ended).toMatchObject({exitCode: 0, outputs: {verdict: 'pass'}})
    expect(ended.commands.filter(line => line.startsWith('::notice'))).toHaveLength(3)
    expect(ended.commands.some(line => line.startsWith('::error') || line.startsWith('::warning'))).toBe(false)
    expect(story.github.state.codeScanning.alerts).toEqual([])
    await expectTold(story, 'image-from-a-fork')
  })

  test('is not judged by the report of another image', async () => {
    const story = await tell('A report of another image', {'slipway.yml': policy()})
    await story.commit('image', {'notes.md': 'A new image.'})
    const inputs = {'image-digest': await digestOf(story, 'v1')}
    const ended = await story.run('the gate', {action: 'scan-image', event: await pullRequest(story, 'image'), inputs})
    expect(ended).toMatchObject({exitCode: 1, outputs: {verdict: 'error'}})
    await expectTold(story, 'other-image')
  })
})
