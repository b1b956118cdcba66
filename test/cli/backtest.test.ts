import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import * as path from 'node:path'
import {Ajv2020} from 'ajv/dist/2020.js'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import * as z from 'zod'
import {writeTrace} from '../../src/backtest/trace.ts'
import {main} from '../../src/cli/main.ts'
import {silentLog} from '../../src/runtime/log.ts'
import {systemRuntime} from '../../src/runtime/runtime.ts'
import {type Pair, traceOf} from '../backtest/lines.ts'
import {fakeTerminal} from '../fakes/terminal.ts'

const root = path.join(import.meta.dirname, '../..')
const example = path.join(root, 'examples/credit')
let folder = ''
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'slipway-backtest-'))
})
afterAll(() => rmSync(folder, {recursive: true}))

async function run(...argv: readonly string[]) {
  const terminal = fakeTerminal()
  const exitCode = await main(argv, terminal, systemRuntime(silentLog))
  return {exitCode, ...terminal.said()}
}

const backtest = (trace: string, ...more: readonly string[]) =>
  run(
    'backtest',
    '--config',
    path.join(example, 'slipway.yml'),
    '--trace',
    path.join(example, 'traces', trace),
    ...more,
  )

const answer = z.looseObject({
  verdict: z.string(),
  reason: z.string(),
  backtest: z.looseObject({
    outcome: z.string(),
    guard: z.string().nullable(),
    afterSeconds: z.number(),
    mode: z.string(),
    seed: z.number().optional(),
    timeline: z.array(z.unknown()),
    competitors: z.array(z.looseObject({id: z.string(), outcome: z.string(), afterSeconds: z.number()})),
  }),
})

describe('slipway backtest', () => {
  test('promotes the healthy release of the example, where thresholds abort it', async () => {
    const {exitCode, out} = await backtest('healthy.jsonl', '--json')
    const {verdict, reason, backtest: told} = answer.parse(JSON.parse(out))
    expect({exitCode, verdict, reason}).toEqual({exitCode: 0, verdict: 'pass', reason: 'rollout/promoted'})
    expect(told).toMatchObject({outcome: 'promoted', guard: null, afterSeconds: 72_000})
    const outcomes = Object.fromEntries(told.competitors.map(({id, outcome}) => [id, outcome]))
    expect(outcomes).toMatchObject({'argo-rollouts': 'aborted', flagger: 'aborted', kayenta: 'promoted'})
  })

  test('aborts the one that leaks, within an hour after it began to, and exits with 1', async () => {
    const {exitCode, out} = await backtest('leaks.jsonl', '--json')
    const {verdict, backtest: told} = answer.parse(JSON.parse(out))
    expect({exitCode, verdict}).toEqual({exitCode: 1, verdict: 'fail'})
    expect(told).toMatchObject({outcome: 'aborted', guard: 'errors', mode: 'follow-trace'})
    expect(told.afterSeconds).toBeGreaterThan(10 * 3600)
    expect(told.afterSeconds).toBeLessThan(11 * 3600)
    const kayenta = told.competitors.find(({id}) => id === 'kayenta')
    expect(kayenta?.afterSeconds).toBeGreaterThan(told.afterSeconds)
  })

  test('with --replay-weights judges counts that are thinned by a seed, which stands in the answer', async () => {
    const {exitCode, out} = await backtest('leaks.jsonl', '--json', '--replay-weights', '--seed', '7')
    const {backtest: told} = answer.parse(JSON.parse(out))
    expect(exitCode).toBe(1)
    expect(told).toMatchObject({outcome: 'aborted', mode: 'replay-weights', seed: 7})
    const again = await backtest('leaks.jsonl', '--json', '--replay-weights', '--seed', '7')
    expect(answer.parse(JSON.parse(again.out)).backtest).toEqual(told)
  })

  test('with --before knows how errors cluster, and says from what', async () => {
    const before = path.join(example, 'traces/healthy.jsonl')
    const {out} = await backtest('leaks.jsonl', '--json', '--before', before)
    const {backtest: told} = answer.parse(JSON.parse(out))
    expect(told).toMatchObject({outcome: 'aborted', before: {lines: 240, from: '2026-01-05T08:05:00.000Z'}})
    expect(told.afterSeconds).toBeLessThanOrEqual(10 * 3600 + 1500)
  })

  test.each([
    ['healthy.jsonl', []],
    ['leaks.jsonl', ['--before', path.join(example, 'traces/healthy.jsonl')]],
    ['leaks.jsonl', ['--replay-weights']],
  ])('answers by its schema: %s %j', async (trace, more) => {
    const schema = JSON.parse(readFileSync(path.join(root, 'schema/backtest.schema.json'), 'utf8'))
    const validate = new Ajv2020({strict: false, validateFormats: false}).compile(schema)
    const {out} = await backtest(trace, '--json', ...more)
    validate(JSON.parse(out))
    expect(validate.errors).toBeNull()
  })

  test('shows a person the same measurements judged by others, and how the evidence grew', async () => {
    const {out} = await backtest('leaks.jsonl')
    expect(out).toContain('This policy aborts 10h 25m after the first request: errors: ')
    for (const rule of [
      'Slipway',
      'Argo Rollouts, failureLimit 3',
      'Flagger, threshold 5',
      'Kayenta',
      'z-test at every look',
    ]) {
      // A long name stands on lines of its own.
      expect(out).toMatch(new RegExp(`^${rule}[^\\n]*(\\n[^\\n]*)? (promoted|aborted|held) `, 'm'))
    }
    expect(out).toMatch(/^2026-01-05 18:25 +50% +[\d.e+]+ of 200 /m)
  })

  test('each line of the example is what the schema of a trace says', () => {
    const schema = JSON.parse(readFileSync(path.join(root, 'schema/trace.schema.json'), 'utf8'))
    const validate = new Ajv2020({strict: false, validateFormats: false}).compile(schema)
    const lines = readFileSync(path.join(example, 'traces/leaks.jsonl'), 'utf8').trimEnd().split('\n')
    expect(lines.filter(line => !validate(JSON.parse(line)))).toEqual([])
  })
})

