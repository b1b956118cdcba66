/**
 * One story of a user, told by the shipped bundles: a consumer's repository, a GitHub that runs here, and steps of
 * workflows as the runner would start them. What happened is told by `transcript()`.
 */
import {cp, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import * as path from 'node:path'
import {templates} from '../../src/cli/init/templates.ts'
import {type FakeGitHub, type LoggedRequest, startFakeGitHub} from '../fakes/github/server.ts'
import type {Token} from '../fakes/github/world.ts'
import {type Ended, type Event, runStep, type Step} from './runner.ts'
import {tellStep} from './transcript.ts'
import {createWords} from './words.ts'

export interface Story {
  readonly github: FakeGitHub
  /** The checkout that steps run in. */
  readonly folder: string
  /** Runs one step; its place in the transcript has this title. */
  run(title: string, step: Step): Promise<Ended>
  /** Runs one step that the transcript does not tell, and that must be green. */
  runSilently(step: Step): Promise<Ended>
  /** Writes into the checkout, and commits the same to a branch; answers the commit. */
  commit(branch: string, files: Readonly<Record<string, string>>): Promise<string>
  /** Writes into the checkout alone. */
  write(files: Readonly<Record<string, string>>): Promise<void>
  /** Messages of a branch of the repository, oldest first. */
  messages(branch: string): Promise<readonly string[]>
  /** A part of the transcript in the words of the test: what the world does between two steps. */
  say(text: string): void
  transcript(): string
  stop(): Promise<void>
}

export const root = path.resolve(import.meta.dirname, '../..')
const repository = 'acme/credit'

/** @param files of the branch main, beside the calling workflows and the releases of the example */
export async function tellStory(title: string, files: Readonly<Record<string, string>>): Promise<Story> {
  const folder = await mkdtemp(path.join(tmpdir(), 'slipway-story-'))
  const checkout = path.join(folder, 'checkout')
  await cp(path.join(root, 'examples/credit/releases'), path.join(checkout, 'releases'), {recursive: true})
  const github = await startFakeGitHub({repository})
  const words = createWords([
    [checkout, '<checkout>'],
    [folder, '<temp>'],
  ])
  const told: string[] = [`${title}\n${'='.repeat(title.length)}`]
  /** Requests of steps that are not told: they may run in the middle of one that is. */
  const elsewhere = new Set<LoggedRequest>()
  const story: Story = {
    github,
    folder: checkout,
    async run(title, step) {
      const ended = await runStep({folder, checkout, github, repository}, step)
      const requests = ended.requests.filter(request => !elsewhere.has(request))
      told.push(words(tellStep(title, step, {...ended, requests})))
      return ended
    },
    async runSilently(step) {
      const ended = await runStep({folder, checkout, github, repository}, step)
      for (const request of ended.requests) elsewhere.add(request)
      if (ended.exitCode !== 0)
        throw new Error(`${step.action} should have been green:\n${ended.stdout}${ended.stderr}`)
      return ended
    },
    async commit(branch, changed) {
      await story.write(changed)
      return github.commit(branch, changed, `Change ${Object.keys(changed).join(', ')}`)
    },
    async write(changed) {
      for (const [name, text] of Object.entries(changed)) await writeFile(path.join(checkout, name), text)
    },
    async messages(branch) {
      return (await github.repository.git(['log', '--reverse', '--format=%s', branch])).split('\n')
    },
    say: text => void told.push(words(text)),
    transcript: () => `${told.join('\n\n')}\n`,
    async stop() {
      await github.stop()
      await rm(folder, {recursive: true, force: true})
    },
  }
  const {'slipway.yml': _, ...workflows} = templates({service: 'credit', pack: 'slipway/slipway@v1'})
  await github.commit('main', {...workflows, ...files}, 'The repository as it is')
  await story.write(files)
  return story
}

/** A run on the newest commit of main. */
export async function onMain(
  {github}: Story,
  name: 'push' | 'workflow_dispatch' | 'schedule' = 'push',
): Promise<Event> {
  const sha = await headOf(github, 'main')
  return {name, sha, ref: 'refs/heads/main', body: {repository: {full_name: repository}}}
}

/** A pull request from a branch of the same repository, or of somebody's fork. */
export async function pullRequest({github}: Story, branch: string, from = repository): Promise<Event> {
  const [base, head] = [await headOf(github, 'main'), await headOf(github, branch)]
  const body = {
    number: 7,
    pull_request: {
      number: 7,
      base: {sha: base, ref: 'main', repo: {full_name: repository}},
      head: {sha: head, ref: branch, repo: {full_name: from}},
    },
  }
  return {name: 'pull_request', sha: head, ref: 'refs/pull/7/merge', body}
}

/** A workflow's own token with these permissions and no others. */
export function tokenWith({github}: Story, permissions: Token['permissions']): string {
  return github.issueToken({login: 'github-actions[bot]', permissions})
}

async function headOf(github: FakeGitHub, branch: string): Promise<string> {
  const sha = await github.repository.resolve(`refs/heads/${branch}`)
  if (sha === null) throw new Error(`The repository has no branch ${branch}.`)
  return sha
}
