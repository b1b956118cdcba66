import {mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import * as path from 'node:path'
import {expect, test} from 'vitest'
import {openDirectoryEvidence} from '../../../src/evidence/stores/directory.ts'
import {systemFiles} from '../../../src/runtime/files.ts'
import {describeEvidenceStore, digestOf, evidenceOf} from '../../contracts/evidence-store.ts'

async function createPlace() {
  const folder = await mkdtemp(path.join(tmpdir(), 'evidence-'))
  return {
    folder,
    open: () => openDirectoryEvidence(systemFiles, {folder, service: 'credit'}),
    async put(file: string, text: string) {
      const full = path.join(folder, 'credit/evidence', file)
      await mkdir(path.dirname(full), {recursive: true})
      await writeFile(full, text)
    },
    read: (file: string) => readFile(path.join(folder, 'credit/evidence', file), 'utf8'),
    close: () => rm(folder, {recursive: true, force: true}),
  }
}

describeEvidenceStore('a folder', createPlace)

test('a file that a crash left half-written beside the evidence does no harm', async () => {
  const place = await createPlace()
  await place.open().record(evidenceOf())
  await place.put(`model/${'a'.repeat(64)}/20261121T100000.001Z.json.1f0c.tmp`, '{"schemaV')
  expect(await place.open().find('model', digestOf('a'))).toHaveLength(1)
  await place.close()
})

test('two services in one folder do not see each other’s evidence', async () => {
  const place = await createPlace()
  await place.open().record(evidenceOf())
  const other = openDirectoryEvidence(systemFiles, {folder: place.folder, service: 'fraud'})
  expect(await other.find('model', digestOf('a'))).toEqual([])
  await place.close()
})
