import {describe, expect, test} from 'vitest'
import {canonicalJson} from '../../src/config/canonical-json.ts'
import {modelGates} from '../../src/config/defaults.ts'
import {parseConfig} from '../../src/config/load.ts'
import {policyOf} from '../../src/config/policy.ts'
import {complete, minimal} from './problems.ts'

describe('the gates of the model', () => {
  test('without gates in the file: accuracy at least 0.85, and 0.1 for each group column', () => {
    const config = parseConfig(complete.replace('[sex]', '[sex, age]'), 'slipway.yml')
    expect(modelGates(config)).toMatchObject([
      {metric: 'accuracy', 'at-least': 0.85},
      {fairness: 'demographic-parity-difference', by: 'sex', 'at-most': 0.1, 'min-group': 30},
      {fairness: 'demographic-parity-difference', by: 'age', 'at-most': 0.1, 'min-group': 30},
    ])
  })

  test('without predictions too, so that a lack of data is seen and not skipped', () => {
    expect(modelGates(parseConfig(minimal, 'slipway.yml'))).toMatchObject([{metric: 'accuracy', 'at-least': 0.85}])
  })

  test('gates in the file replace the default ones', () => {
    const text = complete.replace('validation:\n', 'validation:\n  gates: [{metric: f1, may-lose: 0.01}]\n')
    expect(modelGates(parseConfig(text, 'slipway.yml'))).toMatchObject([{metric: 'f1', 'may-lose': 0.01}])
  })
})

describe('the policy of one gate', () => {
  const policy = (gate: 'model' | 'image', from = '', to = '') =>
    policyOf(parseConfig(complete.replace(from, to), 'slipway.yml'), gate)

  test.each([
    ['which file is judged', 'candidate.csv', 'other.csv'],
    ['where the model lies', 'models/credit', 'models/other'],
    ['how traffic moves', '9901', '9902'],
    ['the image', 'image: {}', 'image: {waivers: w.yml}'],
    ['defaults that are written out', 'image:', 'records: {kind: git-branch}\nimage:'],
  ])('%s is no policy of the model', (_, from, to) => {
    expect(policy('model', from, to)).toBe(policy('model'))
  })

  test.each([
    ['a gate', 'validation:\n', 'validation:\n  gates: [{metric: f1, may-lose: 0.01}]\n'],
    ['the confidence', 'validation:\n', 'validation:\n  confidence: 0.9\n'],
    ['a group column', '[sex]', '[]'],
    ['the positive class', 'positive: bad', 'positive: good'],
    ['whether there is a baseline', 'eval/baseline.csv', 'none'],
  ])('%s is policy of the model, and not of the image', (_, from, to) => {
    expect(policy('model', from, to)).not.toBe(policy('model'))
    expect(policy('image', from, to)).toBe(policy('image'))
  })

  test.each([
    ['waivers', 'image: {waivers: w.yml}'],
    ['a rule', 'image: {gate: [{severity: critical, verdict: fail}]}'],
    ['the scanner', 'image: {scanner: report, report: r.json}'],
  ])('%s: policy of the image', (_, to) => {
    expect(policy('image', 'image: {}', to)).not.toBe(policy('image'))
  })
})

test('canonical JSON has one form for the same data, whatever the order of keys', () => {
  expect(canonicalJson({b: 1, a: [{d: null, c: 'é"'}], e: undefined})).toBe('{"a":[{"c":"é\\"","d":null}],"b":1}')
  expect(canonicalJson({a: 1, b: 2})).toBe(canonicalJson({b: 2, a: 1}))
})
