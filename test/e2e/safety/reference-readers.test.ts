import {spawnSync} from 'node:child_process'
import {join} from 'node:path'
import {describe, expect, test} from 'vitest'
import * as z from 'zod'
import {bytesOf} from '../../../src/model/safety/artifact.ts'
import {readSafetensors} from '../../../src/model/safety/formats/safetensors/header.ts'
import {Work} from '../../../src/model/safety/limits.ts'
import {scanArtifact} from '../../../src/model/safety/scan.ts'
import {pythonWithLibraries} from './libraries.ts'

/**
 * The libraries that load safetensors and ONNX are the references for their formats. What the first refuses we must
 * refuse; external data outside the model folder that the second would load we must name, or refuse the file.
 *
 * Their packages are those of the corpus (`libraries.ts`).
 * SLIPWAY_LONG=1 tries twenty times as many, and SLIPWAY_SEED starts elsewhere.
 */
const long = process.env.SLIPWAY_LONG === '1' ? 20 : 1
const seed = process.env.SLIPWAY_SEED ?? '20261121'
const script = join(import.meta.dirname, 'reference_readers.py')
const answer = z.tuple([z.string(), z.boolean()])

const noScratch = () => Promise.reject(new Error('Nothing here is packed.'))

const python = pythonWithLibraries()

function filesOf(python: string, what: string, count: number): readonly {content: Uint8Array; truth: boolean}[] {
  const {stdout, stderr, status} = spawnSync(python, [script, what, String(count), seed], {
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  })
  if (status !== 0) throw new Error(`${python} ended with ${status}: ${stderr.slice(-2000)}`)
  return stdout
    .trim()
    .split('\n')
    .map(line => answer.parse(JSON.parse(line)))
    .map(([base64, truth]) => ({content: new Uint8Array(Buffer.from(base64, 'base64')), truth}))
}

describe('the reference reader of safetensors', () => {
  test('takes every header that we take, and we take nearly all that it takes', async () => {
    const files = filesOf(python, 'safetensors', 20_000 * long)
    let stricter = 0
    let both = 0
    for (const {content, truth} of files) {
      const {kind} = await readSafetensors(bytesOf(content), new Work())
      if (kind === 'valid') expect(truth, Buffer.from(content).toString('latin1')).toBe(true)
      if (kind === 'valid' && truth) both++
      if (kind === 'malformed' && truth) stricter++
    }
    expect(both).toBeGreaterThan(files.length / 10)
    // White space before the brace, which the format description forbids and the reader forgives.
    expect(stricter).toBeLessThan(files.length / 1000)
  })
})

describe('onnx', () => {
  test('loads no data from outside the model folder that are not named', async () => {
    const files = filesOf(python, 'onnx', 20_000 * long).filter(({truth}) => truth)
    expect(files.length).toBeGreaterThan(1000)
    let named = 0
    for (const {content} of files) {
      const shown = Buffer.from(content).toString('base64')
      const artifact = {path: ['model.onnx'], bytes: bytesOf(content), loader: 'any', siblings: null} as const
      const {observations} = await scanArtifact(artifact, {work: new Work(), scratch: noScratch})
      const isNamed = observations.some(({rule}) => rule.id === 'onnx-external-data-outside')
      const isRefused = observations.some(({rule: {means}}) => means === 'damaged' || means === 'unread')
      if (isNamed) named++
      expect(isNamed || isRefused, shown).toBe(true)
    }
    // A change that breaks the file is refused; nearly none does that and leaves it loadable.
    expect(named).toBeGreaterThan(files.length * 0.99)
  })
})
