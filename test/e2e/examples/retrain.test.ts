import {execFileSync} from 'node:child_process'
import {cpSync, mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, expect, test} from 'vitest'

// Needs python3 (3.9 or newer, standard library only) on PATH.
const credit = join(import.meta.dirname, '../../../examples/credit')
const folder = mkdtempSync(join(tmpdir(), 'slipway-retrain-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))

test('training again makes the committed releases, byte for byte', () => {
  cpSync(join(credit, 'train.py'), join(folder, 'train.py'))
  cpSync(join(credit, 'data/german_credit.csv'), join(folder, 'data/german_credit.csv'))
  execFileSync('python3', ['train.py'], {cwd: folder, stdio: ['ignore', 'ignore', 'inherit']})
  const sums = (root: string) => readFileSync(join(root, 'releases/SHA256SUMS'), 'utf8')
  expect(sums(folder)).toBe(sums(credit))
})
