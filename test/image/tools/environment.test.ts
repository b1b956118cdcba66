import {expect, test} from 'vitest'
import {notPassed, scrubbedEnvironment} from '../../../src/image/tools/environment.ts'

test('a scanner sees what it needs to find and reach things, what it was given, and nothing else', () => {
  const env = {
    PATH: '/usr/bin',
    DOCKER_CONFIG: '/home/ci/.docker',
    https_proxy: 'http://proxy:3128',
    HOME: undefined,
    GITHUB_TOKEN: 'secret',
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'secret',
    NPM_TOKEN: 'secret',
    LD_PRELOAD: '/tmp/evil.so',
    GRYPE_DB_CACHE_DIR: '/cache',
    GRYPE_ONLY_FIXED: 'true',
  }
  expect(scrubbedEnvironment(env, ['GRYPE_DB_CACHE_DIR'], {GRYPE_CHECK_FOR_APP_UPDATE: 'false'})).toEqual({
    PATH: '/usr/bin',
    DOCKER_CONFIG: '/home/ci/.docker',
    https_proxy: 'http://proxy:3128',
    GRYPE_DB_CACHE_DIR: '/cache',
    GRYPE_CHECK_FOR_APP_UPDATE: 'false',
  })
})

test('what is set stands above what the environment says', () => {
  expect(scrubbedEnvironment({TRIVY_CACHE_DIR: '/theirs'}, ['TRIVY_CACHE_DIR'], {TRIVY_CACHE_DIR: '/ours'})).toEqual({
    TRIVY_CACHE_DIR: '/ours',
  })
})

test('variables of the scanner that are not passed on are named in order', () => {
  const env = {TRIVY_SEVERITY: 'LOW', TRIVY_CACHE_DIR: '/cache', TRIVY_EXIT_CODE: '1', PATH: '/bin'}
  expect(notPassed(env, 'TRIVY_', ['TRIVY_CACHE_DIR'])).toEqual(['TRIVY_EXIT_CODE', 'TRIVY_SEVERITY'])
})
