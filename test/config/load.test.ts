import {describe, expect, test} from 'vitest'
import {loadConfig, parseConfig} from '../../src/config/load.ts'
import {ConfigError} from '../../src/config/problem.ts'
import {UserError} from '../../src/core/failure.ts'
import {formatDuration} from '../../src/core/quantity.ts'
import {complete, minimal, problemsOf} from './problems.ts'

describe('a config that is right', () => {
  test('the shortest useful file has the defaults of the production policy', () => {
    expect(parseConfig(minimal, 'slipway.yml')).toEqual({
      version: 1,
      service: 'credit',
      model: {files: 'models/credit', formats: 'weights-only', safety: {allow: []}},
      validation: {slices: [], 'when-inconclusive': 'block', confidence: 0.95, resamples: 1000, seed: 1},
      environments: {},
    })
  })

  test('an environment without a rollout gets 5 % for 2 h, 25 % for 6 h, 50 % for 12 h and its guards', () => {
    const {rollout} = parseConfig(complete, 'slipway.yml').environments.production ?? {}
    const hour = 3_600_000
    expect(rollout).toEqual({
      stages: [
        {weight: 5, for: 2 * hour, 'ask-first': false},
        {weight: 25, for: 6 * hour, 'ask-first': false},
        {weight: 50, for: 12 * hour, 'ask-first': false},
      ],
      preset: 'canary',
      bake: 0,
      'dead-after': 6 * hour,
      'when-late': 'abort',
      'only-during': [],
      'false-abort-rate': 0.01,
      'when-evidence-is-short': 'hold',
      tick: 300_000,
      'stale-after': hour,
      guards: [
        {
          name: 'errors',
          share: {of: 'http_requests_total', bad: 'code=~"5.."'},
          'at-most': 0.001,
          while: 'always',
          statistics: 'sequential',
          'clusters-of': 5,
        },
        {
          name: 'latency',
          histogram: 'http_request_duration_seconds',
          p95: 120,
          statistics: 'sequential',
          'clusters-of': 5,
        },
      ],
    })
  })

  test.each([
    ['blue-green', ['10% 1h', '50% 1h'], '1h'],
    ['all-at-once', [], '1h'],
    ['shadow', ['copies of 100% 1d'], '0ms'],
    ['canary', ['5% 2h', '25% 6h', '50% 12h'], '0ms'],
  ])('the preset %s stands for its stages and its bake', (preset, stages, bake) => {
    const {rollout} =
      parseConfig(`${complete}    rollout: {preset: ${preset}}\n`, 'slipway.yml').environments.production ?? {}
    const shown = rollout?.stages.map(({weight, mirror, for: dwell}) => {
      return `${mirror === undefined ? `${weight}%` : `copies of ${mirror}%`} ${formatDuration(dwell)}`
    })
    expect(shown).toEqual(stages)
    expect(formatDuration(rollout?.bake ?? -1)).toBe(bake)
  })

  test('stages and bake of the file win over those of the preset', () => {
    const text = `${complete}    rollout: {preset: blue-green, bake: 2h, stages: [{weight: 20%, for: 1h}]}\n`
    const {rollout} = parseConfig(text, 'slipway.yml').environments.production ?? {}
    expect(rollout).toMatchObject({bake: 7_200_000, stages: [{weight: 20}]})
  })

  test('a freeze of one whole day is written as that day, twice', () => {
    const text = `${complete}    freeze: [{from: '2026-12-24', to: '2026-12-24'}]\n`
    expect(parseConfig(text, 'slipway.yml').environments.production?.freeze).toHaveLength(1)
  })

  test('anchors and aliases are plain values', () => {
    const text = `${minimal}validation:\n  gates:\n    - &floor {metric: accuracy, at-least: 0.9}\n    - *floor\n`
    expect(parseConfig(text, 'slipway.yml').validation.gates).toHaveLength(2)
  })
})

