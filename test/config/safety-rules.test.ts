import {describe, expect, test} from 'vitest'
import {parseConfig} from '../../src/config/load.ts'
import {problemsOf} from './problems.ts'

const config = (model: string) => `version: 1\nservice: c\nmodel: {files: m, ${model}}\n`
const responsible = 'owner: o, reason: r, expires: 2027-01-31'

describe('what a team takes responsibility for', () => {
  test('an allowance keeps what was written, and is safe unless said otherwise', () => {
    const text = config(`formats: allowlist, safety: {allow: [{import: a.B, ${responsible}}]}`)
    expect(parseConfig(text, 'f').model.safety.allow).toEqual([
      {import: 'a.B', owner: 'o', reason: 'r', expires: '2027-01-31', unsafe: false},
    ])
  })

  test.each([
    [
      'without an owner',
      `formats: allowlist, safety: {allow: [{import: a.B, reason: r, expires: 2027-01-31}]}`,
      'model.safety.allow[0]',
    ],
    [
      'with a day that no calendar has',
      `formats: allowlist, safety: {allow: [{import: a.B, owner: o, reason: r, expires: 2027-02-30}]}`,
      'expected a day such as 2027-01-31',
    ],
    [
      'by a pattern',
      `formats: allowlist, safety: {allow: [{import: "a.*", ${responsible}}]}`,
      'an allowance has no pattern',
    ],
    [
      'twice',
      `formats: allowlist, safety: {allow: [{file: a.py, ${responsible}}, {file: a.py, ${responsible}}]}`,
      'one allowance for each name or file',
    ],
  ])('%s', (_, model, problem) => expect(problemsOf(config(model)).join('\n')).toContain(problem))
})

describe('what else the files are held against', () => {
  test.each([
    ['a comparison with nothing', 'safety: {weights: {changed: fail}}', 'model.safety.weights.previous'],
    ['a repository that is none', 'safety: {attestation: {file: a, repository: x}}', 'expected owner/name'],
    ['an unknown key', 'safety: {manifests: a}', 'Did you mean "manifest"?'],
  ])('%s', (_, model, problem) => expect(problemsOf(config(model)).join('\n')).toContain(problem))

  test('weights are judged by defaults that block nothing', () => {
    expect(parseConfig(config('safety: {weights: {}}'), 'f').model.safety.weights).toEqual({
      changed: 'report',
      environment: 'production',
    })
  })
})
