/**
 * `npm run bench`: how long an action takes to start, and how big `dist/` is, each beside its limit. Both sides of a
 * ratio are measured in this run, interleaved, so that a busy machine slows both alike.
 */
import {spawnSync} from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import {actionNames} from '../../src/actions/names.ts'

const root = path.resolve(import.meta.dirname, '../..')
const runs = 21
const startLimit = 2.5
const sizeLimit = 2_800_000

main()

function main(): void {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'slipway-bench-'))
  try {
    reportStarts(folder)
    // Only the size decides the exit code: a time on a busy machine proves nothing.
    process.exitCode = reportSizes() ? 0 : 1
  } finally {
    fs.rmSync(folder, {recursive: true})
  }
}

/**
 * An action's start: from nothing to its first answer, here that it was given no token. So it has read and judged its
 * inputs, and has written its outputs, its summary, its result file and the log.
 */
function reportStarts(folder: string): void {
  const bare = {name: 'node -e 0', argv: ['-e', '0'], env: {}}
  const cold = actionNames.map(name => ({
    name: `${name}, first in a job`,
    argv: [dist(name)],
    env: stepOf(folder, name, false),
  }))
  const warm = actionNames.map(name => ({
    name: `${name}, later in a job`,
    argv: [dist(name)],
    env: stepOf(folder, name, true),
  }))
  const cases = [bare, ...cold, ...warm]
  const times = cases.map(() => [] as number[])
  for (let run = 0; run < runs; run++) {
    for (const [index, {argv, env}] of cases.entries()) {
      const started = process.hrtime.bigint()
      spawnSync(process.execPath, argv, {cwd: folder, env: {PATH: process.env.PATH ?? '', ...env}})
      times[index]?.push(Number(process.hrtime.bigint() - started) / 1e6)
    }
  }
  const medians = times.map(median)
  const base = medians[0] ?? Number.NaN
  console.log(`Start, median of ${runs} (limit: ${startLimit}x of a bare node)\n`)
  for (const [index, {name}] of cases.entries()) {
    const ratio = (medians[index] ?? Number.NaN) / base
    console.log(
      `  ${name.padEnd(34)} ${(medians[index] ?? Number.NaN).toFixed(0).padStart(5)} ms  ${ratio.toFixed(2)}x${ratio <= startLimit ? '' : '  OVER THE LIMIT'}`,
    )
  }
}

/** What the runner gives a step. The compile cache is what an earlier step of the same job has left. */
function stepOf(folder: string, name: string, cached: boolean): Record<string, string> {
  const event = path.join(folder, 'event.json')
  fs.writeFileSync(event, '{}')
  for (const file of ['output', 'summary']) fs.writeFileSync(path.join(folder, `${name}-${file}`), '')
  return {
    GITHUB_ACTIONS: 'true',
    GITHUB_REPOSITORY: 'acme/credit',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_EVENT_PATH: event,
    GITHUB_SHA: '0'.repeat(40),
    GITHUB_REF: 'refs/heads/main',
    GITHUB_ACTOR: 'bench',
    GITHUB_RUN_ID: '1',
    GITHUB_OUTPUT: path.join(folder, `${name}-output`),
    GITHUB_STEP_SUMMARY: path.join(folder, `${name}-summary`),
    RUNNER_TEMP: folder,
    ...(cached ? {NODE_COMPILE_CACHE: path.join(folder, 'cache')} : {NODE_DISABLE_COMPILE_CACHE: '1'}),
  }
}

function reportSizes(): boolean {
  const files = fs
    .readdirSync(path.join(root, 'dist'), {recursive: true, withFileTypes: true})
    .filter(entry => entry.isFile())
    .map(entry => fs.statSync(path.join(entry.parentPath, entry.name)).size)
  const total = files.reduce((sum, size) => sum + size, 0)
  const ratio = total / sizeLimit
  console.log(
    `\nSize of dist/: ${(total / 1000).toFixed(0)} kB in ${files.length} files, ${ratio.toFixed(2)} of the limit of ${sizeLimit / 1000} kB`,
  )
  return ratio <= 1
}

function dist(name: string): string {
  return path.join(root, 'dist', `${name}.js`)
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
