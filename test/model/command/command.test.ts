import {describe, expect, test} from 'vitest'
import {type CommandGate, gate as gateSchema} from '../../../src/config/model-gate-schema.ts'
import {judgeCommand} from '../../../src/model/checks/command.ts'
import {gatherCommand} from '../../../src/model/command/gather.ts'
import {systemExec} from '../../../src/runtime/exec.ts'

const rule = (command: readonly string[] | string, more: object = {}): CommandGate => {
  const gate = gateSchema.parse({command, name: 'business rules', ...more})
  if (!('command' in gate)) throw new TypeError('expected a command gate')
  return gate
}
const node = (script: string) => [process.execPath, '-e', script]
const judge = async (gate: CommandGate, env: Readonly<Record<string, string>> = {}) =>
  judgeCommand(
    gate,
    await gatherCommand(systemExec, gate, {...process.env, ...env}, {model: 'm', candidate: 'c.csv', baseline: null}),
  )
const printed = (text: string) => judge(rule(node(`process.stdout.write(${JSON.stringify(text)})`)))

describe('a business rule', () => {
  test('its program’s findings are the gate’s findings, with their numbers', async () => {
    const text = JSON.stringify([
      {verdict: 'pass', what: 'No loan above the limit.', value: 0, limit: 'at most 0', n: 400},
      {verdict: 'fail', subject: 'pensioners', what: '12 refused.', remedy: 'Look.'},
    ])
    expect(await printed(text)).toEqual([
      {
        id: 'model/business-rule',
        verdict: 'pass',
        reason: 'model/business-rule-holds',
        subject: 'business rules',
        what: 'No loan above the limit.',
        value: 0,
        limit: 'at most 0',
        n: 400,
      },
      {
        id: 'model/business-rule',
        verdict: 'fail',
        reason: 'model/business-rule-broken',
        subject: 'business rules: pensioners',
        what: '12 refused.',
        remedy: 'Look.',
      },
    ])
  })

  test('findings may stand under a key', async () => {
    expect(await printed('{"findings": [{"verdict": "warn", "what": "Look."}]}')).toMatchObject([
      {verdict: 'warn', reason: 'model/business-rule-warns'},
    ])
  })

  test.each([
    ['nothing', '', 'it printed nothing'],
    ['text', 'all good\n', 'what it printed is not JSON'],
    ['an empty list', '[]', 'it printed no finding: a rule that holds is a finding with the verdict pass'],
    ['another object', '{"ok": true}', 'it printed JSON that is neither a list of findings nor {"findings": [...]}'],
    ['a number', '1', 'it printed JSON that is neither a list of findings nor {"findings": [...]}'],
    [
      'an unknown verdict',
      '[{"verdict": "ok", "what": "x"}]',
      'finding 1 of 1: verdict: expected pass, warn, inconclusive, fail or error',
    ],
    [
      'a key that is none of ours',
      '[{"verdict": "pass", "what": "x", "rows": [1]}]',
      'finding 1 of 1: Unrecognized key: "rows"',
    ],
    [
      'a flood',
      JSON.stringify(Array(201).fill({verdict: 'pass', what: 'x'})),
      'it printed 201 findings; at most 200 are read',
    ],
  ])('%s is an error', async (_, text, what) => {
    expect(await printed(text)).toMatchObject([
      {
        verdict: 'error',
        reason: 'model/command-output-malformed',
        what: `The program’s answer cannot be read: ${what}.`,
      },
    ])
  })

  test('a pass that is printed before a crash counts for nothing', async () => {
    const crash = rule(
      node('console.log(\'[{"verdict": "pass", "what": "x"}]\'); console.error("boom"); process.exitCode = 3'),
    )
    expect(await judge(crash)).toMatchObject([
      {verdict: 'error', reason: 'model/command-failed', what: 'The program ended with exit code 3: boom'},
    ])
  })

  test('a program that does not end is ended', async () => {
    expect(await judge(rule(node('setInterval(() => {}, 1000)'), {timeout: '100ms'}))).toMatchObject([
      {verdict: 'error', reason: 'model/command-timeout', what: 'The program did not end within 0.1 s.'},
    ])
  })

  test('a program that prints without end is ended', async () => {
    expect(await judge(rule(node('for (;;) console.log("x".repeat(1000))'), {'max-output': '10KiB'}))).toMatchObject([
      {verdict: 'error', reason: 'model/command-output-too-large'},
    ])
  })

  test('a program that is not there', async () => {
    expect(await judge(rule(['no-such-program']))).toMatchObject([
      {
        verdict: 'error',
        reason: 'model/command-not-found',
        what: 'The program "no-such-program" does not exist or may not be run.',
      },
    ])
  })

  test('a secret is seen only where the gate names it', async () => {
    const show = node('console.log(JSON.stringify([{verdict: "pass", what: String(process.env.TOKEN ?? "absent")}]))')
    expect(await judge(rule(show), {TOKEN: 'secret'})).toMatchObject([{what: 'absent'}])
    expect(await judge(rule(show, {env: ['TOKEN']}), {TOKEN: 'secret'})).toMatchObject([{what: 'secret'}])
  })

  test('a variable that is named and not set', async () => {
    expect(await judge(rule(node('0'), {env: ['NO_SUCH_VARIABLE']}))).toMatchObject([
      {verdict: 'error', reason: 'model/command-env-missing'},
    ])
  })

  test('it is told where the model and the predictions lie', async () => {
    const show = node(
      'const {SLIPWAY_MODEL: m, SLIPWAY_CANDIDATE: c, SLIPWAY_BASELINE: b} = process.env; console.log(JSON.stringify([{verdict: "pass", what: [m, c, b].join("|")}]))',
    )
    expect(await judge(rule(show))).toMatchObject([{what: 'm|c.csv|'}])
  })

  test('an argument is never read by a shell, and a line is only where the gate says so', async () => {
    const show = node('console.log(JSON.stringify([{verdict: "pass", what: process.argv[1]}]))')
    expect(await judge(rule([...show, '$(echo no)']))).toMatchObject([{what: '$(echo no)'}])
    const line = rule('echo \'[{"verdict": "pass", "what": "a line"}]\' | cat', {shell: true})
    expect(await judge(line)).toMatchObject([{verdict: 'pass', what: 'a line'}])
  })
})
