import {gzipSync} from 'node:zlib'
import {describe, expect, test} from 'vitest'
import {UserError} from '../../../src/core/failure.ts'
import {readLists} from '../../../src/image/lists/read.ts'
import type {Files} from '../../../src/runtime/files.ts'

const kev = '{"vulnerabilities": [{"cveID": "CVE-2021-44228", "dateAdded": "2021-12-10"}]}'
const epss = 'cve,epss,percentile\nCVE-2021-44228,0.94358,0.99961\n'

function filesOf(content: Readonly<Record<string, Uint8Array>>): Pick<Files, 'open'> {
  return {
    open: async (path, use) => {
      const bytes = content[path]
      if (!bytes) throw new UserError('file/not-found', `"${path}" does not exist.`)
      return use({size: bytes.length, slice: async (start, end) => bytes.subarray(start, end)})
    },
  }
}

describe('lists that the config names', () => {
  test('are read, packed or not', async () => {
    const files = filesOf({'kev.json': Buffer.from(kev), 'epss.csv.gz': gzipSync(epss)})
    const lists = await readLists({'known-exploited': 'kev.json', epss: 'epss.csv.gz'}, files)
    expect(lists.knownExploited?.entries.size).toBe(1)
    expect(lists.epss?.scores.get('CVE-2021-44228')?.score).toBe(0.94358)
  })

  test('are null where none is named: nobody has looked', async () => {
    expect(await readLists({}, filesOf({}))).toEqual({knownExploited: null, epss: null})
  })

  test.each([
    ['is not there', {}, 'image/list-missing'],
    ['is half of a gzip', {'epss.csv': gzipSync(epss).subarray(0, 20)}, 'image/list-incomplete'],
    ['is an archive', {'epss.csv': Buffer.from('PK\u0003\u0004')}, 'image/list-malformed'],
    ['is the other one', {'epss.csv': Buffer.from('cveID,vendorProject\n')}, 'image/list-of-another-kind'],
  ])(
    'one that %s is an error, not an empty list',
    async (_what, content: Readonly<Record<string, Uint8Array>>, code) => {
      await expect(readLists({epss: 'epss.csv'}, filesOf(content))).rejects.toMatchObject({code})
    },
  )
})
