import {resolve} from 'node:path'
import {describe, expect, test} from 'vitest'
import {bypassPage, type Witness} from './bypasses.ts'
import {judged, readCorpus, scanEntry} from './corpus.ts'

const page = resolve(import.meta.dirname, '../../../docs/artifact-safety-bypasses.md')

describe('docs/artifact-safety-bypasses.md', () => {
  test('says what the scanner says today', async () => {
    const witnesses: Witness[] = []
    for (const entry of readCorpus().filter(({path}) => path.startsWith('hostile/'))) {
      witnesses.push({entry, judged: judged(await scanEntry(entry), 'allowlist')})
    }
    await expect(bypassPage(witnesses)).toMatchFileSnapshot(page)
  })
})
