import {describe, expect, test} from 'vitest'
import {openRecords} from '../../src/gates/records.ts'
import type {Session} from '../../src/gates/session.ts'
import {createDownloads} from '../../src/runtime/download.ts'
import {systemFolders} from '../../src/runtime/folders.ts'
import {createHttp} from '../../src/runtime/http.ts'
import {silentLog} from '../../src/runtime/log.ts'
import {fakeClock} from '../fakes/clock.ts'
import {memoryFiles} from '../model/memory-files.ts'

const clock = fakeClock()
const local: Session = {
  runtime: {
    clock,
    folders: systemFolders,
    host: {system: 'linux', processor: 'x64'},
    downloads: createDownloads(),
    files: memoryFiles({}),
    http: createHttp(clock),
    exec: {run: () => Promise.reject(new Error('no program is started here'))},
    log: silentLog,
    env: {},
    newId: () => 'id',
  },
  github: null,
  by: 'anna, local',
}
const location = (session: Session, records?: Parameters<typeof openRecords>[1]['records']) =>
  openRecords(session, {service: 'credit', records}).ledger('production').location

describe('ledgers and evidence of a terminal', () => {
  test('lie in .slipway, by service and environment', () => {
    expect(location(local)).toContain('.slipway/credit/production')
  })

  test('lie where the config says', () => {
    expect(location(local, {kind: 'directory', path: 'records'})).toContain('records/credit/production')
  })

  test('lie where the caller insists, whatever the config says', () => {
    const session = {...local, recordsFolder: 'elsewhere'}
    expect(location(session, {kind: 'git-branch'})).toContain('elsewhere/credit/production')
  })

  test('cannot be branches of a repository that there is none of', () => {
    expect(() => openRecords(local, {service: 'credit', records: {kind: 'git-branch'}})).toThrow(
      expect.objectContaining({code: 'records/no-repository'}),
    )
  })

  const pushed = {
    kind: 'git-push',
    remote: 'git@git.example.com:ml/records.git',
    folder: '.slipway/records.git',
    user: 'git',
  } as const

  test('lie in branches of any remote, which is not asked before the first look', () => {
    expect(location(local, pushed)).toBe('branch slipway/credit/production of git@git.example.com:ml/records.git')
  })

  test('need the token that the config names, and say where it is expected', () => {
    const records = {...pushed, remote: 'https://git.example.com/ml/records.git', 'token-env': 'RECORDS_TOKEN'}
    for (const env of [{}, {RECORDS_TOKEN: ' \n'}]) {
      const session = {...local, runtime: {...local.runtime, env}}
      expect(() => openRecords(session, {service: 'credit', records})).toThrow(
        expect.objectContaining({code: 'records/token-missing', message: expect.stringContaining('RECORDS_TOKEN')}),
      )
    }
  })

  test('cannot be those of an environment whose name the evidence has', () => {
    const records = openRecords(local, {service: 'credit', records: pushed})
    expect(() => records.ledger('evidence')).toThrow(expect.objectContaining({code: 'ledger/reserved-name'}))
  })
})
