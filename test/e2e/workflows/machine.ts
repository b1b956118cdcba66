/** Where the service runs: the router with the releases' real services behind it, and users who send requests. */
import {type ChildProcess, spawn} from 'node:child_process'
import {once} from 'node:events'
import {cp, mkdir, readFile} from 'node:fs/promises'
import * as path from 'node:path'
import {createInterface} from 'node:readline'
import {setTimeout} from 'node:timers/promises'
import * as z from 'zod'
import {startLoad} from '../../../src/cli/demo/load.ts'
import {requestsFrom} from '../../../src/cli/demo/requests.ts'

const root = path.resolve(import.meta.dirname, '../../..')
const example = path.join(root, 'examples/credit')
const requestsPerSecond = 300
const betweenLooksMs = 100

const state = z.object({stable: z.string().nullable(), candidate: z.string().nullable(), weight: z.number()})
const addresses = z.object({url: z.string(), controlUrl: z.string()})

export type Traffic = z.output<typeof state>

export interface ServingMachine {
  readonly controlUrl: string
  traffic(): Promise<Traffic>
  /** Looks again and again, and answers what was different from the look before. */
  watch(): {stop(): Promise<readonly Traffic[]>}
  /** From now on, users send requests. */
  open(): Promise<void>
  stop(): Promise<void>
}

export async function startMachine(folder: string): Promise<ServingMachine> {
  await mkdir(folder, {recursive: true})
  for (const part of ['service', 'releases'])
    await cp(path.join(example, part), path.join(folder, part), {recursive: true})
  const cli = path.join(root, 'dist/cli.js')
  const router = spawn(process.execPath, [cli, 'router', '--port', '0', '--control-port', '0'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const {url, controlUrl} = addresses.parse(JSON.parse(await firstLine(router)))
  let stopLoad = async (): Promise<void> => {}
  const traffic = async () => state.parse(await (await fetch(`${controlUrl}/state`)).json())
  return {
    controlUrl,
    traffic,
    watch() {
      const seen: Traffic[] = []
      let watching = true
      const look = async () => {
        const now = await traffic()
        if (JSON.stringify(now) !== JSON.stringify(seen.at(-1))) seen.push(now)
      }
      const looking = (async () => {
        for (; watching; await setTimeout(betweenLooksMs)) await look()
        await look()
        return seen
      })()
      return {
        stop() {
          watching = false
          return looking
        },
      }
    },
    async open() {
      const bodies = requestsFrom(await readFile(path.join(example, 'data/traffic.csv'), 'utf8'))
      const load = startLoad({url: `${url}/v2/models/credit/infer`, bodies, perSecond: requestsPerSecond, seed: 1})
      stopLoad = async () => void (await load.stop())
    },
    async stop() {
      await stopLoad()
      router.kill('SIGTERM')
      await once(router, 'exit')
    },
  }
}

async function firstLine({stdout}: ChildProcess): Promise<string> {
  if (stdout === null) throw new Error('The router has no output.')
  for await (const line of createInterface(stdout)) return line
  throw new Error('The router ended before it listened.')
}
