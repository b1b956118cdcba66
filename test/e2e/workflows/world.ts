/** GitHub, a runner, a consumer's repository and the machine that serves: everything that a release meets on its way. */
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import * as path from 'node:path'
import {type FakeGitHub, startFakeGitHub} from '../../fakes/github/server.ts'
import type {FakeDispatch} from '../../fakes/github/world.ts'
import {type EndedRun, findAct, type Runner, runWorkflow} from './act.ts'
import {type Consumer, makeConsumer} from './consumer.ts'
import {type ServingMachine, startMachine} from './machine.ts'
import {copyPack, writeForbiddenAction} from './pack.ts'

export interface World {
  readonly github: FakeGitHub
  readonly consumer: Consumer
  readonly machine: ServingMachine
  pullRequest(number: number, branch: string): Promise<EndedRun>
  /** Presses "Run workflow" in the Actions tab. */
  press(workflow: string, inputs: Readonly<Record<string, string>>): Promise<EndedRun>
  schedule(workflow: string): Promise<EndedRun>
  /** Runs what Slipway has dispatched, as GitHub would, until nothing is left. */
  runDispatched(): Promise<readonly EndedRun[]>
  stop(): Promise<void>
}

const repository = {full_name: 'acme/credit', name: 'credit', owner: {login: 'acme'}, default_branch: 'main'}

export async function createWorld(): Promise<World> {
  const act = findAct()
  const folder = await mkdtemp(path.join(tmpdir(), 'slipway-workflows-'))
  const pack = await copyPack(path.join(folder, 'pack'))
  tell(`The pack, copied for act:\n${pack.changes.map(change => `  ${change}`).join('\n')}`)
  const waiting: FakeDispatch[] = []
  const github = await startFakeGitHub({repository: repository.full_name, onDispatch: run => void waiting.push(run)})
  const machine = await startMachine(path.join(folder, 'machine'))
  const consumer = await makeConsumer(path.join(folder, 'consumer'), github.repository.dir, machine.controlUrl)
  const forbidden = await writeForbiddenAction(path.join(folder, 'forbidden'))
  const runner: Runner = {
    act,
    home: path.join(folder, 'home'),
    repositories: {
      'slipway/slipway@v1': pack.folder,
      ...Object.fromEntries(pack.fetched.map(name => [name, forbidden])),
    },
    apiUrl: github.url,
    token: github.token,
  }
  let runId = 100
  const dispatch = async (workflow: string, inputs: object, actor: string, id: number) => {
    tell(`${actor} runs ${workflow} ${JSON.stringify(inputs)}`)
    const payload = {inputs, ref: 'refs/heads/main', repository, workflow: `.github/workflows/${workflow}`}
    return runWorkflow(runner, consumer.folder, {workflow, event: 'workflow_dispatch', payload, runId: id, actor})
  }
  return {
    github,
    consumer,
    machine,
    async pullRequest(number, branch) {
      consumer.checkout(branch)
      tell(`mona opens pull request ${number} from ${branch}`)
      const base = {sha: consumer.head('main'), ref: 'main', repo: repository}
      const head = {sha: consumer.head(branch), ref: branch, repo: repository}
      const payload = {action: 'opened', number, repository, pull_request: {number, base, head}}
      const workflow = 'slipway-pull-request.yml'
      const run = {workflow, event: 'pull_request', payload, runId: ++runId, actor: 'mona'} as const
      return runWorkflow(runner, consumer.folder, run)
    },
    press: (workflow, inputs) => dispatch(workflow, inputs, 'mona', ++runId),
    async schedule(workflow) {
      tell(`the clock runs ${workflow}`)
      const run = {workflow, event: 'schedule', payload: {repository}, runId: ++runId, actor: 'mona'} as const
      return runWorkflow(runner, consumer.folder, run)
    },
    async runDispatched() {
      const ended: EndedRun[] = []
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        ended.push(await dispatch(next.workflow, next.inputs, next.by, next.runId))
      }
      return ended
    },
    async stop() {
      await machine.stop()
      await github.stop()
      await rm(folder, {recursive: true, force: true})
    },
  }
}

/** The log of the suite: who does what, and what is to be seen then. */
export function tell(line: string): void {
  process.stdout.write(`${line}\n`)
}
