import {describe, expect, test} from 'vitest'
import {gitFailure, maskSecrets} from '../../src/git/failures.ts'
import type {ExecResult} from '../../src/runtime/exec.ts'

const ended = (stderr: string, changes: Partial<ExecResult> = {}): ExecResult => ({
  exitCode: 128,
  stdout: '',
  stderr,
  timedOut: false,
  outputTooLarge: false,
  notFound: false,
  ...changes,
})

// Seen with git 2.39.5, curl 7.88 and OpenSSH 9.2; those of hosted servers are from their documentation.
const cases: readonly (readonly [string, string, string, boolean | undefined])[] = [
  [
    "fatal: '/tmp/no.git' does not appear to be a git repository\nfatal: Could not read from remote repository.",
    'git/remote-not-found',
    'UserError',
    undefined,
  ],
  ["fatal: repository 'http://127.0.0.1:1/no.git/' not found", 'git/remote-not-found', 'UserError', undefined],
  [
    'ERROR: Repository not found.\nfatal: Could not read from remote repository.',
    'git/remote-not-found',
    'UserError',
    undefined,
  ],
  [
    "fatal: could not read Username for 'http://127.0.0.1:1': terminal prompts disabled",
    'git/access-denied',
    'UserError',
    undefined,
  ],
  [
    "remote: who are you?\nfatal: Authentication failed for 'http://127.0.0.1:1/remote.git/'",
    'git/access-denied',
    'UserError',
    undefined,
  ],
  [
    "fatal: unable to access 'http://127.0.0.1:1/remote.git/': The requested URL returned error: 403",
    'git/access-denied',
    'UserError',
    undefined,
  ],
  [
    'git@example.com: Permission denied (publickey).\nfatal: Could not read from remote repository.',
    'git/access-denied',
    'UserError',
    undefined,
  ],
  [
    'remote: HTTP Basic: Access denied. The provided password or token is incorrect.',
    'git/access-denied',
    'UserError',
    undefined,
  ],
  [
    'Host key verification failed.\nfatal: Could not read from remote repository.',
    'git/host-unknown',
    'UserError',
    undefined,
  ],
  [
    "fatal: detected dubious ownership in repository at '/srv/records.git'",
    'git/owner-differs',
    'UserError',
    undefined,
  ],
  [
    "fatal: unable to access 'https://10.0.0.1/x.git/': SSL certificate problem: self signed certificate",
    'git/certificate-refused',
    'UserError',
    undefined,
  ],
  [
    "fatal: the receiving end does not support this repository's hash algorithm\nfatal: the remote end hung up unexpectedly",
    'git/hash-differs',
    'UserError',
    undefined,
  ],
  ['error: file write error: No space left on device', 'git/disk-full', 'UserError', undefined],
  ["fatal: Unable to create '/w/records.git/shallow.lock': File exists.", 'git/copy-locked', 'SystemError', true],
  [
    "fatal: unable to access 'http://127.0.0.1:1/x.git/': Failed to connect to 127.0.0.1 port 1 after 0 ms: Couldn't connect to server",
    'git/unreachable',
    'SystemError',
    true,
  ],
  [
    "fatal: unable to access 'https://no.example/x.git/': Could not resolve host: no.example",
    'git/unreachable',
    'SystemError',
    true,
  ],
  [
    'ssh: connect to host 127.0.0.1 port 1: Connection refused\nfatal: Could not read from remote repository.',
    'git/unreachable',
    'SystemError',
    true,
  ],
  [
    'error: RPC failed; curl 52 Empty reply from server\nsend-pack: unexpected disconnect while reading sideband packet\nfatal: the remote end hung up unexpectedly',
    'git/unreachable',
    'SystemError',
    true,
  ],
  [
    "fatal: unable to access 'http://127.0.0.1:1/x.git/': The requested URL returned error: 503",
    'git/unreachable',
    'SystemError',
    true,
  ],
  ['fatal: something that nobody has seen before', 'git/failed', 'SystemError', false],
]

describe('what git says is told as what it means', () => {
  test.each(cases)('%s', (stderr, code, name, retryable) => {
    const failure = gitFailure(ended(stderr), 'read the branch x of y')
    expect({
      name: failure.name,
      code: failure.code,
      retryable: 'retryable' in failure ? failure.retryable : undefined,
    }).toEqual({name, code, retryable})
    expect(failure.message).toContain('git could not read the branch x of y: ')
    if (code !== 'git/failed') expect(failure.hint).toMatch(/\.$/)
  })

  test('a machine without git is told to install it', () => {
    expect(gitFailure(ended('spawn git ENOENT', {exitCode: null, notFound: true}), 'read')).toMatchObject({
      code: 'git/not-installed',
      hint: expect.stringContaining('Install git'),
    })
  })

  test('a git that was ended at its time limit may be asked again', () => {
    expect(gitFailure(ended('', {exitCode: null, timedOut: true}), 'read')).toMatchObject({
      code: 'git/timeout',
      retryable: true,
    })
  })

  test('an answer without end is not asked for again', () => {
    expect(gitFailure(ended('', {exitCode: null, outputTooLarge: true}), 'read')).toMatchObject({
      code: 'git/answer-too-large',
      retryable: false,
    })
  })

  test('a git that says nothing is told by how it ended', () => {
    expect(gitFailure(ended('', {exitCode: 1}), 'read').message).toBe('git could not read: it ended with code 1')
    expect(gitFailure(ended('', {exitCode: null}), 'read').message).toBe('git could not read: it ended with a signal')
  })
})

test.each([
  ['https://anna:s3cret@git.example.com/a.git', 'https://***@git.example.com/a.git'],
  [
    "fatal: unable to access 'https://glpat-123@git.example.com/': no",
    "fatal: unable to access 'https://***@git.example.com/': no",
  ],
  ['see https://one:two@a.example and http://three@b.example', 'see https://***@a.example and http://***@b.example'],
  ['https://git.example.com/user@host.git', 'https://git.example.com/user@host.git'],
  ['git@git.example.com:ml/records.git', 'git@git.example.com:ml/records.git'],
])('the secrets of an address are not shown: %s', (text, masked) => expect(maskSecrets(text)).toBe(masked))

test('a remote that writes a line without end holds nobody up', () => {
  const line = 'a'.repeat(1_000_000)
  expect(maskSecrets(`remote: ${line} https://anna:s3cret@git.example.com`)).toBe(
    `remote: ${line} https://***@git.example.com`,
  )
})

test('a secret in an address is in no part of a failure', () => {
  const address = 'https://anna:s3cret@git.example.com/a.git'
  const failure = gitFailure(ended(`fatal: unable to access '${address}/': Could not resolve host`), `fetch ${address}`)
  expect(`${failure.message} ${failure.hint} ${JSON.stringify(failure)}`).not.toContain('s3cret')
})
