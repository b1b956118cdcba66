/** A whole process, with its start: how long it took, and how much memory it had. Needs Linux, whose /proc tells. */
import {spawn} from 'node:child_process'
import * as fs from 'node:fs'

export interface Measured {
  readonly seconds: number
  /** Of all processors together, which other programs on the machine change less than the seconds on the wall. */
  readonly processorSeconds: number
  /** The most that was resident, as the kernel counts it (VmHWM). */
  readonly megabytes: number
}

/** Runs a program to its end. What it prints is thrown away. @throws Error for an exit code that is not among `codes` */
export function measure(
  program: string,
  args: readonly string[],
  cwd: string,
  codes: readonly number[],
): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const started = process.hrtime.bigint()
    const child = spawn(program, args, {
      cwd,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {PATH: process.env.PATH ?? '', HOME: cwd},
    })
    let seen = {kilobytes: 0, ticks: 0}
    let said = ''
    child.stderr.on('data', chunk => {
      said += String(chunk)
    })
    const timer = setInterval(() => {
      seen = lookAt(child.pid ?? 0) ?? seen
    }, 20)
    child.on('error', reject)
    child.on('close', code => {
      clearInterval(timer)
      if (!codes.includes(code ?? -1)) {
        reject(new Error(`${program} ${args[0]} ended with ${code}: ${said.slice(-2000)}`))
        return
      }
      resolve({
        seconds: Number(process.hrtime.bigint() - started) / 1e9,
        processorSeconds: seen.ticks / ticksPerSecond,
        megabytes: seen.kilobytes / 1024,
      })
    })
  })
}

const repetitions = 3
const patience = 10

/** The median of three; of what takes long, as many as can be begun in 10 seconds, and at least one. */
export async function repeated(run: () => Promise<Measured>): Promise<Measured> {
  const all: Measured[] = []
  for (let spent = 0; all.length < repetitions && (all.length === 0 || spent < patience); ) {
    const measured = await run()
    all.push(measured)
    spent += measured.seconds
  }
  const middle = (of: (measured: Measured) => number) => all.map(of).sort((a, b) => a - b)[(all.length - 1) >> 1] ?? 0
  return {
    seconds: middle(({seconds}) => seconds),
    processorSeconds: middle(({processorSeconds}) => processorSeconds),
    megabytes: Math.max(...all.map(({megabytes}) => megabytes)),
  }
}

/** One after the other: times add up, memory does not. */
export function added(parts: readonly Measured[]): Measured {
  return {
    seconds: parts.reduce((sum, {seconds}) => sum + seconds, 0),
    processorSeconds: parts.reduce((sum, {processorSeconds}) => sum + processorSeconds, 0),
    megabytes: Math.max(...parts.map(({megabytes}) => megabytes)),
  }
}

export function row(name: string, {seconds, processorSeconds, megabytes}: Measured): void {
  const numbers = [
    `${seconds.toFixed(2).padStart(7)} s`,
    `${processorSeconds.toFixed(2).padStart(7)} s of processors`,
    `${megabytes.toFixed(0).padStart(6)} MB`,
  ]
  console.log(`  ${name.padEnd(50)} ${numbers.join('  ')}`)
}

/** USER_HZ, which Linux gives to programs on every architecture that Node runs on. */
const ticksPerSecond = 100

/** As of now, from its start (proc(5)); undefined where it has ended. */
function lookAt(pid: number): {readonly kilobytes: number; readonly ticks: number} | undefined {
  try {
    const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8')
    // Behind the name of the program, which may have spaces, utime and stime are the 12th and 13th field.
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const kilobytes = Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? Number.NaN)
    return Number.isNaN(kilobytes) ? undefined : {kilobytes, ticks: Number(fields[11]) + Number(fields[12])}
  } catch {
    return undefined
  }
}
