/**
 * The machine of the demo: a copy of the example repository in a temporary folder, the router as a process of its own
 * (it must outlive the command that drives it), users who send requests, and the real command line of Slipway.
 */
import * as fs from 'node:fs/promises'
import {createServer} from 'node:net'
import * as os from 'node:os'
import * as path from 'node:path'
import {SystemError, UserError} from '../../core/failure.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import {type Load, startLoad} from './load.ts'
import {type Program, startProgram} from './process.ts'
import {requestsFrom} from './requests.ts'

export interface World {
  /** Where everything is: config, ledger, evidence, report. It stays when the demo ends. */
  readonly folder: string
  readonly requestsPerSecond: number
  /** Runs `slipway <args>` as its own process in `folder`. @throws UserError `demo/interrupted` once it is closed */
  slipway(args: readonly string[], onProgress?: (line: string) => void): Program
  /** Lets the users in. Once. */
  open(): Load
  /** Stops users, commands and router, in this order. Safe to repeat. */
  close(): Promise<void>
}

export interface WorldOptions {
  readonly runtime: Runtime
  /** How this Slipway is called: `['node', '.../dist/cli.js']`. */
  readonly cli: readonly [string, ...string[]]
  /** Folder of the example repository. */
  readonly example: string
}

/** Name of the demo's config in the example repository. */
export const configFile = 'slipway.demo.yml'
/** As `traffic` of the config says. */
const requestsPerSecond = 600
/**
 * Not the router's own seed (1): users and router draw from the same generator, and in step they would hand the
 * candidate the same few rows again and again.
 */
const usersSeed = 20261
const startLimitMs = 15_000

/** @throws UserError `demo/example-missing`, SystemError `router/not-started` */
export async function createWorld({runtime, cli, example}: WorldOptions): Promise<World> {
  if (!(await runtime.files.exists(path.join(example, configFile)))) {
    throw new UserError('demo/example-missing', `The demo's releases are not at ${example}.`, {
      hint: 'Run the demo from a checkout of the repository: npm run demo.',
    })
  }
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'slipway-demo-'))
  await fs.cp(example, folder, {recursive: true})
  const [dataPort, controlPort] = await freePorts()
  await pointConfigAt(path.join(folder, configFile), controlPort)
  const bodies = requestsFrom(await runtime.files.readText(path.join(folder, 'data/traffic.csv')))
  // No secret and no CI variable reaches the demo; the services are started by "node": the one that runs this.
  const inherited = Object.entries({HOME: runtime.env.HOME, TMPDIR: runtime.env.TMPDIR, LANG: runtime.env.LANG})
  const env = {
    ...Object.fromEntries(inherited.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
    PATH: [path.dirname(process.execPath), runtime.env.PATH].join(path.delimiter),
  }
  const commands = new Set<Program>()
  let closing: Promise<void> | undefined
  const slipway: World['slipway'] = (args, onProgress) => {
    if (closing) throw new UserError('demo/interrupted', 'The demo was interrupted.')
    const program = startProgram({argv: [...cli, ...args], cwd: folder, env, ...(onProgress ? {onProgress} : {})})
    commands.add(program)
    void program.ended.then(() => commands.delete(program))
    return program
  }

  const ports = ['--port', String(dataPort), '--control-port', String(controlPort)]
  const router = startProgram({
    argv: [...cli, 'router', ...ports, '--state-file', '.slipway/router.json'],
    cwd: folder,
    env,
  })
  let load: Load | undefined
  const stopAll = async () => {
    await load?.stop()
    await Promise.all([...commands].map(command => command.stop()))
    await router.stop()
  }
  const close = () => {
    closing ??= stopAll()
    return closing
  }
  try {
    await whenListening(runtime, router, `http://127.0.0.1:${controlPort}/state`)
  } catch (error) {
    await close()
    await runtime.files.remove(folder)
    throw error
  }
  return {
    folder,
    requestsPerSecond,
    slipway,
    open: () => {
      load = startLoad({
        url: `http://127.0.0.1:${dataPort}/v2/models/credit/infer`,
        bodies,
        perSecond: requestsPerSecond,
        seed: usersSeed,
      })
      return load
    },
    close,
  }
}

/** Replaces the router's address: the one thing that the demo chooses, because a fixed port may be taken. */
async function pointConfigAt(file: string, controlPort: number): Promise<void> {
  const text = await fs.readFile(file, 'utf8')
  await fs.writeFile(file, text.replaceAll('127.0.0.1:9090', `127.0.0.1:${controlPort}`))
}

async function whenListening({clock, http}: Runtime, router: Program, url: string): Promise<void> {
  let end: {progress: readonly string[]} | undefined
  void router.ended.then(ended => {
    end = ended
  })
  const giveUpAt = clock.now().getTime() + startLimitMs
  while (!end && clock.now().getTime() < giveUpAt) {
    try {
      await http.send({url, system: 'router', retries: 0, timeoutMs: 1000})
      return
    } catch {
      // It is not listening yet: asked again until the limit.
      await clock.sleep(50)
    }
  }
  throw new SystemError('router/not-started', 'The router of the demo did not start.', {
    system: 'router',
    retryable: true,
    hint: end?.progress.at(-1) ?? `It did not listen within ${startLimitMs / 1000} seconds.`,
  })
}

/** Two ports that are free now. Both are held until both are known, so that they differ. */
async function freePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()] as const
  const ports = await Promise.all(
    servers.map(
      server =>
        new Promise<number>((resolve, reject) => {
          server.once('error', reject)
          server.listen(0, '127.0.0.1', () => {
            const address = server.address()
            resolve(typeof address === 'object' && address ? address.port : 0)
          })
        }),
    ),
  )
  await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))))
  const [first = 0, second = 0] = ports
  return [first, second]
}
