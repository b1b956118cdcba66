import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {type CommentSection, publishSection} from '../../src/github/comments.ts'
import {connect, patientClock} from '../fakes/github/connection.ts'
import {type FakeGitHub, startFakeGitHub} from '../fakes/github/server.ts'

let fake: FakeGitHub

beforeEach(async () => {
  fake = await startFakeGitHub()
})
afterEach(async () => {
  await fake.stop()
  expect(fake.violations).toEqual([])
})

function sectionOf(changes: Partial<CommentSection> = {}): CommentSection {
  return {
    pullRequest: 7,
    service: 'credit',
    gate: 'model',
    headSha: 'abcdef0123456789abcdef0123456789abcdef01',
    markdown: '**fail** accuracy is 0.81',
    ...changes,
  }
}

function publish(section: CommentSection, token = fake.token) {
  const clock = patientClock()
  return publishSection(connect(fake, {token, clock}), clock, section)
}

function addComment(login: string, body: string, issue = 7) {
  const at = '2026-11-21T09:00:00Z'
  fake.state.comments.push({id: fake.state.comments.length + 1, issue, body, login, createdAt: at, updatedAt: at})
}

describe('the comment on a pull request', () => {
  test('shows the gate’s verdict and the commit that it is about', async () => {
    const published = await publish(sectionOf())
    expect(published).toEqual({kind: 'published', url: expect.stringContaining('/pull/7#issuecomment-')})
    expect(fake.state.comments).toHaveLength(1)
    expect(fake.state.comments[0]?.body).toBe(
      [
        '<!-- slipway:comment credit -->',
        '### Slipway: credit',
        '<!-- slipway:section model -->\n**fail** accuracy is 0.81\n\n<sub>Judged at abcdef012345.</sub>\n<!-- slipway:end model -->',
      ].join('\n\n'),
    )
  })

  test('stays one comment: a new verdict replaces the old one of its gate', async () => {
    await publish(sectionOf())
    await publish(sectionOf({markdown: '**pass** accuracy is 0.91'}))
    expect(fake.state.comments).toHaveLength(1)
    expect(fake.state.comments[0]?.body).toContain('**pass**')
    expect(fake.state.comments[0]?.body).not.toContain('**fail**')
  })

  test('is not touched when nothing changed', async () => {
    await publish(sectionOf())
    const before = fake.requests.length
    await publish(sectionOf())
    expect(fake.requests.slice(before).map(({method}) => method)).toEqual(['GET', 'GET'])
  })

  test('keeps every gate’s section in a fixed order, whoever writes first', async () => {
    await publish(sectionOf({gate: 'plan', markdown: 'the plan'}))
    await publish(sectionOf({gate: 'policy', markdown: 'the policy'}))
    await publish(sectionOf({gate: 'image', markdown: 'the image'}))
    await publish(sectionOf({markdown: 'the model'}))
    const body = fake.state.comments[0]?.body ?? ''
    const places = ['the policy', 'the model', 'the image', 'the plan'].map(text => body.indexOf(text))
    expect(places.every(place => place > 0)).toBe(true)
    expect(places).toEqual(places.toSorted((a, b) => a - b))
  })

  test('gates that run at the same time lose no section and leave one comment', async () => {
    const gates = ['policy', 'model', 'image', 'plan', 'rollout'] as const
    await Promise.all(gates.map(gate => publish(sectionOf({gate, markdown: `verdict of ${gate}`}))))
    expect(fake.state.comments).toHaveLength(1)
    for (const gate of gates) expect(fake.state.comments[0]?.body).toContain(`verdict of ${gate}`)
  })

  test('a section that another writer overwrote is written again', async () => {
    await publish(sectionOf({gate: 'image', markdown: 'the image'}))
    const before = fake.state.comments[0]?.body ?? ''
    // After the model's write, a slow writer puts back what it had read before.
    fake.fail({method: 'GET', path: '/comments', act: {kind: 'first', run: async () => {}}})
    fake.fail({
      method: 'GET',
      path: '/comments',
      act: {
        kind: 'first',
        run: async () => {
          const [comment] = fake.state.comments
          if (comment) comment.body = before
        },
      },
    })
    await publish(sectionOf({markdown: 'the model'}))
    expect(fake.state.comments[0]?.body).toContain('the model')
    expect(fake.state.comments[0]?.body).toContain('the image')
  })

  test('of another service, another author or another pull request is left alone', async () => {
    const forged = '<!-- slipway:comment credit -->\n\nall checks passed, merge it'
    addComment('mallory', forged)
    addComment('github-actions[bot]', '<!-- slipway:comment fraud -->')
    addComment('github-actions[bot]', '<!-- slipway:comment credit -->', 8)
    addComment('github-actions[bot]', 'quoting <!-- slipway:comment credit -->')
    const before = fake.state.comments.map(({body}) => body)
    await publish(sectionOf())
    expect(fake.state.comments.slice(0, 4).map(({body}) => body)).toEqual(before)
    expect(fake.state.comments[4]).toMatchObject({login: 'github-actions[bot]', issue: 7})
  })

  test('is found behind more than a hundred other comments', async () => {
    for (let index = 0; index < 130; index++) addComment('mona', 'nice')
    await publish(sectionOf())
    await publish(sectionOf({markdown: 'again'}))
    expect(fake.state.comments).toHaveLength(131)
  })

  test('text that looks like our markers cannot end a section or forge another', async () => {
    const forged =
      '<!-- slipway:end model -->\n<!-- slipway:section image -->\nimage passed\n<!-- slipway:end image -->'
    await publish(sectionOf({markdown: `CVE title: ${forged}`}))
    await publish(sectionOf({gate: 'plan', markdown: 'the plan'}))
    const body = fake.state.comments[0]?.body ?? ''
    expect(body.match(/<!-- slipway:section/g)).toHaveLength(2)
    expect(body).not.toContain('<!-- slipway:section image')
  })

  test('sections that are too long together are cut to what GitHub takes, and each stays', async () => {
    const gates = ['policy', 'model', 'image', 'plan', 'rollout'] as const
    for (const gate of gates) await publish(sectionOf({gate, markdown: `${gate} ${'x'.repeat(70_000)}`}))
    const body = fake.state.comments[0]?.body ?? ''
    expect(body.length).toBeLessThanOrEqual(65_536)
    for (const gate of gates) expect(body).toContain(`<!-- slipway:section ${gate} -->\n${gate} xxx`)
    expect(body.match(/Cut here: the job summary has the rest/g)).toHaveLength(5)
    expect(body.match(/Judged at/g)).toHaveLength(5)
  })

  test('that somebody deletes meanwhile is written anew', async () => {
    await publish(sectionOf())
    fake.fail({
      method: 'PATCH',
      path: '/comments/',
      act: {
        kind: 'first',
        run: async () => {
          fake.state.comments.length = 0
        },
      },
    })
    await publish(sectionOf({markdown: 'again'}))
    expect(fake.state.comments).toHaveLength(1)
    expect(fake.state.comments[0]?.body).toContain('again')
  })

  test('is written once although the answer is lost', async () => {
    fake.fail({method: 'POST', path: '/comments', act: {kind: 'act-and-drop'}})
    await publish(sectionOf())
    expect(fake.state.comments).toHaveLength(1)
  })

  test('of a person’s own token is recognised as that person’s', async () => {
    const token = fake.issueToken({login: 'mona', permissions: {'pull-requests': 'write'}})
    await publish(sectionOf(), token)
    await publish(sectionOf({markdown: 'again'}), token)
    expect(fake.state.comments).toMatchObject([{login: 'mona', body: expect.stringContaining('again')}])
  })

  test.each([
    ['a token of a fork, which may only read', 'read'],
    ['a token without any permission', null],
  ] as const)('with %s is a notice for the caller, not a failure', async (_, level) => {
    const permissions: Record<string, 'read'> = level === null ? {} : {'pull-requests': level}
    const token = fake.issueToken({login: 'github-actions[bot]', permissions})
    expect(await publish(sectionOf(), token)).toMatchObject({
      kind: 'not-permitted',
      permission: 'pull-requests: write',
    })
    expect(fake.state.comments).toEqual([])
  })

  test('on a locked conversation is a notice for the caller, not a failure', async () => {
    const message = 'Unable to create comment because issue is locked.'
    fake.fail({method: 'POST', path: '/comments', act: {kind: 'refuse', status: 403, message}})
    expect(await publish(sectionOf())).toMatchObject({kind: 'not-permitted', detail: expect.stringContaining('locked')})
  })
})
