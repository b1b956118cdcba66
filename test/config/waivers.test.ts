import {describe, expect, test} from 'vitest'
import {ConfigError} from '../../src/config/problem.ts'
import {parseWaivers} from '../../src/config/waivers.ts'
import {parseDay} from '../../src/core/day.ts'

const file = '.slipway/waivers.yml'

function problemsOf(content: string): readonly string[] {
  try {
    parseWaivers(content, file)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.problems.map(({line, column, path, seen}) => `${line}:${column} ${path} ${seen}`)
  }
  return []
}

describe('the waiver file', () => {
  test('is a list of vulnerabilities with owner, reason and last day', () => {
    const content = `
- vulnerability: CVE-2022-48174
  package: busybox
  owner: platform-team
  reason: no shell reads input
  expires: 2027-01-31
- {vulnerability: GHSA-vqfr-h8mv-ghfj, owner: ml, reason: not reachable, expires: 2026-12-01}
`
    expect(parseWaivers(content, file)).toEqual([
      {
        vulnerability: 'CVE-2022-48174',
        package: 'busybox',
        owner: 'platform-team',
        reason: 'no shell reads input',
        expires: parseDay('2027-01-31'),
        line: 2,
      },
      {
        vulnerability: 'GHSA-vqfr-h8mv-ghfj',
        owner: 'ml',
        reason: 'not reachable',
        expires: parseDay('2026-12-01'),
        line: 7,
      },
    ])
  })

  test.each(['', '# none yet\n', '[]'])('may be empty: %j', content => {
    expect(parseWaivers(content, file)).toEqual([])
  })

  test('tells all its problems at once, each with its place', () => {
    const content = `- vulnerability: CVE-1
  packge: zlib
  owner: ''
  reason: ok
  expires: 2026-02-30
- vulnerability: CVE-*
  owner: ml
  reason: ok
- CVE-3
`
    expect(problemsOf(content)).toEqual([
      '2:3 [0].packge an unknown key',
      '3:10 [0].owner ""',
      '5:12 [0].expires "2026-02-30"',
      '6:3 [1].expires missing',
      '6:18 [1].vulnerability "CVE-*"',
      '9:3 [2] "CVE-3"',
    ])
  })

  test('never waives for ever: a date is needed, and words are none', () => {
    expect(problemsOf('- {vulnerability: CVE-1, owner: ml, reason: ok, expires: never}')).toEqual([
      '1:58 [0].expires "never"',
    ])
  })

  test('names one thing once, so that it is clear which date counts', () => {
    const one = '{vulnerability: CVE-1, owner: ml, reason: ok, expires: 2027-01-01}'
    expect(problemsOf(`- ${one}\n- ${one}\n`)).toEqual(['2:3 [1] a second waiver of CVE-1 in every package'])
    expect(problemsOf(`- ${one}\n- ${one.replace('owner', 'package: zlib, owner')}\n`)).toEqual([])
  })

  test.each([
    ['a mapping', 'CVE-1: {owner: ml}'],
    ['text', 'CVE-1'],
  ])('is a list: %s is refused', (_, content) => {
    expect(problemsOf(content)).toEqual(['1:1  something that is not a list'])
  })

  test('that is no YAML is refused', () => {
    expect(problemsOf('- {vulnerability: [')[0]).toMatch(/^1:\d+ /)
  })
})
