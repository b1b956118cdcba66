import {describe, expect, test} from 'vitest'
import {judgePush} from '../../src/git/push.ts'
import {hungUp} from './remote-world.ts'

const answered = (summary: string, stderr = '') => ({
  ...hungUp,
  exitCode: 1,
  stdout: `To /srv/records.git\n!\t0f3c:refs/heads/x\t${summary}\nDone\n`,
  stderr,
})

describe('what became of a push', () => {
  // Summaries as git 2.39.5 prints them (transport.c, builtin/receive-pack.c, refs/files-backend.c).
  test.each([
    ['[rejected] (stale info)', 'lost', 'git/contended'],
    ['[rejected] (fetch first)', 'lost', 'git/contended'],
    ['[remote rejected] (failed to update ref)', 'rejected', 'git/contended'],
    ['[remote rejected] (incorrect old value provided)', 'rejected', 'git/contended'],
    ['[remote rejected] (reference already exists)', 'rejected', 'git/contended'],
    ['[remote rejected] (pre-receive hook declined)', 'rejected', 'git/push-refused'],
    ['[remote rejected] (protected branch hook declined)', 'rejected', 'git/push-refused'],
    ['[remote rejected] (deny updating a hidden ref)', 'rejected', 'git/push-refused'],
    ['[remote rejected] (unpacker error)', 'rejected', 'git/push-refused'],
  ])('%s', (summary, kind, code) => {
    expect(judgePush(answered(summary), 'branch x')).toMatchObject({kind, failure: {code}})
  })

  test('a remote that never reported may have done it', () => {
    const pushed = answered('[remote failure] (remote failed to report status)', hungUp.stderr)
    expect(judgePush(pushed, 'branch x')).toMatchObject({kind: 'unknown', failure: {code: 'git/unreachable'}})
    expect(judgePush(hungUp, 'branch x')).toMatchObject({kind: 'unknown', failure: {retryable: true}})
    expect(judgePush({...hungUp, exitCode: null, timedOut: true}, 'branch x')).toMatchObject({
      kind: 'unknown',
      failure: {code: 'git/timeout', retryable: true},
    })
  })

  test('the exit code decides, whatever was printed', () => {
    expect(judgePush({...answered('[rejected] (stale info)'), exitCode: 0}, 'branch x')).toEqual({kind: 'pushed'})
  })

  test('the remote’s own words are part of the refusal, without the secrets of an address', () => {
    const pushed = answered('[remote rejected] (pre-receive hook declined)', 'remote: see https://a:s3cret@b.example\n')
    expect(judgePush(pushed, 'branch x')).toMatchObject({
      failure: {message: expect.stringContaining('remote: see https://***@b.example')},
    })
  })
})
