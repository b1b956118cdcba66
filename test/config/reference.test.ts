import {Ajv} from 'ajv'
import {describe, expect, test} from 'vitest'
import {parse} from 'yaml'
import {configJsonSchema} from '../../src/config/json-schema.ts'
import {parseConfig} from '../../src/config/load.ts'
import {configReference} from '../../src/config/reference.ts'
import {complete, minimal, problemsOf} from './problems.ts'

const validate = new Ajv({strict: true, allowUnionTypes: true, formats: {uri: true}}).compile(configJsonSchema())

describe('the JSON Schema for editors', () => {
  test.each([
    ['the shortest file', minimal],
    ['a full file', complete],
    ['quantities with units', `${complete}    traffic: 20/min\n    rollout: {false-abort-rate: 0.5%, tick: 1m}\n`],
  ])('%s is right for editor and loader', (_, text) => {
    parseConfig(text, 'slipway.yml')
    expect([validate(parse(text)), validate.errors]).toEqual([true, null])
  })

  test.each([
    ['an unknown key', `${minimal}iamge: {}\n`],
    ['a missing key', 'version: 1\nservice: credit\n'],
    ['a number without unit', `${complete}    rollout: {tick: 5}\n`],
    ['a part that is not built', `${minimal}service-checks: {}\n`],
    ['a gate without its limit', complete.replace('validation:\n', 'validation:\n  gates: [{drift: psi}]\n')],
    ['an unknown target', complete.replace('kind: local', 'kind: istio')],
    ['an unknown severity', complete.replace('image: {}', 'image: {gate: [{severity: huge, verdict: fail}]}')],
  ])('%s is wrong for editor and loader', (_, text) => {
    expect(problemsOf(text)).not.toEqual([])
    expect(validate(parse(text))).toBe(false)
  })

  test('it names itself and its subject', () => {
    expect(configJsonSchema()).toMatchObject({$id: 'urn:slipway:schema:config:1', title: 'slipway.yml'})
  })
})

describe('the reference', () => {
  const text = configReference()

  test('it begins with a file that works, and shows what a mistake in it looks like', () => {
    const example = /^```yaml\n([\s\S]*?)^```/m.exec(text)?.[1] ?? ''
    expect(problemsOf(example)).toEqual([])
    const wrong = `${example.replace('service', 'servce')}    rollout:\n      tick: 5\n`
    const shown = /^slipway\.yml has[\s\S]*?(?=^```)/m.exec(text)?.[0].trimEnd().split('\n').slice(1)
    expect(shown).toEqual(problemsOf(wrong).map(problem => `  slipway.yml:${problem}`))
  })

  test('every key has a meaning, and every link leads to a section', () => {
    const rows = text.split('\n').filter(line => line.startsWith('| `'))
    expect(rows.length).toBeGreaterThan(60)
    expect(rows.filter(row => /\|\s*\|$/.test(row))).toEqual([])
    const anchors = text
      .split('\n')
      .filter(line => line.startsWith('## '))
      .map(line =>
        line
          .slice(3)
          .toLowerCase()
          .replace(/[^\p{L}\p{N}\s_-]/gu, '')
          .replaceAll(' ', '-'),
      )
    const links = [...text.matchAll(/\]\(#([^)]*)\)/g)].map(match => match[1])
    expect(links.length).toBeGreaterThan(10)
    expect(links.filter(link => !anchors.includes(link ?? ''))).toEqual([])
    expect(new Set(anchors).size).toBe(anchors.length)
  })

  test('it says what is needed, what the default is, and what is refused until it works', () => {
    expect(text).toContain(
      '| `service` | text | needed | Name of the service: names its branches, checks, comments and locks. |',
    )
    expect(text).toContain('| `tick` | such as `2h` | `5m` | Time between two looks. |')
    expect(text).toContain('Designed and refused until it works: `service-checks`.')
    expect(text).toContain('## `environments.<name>.rollout.guards[]` with `histogram`')
    expect(text).not.toContain('| `service-checks` |')
  })
})
