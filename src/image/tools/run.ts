/** Runs a scanner within limits, and says in our words how it failed: whatever it printed before that is no report. */
import {type Failure, SystemError, UserError} from '../../core/failure.ts'
import {formatDuration} from '../../core/quantity.ts'
import type {ExecResult} from '../../runtime/exec.ts'
import type {ScannerPorts} from '../scanners/ports.ts'

export interface ToolCall {
  /** `trivy` */
  readonly tool: string
  readonly program: string
  readonly args: readonly string[]
  /** Its whole environment. */
  readonly env: Readonly<Record<string, string>>
  /** Where it runs: a folder in which nobody has left config or ignore files. */
  readonly folder: string
  readonly timeoutMs: number
  readonly maxOutputBytes: number
  /** For messages, in place of all its arguments: `trivy image credit@sha256:…`. */
  readonly shown: string
  /** What to do where it fails, by what it said; the first that matches. */
  readonly hints?: readonly {readonly said: string; readonly hint: string}[]
  /** Where no hint matches. */
  readonly hint: string
  /** What marks the line of its log from which on it tells why it failed: `ERROR`. Without one its last lines are shown. */
  readonly errorsMarked?: string
}

/**
 * @returns how it ended, with exit code 0
 * @throws UserError `image/scanner-not-found`
 * @throws SystemError `image/scanner-failed`, `image/scanner-timed-out`, `image/scanner-output-too-large`
 */
export async function runTool(call: ToolCall, {exec, log}: Pick<ScannerPorts, 'exec' | 'log'>): Promise<ExecResult> {
  const {program, args, env, folder, timeoutMs, maxOutputBytes} = call
  const ran = await exec.run([program, ...args], {env, cwd: folder, timeoutMs, maxOutputBytes})
  if (ran.stderr.trim() !== '') log.debug(`${call.tool} said:\n${ran.stderr.trim().slice(-20_000)}`)
  if (ran.exitCode === 0 && !ran.timedOut && !ran.outputTooLarge) return ran
  throw failureOf(call, ran)
}

function failureOf(call: ToolCall, ran: ExecResult): Failure {
  const {tool, shown, timeoutMs, maxOutputBytes} = call
  if (ran.notFound) {
    return new UserError('image/scanner-not-found', `The program "${call.program}" is not there, or may not be run.`, {
      hint: `Install ${tool} before this step, let Slipway download it with \`tools: {from: download}\`, or give its JSON report with \`scanner: report\`.`,
    })
  }
  const said = lastLines(ran.stderr, call.errorsMarked)
  if (ran.timedOut) {
    const limit = formatDuration(timeoutMs)
    return new SystemError('image/scanner-timed-out', `"${shown}" took longer than ${limit} and was ended. ${said}`, {
      system: tool,
      retryable: true,
      hint: 'Raise `image.timeout`. The first run downloads a database: keep its cache folder between runs, or give it with `database`. For a very large image scan the SBOM that its build made.',
    })
  }
  if (ran.outputTooLarge) {
    return new SystemError('image/scanner-output-too-large', `"${shown}" wrote more than ${maxOutputBytes} bytes.`, {
      system: tool,
      retryable: false,
      hint: 'Scan a smaller image, or look for fewer kinds with `looks-for`.',
    })
  }
  const ended = ran.exitCode === null ? 'was ended by a signal' : `ended with exit code ${ran.exitCode}`
  const hint = call.hints?.find(each => ran.stderr.includes(each.said))?.hint ?? call.hint
  return new SystemError('image/scanner-failed', `"${shown}" ${ended}. ${said}`, {
    system: tool,
    retryable: true,
    hint,
  })
}

/** The end of what a program said, where the reason stands. */
function lastLines(stderr: string, mark: string | undefined): string {
  const all = stderr.slice(-100_000).trim().split('\n')
  const first = mark === undefined ? -1 : all.findIndex(line => line.includes(mark))
  const lines = (first < 0 ? all.slice(-5) : all.slice(first, first + 10)).join('\n').slice(-2000)
  return lines === '' ? 'It said nothing.' : `It said:\n${lines}`
}
