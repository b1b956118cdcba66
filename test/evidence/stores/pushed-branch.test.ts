import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {evidenceBranch, openGitBranchEvidence} from '../../../src/evidence/stores/git-branch.ts'
import {describeEvidenceStore, digestOf, evidenceOf} from '../../contracts/evidence-store.ts'
import {patientClock} from '../../fakes/github/connection.ts'
import {createRemoteWorld, loseAnswer, type RemoteWorld} from '../../git/remote-world.ts'

const branch = evidenceBranch('credit')

const openStore = (world: RemoteWorld, machine?: string) =>
  openGitBranchEvidence(world.open(machine === undefined ? {} : {machine}).branch(branch), patientClock(), {
    service: 'credit',
  })

describeEvidenceStore('a branch that is pushed', async () => {
  const world = await createRemoteWorld()
  return {
    open: () => openStore(world, 'shared'),
    async put(file, text) {
      await world.repository.commitFiles(branch, {[file]: text}, 'By hand')
    },
    read: file => world.repository.git(['show', `${branch}:${file}`]),
    close: () => world.close(),
  }
})

describe('evidence in a branch that is pushed', () => {
  let world: RemoteWorld
  beforeEach(async () => {
    world = await createRemoteWorld()
  })
  afterEach(() => world.close())

  test('a person reads each judgement in the branch’s history', async () => {
    await openStore(world).record(evidenceOf())
    expect(await world.repository.git(['log', '--format=%s%n%b', branch])).toBe(
      `Record model evidence, pass: All 3 checks passed.\n${digestOf('a')}`,
    )
  })

  test('a lost answer does not record twice', async () => {
    await openStore(world).record(evidenceOf())
    world.fail('push', loseAnswer)
    await openStore(world).record(evidenceOf({kind: 'image', digest: digestOf('d')}))
    expect(await world.repository.git(['rev-list', '--count', branch])).toBe('2')
  })
})
