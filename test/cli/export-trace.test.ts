import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import * as path from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {replay} from '../../src/backtest/replay.ts'
import {main} from '../../src/cli/main.ts'
import {parseConfig} from '../../src/config/load.ts'
import {openDirectoryLedger} from '../../src/rollout/ledgers/directory.ts'
import type {Http} from '../../src/runtime/http.ts'
import {silentLog} from '../../src/runtime/log.ts'
import {type Runtime, systemRuntime} from '../../src/runtime/runtime.ts'
import {type Pair, start, traceOf} from '../backtest/lines.ts'
import {fakeTerminal} from '../fakes/terminal.ts'

const configText = `version: 1
service: credit
model: {files: model/}
environments:
  production:
    target: {kind: local, router: http://router.test}
    telemetry: {kind: prometheus, url: http://prometheus.test}
    rollout:
      stages: [{weight: 10%, for: 1h}]
      guards:
        - {name: errors, share: {of: http_requests_total, bad: 'code="500"'}, at-most: 1%}
`

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'slipway-export-'))
  writeFileSync(path.join(folder, 'slipway.yml'), configText)
  writeFileSync(
    path.join(folder, 'scrape.yml'),
    configText.replace(
      '{kind: prometheus, url: http://prometheus.test}',
      '{kind: scrape, url: ["http://a/{version}"]}',
    ),
  )
})
afterAll(() => rmSync(folder, {recursive: true}))

/** Five minutes a step: the candidate gets ten requests in each, one of them bad; the stable release ninety good ones. */
const prometheus: Http = {
  async send({body = ''}) {
    const asked = new URLSearchParams(body)
    const [from, to, step] = ['start', 'end', 'step'].map(name => Number(asked.get(name))) as [number, number, number]
    const times = Array.from({length: Math.floor((to - from) / step) + 1}, (_, index) => from + index * step)
    const of = (version: string, code: string, each: number) => {
      const labels = {version, job: 'credit', instance: `${version}:80`, code}
      return [
        {
          metric: {__name__: 'http_requests_total', ...labels},
          values: times.map((at, index) => [at, String(index * each)]),
        },
        {
          metric: {slipway_part: 'timestamp of http_requests_total', ...labels},
          values: times.map(at => [at, String(at)]),
        },
      ]
    }
    const result = [...of('v1', '200', 90), ...of('v1', '500', 0), ...of('v2', '200', 9), ...of('v2', '500', 1)]
    return {
      status: 200,
      headers: new Headers(),
      body: JSON.stringify({status: 'success', data: {resultType: 'matrix', result}}),
    }
  },
}

async function run(...argv: readonly string[]) {
  const terminal = fakeTerminal()
  const runtime: Runtime = {...systemRuntime(silentLog), http: prometheus}
  const records = ['--records', path.join(folder, 'records')]
  const config = argv.includes('--config') ? [] : ['--config', path.join(folder, 'slipway.yml')]
  const exitCode = await main(['export-trace', ...config, ...records, ...argv], terminal, runtime)
  return {exitCode, ...terminal.said()}
}

const past = ['--candidate', 'v2', '--stable', 'v1', '--from', '2026-01-01T00:00:00Z', '--to', '2026-01-01T00:15:00Z']

