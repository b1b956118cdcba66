import {describe, expect, test} from 'vitest'
import {findTool, parseVersion} from '../../../src/image/tools/find.ts'
import type {ExecOptions, ExecResult} from '../../../src/runtime/exec.ts'
import {silentLog} from '../../../src/runtime/log.ts'
import {scannerPorts} from '../../fakes/scanner-ports.ts'

const ended: ExecResult = {
  exitCode: 0,
  stdout: '',
  stderr: '',
  timedOut: false,
  outputTooLarge: false,
  notFound: false,
}
const tools = {from: 'path', folder: '.slipway/tools'} as const

function answering(answer: Partial<ExecResult>) {
  const calls: {argv: readonly string[]; options: ExecOptions | undefined}[] = []
  const ports = scannerPorts({
    exec: {
      run: async (argv, options) => {
        calls.push({argv, options})
        return {...ended, ...answer}
      },
    },
    env: {PATH: '/usr/bin', GITHUB_TOKEN: 'secret'},
  })
  return {calls, ports}
}

describe('a scanner on PATH', () => {
  test('is known by the version that it says, and asked without the tokens of the workflow', async () => {
    const {calls, ports} = answering({stdout: 'grype 0.119.0\n'})
    expect(await findTool('grype', tools, ports)).toEqual({program: 'grype', version: '0.119.0'})
    expect(calls.map(({argv, options}) => [argv, options?.env])).toEqual([[['grype', '--version'], {PATH: '/usr/bin'}]])
  })

  test('is named, with what nobody knows of it', async () => {
    const said: string[] = []
    const {ports} = answering({stdout: 'Version: 0.74.0\n'})
    await findTool('trivy', tools, {...ports, log: {...silentLog, info: text => said.push(text)}})
    expect(said).toEqual(['trivy 0.74.0, as PATH leads to it: nobody compared its bytes with a release.'])
  })

  test.each([
    ['was made by an intruder', {stdout: 'Version: 0.69.4\n'}, 'image/scanner-malicious'],
    ['is not there', {exitCode: null, notFound: true}, 'image/scanner-not-found'],
    ['does not answer', {exitCode: null, timedOut: true}, 'image/scanner-timed-out'],
    ['was made for another machine', {exitCode: 126}, 'image/scanner-failed'],
  ])('that %s is refused', async (_, answer, code) => {
    await expect(findTool('trivy', tools, answering(answer).ports)).rejects.toMatchObject({code})
  })
})

test.each([
  ['Version: 0.72.0\nVulnerability DB:\n  Version: 2\n', '0.72.0'],
  ['Version: v0.72.0\r\n', '0.72.0'],
  ['Version: dev\n', 'dev'],
  ['grype 0.119.0\n', '0.119.0'],
  ['grype [not provided]\n', null],
  ['trivy 1', null],
  ['', null],
])('the version in %j is %j', (text, version) => expect(parseVersion(text)).toBe(version))
