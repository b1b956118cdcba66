/** Everything that docs/artifact-safety.md shows is run: its commands and what they print, its configs, its digest. */
import {createHash} from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'
import {describe, expect, test} from 'vitest'
import {parseConfig} from '../../src/config/load.ts'
import {formatCount, formatSize} from '../../src/core/quantity.ts'
import {formats} from '../../src/model/safety/formats.ts'
import {usualLimits} from '../../src/model/safety/limits.ts'
import {memoryFiles} from '../model/memory-files.ts'
import {root} from '../repository/tree.ts'
import {lineOf, sessionOf} from './console.ts'
import {examples, readPage, tableOf} from './page.ts'

const page = readPage('docs/artifact-safety.md')
const sessions = examples(page.text, 'console')
const [config = '', allowedFile = '', weights = '', provenance = ''] = examples(page.text, 'yaml')

/** A pickle of protocol 2 with an object of a team’s own class: `Bucketizer.__new__(Bucketizer)`, then its edges. */
const bucketizer = Buffer.from(
  '\x80\x02ccredit_model.layers\nBucketizer\n)\x81}X\x05\0\0\0edges](K\x12K\x19K<esb.',
  'latin1',
)

const readme = fixture('benign/repositories/hugging-face/README.md')
const tensors = fixture('benign/safetensors/model.safetensors')
const files: Readonly<Record<string, string | Uint8Array>> = {
  'slipway.yml': config,
  'models/credit/README.md': readme,
  'models/credit/model.safetensors': tensors,
  'models/downloaded/README.md': readme,
  'models/downloaded/forest.joblib': fixture('benign/sklearn/forest.joblib'),
  'models/downloaded/model.safetensors': tensors,
  'models/downloaded/tokenizer.pkl': fixture('hostile/pickle/appended-build.pkl'),
  'models/scoring/bucketizer.pkl': bucketizer,
  'models/scoring/model.safetensors': tensors,
}

function fixture(name: string): Uint8Array {
  return fs.readFileSync(path.join(root, 'test/fixtures/models', name))
}

const run = (line: string) => sessionOf(line, memoryFiles(files))

describe('the sessions of the page', () => {
  test('are an admitted model, a refused one, and one that is allowed in between', () => {
    const codes = sessions.map(session => session.trimEnd().split('\n').at(-1))
    expect(codes).toEqual(['0', '1', '1', '0'])
  })

  test.each(sessions.map(session => [lineOf(session), session]))('%s', async (line, session) => {
    expect(session).toBe(await run(line))
  })
})

describe('the options of the page', () => {
  test('are options of the command', async () => {
    const help = await run('slipway inspect --help')
    const options = tableOf(page.text, 'option').flatMap(([cell = '']) => cell.match(/--[a-z-]+/g) ?? [])
    expect(options.length).toBeGreaterThan(5)
    expect(options.filter(option => !help.includes(`${option} `))).toEqual([])
  })
})

describe('the configs of the page', () => {
  const head = 'version: 1\nservice: credit\nmodel:\n  files: models/credit/\n'

  test('are configs', () => {
    const {safety} = parseConfig(config + allowedFile, 'docs/artifact-safety.md').model
    // A reason that YAML cuts at a # would not end like a sentence.
    expect(safety.allow.map(({reason}) => reason.at(-1))).toEqual(['.', '.'])
    for (const part of [weights, provenance]) {
      expect(Object.keys(parseConfig(head + part, 'docs/artifact-safety.md').model.safety).length).toBeGreaterThan(1)
    }
  })

  test('say what the default is', () => {
    const [[policy = ''] = []] = tableOf(page.text, 'policy')
    expect(`\`${parseConfig(head, 'docs/artifact-safety.md').model.formats}\``).toBe(policy)
  })
})

test('every format that is recognised stands in the table of formats', () => {
  const table = tableOf(page.text, 'format').flat().join('\n')
  const families = formats.map(({name}) => name.split(' ')[0] ?? name)
  expect(families.length).toBeGreaterThan(30)
  expect(families.filter(name => !new RegExp(`(?<!\\w)${name}`, 'i').test(table))).toEqual([])
})

test('the limits of the page are those of a scan', () => {
  const {members, unpackedBytes, steps, depth, ratio, ratioFrom} = usualLimits
  for (const limit of [
    `${formatCount(members)} members`,
    `${formatSize(unpackedBytes)} unpacked`,
    `${formatCount(steps / 1e6)} million steps`,
    `${depth} deep`,
    `${formatSize(ratioFrom)} that unpack from less than one part in ${formatCount(ratio)}`,
  ]) {
    expect(page.section('## Limits').replaceAll('\n', ' ')).toContain(limit)
  }
})

test('the digest of a model is what the shell of the page computes', async () => {
  const lines = ['README.md', 'model.safetensors'].map(
    name => `${sha256(files[`models/credit/${name}`] ?? '')}  ${name}\n`,
  )
  expect(await run('slipway inspect models/credit')).toContain(`sha256:${sha256(lines.join(''))}`)
})

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
