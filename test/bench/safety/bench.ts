/**
 * `npm run bench:safety`: large and many model files, by us and by picklescan, fickling and modelscan in one run. Their
 * versions stand in `requirements.txt` and are set up in `--cache` (by default below node_modules); `--python` names a
 * Python that has them. Seconds are those of the scan itself, without starting Node or Python; ours include the sha256 of
 * every file, and are given without it too (`reading only`). Exit code 1 where a verdict of ours is wrong, memory is beyond its goal, or a goal on time is missed by far; a
 * ratio depends on the machine, so it is printed. Where Python is missing, ours alone are measured, and in CI it is a failure.
 */
import {spawnSync} from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import {parseArgs} from 'node:util'
import {gibibyte, writeBomb, writeFolder, writeGguf, writePickle, writeSafetensors, writeTorch} from './files.ts'

const here = import.meta.dirname
const benign = path.join(here, '../../fixtures/models/benign')
const peers = ['picklescan', 'fickling', 'modelscan'] as const
const minutesForOthers = 1
/** Of the corpus: what does not pass under `allowlist`, for a reason. */
const leftOut = ['own-class', 'torchscript']

interface Measured {
  readonly seconds: number
  readonly megabytes: number
  readonly said: string
  readonly why?: readonly string[]
}

interface Task {
  readonly name: string
  readonly file: string
  readonly policy: 'weights-only' | 'allowlist'
  make(to: string): void
  readonly verdicts: readonly string[]
  /** Goals: peak memory of the whole process, and seconds. */
  readonly megabytes: number
  readonly seconds: number
  readonly others: boolean
}

const tasks: readonly Task[] = [
  {
    name: 'pickle, 2 M opcodes',
    file: 'two-million.pkl',
    policy: 'allowlist',
    make: to => writePickle(to, 2e6),
    verdicts: ['pass'],
    megabytes: 150,
    seconds: 3,
    others: true,
  },
  {
    name: 'torch ZIP, 1 GB',
    file: 'one-gigabyte.pt',
    policy: 'weights-only',
    make: to => writeTorch(to, 16, gibibyte / 16),
    verdicts: ['pass', 'warn'],
    megabytes: 200,
    seconds: 20,
    others: true,
  },
  {
    name: 'folder of 1,000 files',
    file: 'thousand',
    policy: 'allowlist',
    make: to => writeFolder(to, smallFiles(), 1000),
    verdicts: ['pass', 'warn'],
    megabytes: 300,
    seconds: 20,
    others: true,
  },
  {
    name: 'pickle, 20 M opcodes',
    file: 'twenty-million.pkl',
    policy: 'allowlist',
    make: to => writePickle(to, 20e6),
    verdicts: ['pass'],
    megabytes: 400,
    seconds: 30,
    others: false,
  },
  {
    name: 'memo bomb, 2^100 steps',
    file: 'bomb.pkl',
    policy: 'allowlist',
    make: to => writeBomb(to, 100),
    verdicts: ['fail'],
    megabytes: 150,
    seconds: 1,
    others: true,
  },
  {
    name: 'safetensors, 10 GB',
    file: 'ten-gigabytes.safetensors',
    policy: 'weights-only',
    make: to => writeSafetensors(to, 10 * gibibyte),
    verdicts: ['pass', 'warn'],
    megabytes: 200,
    seconds: 120,
    others: false,
  },
  {
    name: 'GGUF, 10 GB',
    file: 'ten-gigabytes.gguf',
    policy: 'weights-only',
    make: to => writeGguf(to, 10 * gibibyte),
    verdicts: ['pass', 'warn'],
    megabytes: 200,
    seconds: 120,
    others: false,
  },
]

const {values} = parseArgs({
  options: {
    cache: {type: 'string', default: path.join(here, '../../../node_modules/.cache/slipway-bench-safety')},
    python: {type: 'string'},
    only: {type: 'string', default: ''},
  },
})

process.exitCode = main()

function main(): number {
  const python = values.python ?? preparedPython(values.cache)
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'slipway-bench-'))
  const missed: string[] = []
  try {
    prepare(folder)
    console.log(row(['task', 'scanner', 'seconds', 'MB', 'ratio', 'says']))
    for (const task of tasks.filter(({name}) => name.includes(values.only)))
      missed.push(...measure(task, folder, python))
  } finally {
    fs.rmSync(folder, {recursive: true})
  }
  console.log(missed.length === 0 ? '\nEvery goal is met.' : `\nMissed:\n  ${missed.join('\n  ')}`)
  return missed.length > 0 || (python === null && process.env.CI) ? 1 : 0
}

