import {describe, expect, test} from 'vitest'
import {parseContext, repositoryOf} from '../../src/github/context.ts'

const base = 'a'.repeat(40)
const head = 'b'.repeat(40)
const merge = 'c'.repeat(40)

const env = {
  GITHUB_REPOSITORY: 'acme/credit',
  GITHUB_EVENT_NAME: 'pull_request',
  GITHUB_SHA: merge,
  GITHUB_REF: 'refs/pull/7/merge',
  GITHUB_ACTOR: 'mona',
  GITHUB_RUN_ID: '42',
  GITHUB_RUN_ATTEMPT: '2',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_API_URL: 'https://api.github.com',
}

function pullRequestEvent(headRepo: {full_name: string} | null) {
  return JSON.stringify({
    action: 'opened',
    pull_request: {
      number: 7,
      base: {sha: base, ref: 'main', repo: {full_name: 'acme/credit'}},
      head: {sha: head, ref: 'v2', repo: headRepo},
    },
  })
}

describe('the context of a run', () => {
  test('a pull request is judged at its head, not at the merge commit that the runner checked out', () => {
    expect(parseContext(env, pullRequestEvent({full_name: 'acme/credit'}))).toEqual({
      repository: {owner: 'acme', name: 'credit'},
      eventName: 'pull_request',
      headSha: head,
      ref: 'refs/pull/7/merge',
      actor: 'mona',
      runId: 42,
      runAttempt: 2,
      runUrl: 'https://github.com/acme/credit/actions/runs/42',
      apiUrl: 'https://api.github.com',
      pullRequest: {number: 7, baseSha: base, baseRef: 'main', headSha: head, headRef: 'v2', isFork: false},
      inputs: {},
    })
  })

  test.each([
    ['from another repository', {full_name: 'mona/credit'}],
    ['whose fork was deleted', null],
  ])('a pull request %s counts as a fork', (_, headRepo) => {
    expect(parseContext(env, pullRequestEvent(headRepo)).pullRequest?.isFork).toBe(true)
  })

  test('a manual run carries its inputs as text, and what was left empty is not given', () => {
    const event = JSON.stringify({inputs: {request: 'roll-back', to: '', 'max-weight': 50, force: false, note: null}})
    const context = parseContext({...env, GITHUB_EVENT_NAME: 'workflow_dispatch'}, event)
    expect(context.inputs).toEqual({request: 'roll-back', 'max-weight': '50', force: 'false'})
    expect(context).toMatchObject({headSha: merge, pullRequest: null})
  })

  test('a schedule has neither inputs nor a pull request', () => {
    const context = parseContext({...env, GITHUB_EVENT_NAME: 'schedule'}, '{"schedule": "7 * * * *"}')
    expect(context).toMatchObject({inputs: {}, pullRequest: null})
  })

  test('an Enterprise Server is addressed where the runner says', () => {
    const own = {GITHUB_SERVER_URL: 'https://git.acme.test', GITHUB_API_URL: 'https://git.acme.test/api/v3'}
    const context = parseContext({...env, ...own}, pullRequestEvent(null))
    expect(context.runUrl).toBe('https://git.acme.test/acme/credit/actions/runs/42')
    expect(context.apiUrl).toBe('https://git.acme.test/api/v3')
  })

  test.each(['GITHUB_REPOSITORY', 'GITHUB_EVENT_NAME', 'GITHUB_REF', 'GITHUB_ACTOR', 'GITHUB_RUN_ID'])(
    'outside a workflow the missing variable is named: %s',
    name => {
      expect(() => parseContext({...env, [name]: undefined}, pullRequestEvent(null))).toThrow(
        expect.objectContaining({code: 'github/not-in-a-workflow', message: expect.stringContaining(name)}),
      )
    },
  )

  test.each([
    ['not JSON', 'pull_request: 7'],
    ['an empty file', ''],
    ['a pull request without a head', '{"pull_request": {"number": 7, "base": {}}}'],
    ['a pull_request event without a pull request', '{}'],
    ['a commit that is none', pullRequestEvent(null).replace(head, 'HEAD')],
  ])('an event that is not as GitHub writes it is refused: %s', (_, text) => {
    expect(() => parseContext(env, text)).toThrow(expect.objectContaining({code: 'github/event-malformed'}))
  })

  test.each(['acme', 'acme/credit/x', '', 'acme/', 'acme/cre dit'])('"%s" is not a repository', text => {
    expect(() => repositoryOf(text)).toThrow(expect.objectContaining({code: 'github/repository-malformed'}))
  })

  test('a run id that is no number is refused', () => {
    expect(() => parseContext({...env, GITHUB_RUN_ID: '4x'}, pullRequestEvent(null))).toThrow(
      expect.objectContaining({code: 'github/not-in-a-workflow'}),
    )
  })
})
