/**
 * `npm run bench:image`: what people do with Trivy's report today, and what `slipway scan` does, in one run.
 *
 * A report of 100 MB is gated and rendered as SARIF, as a summary and as JSON: by `slipway scan --report`, and by
 * `trivy convert` to SARIF, `trivy convert` to a table, and jq, which answers whether there is a critical or a fixable high
 * vulnerability. Whole processes are measured, with their start. Then 10,000 waivers against 50,000 vulnerabilities, beside
 * a tenth of both, which shows whether the time grows with their number or with its square.
 *
 * The two do not write the same. Trivy's SARIF has every vulnerability, of which GitHub keeps 5,000; ours has the 5,000
 * gravest, and every vulnerability is in the JSON, with its judgement. So the time without Trivy's table is told as well.
 * What was written is counted: what is refused must be what jq finds, and what is waived what the waivers name.
 *
 * Exit code 1 where a goal is missed: memory, and the ratio by far, since a ratio depends on the machine. Needs Linux and
 * jq; the real Trivy is that of test/fakes/real-trivy.ts.
 */
import {spawnSync} from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import {installTrivy} from '../../fakes/real-trivy.ts'
import {type BigReport, writeBigReport} from './big-report.ts'
import {added, type Measured, measure, repeated, row} from './process.ts'

const root = path.resolve(import.meta.dirname, '../../..')
const slipway = path.join(root, 'dist/cli.js')
const realReport = path.join(root, 'test/fixtures/image/trivy-registry.json')
const goal = {ratio: 3, megabytes: 700, growth: 20}

/** What the default gate refuses, as people ask for it today. */
const refused = 'select(.Severity == "CRITICAL" or (.Severity == "HIGH" and .FixedVersion != null))'
const question = `[.Results[].Vulnerabilities[]? | ${refused}] | length`
const holds = '"waiver":{"kind":"holds"'

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
    `One report of ${(big.bytes / 1e6).toFixed(0)} MB: ${big.vulnerabilities} vulnerabilities in ${big.packages} packages.\n`,
  )
  const files = ['--sarif', 'ours.sarif', '--scan', 'ours.json', '--save-report', 'ours.md']
  const own = await repeated(() =>
    measure(process.execPath, [slipway, 'scan', '--report', report, ...files], folder, [1]),
  )
  checkOurs(folder, big, report)
  row('slipway scan: gate, SARIF, summary, JSON of all', own)

  const convert = (format: string, file: string) =>
    measure(trivy, ['convert', '--quiet', '--format', format, '--output', file, report], folder, [0])
  const sarif = await repeated(() => convert('sarif', 'theirs.sarif'))
  const table = await repeated(() => convert('table', 'theirs.txt'))
  const jq = await repeated(() => measure('jq', [question, report], folder, [0]))
  expect('results in Trivy’s SARIF', countOf('"ruleId":', path.join(folder, 'theirs.sarif')), big.vulnerabilities)
  row('trivy convert: SARIF of all', sarif)
  row('trivy convert: table of all', table)
  row('jq: is there anything to refuse?', jq)

  const ratio = added([sarif, table, jq]).seconds / own.seconds
  const withoutTable = added([sarif, jq]).seconds / own.seconds
  console.log(
    `\n  ${ratio.toFixed(1)}x as fast (goal ${goal.ratio}x), without their table ${withoutTable.toFixed(1)}x; ${own.megabytes.toFixed(0)} MB of the goal of ${goal.megabytes} MB\n`,
  )
  return ratio >= goal.ratio / 2 && own.megabytes <= goal.megabytes
}

/** All of them judged, as many refused as jq finds, and the gravest shown. */
function checkOurs(folder: string, big: BigReport, report: string): void {
  const scan = path.join(folder, 'ours.json')
  const found = spawnSync('jq', [question, report], {encoding: 'utf8'}).stdout
  expect('judged vulnerabilities', countOf('{"kind":"vulnerability",', scan, '"judgement":'), big.vulnerabilities)
  expect('refused vulnerabilities', countOf('{"kind":"vulnerability",', scan, '"verdict":"fail"'), Number(found))
  expect('results in SARIF', countOf('"ruleId":', path.join(folder, 'ours.sarif')), 5000)
  const summary = fs.readFileSync(path.join(folder, 'ours.md'), 'utf8')
  if (!summary.includes(`${Number(found)} vulnerabilities stand against the gate`)) {
    throw new Error(`the summary does not say that ${Number(found)} vulnerabilities stand against the gate`)
  }
}

async function measureWaivers(folder: string): Promise<boolean> {
  const few = await waived(folder, 1000, 5000)
  const many = await waived(folder, 10_000, 50_000)
  const growth = many.processorSeconds / few.processorSeconds
  row('1,000 waivers, 5,000 vulnerabilities, JSON of all', few)
  row('10,000 waivers, 50,000 vulnerabilities, JSON of all', many)
  console.log(`\n  ten times as much of both takes ${growth.toFixed(1)}x the time (linear: at most 10x; squared: 100x)`)
  return growth <= goal.growth && many.megabytes <= goal.megabytes
}

async function waived(folder: string, waivers: number, vulnerabilities: number): Promise<Measured> {
  const below = fs.mkdtempSync(path.join(folder, 'waived-'))
  const report = path.join(below, 'report.json')
  writeBigReport(realReport, report, vulnerabilities * 2190)
  const named = fs.readFileSync(report, 'utf8').match(/(?<="VulnerabilityID":")[^"]+/g) ?? []
  const ids = new Set([...new Set(named)].slice(0, waivers))
  const entries = [...ids].map(
    id => `- vulnerability: ${id}\n  owner: platform\n  reason: bench\n  expires: ${nextMonth()}\n`,
  )
  fs.writeFileSync(path.join(below, 'waivers.yml'), entries.join(''))
  fs.writeFileSync(
    path.join(below, 'slipway.yml'),
    'version: 1\nservice: bench\nmodel: {files: none}\nimage: {waivers: waivers.yml}\n',
  )
  const measured = await repeated(() =>
    measure(process.execPath, [slipway, 'scan', '--report', report, '--scan', 'ours.json'], below, [1]),
  )
  expect('waivers', ids.size, waivers)
  const covered = named.filter(id => ids.has(id)).length
  expect('waived vulnerabilities', countOf('{"kind":"vulnerability",', path.join(below, 'ours.json'), holds), covered)
  return measured
}

function nextMonth(): string {
  return new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10)
}

/** Lines of a file that have one text, and another one as well. */
function countOf(text: string, file: string, other = ''): number {
  return fs
    .readFileSync(file, 'utf8')
    .split('\n')
    .filter(line => line.includes(text) && line.includes(other)).length
}

/** A bench whose programs do less than it says measures nothing. */
function expect(what: string, seen: number, expected: number): void {
  if (seen !== expected) throw new Error(`${seen} ${what}, and ${expected} were expected`)
}
