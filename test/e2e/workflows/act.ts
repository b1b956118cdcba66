/** nektos/act, a real workflow runner, in host mode: jobs run on this machine, with the Node of this repository. */
import {execFileSync, spawn} from 'node:child_process'
import {existsSync} from 'node:fs'
import {mkdir, writeFile} from 'node:fs/promises'
import * as path from 'node:path'

const root = path.resolve(import.meta.dirname, '../../..')
const install = 'go install github.com/nektos/act@v0.2.89'

/** The program. @throws when it is not installed: a suite that runs no workflow must not be green. */
export function findAct(): string {
  const candidates = [...(process.env.PATH ?? '').split(path.delimiter), ...goFolders()].map(each =>
    path.join(each, 'act'),
  )
  const found = candidates.find(existsSync)
  if (found) return found
  throw new Error(`act is neither on PATH nor in "$(go env GOPATH)/bin". Install it: ${install}`)
}

function goFolders(): string[] {
  try {
    return [path.join(execFileSync('go', ['env', 'GOPATH'], {encoding: 'utf8'}).trim(), 'bin')]
  } catch {
    return []
  }
}

export interface Runner {
  readonly act: string
  /** Caches and workspaces of act; nothing outside of it is written. */
  readonly home: string
  /** `owner/name@ref` -> folder. */
  readonly repositories: Readonly<Record<string, string>>
  readonly apiUrl: string
  readonly token: string
}

export interface WorkflowRun {
  /** File name below `.github/workflows/`. */
  readonly workflow: string
  readonly event: 'pull_request' | 'workflow_dispatch' | 'schedule'
  /** The event file. */
  readonly payload: object
  readonly runId: number
  readonly actor: string
}

export interface EndedRun {
  /** 0 when every job succeeded. */
  readonly exitCode: number | null
  readonly log: string
}

/** Runs one workflow of the repository in `folder`, which must be checked out as GitHub would. */
export async function runWorkflow(runner: Runner, folder: string, run: WorkflowRun): Promise<EndedRun> {
  await mkdir(runner.home, {recursive: true})
  const event = path.join(runner.home, 'event.json')
  await writeFile(event, JSON.stringify(run.payload))
  const local = Object.entries(runner.repositories).flatMap(([name, to]) => ['--local-repository', `${name}=${to}`])
  const variables = {GITHUB_API_URL: runner.apiUrl, GITHUB_RUN_ID: String(run.runId)}
  const env = Object.entries(variables).flatMap(([name, value]) => ['--env', `${name}=${value}`])
  const fixed = [
    '-P',
    'ubuntu-latest=-self-hosted',
    '--no-cache-server',
    '--actor',
    run.actor,
    '--defaultbranch',
    'main',
  ]
  const workflow = path.join('.github/workflows', run.workflow)
  const secrets = ['-s', `GITHUB_TOKEN=${runner.token}`]
  return start(runner, folder, [run.event, '-W', workflow, '-e', event, ...fixed, ...local, ...env, ...secrets])
}

function start({act, home}: Runner, cwd: string, args: readonly string[]): Promise<EndedRun> {
  const node = path.join(root, 'node_modules/node/bin')
  const PATH = [node, process.env.PATH ?? ''].join(path.delimiter)
  return new Promise((resolve, reject) => {
    const env = {PATH, HOME: home, XDG_CACHE_HOME: path.join(home, 'cache'), NO_COLOR: '1'}
    const child = spawn(act, args, {cwd, env, stdio: ['ignore', 'pipe', 'pipe']})
    let log = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', text => {
        log += text
      })
    }
    child.on('error', reject)
    child.on('close', exitCode => resolve({exitCode, log}))
  })
}