describe('a backtest that cannot judge', () => {
  const noTraffic: Pair[] = Array.from({length: 3}, () => [
    [0, 0],
    [100, 0],
  ])

  test.each([
    ['a trace that does not exist', ['--trace', 'nowhere.jsonl'], 'file/not-found', 'nowhere.jsonl'],
    ['no trace', [], 'cli/option-missing', '--trace'],
    ['an empty trace', ['--trace', written('empty.jsonl', '\n')], 'backtest/trace-empty', 'has no line'],
    [
      'a trace with two mistakes',
      ['--trace', written('bad.jsonl', '{\n{"at":1}\n')],
      'backtest/trace-malformed',
      'bad.jsonl:2: at: ',
    ],
    [
      'a candidate without a request',
      ['--trace', written('idle.jsonl', bothGuards(noTraffic))],
      'backtest/no-candidate-traffic',
      'no request on any line',
    ],
    [
      'an environment that is not there',
      ['--trace', 'x', '--environment', 'prodution'],
      'config/environment-unknown',
      'Did you mean "production"?',
    ],
    [
      'both modes at once',
      ['--trace', 'x', '--follow-trace', '--replay-weights'],
      'backtest/mode-unclear',
      'Whose weights',
    ],
    ['a seed for nothing', ['--trace', 'x', '--seed', '3'], 'backtest/mode-unclear', 'add --replay-weights'],
    [
      'a seed that is none',
      ['--trace', 'x', '--replay-weights', '--seed', 'seven'],
      'backtest/seed-malformed',
      'a whole number',
    ],
  ])('%s: an error that says what to do', async (_, argv, reason, said) => {
    const given = argv.map(each => (typeof each === 'string' ? each : each()))
    const config = ['--config', path.join(example, 'slipway.yml')]
    const {exitCode, out, failure} = await run('backtest', '--json', ...config, ...given)
    expect(JSON.parse(out)).toMatchObject({gate: 'backtest', verdict: 'error', reason, service: 'credit'})
    expect({exitCode, failure}).toEqual({exitCode: 3, failure: expect.stringContaining(said)})
    expect(failure).toMatch(new RegExp(`\\(${reason}\\)$`))
  })

  function written(name: string, text: string) {
    return () => {
      const file = path.join(folder, name)
      writeFileSync(file, text)
      return file
    }
  }

  function bothGuards(pairs: readonly Pair[]): string {
    const {lines} = traceOf(pairs, {weight: 0})
    return writeTrace(
      lines.map(line => {
        const {errors} = line.guards
        if (!errors) throw new Error('the line has no errors')
        return {...line, guards: {errors, latency: errors}}
      }),
    )
  }
})
