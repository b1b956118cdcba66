import {describe, expect, test} from 'vitest'
import {findLogin, type LoginPorts} from '../../../../src/image/inputs/registry/login.ts'
import type {ExecOptions, ExecResult} from '../../../../src/runtime/exec.ts'

const ended: ExecResult = {exitCode: 0, stdout: '', stderr: '', timedOut: false, outputTooLarge: false, notFound: false}

interface Machine {
  readonly files?: Readonly<Record<string, unknown>>
  readonly env?: Readonly<Record<string, string>>
  readonly helper?: Partial<ExecResult>
}

function machine({files = {}, env = {HOME: '/home/ci'}, helper = {}}: Machine) {
  const calls: {argv: readonly string[]; options: ExecOptions}[] = []
  const texts = new Map(
    Object.entries(files).map(([path, json]) => [path, typeof json === 'string' ? json : JSON.stringify(json)]),
  )
  const ports: LoginPorts = {
    env,
    files: {exists: async path => texts.has(path), readText: async path => texts.get(path) ?? ''},
    exec: {
      run: async (argv, options = {}) => {
        calls.push({argv, options})
        return {...ended, ...helper}
      },
    },
  }
  return {calls, find: (registry = 'ghcr.io', repository = 'team/credit') => findLogin(registry, repository, ports)}
}

const docker = '/home/ci/.docker/config.json'
const auth = Buffer.from('ci:pass:word').toString('base64')
const password = {kind: 'password', user: 'ci', password: 'pass:word'}

describe('a log-in', () => {
  test.each([
    ['as docker login writes it', {auths: {'ghcr.io': {auth}}}],
    ['with the scheme and version that old Dockers wrote', {auths: {'https://ghcr.io/v1/': {auth}}}],
    ['with user and password apart', {auths: {'ghcr.io': {username: 'ci', password: 'pass:word'}}}],
    ['for a part of the registry, as podman keeps it', {auths: {'ghcr.io': {auth: 'eDp5'}, 'ghcr.io/team': {auth}}}],
    [
      'beside others',
      {auths: {'ghcr.io.example.com': {auth: 'eDp5'}, 'ghcr.io': {auth}, quay: {}}, credHelpers: {'quay.io': 'none'}},
    ],
  ])('%s is found', async (_, file) => {
    expect(await machine({files: {[docker]: file}}).find()).toMatchObject({
      ...password,
      from: `the log-in in ${docker}`,
    })
  })

  test.each([['https://index.docker.io/v1/'], ['docker.io'], ['registry-1.docker.io']])(
    'for Docker Hub is found under %s',
    async key => {
      expect(
        await machine({files: {[docker]: {auths: {[key]: {auth}}}}}).find('docker.io', 'library/python'),
      ).toMatchObject(password)
    },
  )

  test('by an identity token is exchanged, not sent as a password', async () => {
    const found = await machine({files: {[docker]: {auths: {'ghcr.io': {auth, identitytoken: 'refresh'}}}}}).find()
    expect(found).toMatchObject({kind: 'refresh-token', token: 'refresh'})
  })

  test('of another registry is not sent', async () => {
    const files = {[docker]: {auths: {'evil.example.com': {auth}, 'ghcr.io.evil.example': {auth}}}}
    expect(await machine({files}).find()).toEqual({kind: 'anonymous', from: `no log-in for ghcr.io in ${docker}`})
  })

  test('of the same host on another port is not sent', async () => {
    const files = {[docker]: {auths: {'registry.example.com:5000': {auth}}}}
    expect(await machine({files}).find('registry.example.com')).toMatchObject({kind: 'anonymous'})
  })

  test.each([
    [{DOCKER_CONFIG: '/etc/docker', HOME: '/home/ci'}, '/etc/docker/config.json'],
    [{REGISTRY_AUTH_FILE: '/run/auth.json', HOME: '/home/ci'}, '/run/auth.json'],
    [{XDG_RUNTIME_DIR: '/run/user/1'}, '/run/user/1/containers/auth.json'],
  ])('is looked for where %j says', async (env, file) => {
    expect(await machine({env, files: {[file]: {auths: {'ghcr.io': {auth}}}}}).find()).toMatchObject(password)
  })

  test('of podman is found where Docker’s file has none for the registry', async () => {
    const podman = '/run/user/1/containers/auth.json'
    const files = {[docker]: {auths: {'quay.io': {auth: 'eDp5'}}}, [podman]: {auths: {'ghcr.io': {auth}}}}
    const env = {HOME: '/home/ci', XDG_RUNTIME_DIR: '/run/user/1'}
    expect(await machine({env, files}).find()).toMatchObject({...password, from: `the log-in in ${podman}`})
    expect(await machine({env, files}).find('gcr.io')).toMatchObject({
      from: `no log-in for gcr.io in ${docker} and ${podman}`,
    })
  })

  test('is nothing on a machine where nobody logged in, and the file that was looked for is named', async () => {
    expect(await machine({}).find()).toEqual({kind: 'anonymous', from: `no log-in for ghcr.io: ${docker} is not there`})
    expect(await machine({env: {}}).find()).toEqual({kind: 'anonymous', from: 'no log-in for ghcr.io'})
  })

  test.each([
    ['no JSON', 'secret-that-is-no-json'],
    ['another form', {auths: {'ghcr.io': 'secret'}}],
    ['an auth that is no user and password', {auths: {'ghcr.io': {auth: Buffer.from('secret').toString('base64')}}}],
  ])('in a file with %s is refused, and nothing of it is told', async (_, file) => {
    const failed = machine({files: {[docker]: file}}).find()
    await expect(failed).rejects.toMatchObject({code: 'image/login-file-malformed'})
    await expect(failed).rejects.not.toMatchObject({message: expect.stringContaining('secret')})
  })
})