/**
 * Compiles us once: a process that makes JavaScript of TypeScript first holds 25 MB that no user's process holds. What is
 * compiled stands in `folder`.
 */
function prepare(folder: string): void {
  process.env.NODE_COMPILE_CACHE = path.join(folder, 'compiled')
  const file = path.join(folder, 'bomb.pkl')
  writeBomb(file, 10)
  run(process.execPath, [path.join(here, 'ours.ts'), file, 'allowlist', 'all'])
}

/** Prints what was measured. @returns goals that are missed */
function measure(task: Task, folder: string, python: string | null): readonly string[] {
  const file = path.join(folder, task.file)
  task.make(file)
  try {
    const slipway = [path.join(here, 'ours.ts'), file, task.policy]
    const reading = fs.statSync(file).isFile() ? run(process.execPath, [...slipway, 'reading']) : null
    const ours = run(process.execPath, [...slipway, 'all'])
    print(task.name, 'Slipway', ours)
    if (reading) print('', 'reading only', reading)
    for (const peer of python !== null && task.others ? peers : []) {
      print('', peer, run(python ?? '', [path.join(here, 'peers.py'), peer, file]), ours.seconds)
    }
    return missedGoals(task, ours)
  } finally {
    fs.rmSync(file, {recursive: true})
  }
}

function missedGoals({name, verdicts, megabytes, seconds}: Task, ours: Measured): readonly string[] {
  const missed: string[] = []
  const why = ours.why?.length ? ` (${ours.why.join(' ')})` : ''
  if (!verdicts.includes(ours.said)) missed.push(`${name}: ${ours.said} instead of ${verdicts.join(' or ')}${why}`)
  if (ours.megabytes > megabytes) missed.push(`${name}: ${ours.megabytes.toFixed(0)} MB, goal ${megabytes} MB`)
  if (ours.seconds > seconds) missed.push(`${name}: ${ours.seconds.toFixed(1)} s, goal ${seconds} s`)
  return missed
}

function print(task: string, scanner: string, {seconds, megabytes, said}: Measured, ours?: number): void {
  const number = (value: number, digits: number) => (Number.isNaN(value) ? '' : value.toFixed(digits))
  const ratio = ours === undefined || Number.isNaN(seconds) ? '' : `${(seconds / ours).toFixed(1)}x`
  console.log(row([task, scanner, number(seconds, 2), number(megabytes, 0), ratio, said]))
}

function row([
  task = '',
  scanner = '',
  seconds = '',
  megabytes = '',
  ratio = '',
  said = '',
]: readonly string[]): string {
  const numbers = [seconds, megabytes, ratio].map(text => text.padStart(9)).join('')
  return `${task.padEnd(24)}${scanner.padEnd(12)}${numbers}  ${said}`
}

/** Small real files that pass under `allowlist`. */
function smallFiles(): readonly string[] {
  return ['sklearn', 'joblib', 'torch', 'safetensors', 'numpy', 'pandas'].flatMap(name =>
    fs
      .readdirSync(path.join(benign, name), {withFileTypes: true})
      .filter(entry => entry.isFile() && !leftOut.some(part => entry.name.includes(part)))
      .map(entry => path.join(benign, name, entry.name)),
  )
}

function run(program: string, given: readonly string[]): Measured {
  const {status, stdout, stderr, signal} = spawnSync(program, given, {
    encoding: 'utf8',
    maxBuffer: 1e8,
    timeout: minutesForOthers * 60_000,
    killSignal: 'SIGKILL',
  })
  const nothing = {seconds: Number.NaN, megabytes: Number.NaN}
  if (signal !== null) return {...nothing, said: `no answer in ${minutesForOthers} minute`}
  const line = stdout.trim().split('\n').at(-1) ?? ''
  if (status === 0 && line.startsWith('{')) return JSON.parse(line)
  return {...nothing, said: `ended with ${status}: ${stderr.trim().split('\n').at(-1) ?? ''}`}
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
      `The others are left out: \`${program} ${given.slice(0, 3).join(' ')}\` failed. Python 3.11 with venv and pip is needed.`,
    )
    console.log(error?.message ?? stderr.trim().split('\n').at(-1))
    return null
  }
  fs.writeFileSync(stamp, wanted)
  return python
}
