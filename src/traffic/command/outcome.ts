/** How a script ended, in our words. Pure. */
import {SystemError, UserError} from '../../core/failure.ts'
import {formatDuration} from '../../core/quantity.ts'
import type {ExecResult} from '../../runtime/exec.ts'
import {printable} from '../printable.ts'
import type {Act} from './arguments.ts'

/** More than this on one stream is no answer and no complaint. */
export const maxOutputBytes = 1024 * 1024

/** Longest text of a program that is passed on: it stands in ledgers and reports. */
export const maxWords = 500

/**
 * The output of a program that ended well.
 * @throws UserError `traffic/command-not-found`, SystemError `command/timed-out`, `command/output-too-large`, `command/failed`
 */
export function accept(act: Act, program: string, timeoutMs: number, result: ExecResult): string {
  const which = `target.${act} (${program})`
  if (result.notFound) {
    throw new UserError('traffic/command-not-found', `${which} cannot be run: ${printable(result.stderr, maxWords)}`, {
      hint: 'Check the path, which starts at the working directory, and that the file is executable.',
    })
  }
  const failed = (code: 'timed-out' | 'output-too-large' | 'failed', problem: string, hint?: string) =>
    new SystemError(`command/${code}`, `${which} ${problem}${said(result.stderr)}`, {
      system: 'command',
      retryable: code !== 'output-too-large',
      ...(hint === undefined ? {} : {hint}),
    })
  if (result.timedOut) {
    throw failed(
      'timed-out',
      `did not end within ${formatDuration(timeoutMs)} and was ended.`,
      'Raise target.timeout, or find out what it waits for.',
    )
  }
  if (result.outputTooLarge) throw failed('output-too-large', 'printed more than 1 MiB.')
  if (result.exitCode === 0) return result.stdout
  throw failed('failed', result.exitCode === null ? 'was ended by a signal.' : `exited with code ${result.exitCode}.`)
}

function said(stderr: string): string {
  const text = printable(stderr, maxWords)
  return text === '' ? '' : ` It said: ${text}`
}
