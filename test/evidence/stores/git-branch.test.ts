import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {evidenceBranch, openGitBranchEvidence} from '../../../src/evidence/stores/git-branch.ts'
import {openGitBranch} from '../../../src/github/git-branch.ts'
import {describeEvidenceStore, digestOf, evidenceOf} from '../../contracts/evidence-store.ts'
import {connect, patientClock} from '../../fakes/github/connection.ts'
import {type FakeGitHub, startFakeGitHub} from '../../fakes/github/server.ts'

const branch = 'slipway/credit/evidence'

function openStore(fake: FakeGitHub, token = fake.token) {
  const clock = patientClock()
  const kept = openGitBranch(connect(fake, {token, clock}), evidenceBranch('credit'), clock)
  return openGitBranchEvidence(kept, clock, {service: 'credit'})
}

describeEvidenceStore('a git branch', async () => {
  const fake = await startFakeGitHub()
  return {
    open: () => openStore(fake),
    async put(file, text) {
      await fake.commit(branch, {[file]: text})
    },
    read: file => fake.repository.git(['show', `${branch}:${file}`]),
    async close() {
      await fake.stop()
      expect(fake.violations).toEqual([])
    },
  }
})

describe('evidence in a git branch', () => {
  let fake: FakeGitHub
  beforeEach(async () => {
    fake = await startFakeGitHub()
  })
  afterEach(async () => {
    await fake.stop()
    expect(fake.violations).toEqual([])
  })

  test('a person reads each judgement in the branch’s history', async () => {
    await openStore(fake).record(evidenceOf())
    expect(await fake.repository.git(['log', '--format=%s%n%b', branch])).toBe(
      `Record model evidence, pass: All 3 checks passed.\n${digestOf('a')}`,
    )
  })

  test('a lost answer does not record twice', async () => {
    await openStore(fake).record(evidenceOf())
    fake.fail({method: 'PATCH', path: '/git/refs/', act: {kind: 'act-and-drop'}})
    await openStore(fake).record(evidenceOf({kind: 'image', digest: digestOf('d')}))
    expect(await fake.repository.git(['rev-list', '--count', branch])).toBe('2')
  })

  test('a token that may not write says which permission is missing', async () => {
    const token = fake.issueToken({login: 'github-actions[bot]', permissions: {contents: 'read'}})
    await expect(openStore(fake, token).record(evidenceOf())).rejects.toMatchObject({
      code: 'github/permission-missing',
      permission: 'contents: write',
    })
  })

  test('a race that is lost forty times gives up with a message, not with a silent loss', async () => {
    await openStore(fake).record(evidenceOf())
    let hand = 0
    fake.fail({
      method: 'POST',
      path: '/git/commits',
      times: 40,
      act: {
        kind: 'first',
        run: async () => {
          await fake.commit(branch, {'notes.txt': `${hand++}`})
        },
      },
    })
    await expect(openStore(fake).record(evidenceOf({digest: digestOf('e')}))).rejects.toMatchObject({
      code: 'evidence/contended',
      retryable: true,
    })
  })
})
