import {readdirSync} from 'node:fs'
import {describe, expect, test} from 'vitest'
import {corpusFolder, judged, readCorpus, rulesSeen, scanEntry} from './corpus.ts'

const corpus = readCorpus()
const benign = corpus.filter(({path}) => path.startsWith('benign/'))
const hostile = corpus.filter(({path}) => path.startsWith('hostile/'))

describe.each([
  ['a real model file', benign],
  ['a hostile file', hostile],
] as const)('%s gets the verdict that its owner expects', (_, entries) => {
  test.each(entries)('$path: $what', async entry => {
    const scan = await scanEntry(entry)
    const weightsOnly = judged(scan, 'weights-only')
    const allowlist = judged(scan, 'allowlist')
    const said = [...weightsOnly.findings, ...allowlist.findings].map(({what}) => what)
    expect({weightsOnly: weightsOnly.verdict, allowlist: allowlist.verdict}, [...new Set(said)].join('\n')).toEqual({
      weightsOnly: entry.weightsOnly,
      allowlist: entry.allowlist,
    })
    expect(rulesSeen(scan)).toEqual(expect.arrayContaining(entry.rules))
  })
})

test('every hostile file is blocked under every policy that blocks', () => {
  const passing = hostile.filter(({weightsOnly, allowlist}) => [weightsOnly, allowlist].some(mayPass))
  expect(passing.map(({path}) => path)).toEqual([])
})

test('every class of bypass has a witness', () => {
  const rows = new Set(hostile.map(({row}) => row))
  expect(Array.from({length: 17}, (_, at) => at + 1).filter(row => !rows.has(row))).toEqual([])
})

test('every file of the corpus is expected to be something', () => {
  const listed = ['benign', 'hostile'].flatMap(folder =>
    readdirSync(`${corpusFolder}/${folder}`, {recursive: true, withFileTypes: true})
      .filter(entry => entry.isFile())
      .map(entry => `${entry.parentPath}/${entry.name}`.slice(corpusFolder.length + 1)),
  )
  const known = (file: string) => corpus.some(({path}) => file === path || file.startsWith(`${path}/`))
  expect(listed.filter(file => !known(file))).toEqual([])
  expect(listed.length).toBeGreaterThan(200)
})

function mayPass(verdict: string): boolean {
  return verdict === 'pass' || verdict === 'warn'
}
