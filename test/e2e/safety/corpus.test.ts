import {execFileSync} from 'node:child_process'
import {existsSync, mkdirSync, mkdtempSync, rmSync} from 'node:fs'
import {homedir, tmpdir} from 'node:os'
import {join, resolve} from 'node:path'
import {afterAll, describe, expect, test} from 'vitest'
import {judged, readCorpus, scanEntry} from '../../model/safety/corpus.ts'

/**
 * The corpus, made anew by the libraries themselves, with the files that are too large to be committed. Needs python3 (3.11)
 * on PATH; the pinned packages, torch among them, go to a virtual environment that is kept. SLIPWAY_CORPUS_PYTHON names a
 * Python that has them.
 */
const models = resolve(import.meta.dirname, '../../fixtures/models')
const folder = mkdtempSync(join(tmpdir(), 'slipway-models-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))

describe('model files that the libraries have just written', () => {
  test('get the verdicts that their owners expect', async () => {
    const env = {...process.env, PYTHONWARNINGS: 'ignore', PYTHONDONTWRITEBYTECODE: '1'}
    const given = [join(models, 'make.py'), '--to', folder, '--all']
    execFileSync(python(), given, {env, stdio: ['ignore', 'ignore', 'inherit']})
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

/** The interpreter of a virtual environment with exactly the pinned packages. */
function python(): string {
  const named = process.env.SLIPWAY_CORPUS_PYTHON
  if (named !== undefined && named !== '') return named
  const requirements = join(models, 'requirements.txt')
  const home = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'slipway', 'e2e-safety')
  const interpreter = join(home, 'bin/python')
  if (!existsSync(interpreter)) {
    mkdirSync(home, {recursive: true})
    execFileSync('python3', ['-m', 'venv', home], {stdio: 'inherit'})
  }
  execFileSync(interpreter, ['-m', 'pip', 'install', '--quiet', '--requirement', requirements], {stdio: 'inherit'})
  return interpreter
}
