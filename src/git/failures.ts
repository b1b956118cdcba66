/** What git's refusals mean, and what to do about them. git's own words are quoted, without the secrets of an address. */
import {type Failure, SystemError, UserError} from '../core/failure.ts'
import type {ReasonCode} from '../core/finding.ts'
import type {ExecResult} from '../runtime/exec.ts'

/**
 * Addresses and messages without what stands between `//` and `@`: there are tokens. A remote writes into such messages, so
 * the length of a scheme is bounded: else a long run of letters would take the square of its length.
 */
export function maskSecrets(text: string): string {
  return text.replaceAll(/([a-z][a-z0-9+.-]{0,31}:\/\/)[^\s/@'"]+@/gi, '$1***@')
}

/** @param doing what was tried, for the message: `read the branch x of y` */
export function gitFailure(result: ExecResult, doing: string): Failure {
  if (result.notFound) {
    return new UserError('git/not-installed', `git cannot be run: ${result.stderr || 'there is no such program'}.`, {
      hint: 'Install git (2.31 or newer), or keep the records in a folder or through the GitHub API.',
    })
  }
  const task = maskSecrets(doing)
  if (result.timedOut) {
    return new SystemError('git/timeout', `git did not ${task} in time.`, {
      system: 'git',
      retryable: true,
      hint: 'Check that the remote answers, and that nothing waits for a password.',
    })
  }
  if (result.outputTooLarge) {
    return new SystemError('git/answer-too-large', `git printed too much when asked to ${task}.`, {
      system: 'git',
      retryable: false,
    })
  }
  const words = wordsOf(result)
  const message = `git could not ${task}: ${words}`
  const known = causes.find(({pattern}) => pattern.test(words))
  if (!known) return new SystemError('git/failed', message, {system: 'git', retryable: false})
  const {code, hint} = known
  return known.whose === 'user'
    ? new UserError(code, message, {hint})
    : new SystemError(code, message, {system: 'git', retryable: true, hint})
}

/** Whether another git process stood in the way for a moment, here and not on the remote. */
export function isLocked({stderr}: ExecResult): boolean {
  return stderr.split('\n').some(line => !line.startsWith('remote:') && lockPattern.test(line))
}

/** What git and the remote said, on one line. */
export function wordsOf({stderr, exitCode}: ExecResult): string {
  const lines = stderr
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '' && !line.startsWith('hint:'))
  return (
    maskSecrets(lines.slice(-6).join(' ')) || `it ended with ${exitCode === null ? 'a signal' : `code ${exitCode}`}`
  )
}

interface Cause {
  readonly pattern: RegExp
  readonly code: ReasonCode
  readonly whose: 'user' | 'system'
  readonly hint: string
}

const lockPattern = /\.lock': File exists|cannot lock ref|could not lock config file/i

/** In order: a server that refuses says so before the lost connection that follows. */
const causes: readonly Cause[] = [
  {
    pattern: /host key verification failed/i,
    code: 'git/host-unknown',
    whose: 'user',
    hint: 'Add the host’s key to known_hosts after you have checked it: ssh-keyscan <host>.',
  },
  {
    pattern:
      /authentication failed|could not read (username|password)|permission denied|access denied|returned error: 40[13]|not authorized|unauthorized|insufficient permission/i,
    code: 'git/access-denied',
    whose: 'user',
    hint: 'Give a token by `records.token-env`, a credential helper or an ssh key that may read and push branches.',
  },
  {
    pattern: /dubious ownership/i,
    code: 'git/owner-differs',
    whose: 'user',
    hint: 'The folder belongs to somebody else: name it in safe.directory of your git configuration.',
  },
  {
    pattern: /does not appear to be a git repository|repository .*not found|returned error: 404|not a git repository/i,
    code: 'git/remote-not-found',
    whose: 'user',
    hint: 'Check `records.remote`. A server may also answer so to somebody who may not see the repository.',
  },
  {
    pattern: /certificate|SSL_|TLS/,
    code: 'git/certificate-refused',
    whose: 'user',
    hint: 'Name your own authority in http.sslCAInfo or GIT_SSL_CAINFO.',
  },
  {
    pattern: /hash algorithm|mismatched algorithms/i,
    code: 'git/hash-differs',
    whose: 'user',
    hint: 'Make the remote with sha1 names, which every server knows: git init --bare --object-format=sha1.',
  },
  {
    pattern: lockPattern,
    code: 'git/copy-locked',
    whose: 'system',
    hint: 'Another git works in `records.folder`, or one was killed there. The folder is a copy: delete it when none runs.',
  },
  {
    pattern: /no space left|disk quota exceeded/i,
    code: 'git/disk-full',
    whose: 'user',
    hint: 'Make room where `records.folder` and the remote are.',
  },
  {
    pattern:
      /could not resolve|connection (refused|reset|timed out|closed)|failed to connect|couldn't connect|network is unreachable|operation timed out|hung up unexpectedly|early EOF|returned error: (429|5\d\d)|empty reply|RPC failed|unable to access|expected flush|disconnected|broken pipe/i,
    code: 'git/unreachable',
    whose: 'system',
    hint: 'Check the address in `records.remote`, the network and the proxy.',
  },
]
