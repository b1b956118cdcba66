import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {type DeploymentRecord, recordDeployment, recordStorage} from '../../src/github/artifact-metadata.ts'
import {connect} from '../fakes/github/connection.ts'
import {type FakeGitHub, startFakeGitHub} from '../fakes/github/server.ts'

let fake: FakeGitHub

beforeEach(async () => {
  fake = await startFakeGitHub()
})
afterEach(async () => {
  await fake.stop()
  expect(fake.violations).toEqual([])
})

const digest = `sha256:${'a'.repeat(64)}` as const
const image = 'registry.example.com:5000/ml/credit'
const deployed: DeploymentRecord = {
  image,
  digest,
  version: 'v12',
  status: 'deployed',
  environment: 'production',
  service: 'credit',
}

describe('the record of where an image is kept', () => {
  test.each([
    [image, 'https://registry.example.com:5000/', 'ml/credit'],
    ['ghcr.io/acme/credit', 'https://ghcr.io/', 'acme/credit'],
    ['acme/credit', 'https://docker.io/', 'acme/credit'],
    ['python', 'https://docker.io/', 'library/python'],
  ])('of %s names registry and repository', async (name, registry, repository) => {
    await expect(recordStorage(connect(fake), {image: name, digest, version: 'v12'})).resolves.toEqual({
      kind: 'published',
      url: null,
    })
    expect(fake.state.artifacts.storage).toEqual([
      {name, digest, registry_url: registry, repository, version: 'v12', github_repository: 'credit'},
    ])
  })

  test.each(['localhost:5000/credit', '127.0.0.1:5000/credit', 'localhost/credit'])(
    'is not written of %s: nobody else can ask that registry',
    async name => {
      await expect(recordStorage(connect(fake), {image: name, digest})).resolves.toMatchObject({kind: 'not-available'})
      expect(fake.requests).toEqual([])
    },
  )
})

describe('the record of where an image runs', () => {
  test('is one for each environment and service, whatever the release', async () => {
    const other = `sha256:${'b'.repeat(64)}` as const
    await recordDeployment(connect(fake), deployed)
    await recordDeployment(connect(fake), {...deployed, digest: other, version: 'v13'})
    await recordDeployment(connect(fake), {...deployed, environment: 'staging', cluster: 'eu-1'})
    expect(fake.state.artifacts.deployments).toMatchObject([
      {digest: other, version: 'v13', status: 'deployed', logical_environment: 'production', deployment_name: 'credit'},
      {digest, logical_environment: 'staging', cluster: 'eu-1'},
    ])
  })

  test('says that it runs no longer', async () => {
    await recordDeployment(connect(fake), {...deployed, status: 'decommissioned'})
    expect(fake.state.artifacts.deployments).toMatchObject([{status: 'decommissioned'}])
  })

  test('keeps GitHub’s limits, whatever the names', async () => {
    const long = 'x'.repeat(1000)
    const record = {
      ...deployed,
      image: `ghcr.io/${long}`,
      version: long,
      environment: long,
      service: long,
      cluster: long,
    }
    await expect(recordDeployment(connect(fake), record)).resolves.toMatchObject({kind: 'published'})
  })

  test('is written again when its answer is lost', async () => {
    fake.fail({method: 'POST', path: '/deployment-record', act: {kind: 'act-and-fail', status: 502}})
    await expect(recordDeployment(connect(fake), deployed)).resolves.toMatchObject({kind: 'published'})
    expect(fake.state.artifacts.deployments).toHaveLength(1)
  })
})

describe('who has no such records', () => {
  test('a user: the notice says that permissions would not help', async () => {
    fake.state.artifacts.owner = 'User'
    await expect(recordDeployment(connect(fake), deployed)).resolves.toEqual({
      kind: 'not-available',
      why: 'GitHub keeps records of artifacts for organisations only, and this repository belongs to a user.',
    })
  })

  test('a token without the permission', async () => {
    const token = fake.issueToken({login: 'github-actions[bot]', permissions: {contents: 'write'}})
    await expect(recordStorage(connect(fake, {token}), {image, digest})).resolves.toMatchObject({
      kind: 'not-permitted',
      permission: 'artifact-metadata: write',
    })
  })

  test('an organisation that GitHub answers 404 for: the token may lack the permission', async () => {
    fake.fail({
      method: 'POST',
      path: '/storage-record',
      act: {kind: 'refuse', status: 404, message: 'no artifacts found'},
    })
    await expect(recordStorage(connect(fake), {image, digest})).resolves.toMatchObject({
      kind: 'not-permitted',
      permission: 'artifact-metadata: write',
      detail: expect.stringContaining('no artifacts found'),
    })
  })
})
