/** A real Prometheus that scrapes the given ports of this machine every second, for as long as a test needs it. */
import {type ChildProcess, spawn, spawnSync} from 'node:child_process'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {createServer} from 'node:net'
import {tmpdir} from 'node:os'
import * as path from 'node:path'
import {expect} from 'vitest'

export function needPrometheus(): void {
  const found = spawnSync('prometheus', ['--version'])
  if (found.error) throw new Error('This suite needs `prometheus` on PATH (Debian: apt-get install prometheus).')
}

export interface RunningPrometheus {
  readonly url: string
  close(): Promise<void>
}

export async function startPrometheus(ports: readonly number[], rules = 'groups: []\n'): Promise<RunningPrometheus> {
  const folder = await mkdtemp(path.join(tmpdir(), 'slipway-prometheus-'))
  const config = path.join(folder, 'prometheus.yml')
  const targets = JSON.stringify(ports.map(port => `127.0.0.1:${port}`))
  const ruleFile = path.join(folder, 'rules.yml')
  await writeFile(ruleFile, rules)
  await writeFile(
    config,
    `global: {scrape_interval: 1s, scrape_timeout: 900ms}\nrule_files: [${ruleFile}]\nscrape_configs:\n  - job_name: credit\n    static_configs: [{targets: ${targets}}]\n`,
  )
  const port = await freePort()
  const child = spawn(
    'prometheus',
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${path.join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=error',
    ],
    {stdio: 'ignore'},
  )
  const url = `http://127.0.0.1:${port}`
  await expect
    .poll(async () => (await fetch(`${url}/-/ready`).catch(() => null))?.status, {timeout: 30_000, interval: 50})
    .toBe(200)
  return {
    url,
    close: async () => {
      await ended(child)
      await rm(folder, {recursive: true, force: true})
    },
  }
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise(resolve => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    child.once('exit', () => resolve())
    child.kill('SIGTERM')
  })
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(address !== null && typeof address === 'object' ? address.port : 0))
    })
  })
}