describe('a file that is no config', () => {
  test.each([
    ['empty', '', '1:1 an empty file; expected a mapping with at least version, service and model.'],
    ['only comments', '# later\n', '1:1 an empty file; expected a mapping with at least version, service and model.'],
    ['a list', '- 1\n', '1:1 a list; expected a mapping with at least version, service and model.'],
    ['one word', 'hello\n', '1:1 a single value; expected a mapping with at least version, service and model.'],
  ])('%s is refused with what a config needs', (_, text, message) => {
    expect(problemsOf(text)).toEqual([`${message} Write a first config with \`slipway init\`.`])
  })

  test('a file that does not exist says so and how to get one', async () => {
    const files = {
      readText: async (path: string): Promise<string> => {
        throw new UserError('file/not-found', `"${path}" does not exist.`)
      },
    }
    await expect(loadConfig(files, 'slipway.yml')).rejects.toMatchObject({
      code: 'config/not-found',
      message: 'There is no config at "slipway.yml".',
      hint: 'Write one with `slipway init`, or give its path with `config`.',
    })
  })

  test('a file that may not be read keeps its own reason', async () => {
    const files = {
      readText: async (): Promise<string> => {
        throw new UserError('file/unreadable', 'Permission denied.')
      },
    }
    await expect(loadConfig(files, 'slipway.yml')).rejects.toMatchObject({code: 'file/unreadable'})
  })
})

describe('YAML that is broken', () => {
  test.each([
    ['a key twice', `${minimal}service: other\n`, '4:1 a key that stands here twice; expected each key once.'],
    ['a tab', `${minimal}image:\n\tscanner: trivy\n`, '5:1 a tab as indentation; expected spaces.'],
    ['an open quote', 'service: "credit\n', '2:1 an end without its closing sign; expected a closing quote or bracket'],
    ['two colons', 'service: a: b\n', '1:10 two colons in one line; expected one key in a line.'],
    ['a second document', `${minimal}---\na: 1\n`, '4:1 a second document; expected one document.'],
    ['a tag', `${minimal}image: !!js/function x\n`, '4:8 a YAML tag; expected plain values.'],
    ['an alias without anchor', 'service: *name\n', '1:10 an alias without an anchor; expected the anchor "&name"'],
    ['an alias in itself', 'a: &a [*a]\n', '1:8 an alias within its own anchor; expected values that end.'],
    ['a mapping as key', '? [a]\n: 1\n', '1:3 a key that is a list, a mapping or an alias; expected a plain word.'],
    [
      'nested beyond reason',
      '['.repeat(5000),
      'brackets nested beyond reason; expected the few levels of this format.',
    ],
  ])('%s is named with line and column', (_, text, message) => {
    expect(problemsOf(text).join('\n')).toContain(message)
  })

  test('aliases that unfold into millions of values are refused before they do', () => {
    const level = (name: string, of: string) => `${name}: &${name} [${Array(9).fill(`*${of}`).join(', ')}]\n`
    const bomb = `a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1]\n${level('b', 'a')}${level('c', 'b')}${level('d', 'c')}`
    expect(problemsOf(bomb).join()).toContain('2:8 aliases that unfold into too much')
  })

  test('a file of a megabyte is no config', () => {
    expect(problemsOf(`# ${'x'.repeat(1_000_000)}`)).toEqual([
      '1:1 1000002 characters; expected a config of at most 262144 characters.',
    ])
  })

  test('what stands in a broken file is not repeated, as it may be a secret', () => {
    expect(problemsOf('token: "abc" hunter2\nx: [hunter2\n').join()).not.toMatch(/abc|hunter2/)
  })
})

test('all problems come at once, in the order of the file, with a count and a stable code', () => {
  const text = 'version: 2\nservce: credit\nmodel: {files: 3}\nimage: {scaner: trivy}\n'
  const parse = () => parseConfig(text, 'ops/slipway.yml')
  expect(parse).toThrow(ConfigError)
  expect(parse).toThrow(
    expect.objectContaining({
      code: 'config/invalid',
      message: [
        'ops/slipway.yml has 4 problems:',
        '  ops/slipway.yml:1:10 version: 2; expected 1.',
        '  ops/slipway.yml:2:1 servce: an unknown key; expected version, service, model, validation, image, environments or records. Did you mean "service"?',
        '  ops/slipway.yml:3:16 model.files: 3; expected text. Put it in quotes.',
        '  ops/slipway.yml:4:9 image.scaner: an unknown key; expected scanner, report, reports, looks-for, tools, database, database-max-age, timeout, platforms, known-exploited or one of 9 more (docs/config.md). Did you mean "scanner"?',
      ].join('\n'),
    }),
  )
})

test('a file with hundreds of problems shows the first fifty and how many follow', () => {
  const text = `${minimal}${Array.from({length: 120}, (_, index) => `x${index}: 1\n`).join('')}`
  const error = (() => {
    try {
      return parseConfig(text, 'f')
    } catch (thrown) {
      return thrown
    }
  })()
  expect(error).toBeInstanceOf(ConfigError)
  expect(String(error)).toContain('f has 120 problems:')
  expect(String(error).split('\n').at(-1)).toBe('  and 70 more')
})
