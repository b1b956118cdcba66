/** What became of a push. git's exit code says whether it is done; why it is not, only its words say. */
import {type Failure, SystemError, UserError} from '../core/failure.ts'
import type {ExecResult} from '../runtime/exec.ts'
import {gitFailure, maskSecrets, wordsOf} from './failures.ts'

export type PushOutcome =
  | {readonly kind: 'pushed'}
  /** The branch was not where it was expected. */
  | {readonly kind: 'lost'; readonly failure: Failure}
  /** The remote says no: somebody else is just moving the branch, or a rule forbids it. */
  | {readonly kind: 'rejected'; readonly failure: Failure}
  /** No answer that could be understood: it may have happened. */
  | {readonly kind: 'unknown'; readonly failure: Failure}

/** @param location the branch and its repository, for messages */
export function judgePush(pushed: ExecResult, location: string): PushOutcome {
  if (pushed.exitCode === 0) return {kind: 'pushed'}
  const reason = rejection(pushed.stdout)
  if (reason === null) return {kind: 'unknown', failure: gitFailure(pushed, `push the ${location}`)}
  if (lostPattern.test(reason)) return {kind: 'lost', failure: contended(location, reason)}
  const isBusy = busyPattern.test(reason)
  return {kind: 'rejected', failure: isBusy ? contended(location, reason) : refused(location, reason, pushed)}
}

/** git's own words for a branch that is not where it was expected, before anything was sent. */
const lostPattern = /stale info|fetch first|non-fast-forward/
/** The remote's words for a branch that somebody else is moving at this moment. */
const busyPattern =
  /failed to (update|lock)|cannot lock|unable to lock|incorrect old value|already exists|reference conflict|expected .* but is/i

/**
 * The reason in git's porcelain answer: `!<tab><from>:<to><tab>[remote rejected] (<reason>)`. Null when nothing was
 * rejected, which includes `[remote failure]`: git's word for a report that never came.
 */
function rejection(stdout: string): string | null {
  const line = stdout.split('\n').find(each => each.startsWith('!') && !each.includes('[remote failure]'))
  return line === undefined ? null : maskSecrets(line.split('\t')[2] ?? 'rejected')
}

function contended(location: string, reason: string): SystemError {
  return new SystemError('git/contended', `The remote could not move the ${location}: ${reason}.`, {
    system: 'git',
    retryable: true,
    hint: 'Others write there, or a lock was left behind on the remote. Try again.',
  })
}

function refused(location: string, reason: string, pushed: ExecResult): UserError {
  return new UserError(
    'git/push-refused',
    `The remote refuses to move the ${location}: ${reason}. ${wordsOf(pushed)}`,
    {
      hint: 'Exclude the branches "slipway/**" from its rules and hooks, or let this user push there.',
    },
  )
}
