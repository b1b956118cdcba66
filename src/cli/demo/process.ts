/** Programs that the demo starts, watches and ends: the router, and the command line of Slipway itself. */
import {spawn} from 'node:child_process'
import {createInterface} from 'node:readline'

export interface ProgramOptions {
  readonly argv: readonly [string, ...string[]]
  readonly cwd: string
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>
  /** Called with each line on stderr. */
  readonly onProgress?: (line: string) => void
}

export interface ProgramEnd {
  /** Null when a signal ended it. */
  readonly exitCode: number | null
  readonly signal: string | null
  readonly stdout: string
  /** The last lines of stderr. */
  readonly progress: readonly string[]
}

export interface Program {
  /** Resolves when it ended, however; rejects never. */
  readonly ended: Promise<ProgramEnd>
  /** Ends it at once, as a lost machine would. */
  kill(): void
  /** Asks it to end; after three seconds it and what it started are ended by force. */
  stop(): Promise<void>
}

const linesKept = 200

export function startProgram({argv: [program, ...args], cwd, env, onProgress}: ProgramOptions): Program {
  // A group of its own: Ctrl-C reaches the demo alone, which then ends the programs in the right order.
  const child = spawn(program, args, {cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true})
  let running = true
  let stdout = ''
  const progress: string[] = []
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  createInterface(child.stderr).on('line', line => {
    progress.push(line)
    if (progress.length > linesKept) progress.shift()
    onProgress?.(line)
  })
  const ended = new Promise<ProgramEnd>(resolve => {
    const end = (exitCode: number | null, signal: string | null) => {
      running = false
      resolve({exitCode, signal, stdout, progress})
    }
    child.on('error', error => {
      progress.push(error.message)
      end(null, null)
    })
    child.on('close', end)
  })
  const signalAll = (signal: NodeJS.Signals) => {
    if (child.pid === undefined) return
    try {
      process.kill(-child.pid, signal)
    } catch {
      // The whole group has ended: nothing to signal.
    }
  }
  return {
    ended,
    kill: () => void child.kill('SIGKILL'),
    stop: async () => {
      if (running) child.kill('SIGTERM')
      const forced = setTimeout(() => signalAll('SIGKILL'), 3000)
      await ended
      clearTimeout(forced)
      signalAll('SIGKILL')
    },
  }
}
