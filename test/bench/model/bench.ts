/**
 * `npm run bench:model`: a million rows of predictions, by us and by pandas, scikit-learn, fairlearn and scipy in the same run.
 * `--rows 100000` makes it short. Python and the packages of `requirements.txt` are set up in `--cache` (by default
 * below node_modules); `--python` names a Python that has them. Exit code 1 where values differ or
 * memory is beyond its goal; a ratio depends on what else the machine does, so it is printed and fails nothing. Where Python
 * is missing it is said, and in CI it is a failure.
 *
 * Goals: five times faster than the others at everything but reading, and below 600 MB.
 */
import {spawnSync} from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import {parseArgs} from 'node:util'

const here = import.meta.dirname
const goalRatio = 5
const goalMegabytes = 600

interface Measured {
  readonly seconds: Readonly<Record<string, number>>
  readonly values: readonly number[]
}

const {values} = parseArgs({
  options: {
    rows: {type: 'string', default: '1000000'},
    resamples: {type: 'string', default: '5'},
    cache: {type: 'string', default: path.join(here, '../../../node_modules/.cache/slipway-bench')},
    python: {type: 'string'},
  },
})

process.exitCode = main()

function main(): number {
  const python = values.python ?? preparedPython(values.cache)
  if (python === null) return process.env.CI ? 1 : 0
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'slipway-bench-'))
  try {
    run(python, [path.join(here, 'peers.py'), folder, 'make', values.rows])
    const ours: Measured & {peakMegabytes: number} = JSON.parse(
      run(process.execPath, [path.join(here, 'ours.ts'), folder]),
    )
    const theirs: Measured = JSON.parse(run(python, [path.join(here, 'peers.py'), folder, 'time', values.resamples]))
    return report(ours, theirs)
  } finally {
    fs.rmSync(folder, {recursive: true})
  }
}

function report(ours: Measured & {readonly peakMegabytes: number}, theirs: Measured): number {
  console.log(`${Number(values.rows).toLocaleString('en-US')} rows; seconds, the best of three where it is short\n`)
  console.log(`${'task'.padEnd(34)}${'Slipway'.padStart(10)}${'others'.padStart(10)}${'ratio'.padStart(10)}`)
  const slower: string[] = []
  for (const [task, seconds] of Object.entries(ours.seconds)) {
    const other = theirs.seconds[task]
    const ratio = other === undefined ? null : other / seconds
    if (ratio !== null && ratio < goalRatio) slower.push(task)
    const cells = [seconds.toFixed(2), other?.toFixed(2) ?? '', ratio === null ? '' : `${ratio.toFixed(1)}x`]
    console.log(`${task.padEnd(34)}${cells.map(cell => cell.padStart(10)).join('')}`)
  }
  const shared = Object.keys(theirs.seconds)
  const [mine, others] = [ours, theirs].map(({seconds}) => shared.reduce((sum, task) => sum + (seconds[task] ?? 0), 0))
  console.log(
    `${'all that both do'.padEnd(34)}${[mine, others].map(sum => (sum ?? 0).toFixed(2).padStart(10)).join('')}${`${((others ?? 0) / (mine ?? 1)).toFixed(1)}x`.padStart(10)}`,
  )
  const deviation = ours.values.reduce((most, value, at) => {
    const other = theirs.values[at] ?? Number.NaN
    return Math.max(most, Math.abs(value - other) / Math.max(1e-12, Math.abs(other)))
  }, 0)
  console.log(`\nlargest relative deviation of a value: ${deviation.toExponential(1)}`)
  console.log(`peak memory: ${ours.peakMegabytes.toFixed(0)} MB (goal: below ${goalMegabytes})`)
  console.log(`bootstrap of the others: ${values.resamples} resamples timed, scaled to 1,000`)
  console.log(
    slower.length === 0
      ? `Everything is at least ${goalRatio} times as fast.`
      : `Not ${goalRatio} times as fast: ${slower.join(', ')}.`,
  )
  const held = ours.peakMegabytes < goalMegabytes && deviation < 1e-9
  return held ? 0 : 1
}

/** A Python with the pinned packages, made once; null where it cannot be made, and why is said. */
function preparedPython(cache: string): string | null {
  const python = path.join(cache, 'venv', 'bin', 'python')
  const requirements = path.join(here, 'requirements.txt')
  const stamp = path.join(cache, 'installed.txt')
  const wanted = fs.readFileSync(requirements, 'utf8')
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === wanted) return python
  fs.mkdirSync(cache, {recursive: true})
  const steps = [
    ['python3', ['-m', 'venv', path.join(cache, 'venv')]],
    [python, ['-m', 'pip', 'install', '--quiet', '--requirement', requirements]],
  ] as const
  for (const [program, given] of steps) {
    const {status, error, stderr} = spawnSync(program, given, {encoding: 'utf8'})
    if (status === 0) continue
    console.log(
      `Left out: \`${program} ${given.slice(0, 3).join(' ')}\` failed. Python 3.11 or newer with venv and pip is needed.`,
    )
    console.log(error?.message ?? stderr.trim().split('\n').at(-1))
    return null
  }
  fs.writeFileSync(stamp, wanted)
  return python
}

function run(program: string, given: readonly string[]): string {
  const {status, stdout, stderr} = spawnSync(program, given, {encoding: 'utf8', maxBuffer: 1e8})
  if (status === 0) return stdout
  throw new Error(`${path.basename(program)} ${path.basename(given[0] ?? '')} failed: ${stderr}`)
}
