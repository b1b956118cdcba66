import {gzipSync} from 'node:zlib'
import {describe, expect, test} from 'vitest'
import {UserError} from '../../../src/core/failure.ts'
import {renderScan} from '../../../src/image/render/scan-json.ts'
import {openReport, openScans} from '../../../src/image/reports/open.ts'
import type {Files} from '../../../src/runtime/files.ts'
import {imageJudgement, platformJudgement, scan} from '../scans.ts'
import {fixture} from './fixtures.ts'

function filesOf(content: Readonly<Record<string, Uint8Array>>): Pick<Files, 'open' | 'isFolder'> {
  return {
    isFolder: async path => path === 'folder',
    open: async (path, use) => {
      const bytes = content[path]
      if (!bytes) throw new UserError('file/not-found', `"${path}" does not exist.`)
      return use({size: bytes.length, slice: async (start, end) => bytes.subarray(start, end)})
    },
  }
}

const text = Buffer.from(fixture('hadolint.sarif'))

describe('a report in a file', () => {
  test.each([
    ['as it is', text],
    ['packed by gzip, whatever its name', gzipSync(text)],
    ['in UTF-16', Buffer.from(`\uFEFF${text.toString()}`, 'utf16le')],
  ])('is read %s', async (_how, bytes) => {
    const {flaws} = await openReport('hadolint.sarif', filesOf({'hadolint.sarif': bytes}))
    expect(flaws).toHaveLength(2)
  })

  test.each([
    ['is not there', {}, 'r.json', 'image/report-missing', 'There is no report at "r.json"'],
    ['is a folder', {}, 'folder', 'image/report-missing', 'is a folder'],
    ['is empty', {'r.json': Buffer.alloc(0)}, 'r.json', 'image/report-empty', 'r.json is empty'],
    [
      'is half of a gzip',
      {'r.json': gzipSync(text).subarray(0, 200)},
      'r.json',
      'image/report-truncated',
      'gzip ends in the middle',
    ],
    [
      'is a ZIP archive of GitHub',
      {'r.json': Buffer.from('PK\u0003\u0004')},
      'r.json',
      'image/report-not-json',
      'a ZIP archive',
    ],
  ])('that %s is a clear error', async (_what, content: Readonly<Record<string, Uint8Array>>, path, code, message) => {
    await expect(openReport(path, filesOf(content))).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
      hint: expect.stringMatching(/\S/),
    })
  })

  test('a failure of the machine stays what it is', async () => {
    const files = {...filesOf({}), open: () => Promise.reject(new UserError('file/unreadable', 'no'))}
    await expect(openReport('r.json', files)).rejects.toMatchObject({code: 'file/unreadable'})
  })

  test('a baseline may have several platforms', async () => {
    const other = platformJudgement({platform: 'linux/arm64', scan: scan({platform: 'linux/arm64'})})
    const written = renderScan(imageJudgement({platforms: [platformJudgement(), other]}))
    expect(await openScans('scan.json', filesOf({'scan.json': Buffer.from(written)}))).toHaveLength(2)
  })
})
