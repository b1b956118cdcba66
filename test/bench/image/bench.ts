/**
 * `npm run bench:image`: what people do with Trivy's report today, and what `slipway scan` does, in one run.
 *
 * A report of 100 MB is gated and rendered as SARIF, as a summary and as JSON: by `slipway scan --report`, and by
 * `trivy convert` to SARIF, `trivy convert` to a table, and jq, which answers whether there is a critical or a fixable high
 * vulnerability. Whole processes are measured, with their start. Then 10,000 waivers against 50,000 vulnerabilities, beside
 * a tenth of both, which shows whether the time grows with their number or with its square.
 *
 * Exit code 1 where a goal is missed: memory, and the ratio by far, since a ratio depends on the machine. Needs Linux (memory
 * is read from /proc) and jq; the real Trivy is that of test/fakes/real-trivy.ts.
 */
import {spawn, spawnSync} from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import {installTrivy} from '../../fakes/real-trivy.ts'
import {writeBigReport} from './big-report.ts'

const root = path.resolve(import.meta.dirname, '../../..')
const slipway = path.join(root, 'dist/cli.js')
const realReport = path.join(root, 'test/fixtures/image/trivy-registry.json')
const runs = 3
const goal = {ratio: 3, megabytes: 700, growth: 20}

interface Measured {
  readonly seconds: number
  readonly megabytes: number
}

await main()

async function main(): Promise<void> {
  if (spawnSync('jq', ['--version']).error) throw new Error('This bench needs jq: apt-get install jq.')
  const trivy = path.join(await installTrivy(), 'trivy')
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'slipway-bench-image-'))
  try {
    const rendered = await compareRendering(folder, trivy)
    const linear = await measureWaivers(folder)
    process.exitCode = rendered && linear ? 0 : 1
  } finally {
    fs.rmSync(folder, {recursive: true})
  }
}

async function compareRendering(folder: string, trivy: string): Promise<boolean> {
  const report = path.join(folder, 'report.json')
  const big = writeBigReport(realReport, report, 100_000_000)
  console.log(
    `One report of ${(big.bytes / 1e6).toFixed(0)} MB: ${big.vulnerabilities} vulnerabilities in ${big.packages} packages. Median of ${runs}.\n`,
  )
  const out = (name: string) => path.join(folder, name)
  const ours: Measured[] = []
  const theirs: Measured[] = []
  for (let run = 0; run < runs; run++) {
    const files = ['--sarif', out('ours.sarif'), '--scan', out('ours.json'), '--save-report', out('ours.md')]
    ours.push(await measure(process.execPath, [slipway, 'scan', '--report', report, ...files], folder, [0, 1, 2]))
    const convert = (format: string, file: string) =>
      measure(trivy, ['convert', '--quiet', '--format', format, '--output', out(file), report], folder, [0])
    const asked =
      '[.Results[].Vulnerabilities[]? | select(.Severity == "CRITICAL" or (.Severity == "HIGH" and .FixedVersion != null))] | length'
    theirs.push(
      added([
        await convert('sarif', 'theirs.sarif'),
        await convert('table', 'theirs.txt'),
        await measure('jq', [asked, report], folder, [0]),
      ]),
    )
  }
  for (const file of ['ours.sarif', 'ours.json', 'ours.md', 'theirs.sarif', 'theirs.txt']) {
    if (fs.statSync(out(file)).size === 0) throw new Error(`${file} is empty.`)
  }
  const [own, other] = [median(ours), median(theirs)]
  const ratio = other.seconds / own.seconds
  row('slipway scan: gate, SARIF, summary, JSON', own)
  row('trivy convert twice, and jq', other)
  console.log(
    `\n  ${ratio.toFixed(1)}x as fast (goal ${goal.ratio}x); ${own.megabytes.toFixed(0)} MB of the goal of ${goal.megabytes} MB\n`,
  )
  return ratio >= goal.ratio / 2 && own.megabytes <= goal.megabytes
}

async function measureWaivers(folder: string): Promise<boolean> {
  const few = await waived(folder, 1000, 5000)
  const many = await waived(folder, 10_000, 50_000)
  const growth = many.seconds / few.seconds
  row('1,000 waivers, 5,000 vulnerabilities', few)
  row('10,000 waivers, 50,000 vulnerabilities', many)
  console.log(`\n  ten times as much of both takes ${growth.toFixed(1)}x the time (linear: at most 10x; squared: 100x)`)
  return growth <= goal.growth
}

/** The whole command, its start included. */
async function waived(folder: string, waivers: number, vulnerabilities: number): Promise<Measured> {
  const below = fs.mkdtempSync(path.join(folder, 'waived-'))
  const report = path.join(below, 'report.json')
  writeBigReport(realReport, report, vulnerabilities * 2160)
  const ids = [...new Set(fs.readFileSync(report, 'utf8').match(/"VulnerabilityID":"[^"]+"/g))].slice(0, waivers)
  const entries = ids.map(
    id =>
      `- ${id.replace('"VulnerabilityID":', 'vulnerability: ')}\n  owner: platform\n  reason: bench\n  expires: ${nextMonth()}\n`,
  )
  fs.writeFileSync(path.join(below, 'waivers.yml'), entries.join(''))
  fs.writeFileSync(
    path.join(below, 'slipway.yml'),
    'version: 1\nservice: bench\nmodel: {files: none}\nimage: {waivers: waivers.yml}\n',
  )
  const measured: Measured[] = []
  for (let run = 0; run < runs; run++) {
    measured.push(await measure(process.execPath, [slipway, 'scan', '--report', report], below, [0, 1, 2]))
  }
  return median(measured)
}

function nextMonth(): string {
  return new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10)
}

/** Runs a program to its end. Memory is the most that was resident, as the kernel counts it (VmHWM). */
function measure(program: string, args: readonly string[], cwd: string, codes: readonly number[]): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const started = process.hrtime.bigint()
    const child = spawn(program, args, {
      cwd,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {PATH: process.env.PATH ?? '', HOME: cwd},
    })
    let kilobytes = 0
    let said = ''
    child.stderr.on('data', chunk => {
      said += String(chunk)
    })
    const timer = setInterval(() => {
      kilobytes = Math.max(kilobytes, residentPeak(child.pid ?? 0))
    }, 20)
    child.on('error', reject)
    child.on('close', code => {
      clearInterval(timer)
      if (!codes.includes(code ?? -1)) {
        reject(new Error(`${program} ${args[0]} ended with ${code}: ${said.slice(-2000)}`))
        return
      }
      resolve({seconds: Number(process.hrtime.bigint() - started) / 1e9, megabytes: kilobytes / 1024})
    })
  })
}

function residentPeak(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
  } catch {
    // It ended between two looks.
    return 0
  }
}

/** One after the other: times add up, memory does not. */
function added(parts: readonly Measured[]): Measured {
  return {
    seconds: parts.reduce((sum, {seconds}) => sum + seconds, 0),
    megabytes: Math.max(...parts.map(({megabytes}) => megabytes)),
  }
}

function median(measured: readonly Measured[]): Measured {
  const sorted = measured.toSorted((a, b) => a.seconds - b.seconds)
  const middle = sorted[Math.floor(sorted.length / 2)]
  if (!middle) throw new Error('nothing was measured')
  return {seconds: middle.seconds, megabytes: Math.max(...measured.map(({megabytes}) => megabytes))}
}

function row(name: string, {seconds, megabytes}: Measured): void {
  console.log(`  ${name.padEnd(42)} ${seconds.toFixed(2).padStart(7)} s  ${megabytes.toFixed(0).padStart(6)} MB`)
}
