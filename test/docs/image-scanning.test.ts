/** Everything that docs/image-scanning.md shows is run: its commands and what they print, its configs, its tables. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import {describe, expect, test} from 'vitest'
import * as YAML from 'yaml'
import {commands} from '../../src/cli/commands.ts'
import {parseConfig} from '../../src/config/load.ts'
import {waiverEntry} from '../../src/config/waiver-schema.ts'
import {formatDuration} from '../../src/core/quantity.ts'
import {unpackingFactor} from '../../src/image/inputs/facts.ts'
import {configurationRules} from '../../src/image/manifests/catalogue.ts'
import {flawKinds} from '../../src/image/scan.ts'
import {memoryFiles} from '../model/memory-files.ts'
import {root} from '../repository/tree.ts'
import {lineOf, sessionOf} from './console.ts'
import {examples, readPage, tableOf} from './page.ts'

const page = readPage('docs/image-scanning.md')
const prose = page.text.replaceAll(/\s+/g, ' ')
const sessions = examples(page.text, 'console')
const [first = '', both = '', gate = '', news = '', waivers = '', vex = '', deployed = '', workflow = ''] = examples(
  page.text,
  'yaml',
)
const [ignored = ''] = examples(page.text, 'text')
const fallback = parseConfig(first, 'docs/image-scanning.md').image

const files: Readonly<Record<string, string | Uint8Array>> = {
  'slipway.yml': first,
  'both.yml': both,
  'new.yml': news,
  'waivers.yml': waivers,
  'deployed.yml': deployed,
  '.trivyignore': ignored,
  'k8s/deployment.yaml': fixture('deployment.yaml'),
  'reports/trivy-v12.json': fixture('trivy-v12.json'),
  'reports/trivy-v13.json': fixture('trivy-v13.json'),
  'reports/grype-v13.json': fixture('grype-v13.json'),
}

function fixture(name: string): Uint8Array {
  return fs.readFileSync(path.join(root, 'test/fixtures/docs/image', name))
}

describe('the sessions of the page', () => {
  test('are a refused image, the same by two scanners, one that is waived, an import, and a deployment', () => {
    const codes = sessions.map(session => session.trimEnd().split('\n').at(-1))
    expect(codes).toEqual(['1', '1', '0', '0', '1'])
  })

  test.each(sessions.map(session => [lineOf(session), session]))('%s', async (line, session) => {
    expect(session).toBe(await sessionOf(line, memoryFiles(files)))
  })
})

test('the options of the page are options of the command', () => {
  const options = commands.find(({name}) => name === 'scan')?.options ?? {}
  const shown = tableOf(page.text, 'option').flatMap(([cell = '']) => cell.match(/(?<=--)[a-z-]+/g) ?? [])
  expect(shown.length).toBeGreaterThan(9)
  expect(shown.filter(name => !(name in options))).toEqual([])
})

describe('the gate of the page', () => {
  test('is the default one', () => {
    expect(YAML.parse(gate)).toEqual({gate: fallback?.gate})
  })

  test('has every condition and every kind', () => {
    const shown = tableOf(page.text, 'condition').flatMap(([cell = '']) => cell.match(/[a-z-]+/g) ?? [])
    const schema = JSON.parse(fs.readFileSync(path.join(root, 'schema/slipway.schema.json'), 'utf8'))
    const keys = Object.keys(schema.properties.image.properties.gate.items.properties)
    expect(shown.toSorted()).toEqual(keys.filter(key => key !== 'kind' && key !== 'verdict').toSorted())
    for (const kind of flawKinds) expect(prose).toContain(`\`${kind}\``)
  })
})

test('the keys of a waiver are those of the schema', () => {
  const shown = tableOf(page.text, 'key').flatMap(([cell = '', says = '']) => {
    const inside = cell.includes('vulnerability') ? (says.match(/`(kind|id)`/g) ?? []) : []
    return [...(cell.match(/[a-z]+/g) ?? []), ...inside.map(each => each.replaceAll('`', ''))]
  })
  expect(shown.toSorted()).toEqual(Object.keys(waiverEntry.shape).toSorted())
})

test('the VEX of the page is a config', () => {
  const head = 'version: 1\nservice: credit\nmodel: {files: none}\n'
  expect(parseConfig(head + vex, 'docs/image-scanning.md').image?.vex).toHaveLength(1)
})

test('the workflow asks for no more than the action does, and pins what is not ours', () => {
  const {permissions, jobs} = YAML.parse(workflow)
  expect(permissions).toEqual({})
  expect(Object.keys(jobs.scan.permissions)).toEqual(['contents', 'checks', 'pull-requests', 'security-events'])
  for (const {uses} of jobs.scan.steps) expect(uses).toMatch(/^slipway\/slipway\/|@[0-9a-f]{40}$/)
})

test('the numbers of the page are those of the code', () => {
  const checks = configurationRules.flatMap(({rules}) => rules).length
  for (const text of [
    `All ${checks} checks`,
    `about ${unpackingFactor} times its compressed size`,
    `\`database-max-age\` (${formatDuration(fallback?.['database-max-age'] ?? 0).replace('d', ' days')})`,
    `\`waiver-horizon\` (${formatDuration(fallback?.['waiver-horizon'] ?? 0).replace('d', ' days')})`,
  ]) {
    expect(prose).toContain(text)
  }
})
