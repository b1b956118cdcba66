import {execFileSync} from 'node:child_process'
import {cpSync, mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, describe, expect, test} from 'vitest'
import {judged, readCorpus, scanEntry} from '../../model/safety/corpus.ts'
import {has, models, pythonWithLibraries} from './libraries.ts'

/**
 * The corpus, made anew by the libraries themselves, with the files that are too large to be committed. Where torch is not
 * installed (`libraries.ts`), its files and those of Keras are the committed ones.
 */
const folder = mkdtempSync(join(tmpdir(), 'slipway-models-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))

describe('model files that the libraries have just written', () => {
  test('get the verdicts that their owners expect', async () => {
    const env = {...process.env, PYTHONWARNINGS: 'ignore', PYTHONDONTWRITEBYTECODE: '1'}
    for (const name of ['benign', 'hostile', 'expected.json']) {
      cpSync(join(models, name), join(folder, name), {recursive: true})
    }
    const python = pythonWithLibraries()
    const withTorch = has(python, 'torch')
    if (!withTorch) process.stdout.write('No torch: its files, and those of Keras, are the committed ones.\n')
    const given = [join(models, 'make.py'), '--to', folder, '--all', ...(withTorch ? [] : ['--without-torch'])]
    execFileSync(python, given, {env, stdio: ['ignore', 'ignore', 'inherit']})
    const differences: string[] = []
    const corpus = readCorpus(folder)
    for (const entry of corpus) {
      const scan = await scanEntry(entry, folder)
      const [weightsOnly, allowlist] = [judged(scan, 'weights-only'), judged(scan, 'allowlist')]
      if (weightsOnly.verdict === entry.weightsOnly && allowlist.verdict === entry.allowlist) continue
      const said = [...weightsOnly.findings, ...allowlist.findings].filter(({verdict}) => verdict !== 'pass')
      differences.push(`${entry.path}: ${weightsOnly.verdict}, ${allowlist.verdict}; ${said[0]?.what}`)
    }
    expect(differences).toEqual([])
    expect(corpus.length).toBeGreaterThan(340)
  })
})
