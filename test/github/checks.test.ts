import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import type {Verdict} from '../../src/core/verdict.ts'
import {checkNameOf, conclusionOf, type GateCheck, publishCheck} from '../../src/github/checks.ts'
import {connect} from '../fakes/github/connection.ts'
import {type FakeGitHub, startFakeGitHub} from '../fakes/github/server.ts'

let fake: FakeGitHub
let check: GateCheck

beforeEach(async () => {
  fake = await startFakeGitHub()
  check = {
    gate: 'model',
    service: 'credit',
    nameService: false,
    headSha: await fake.commit('main', {'README.md': 'hello'}),
    verdict: 'fail',
    summary: 'accuracy is 0.81, at least 0.85 is required.',
    text: '| check | verdict |\n| --- | --- |',
    detailsUrl: 'https://github.com/acme/credit/actions/runs/42',
  }
})
afterEach(async () => {
  await fake.stop()
  expect(fake.violations).toEqual([])
})

describe('the check of a gate', () => {
  test('stands on the judged commit with verdict, reason and report', async () => {
    const published = await publishCheck(connect(fake), check)
    expect(published).toEqual({kind: 'published', url: expect.stringContaining('/check-runs/')})
    expect(fake.state.checkRuns).toMatchObject([
      {
        name: 'slipway / model',
        headSha: check.headSha,
        status: 'completed',
        conclusion: 'failure',
        title: 'fail: accuracy is 0.81, at least 0.85 is required.',
        text: check.text,
        detailsUrl: check.detailsUrl,
      },
    ])
  })

  test.each<[Verdict, string]>([
    ['pass', 'success'],
    ['warn', 'success'],
    ['inconclusive', 'action_required'],
    ['fail', 'failure'],
    ['error', 'failure'],
    ['not-applicable', 'failure'],
  ])('a verdict of %s is %s for a required check', (verdict, conclusion) => {
    expect(conclusionOf(verdict)).toBe(conclusion)
  })

  test('a warning passes, and its title says that it is one', async () => {
    await publishCheck(connect(fake), {...check, verdict: 'warn', summary: 'One waiver ends in 3 days.'})
    expect(fake.state.checkRuns).toMatchObject([{conclusion: 'success', title: 'warn: One waiver ends in 3 days.'}])
  })

  test('carries the service’s name where a repository holds several', async () => {
    await publishCheck(connect(fake), {...check, nameService: true})
    expect(fake.state.checkRuns).toMatchObject([{name: 'slipway / model (credit)'}])
    expect(checkNameOf('image', 'fraud')).toBe('slipway / image (fraud)')
  })

  test('is updated when the gate runs again on the commit, so the old verdict does not stay beside the new one', async () => {
    await publishCheck(connect(fake), check)
    await publishCheck(connect(fake), {...check, verdict: 'pass', summary: 'All checks passed.'})
    expect(fake.state.checkRuns).toMatchObject([{conclusion: 'success', title: 'pass: All checks passed.'}])
  })

  test('of another gate or service is left alone', async () => {
    await publishCheck(connect(fake), check)
    await publishCheck(connect(fake), {...check, gate: 'image'})
    await publishCheck(connect(fake), {...check, service: 'fraud'})
    expect(fake.state.checkRuns).toHaveLength(3)
  })

  test('is made anew when the one with its name belongs to another app', async () => {
    const other = fake.issueToken({login: 'other[bot]', permissions: {checks: 'write'}})
    await publishCheck(connect(fake, {token: other}), check)
    await publishCheck(connect(fake), {...check, verdict: 'pass'})
    expect(fake.state.checkRuns).toMatchObject([
      {app: 'other[bot]'},
      {app: 'github-actions[bot]', conclusion: 'success'},
    ])
  })

  test('is made once although the answer is lost', async () => {
    fake.fail({method: 'POST', path: '/check-runs', act: {kind: 'act-and-drop'}})
    expect(await publishCheck(connect(fake), check)).toMatchObject({kind: 'published'})
    expect(fake.state.checkRuns).toHaveLength(1)
  })

  test('that is longer than GitHub takes is cut, and says where the rest is', async () => {
    await publishCheck(connect(fake), {...check, summary: 's'.repeat(70_000), text: 'ü'.repeat(70_000)})
    const [run] = fake.state.checkRuns
    expect(run?.text).toHaveLength(65_535)
    expect(run?.text?.endsWith('Cut here: the job summary has the rest.')).toBe(true)
  })

  test.each([{}, {checks: 'read'}] as const)(
    'with permissions %o is a notice for the caller, not a failure',
    async permissions => {
      const token = fake.issueToken({login: 'github-actions[bot]', permissions})
      expect(await publishCheck(connect(fake, {token}), check)).toMatchObject({
        kind: 'not-permitted',
        permission: 'checks: write',
      })
    },
  )

  test('on a commit that GitHub does not know is an error, not a notice', async () => {
    await expect(publishCheck(connect(fake), {...check, headSha: 'f'.repeat(40)})).rejects.toMatchObject({
      code: 'github/request-refused',
      message: expect.stringContaining('No commit found'),
    })
  })
})
