import {describe, expect, test} from 'vitest'
import {image} from '../../src/config/image-schema.ts'
import {policyInputs} from '../../src/gates/policy-inputs.ts'
import type {Session} from '../../src/gates/session.ts'
import type {GitHub} from '../../src/github/client.ts'
import {silentLog} from '../../src/runtime/log.ts'
import {systemRuntime} from '../../src/runtime/runtime.ts'

type Tree = {readonly [name: string]: string | Tree}

/** A repository of two commits, `base` and `head`, as GitHub's Git data API tells it. */
function sessionOf(commits: {readonly base: Tree; readonly head: Tree}): Session {
  const objects = new Map<string, unknown>()
  // Equal content has an equal name, as in git.
  const nameOf = (text: string) => {
    const digits = [...text].reduce((sum, sign) => (sum * 31 + (sign.codePointAt(0) ?? 0)) % 0xffffffff, 7)
    return digits.toString(16).padStart(40, '0')
  }
  const put = (node: string | Tree): string => {
    const sha = nameOf(JSON.stringify(node))
    if (typeof node === 'string') {
      objects.set(sha, {content: Buffer.from(node).toString('base64'), encoding: 'base64'})
    } else {
      const tree = Object.entries(node).map(([path, each]) => ({
        path,
        type: typeof each === 'string' ? 'blob' : 'tree',
        sha: put(each),
      }))
      objects.set(sha, {truncated: false, tree})
    }
    return sha
  }
  for (const name of ['base', 'head'] as const) objects.set(name, {tree: {sha: put(commits[name])}, parents: []})
  const client: GitHub = {
    repository: {owner: 'acme', name: 'credit'},
    find: () => Promise.reject(new Error('nothing is looked for here')),
    request: async (_, parameters, {answer}) => answer.parse(objects.get(String(Object.values(parameters)[0]))),
  }
  const pullRequest = {number: 7, baseSha: 'base', baseRef: 'main', headSha: 'head', headRef: 'topic', isFork: false}
  const context = {
    repository: client.repository,
    eventName: 'pull_request',
    headSha: 'head',
    ref: 'refs/pull/7/merge',
    actor: 'ada',
    runId: 1,
    runAttempt: 1,
    runUrl: 'https://example.test/run/1',
    apiUrl: 'https://example.test',
    pullRequest,
    inputs: {},
  }
  return {runtime: systemRuntime(silentLog), github: {client, context}, by: 'test'}
}

const answers = async (base: Tree, head: Tree, written: object) => {
  const {files, findings} = await policyInputs(sessionOf({base, head}), {baseSha: 'base'}, image.parse(written))
  return {files, told: findings.map(({verdict, reason, subject}) => `${verdict} ${reason} ${subject}`)}
}

describe('what a pull request changes of the files that it is judged by', () => {
  const report = {baseline: 'security/known.json'}
  const old: Tree = {security: {'known.json': 'old'}, app: 'v1'}

  test('is told, and what the base branch has counts', async () => {
    const {files, told} = await answers(old, {security: {'known.json': 'mine'}, app: 'v2'}, report)
    expect(told).toEqual(['warn policy/part-changed security/known.json'])
    const bytes = await files.open('security/known.json', each => each.slice(0, each.size))
    expect(new TextDecoder().decode(bytes)).toBe('old')
  })

  test.each([
    ['adds what the job should make', {app: 'v1'}, {app: 'v1', ...old}, report, 'security/known.json'],
    ['adds it below a folder that is there', {security: {}}, old, report, 'security/known.json'],
    ['puts a link in the place of its folder', old, {security: 'link'}, report, null],
    ['writes a database', {db: {}}, {db: {'trivy.db': 'empty'}}, {database: './db'}, './db'],
    ['changes one of two', {a: {x: '1'}}, {a: {x: '2'}}, {database: {trivy: 'a', grype: 'b'}, scanner: 'both'}, 'a'],
    ['changes packed scores', {'epss.csv.gz': '1'}, {'epss.csv.gz': '2'}, {epss: 'epss.csv.gz'}, 'epss.csv.gz'],
    ['adds a catalogue', {}, {'kev.json': '{}'}, {'known-exploited': 'kev.json'}, 'kev.json'],
  ])('that %s does not pass by it', async (_, base, head, written, subject) => {
    const {told} = await answers(base as Tree, head as Tree, written)
    expect(told).toEqual(
      subject === null
        ? ['warn policy/part-changed security/known.json']
        : [`inconclusive policy/input-changed ${subject}`],
    )
  })

  test.each([
    ['other files', old, {...old, app: 'v2'}, report],
    ['other files of that folder', old, {security: {'known.json': 'old', notes: 'x'}}, report],
    ['a folder beside what the job makes', {}, {security: {notes: 'x'}}, report],
    ['nothing that lies in the repository', {}, {db: 'x'}, {database: '/var/db', baseline: '../known.json'}],
  ])('is nothing where it changes %s', async (_, base, head, written) => {
    const {told} = await answers(base as Tree, head as Tree, written)
    expect(told).toEqual([])
  })

  test('is nothing outside pull requests, or where the policy is its own', async () => {
    const session = sessionOf({base: old, head: {}})
    const config = image.parse(report)
    expect((await policyInputs({...session, github: null}, {baseSha: null}, config)).findings).toEqual([])
    expect((await policyInputs(session, {baseSha: null}, config)).findings).toEqual([])
  })
})
