/** Debian's docker-registry as a process of the suite, without TLS or with it, with a log-in or without one. */
import {type ChildProcess, spawn, spawnSync} from 'node:child_process'
import {mkdir, writeFile} from 'node:fs/promises'
import {connect, createServer} from 'node:net'
import * as path from 'node:path'
import {vi} from 'vitest'

/** @throws Error that names the package of a program that is missing */
export function needPrograms(programs: Readonly<Record<string, string>>): void {
  for (const [program, from] of Object.entries(programs)) {
    const found = spawnSync(program, ['--version'])
    if (found.error) throw new Error(`This suite needs \`${program}\` on PATH (Debian: apt-get install ${from}).`)
  }
}

export interface RegistrySettings {
  /** Of this machine; the registry listens there alone. */
  readonly address?: string
  /** Files of a certificate and its key: with them it speaks TLS alone. */
  readonly tls?: {readonly certificate: string; readonly key: string}
  /** The part `auth` of its config. */
  readonly auth?: Readonly<Record<string, unknown>>
}

export interface RunningRegistry {
  /** `localhost:43117`, or the address that was asked for with its port. */
  readonly host: string
  close(): Promise<void>
}

/** @param folder where its config and its blobs lie; the caller removes it */
export async function startRegistry(folder: string, settings: RegistrySettings = {}): Promise<RunningRegistry> {
  const {address = '127.0.0.1', tls, auth} = settings
  const port = await freePort(address)
  await mkdir(folder, {recursive: true})
  const config = path.join(folder, 'config.yml')
  await writeFile(
    config,
    // JSON is YAML as well.
    JSON.stringify({
      version: 0.1,
      log: {level: 'error', accesslog: {disabled: true}},
      storage: {filesystem: {rootdirectory: path.join(folder, 'data')}},
      http: {addr: `${address}:${port}`, ...(tls ? {tls} : {})},
      compatibility: {schema1: {enabled: true}},
      ...(auth ? {auth} : {}),
    }),
  )
  const child = spawn('docker-registry', ['serve', config], {stdio: 'ignore'})
  const host = `${address === '127.0.0.1' ? 'localhost' : address}:${port}`
  await vi.waitFor(() => connected(address, port), {timeout: 30_000, interval: 50})
  return {host, close: () => ended(child)}
}

/** Rejects while nobody listens there. */
function connected(address: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, address, () => {
      socket.destroy()
      resolve()
    })
    socket.on('error', reject)
  })
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise(resolve => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    child.once('exit', () => resolve())
    child.kill('SIGTERM')
  })
}

function freePort(address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, address, () => {
      const bound = server.address()
      server.close(() => resolve(bound !== null && typeof bound === 'object' ? bound.port : 0))
    })
  })
}
