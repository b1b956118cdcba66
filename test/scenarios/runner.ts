/** One step of a workflow as the runner starts it: a process with inputs, an event, and files for what it answers. */
import {spawn} from 'node:child_process'
import {mkdir, readFile, writeFile} from 'node:fs/promises'
import * as path from 'node:path'
import type {ActionName} from '../../src/actions/names.ts'
import type {FakeGitHub, LoggedRequest} from '../fakes/github/server.ts'
import {bundleOf} from './bundle.ts'

export interface Event {
  readonly name: 'pull_request' | 'push' | 'workflow_dispatch' | 'schedule' | 'repository_dispatch'
  readonly sha: string
  readonly ref: string
  /** Content of the event file. */
  readonly body: object
}

export interface Step {
  readonly action: ActionName
  readonly event: Event
  readonly inputs?: Readonly<Record<string, string>>
  /** Default: a token with every permission. */
  readonly token?: string
  /** Further variables of the job. */
  readonly env?: Readonly<Record<string, string>>
}

export interface Ended {
  readonly exitCode: number | null
  readonly outputs: Readonly<Record<string, string>>
  /** Markdown of the job summary. */
  readonly summary: string
  /** The result file, parsed; null when there is none. */
  readonly result: unknown
  /** Lines of stdout that the runner takes as commands: `::error::…`. */
  readonly commands: readonly string[]
  readonly stdout: string
  readonly stderr: string
  /** What GitHub was asked meanwhile. */
  readonly requests: readonly LoggedRequest[]
}

export interface Machine {
  /** Of this story alone. */
  readonly folder: string
  readonly checkout: string
  readonly github: FakeGitHub
  readonly repository: string
}

const actor = 'mona'
const runId = 4711

export async function runStep({folder, checkout, github, repository}: Machine, step: Step): Promise<Ended> {
  const files = {
    event: path.join(folder, 'event.json'),
    output: path.join(folder, 'output'),
    summary: path.join(folder, 'summary'),
  }
  await mkdir(path.join(folder, 'runner-temp'), {recursive: true})
  await writeFile(files.event, JSON.stringify(step.event.body))
  await Promise.all([writeFile(files.output, ''), writeFile(files.summary, '')])
  const inputs = Object.entries({'github-token': step.token ?? github.token, ...step.inputs})
  const asked = github.requests.length
  const {exitCode, stdout, stderr} = await spawnNode(bundleOf(step.action), checkout, {
    // Nothing of this process's environment but where programs are: a step must not depend on the machine.
    PATH: [path.dirname(process.execPath), process.env.PATH ?? ''].join(path.delimiter),
    HOME: folder,
    GITHUB_ACTIONS: 'true',
    GITHUB_API_URL: github.url,
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: repository,
    GITHUB_EVENT_NAME: step.event.name,
    GITHUB_EVENT_PATH: files.event,
    GITHUB_SHA: step.event.sha,
    GITHUB_REF: step.event.ref,
    GITHUB_ACTOR: actor,
    GITHUB_RUN_ID: String(runId),
    GITHUB_OUTPUT: files.output,
    GITHUB_STEP_SUMMARY: files.summary,
    GITHUB_WORKSPACE: checkout,
    RUNNER_TEMP: path.join(folder, 'runner-temp'),
    ...Object.fromEntries(inputs.map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
    ...step.env,
  })
  const outputs = parseOutputs(await readFile(files.output, 'utf8'))
  return {
    exitCode,
    outputs,
    summary: await readFile(files.summary, 'utf8'),
    result: outputs.result === undefined ? null : JSON.parse(await readFile(outputs.result, 'utf8')),
    commands: stdout.split('\n').filter(line => line.startsWith('::')),
    stdout,
    stderr,
    requests: github.requests.slice(asked),
  }
}

interface Exit {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

function spawnNode(file: string, cwd: string, env: Readonly<Record<string, string>>): Promise<Exit> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [file], {cwd, env, stdio: ['ignore', 'pipe', 'pipe']})
    let [stdout, stderr] = ['', '']
    child.stdout.setEncoding('utf8').on('data', text => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', text => {
      stderr += text
    })
    child.on('error', reject)
    child.on('close', exitCode => resolve({exitCode, stdout, stderr}))
  })
}

/** `name<<mark`, the value's lines, `mark`: how `@actions/core` writes GITHUB_OUTPUT. */
function parseOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {}
  for (const [, name = '', , value = ''] of text.matchAll(/^(.+?)<<(.+)\n([\s\S]*?)\n\2$/gm)) outputs[name] = value
  return outputs
}
