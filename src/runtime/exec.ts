export interface ExecOptions {
  readonly cwd?: string
  /** The whole environment of the program. Nothing is inherited unless it is named here: secrets do not leak by default. */
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
  /** The program is ended (SIGTERM, then SIGKILL after 2 s) when it takes longer. Default: ten minutes. */
  readonly timeoutMs?: number
  /** The program is ended when it prints more than this many bytes to one stream. Default: 64 MiB. */
  readonly maxOutputBytes?: number
}

/** How a program ended. Text explains; `exitCode` decides. */
export interface ExecResult {
  /** Null when it was ended by a signal. */
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
  readonly timedOut: boolean
  readonly outputTooLarge: boolean
  /** The program does not exist or may not be run. */
  readonly notFound: boolean
}

/** Runs programs by argument list. There is no shell, so nothing needs quoting and nothing can be injected. */
export interface Exec {
  /** Resolves however the program ended; rejects never. */
  run(argv: readonly [string, ...string[]], options?: ExecOptions): Promise<ExecResult>
}

export const systemExec: Exec = {run}

function run(argv: readonly [string, ...string[]], options: ExecOptions = {}): Promise<ExecResult> {
  const {timeoutMs = 600_000, maxOutputBytes = 64 * 1024 * 1024} = options
  const [program, ...args] = argv
  // Loaded at the first program: most steps run none, and their start would pay for it.
  const {spawn} = process.getBuiltinModule('node:child_process')
  return new Promise(resolve => {
    const child = spawn(program, args, {
      ...(options.cwd === undefined ? {} : {cwd: options.cwd}),
      env: options.env ?? {PATH: process.env.PATH ?? ''},
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    let timedOut = false
    let outputTooLarge = false
    const end = () => {
      child.kill('SIGTERM')
      setTimeout(() => {
        child.kill('SIGKILL')
        // A program that it started may still hold the pipes open: waiting for it would break the time limit.
        child.stdout.destroy()
        child.stderr.destroy()
      }, 2000).unref()
    }
    const timer = setTimeout(() => {
      timedOut = true
      end()
    }, timeoutMs)
    const collect = (chunks: Buffer[]) => {
      let size = 0
      return (chunk: Buffer) => {
        size += chunk.length
        if (size <= maxOutputBytes) chunks.push(chunk)
        else if (!outputTooLarge) {
          outputTooLarge = true
          end()
        }
      }
    }
    child.stdout.on('data', collect(stdout))
    child.stderr.on('data', collect(stderr))
    const finish = (exitCode: number | null, notFound: boolean, note = '') => {
      clearTimeout(timer)
      resolve({
        exitCode,
        stdout: Buffer.concat(stdout).toString('utf8'),
        stderr: Buffer.concat(stderr).toString('utf8') + note,
        timedOut,
        outputTooLarge,
        notFound,
      })
    }
    child.on('error', error => finish(null, true, error.message))
    child.on('close', code => finish(code, false))
    // A program that ends without reading its input closes the pipe; its exit code says whether that mattered.
    child.stdin.on('error', () => {})
    child.stdin.end(options.input ?? '')
  })
}