describe('slipway export-trace', () => {
  test('from Prometheus writes one line a step, which backtest can read', async () => {
    const file = path.join(folder, 'past.jsonl')
    expect(await run(...past, '--weight', '10%', '--out', file)).toEqual({exitCode: 0, out: '', failure: ''})
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
    expect(lines.map(line => JSON.parse(line))).toEqual(
      [5, 10, 15].map(minutes => ({
        at: new Date(start + minutes * 60_000).toISOString(),
        weight: 10,
        guards: {errors: {candidate: {n: 10, bad: 1}, stable: {n: 90, bad: 0}}},
      })),
    )
    const terminal = fakeTerminal()
    const argv = ['backtest', '--config', path.join(folder, 'slipway.yml'), '--trace', file, '--json']
    expect(await main(argv, terminal, systemRuntime(silentLog))).toBe(2)
    expect(JSON.parse(terminal.said().out)).toMatchObject({reason: 'rollout/insufficient-evidence'})
  })

  test('prints where no file is named, in the steps that are asked for', async () => {
    const {out} = await run(...past, '--weight', '10%', '--step', '150s')
    expect(out.trimEnd().split('\n')).toHaveLength(6)
  })

  test('from a ledger writes the looks of its rollout, and knows the weights of a time', async () => {
    const policy = parseConfig(configText, 'slipway.yml').environments.production
    if (!policy) throw new Error('the config has no environment production')
    const pairs = Array.from(
      {length: 12},
      (): Pair => [
        [2000, 3],
        [18_000, 30],
      ],
    )
    const {events} = replay(traceOf(pairs), policy, {kind: 'follow-trace'})
    const ledger = openDirectoryLedger(path.join(folder, 'records/credit/production'), systemRuntime(silentLog).files)
    let version: string | null = null
    for (const event of events) {
      const outcome = await ledger.append(event, version)
      if (outcome.kind === 'conflict') throw new Error('somebody else wrote to the ledger of this test')
      version = outcome.version
    }
    const {exitCode, out} = await run('--from-ledger')
    expect(exitCode).toBe(0)
    const lines = out
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(lines).toHaveLength(13)
    expect(lines[1]).toEqual({
      at: '2026-01-01T00:05:00.000Z',
      weight: 10,
      guards: {errors: {candidate: {n: 2000, bad: 3}, stable: {n: 18_000, bad: 30}}},
    })
    const {out: past15} = await run(...past)
    expect(
      past15
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line).weight),
    ).toEqual([10, 10, 10])
  })
})

describe('an export that cannot be made writes nothing, and says why', () => {
  test.each([
    ['neither origin', [], 'cli/option-missing', '--candidate'],
    ['both origins', ['--from-ledger', '--candidate', 'v2'], 'export-trace/origin-unclear', 'takes no --candidate'],
    ['a rollout of Prometheus', ['--rollout', 'x'], 'export-trace/origin-unclear', 'add --from-ledger'],
    [
      'a rollout that the ledger does not have',
      ['--from-ledger', '--rollout', 'x'],
      'export-trace/rollout-unknown',
      'no rollout x',
    ],
    [
      'a ledger without a rollout',
      ['--from-ledger', '--environment', 'production', '--records', '/nowhere'],
      'export-trace/rollout-unknown',
      'no rollout',
    ],
    ['no weight anywhere', [...past, '--records', '/nowhere'], 'export-trace/weight-unknown', '--weight 10%'],
    ['a weight of nothing', [...past, '--weight', '0%'], 'export-trace/weight-malformed', 'more than 0%'],
    ['a time that is none', [...past, '--to', 'noon'], 'export-trace/time-malformed', '2026-01-01T00:00:00Z'],
    ['a time without a zone', [...past, '--to', '2026-01-01T00:15:00'], 'export-trace/time-malformed', 'with a zone'],
    [
      'an end before the begin',
      [...past, '--weight', '10%', '--to', '2025-01-01T00:00:00Z'],
      'export-trace/interval-empty',
      'after the begin',
    ],
    [
      'a step of nothing',
      [...past, '--weight', '10%', '--step', '100ms'],
      'export-trace/step-too-short',
      'at least 1s',
    ],
    [
      'versions that nobody measured',
      ['--candidate', 'v8', '--stable', 'v7', ...past.slice(4), '--weight', '10%'],
      'export-trace/nothing-measured',
      'version="v8"',
    ],
  ])('%s', async (_, argv, reason, said) => {
    const {exitCode, out, failure} = await run(...argv)
    expect({exitCode, out}).toEqual({exitCode: 3, out: ''})
    expect(failure).toContain(said)
    expect(failure).toMatch(new RegExp(`\\(${reason}\\)$`))
  })

  test('a source without a memory', async () => {
    const {failure} = await run(...past, '--weight', '10%', '--config', path.join(folder, 'scrape.yml'))
    expect(failure).toContain('The telemetry of production is scrape.')
    expect(failure).toMatch(/\(export-trace\/no-past\)$/)
  })
})
