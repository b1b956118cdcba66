import {execFileSync} from 'node:child_process'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import * as z from 'zod'
import {worstOf} from '../../../src/core/verdict.ts'
import {gatherModel} from '../../../src/model/safety/gather.ts'
import {judgeScan} from '../../../src/model/safety/judge.ts'
import type {FormatPolicy} from '../../../src/model/safety/policy.ts'
import {systemFiles} from '../../../src/runtime/files.ts'
import {pythonWithLibraries} from './libraries.ts'

/**
 * Files of real libraries that nobody made for this project: the test data that onnx and joblib bring, from joblib 0.8 on
 * Python 2.7 on, and every estimator of scikit-learn, fitted and stored. An honest file that is refused is a defect as
 * much as a hostile one that passes.
 */
const folder = mkdtempSync(join(tmpdir(), 'slipway-library-files-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))

const listed = z.object({
  onnx: z.array(z.string()),
  tensors: z.array(z.string()),
  joblib: z.string(),
  estimators: z.array(z.string()),
})
let files: z.infer<typeof listed>

beforeAll(() => {
  const env = {...process.env, OMP_NUM_THREADS: '1', PYTHONDONTWRITEBYTECODE: '1'}
  const script = join(import.meta.dirname, 'library_files.py')
  const answer = execFileSync(pythonWithLibraries(), [script, folder], {env, maxBuffer: 2 ** 24, encoding: 'utf8'})
  files = listed.parse(JSON.parse(answer.split('\n').findLast(line => line.startsWith('{')) ?? ''))
}, 600_000)

/** What is not a pass, with the first reason. */
async function refused(paths: readonly string[], formats: FormatPolicy): Promise<readonly string[]> {
  const all: string[] = []
  for (const path of paths) {
    const {scan} = await gatherModel(systemFiles, path)
    const {findings} = judgeScan(scan, {formats, allow: [], today: 0})
    const verdict = worstOf(findings.map(finding => finding.verdict))
    const first = findings.find(finding => finding.verdict === verdict)
    if (verdict !== 'pass') all.push(`${path}: ${verdict}, ${first?.what}`)
  }
  return all
}

describe('the test data of onnx', () => {
  test('pass as weights alone: whole models', async () => {
    expect(await refused(files.onnx, 'weights-only')).toEqual([])
    expect(files.onnx.length).toBeGreaterThan(140)
  })

  test('pass as weights alone: tensors as files of their own', async () => {
    expect(await refused(files.tensors, 'weights-only')).toEqual([])
    expect(files.tensors.length).toBeGreaterThan(300)
  })
})

describe('the test data of joblib', () => {
  test('pass with the allow-list from 0.8 to today, but for arrays that are compressed in files beside', async () => {
    const {scan} = await gatherModel(systemFiles, files.joblib)
    const {findings} = judgeScan(scan, {formats: 'allowlist', allow: [], today: 0})
    const others = findings.filter(({verdict}) => verdict !== 'pass').map(({what}) => what)
    expect(others.filter(what => !what.startsWith('joblib_0.9.4.dev0_compressed_cache_size_'))).toEqual([])
    expect(scan.files.length).toBeGreaterThan(60)
  })
})

describe('every estimator of scikit-learn', () => {
  test('passes with the allow-list, fitted and stored by pickle or joblib', async () => {
    expect(await refused(files.estimators, 'allowlist')).toEqual([])
    expect(files.estimators.length).toBeGreaterThan(180)
  })

  test('is refused where weights alone may be', async () => {
    expect((await refused(files.estimators, 'weights-only')).length).toBe(files.estimators.length)
  })
})
