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
        kind: 'vulnerability',
        id: 'CVE-2022-48174',
        package: 'busybox',
        status: 'accepted',
        owner: 'platform-team',
        reason: 'no shell reads input',
        expires: parseDay('2027-01-31'),
        line: 2,
      },
      {
        kind: 'vulnerability',
        id: 'GHSA-vqfr-h8mv-ghfj',
        status: 'accepted',
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

  test('names what is no vulnerability by its kind, and where, and in which images', () => {
    const content = `
- kind: secret
  id: aws-access-key-id
  path: app/tests/**
  image: registry.example.com/ml/*
  owner: ml
  reason: keys of the examples in the documentation
  expires: 2027-01-31
- vulnerability: CVE-2023-4911
  package: pkg:deb/debian/libc6
  status: not_affected
  justification: vulnerable_code_not_in_execute_path
  owner: ml
  reason: no setuid program is in the image
  expires: 2027-01-31
`
    expect(parseWaivers(content, file)).toMatchObject([
      {kind: 'secret', id: 'aws-access-key-id', path: 'app/tests/**', image: 'registry.example.com/ml/*', line: 2},
      {id: 'CVE-2023-4911', status: 'not_affected', justification: 'vulnerable_code_not_in_execute_path', line: 9},
    ])
  })

  const rest = 'owner: ml, reason: ok, expires: 2027-01-01'
  test.each([
    ['nothing', `{${rest}}`, '1:3 [0] a waiver of nothing'],
    ['every secret', `{kind: secret, ${rest}}`, '1:3 [0] a waiver of every secret'],
    ['an id of no kind', `{id: KSV014, ${rest}}`, '1:8 [0].id "id" without "kind"'],
    [
      'two things',
      `{vulnerability: CVE-1, kind: secret, id: x, ${rest}}`,
      '1:32 [0].kind "kind" beside "vulnerability"',
    ],
    ['another kind', `{kind: malware, id: x, ${rest}}`, '1:10 [0].kind "malware"'],
    ['a secret in a package', `{kind: secret, id: x, package: y, ${rest}}`, '1:34 [0].package a package for a secret'],
    ['a malformed package URL', `{vulnerability: CVE-1, package: "pkg:deb", ${rest}}`, '1:35 [0].package "pkg:deb"'],
    ['a package of any name', `{vulnerability: CVE-1, package: "lib*", ${rest}}`, '1:35 [0].package "lib*"'],
    ['every path', `{vulnerability: CVE-1, path: "**", ${rest}}`, '1:32 [0].path "**"'],
    ['an image by its tag', `{vulnerability: CVE-1, image: "credit:v1", ${rest}}`, '1:33 [0].image "credit:v1"'],
    [
      'a secret that affects nobody',
      `{kind: secret, id: x, status: not_affected, ${rest}}`,
      '1:33 [0].status not_affected for a secret',
    ],
    [
      'a risk that is taken and justified',
      `{vulnerability: CVE-1, justification: component_not_present, ${rest}}`,
      '1:41 [0].justification a justification',
    ],
    [
      'a justification in other words',
      `{vulnerability: CVE-1, status: not_affected, justification: not_reachable, ${rest}}`,
      '1:63 [0].justification "not_reachable"',
    ],
  ])('is never of %s', (_, entry, expected) => {
    expect(problemsOf(`- ${entry}`)).toEqual([expected])
  })

  test('tells what entries say together beside what is malformed in others', () => {
    expect(problemsOf(`- {id: KSV014, ${rest}}\n- {vulnerability: CVE-1, owner: ml, reason: ok}`)).toEqual([
      '1:8 [0].id "id" without "kind"',
      '2:3 [1].expires missing',
    ])
  })

  test('may name one thing again for another path or another image', () => {
    const one = (more: string) => `- {vulnerability: CVE-1, ${more}${rest}}`
    expect(problemsOf([one(''), one('path: a/b, '), one('path: a/c, '), one('image: credit, ')].join('\n'))).toEqual([])
  })

  describe('with a horizon', () => {
    const today = parseDay('2026-11-21') ?? 0
    const ends = (day: string) => () =>
      parseWaivers(`- {vulnerability: CVE-1, owner: ml, reason: ok, expires: ${day}}`, file, {
        today,
        horizonMs: 90.5 * 86_400_000,
      })

    test('holds to its last day and not beyond', () => {
      expect(ends('2027-02-19')).not.toThrow()
      expect(ends('2027-02-20')).toThrow(
        /1:58 \[0\].expires: 2027-02-20; expected a day until 2027-02-19, 90 days from today/,
      )
    })

    test('takes what is over already: the gate says so', () => expect(ends('2020-01-01')).not.toThrow())
  })

  test('of ten thousand entries is read', () => {
    const entries = Array.from({length: 10_000}, (_, index) => `- {vulnerability: CVE-2024-${index}, ${rest}}\n`)
    expect(parseWaivers(entries.join(''), file).at(-1)).toMatchObject({id: 'CVE-2024-9999', line: 10_000})
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
