import {copyFile, readFile} from 'node:fs/promises'
import * as path from 'node:path'
import {describe, expect, test} from 'vitest'
import {policy} from './policies.ts'
import {pullRequest, root, type Story} from './story.ts'
import {expectTold, tell} from './telling.ts'

async function scan(title: string, release: string, inputs: Readonly<Record<string, string>> = {}) {
  const story = await tell(title, {'slipway.yml': policy({release})})
  await story.commit('image', {'notes.md': 'A new image.'})
  return {
    story,
    scan: async () => story.run('the gate', {action: 'scan-image', event: await pullRequest(story, 'image'), inputs}),
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

  test('is not judged by the report of another scanner', async () => {
    const {story, scan: run} = await scan('A report of another scanner', 'v2', {report: 'grype.json'})
    await copyFile(path.join(root, 'test/fixtures/image/grype.json'), path.join(story.folder, 'grype.json'))
    const ended = await run()
    expect(ended).toMatchObject({exitCode: 1, outputs: {verdict: 'error'}})
    expect(story.github.state.checkRuns[0]).toMatchObject({conclusion: 'failure'})
    // In the comment of the service, where the verdicts before and after it stand.
    expect(story.github.state.comments[0]?.body).toContain('<!-- slipway:comment credit -->')
    await expectTold(story, 'wrong-scanner')
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