describe('a credential helper', () => {
  const files = {
    [docker]: {credHelpers: {'ghcr.io': 'ecr-login'}, credsStore: 'desktop', auths: {'ghcr.io': {auth: 'eDp5'}}},
  }
  const given = {stdout: JSON.stringify({ServerURL: 'ghcr.io', Username: 'ci', Secret: 'pass:word'})}

  test('of the registry comes before that of all registries and before the file', async () => {
    const {calls, find} = machine({files, helper: given})
    expect(await find()).toEqual({...password, from: 'the log-in of docker-credential-ecr-login'})
    expect(calls.map(({argv, options}) => [argv, options.input])).toEqual([
      [['docker-credential-ecr-login', 'get'], 'ghcr.io\n'],
    ])
  })

  test('of all registries is asked for Docker Hub by the name that Docker keeps it under', async () => {
    const {calls, find} = machine({files, helper: given})
    expect(await find('docker.io', 'library/python')).toMatchObject(password)
    expect(calls[0]).toMatchObject({
      argv: ['docker-credential-desktop', 'get'],
      options: {input: 'https://index.docker.io/v1/\n'},
    })
  })

  test('sees no token of the workflow', async () => {
    const env = {
      HOME: '/home/ci',
      PATH: '/bin',
      GITHUB_TOKEN: 'secret',
      ACTIONS_RUNTIME_TOKEN: 'secret',
      AWS_PROFILE: 'ci',
      INPUT_TOKEN: 'secret',
    }
    const {calls, find} = machine({files, env, helper: given})
    await find()
    expect(calls[0]?.options.env).toEqual({HOME: '/home/ci', PATH: '/bin', AWS_PROFILE: 'ci'})
  })

  test('that gives an identity token gives no password', async () => {
    const stdout = JSON.stringify({ServerURL: 'ghcr.io', Username: '<token>', Secret: 'refresh'})
    expect(await machine({files, helper: {stdout}}).find()).toMatchObject({kind: 'refresh-token', token: 'refresh'})
  })

  test('that knows nothing leaves the word to the file', async () => {
    const helper = {exitCode: 1, stdout: 'credentials not found in native keychain\n'}
    expect(await machine({files, helper}).find()).toMatchObject({kind: 'password', user: 'x', password: 'y'})
  })

  test.each([
    ['is not installed', {notFound: true, exitCode: null}, 'it is not on PATH'],
    ['never answers', {timedOut: true, exitCode: null}, 'within a minute'],
    [
      'fails',
      {exitCode: 1, stdout: 'secret', stderr: 'no AWS credentials\nmore'},
      'it ended with 1: no AWS credentials',
    ],
    ['prints no JSON', {stdout: 'secret'}, 'not the JSON'],
  ])('that %s is named, with what it said and never what it gave', async (_, helper, words) => {
    const failed = machine({files, helper}).find()
    await expect(failed).rejects.toMatchObject({
      code: 'image/login-helper-failed',
      message: expect.stringContaining(words),
    })
    await expect(failed).rejects.not.toMatchObject({message: expect.stringContaining('secret')})
  })

  test('whose name leads to another folder is not run', async () => {
    const {calls, find} = machine({files: {[docker]: {credsStore: '../../tmp/evil'}}})
    await expect(find()).rejects.toMatchObject({code: 'image/login-helper-failed'})
    expect(calls).toEqual([])
  })
})
