import {describe, expect, test} from 'vitest'
import type {CommandResult} from '../../../src/cli/demo/command-result.ts'
import {
  contradictions,
  demoReport,
  fullReport,
  type GateRun,
  type Outcome,
  usersAffected,
} from '../../../src/cli/demo/outcome.ts'
import type {Scenario} from '../../../src/cli/demo/scenarios.ts'
import {renderMarkdown} from '../../../src/report/markdown.ts'

const result = (
  verdict: CommandResult['verdict'],
  exitCode: number,
  reason: CommandResult['reason'],
): CommandResult => ({
  exitCode,
  verdict,
  reason,
  summary: 'As seen.',
  findings: [],
  phase: null,
})
const run = (gate: GateRun['gate'], verdict: CommandResult['verdict'], exitCode: number): GateRun => ({
  gate,
  command: `slipway ${gate}`,
  result: result(verdict, exitCode, `${gate}/some-reason`),
  progress: [],
})
const scenario = (ending: Scenario['ending'], more: Partial<Scenario> = {}): Scenario => ({
  version: 'v9',
  story: 'a story',
  ending,
  ...more,
})
const outcome = (given: Pick<Outcome, 'scenario' | 'gates'> & Partial<Outcome>): Outcome => ({
  promotedAnyway: null,
  payloadExecuted: false,
  driverLost: false,
  production: 'v8',
  answeringAfterwards: ['v8'],
  served: {requests: 0, failed: 0, refused: 0},
  answersMeanwhile: 0,
  durationMs: 1200,
  ...given,
})

const passed = [run('model', 'pass', 0), run('image', 'pass', 0)]
const promoted = outcome({
  scenario: scenario({kind: 'promoted'}),
  gates: [...passed, run('rollout', 'pass', 0)],
  served: {requests: 900, failed: 0, refused: 0},
  answeringAfterwards: ['v9'],
})
const blocked = outcome({
  scenario: scenario({kind: 'blocked', at: 'image'}),
  gates: [run('model', 'pass', 0), run('image', 'fail', 1)],
  promotedAnyway: result('error', 3, 'rollout/evidence-missing'),
})
const aborted = outcome({
  scenario: scenario({kind: 'aborted'}),
  gates: [...passed, run('rollout', 'fail', 1)],
  served: {requests: 60, failed: 6, refused: 0},
  answersMeanwhile: 1200,
})

describe('an outcome that is as told', () => {
  test.each([
    {what: 'a promotion', given: promoted},
    {what: 'a block', given: blocked},
    {what: 'an abort', given: aborted},
    {
      what: 'a promotion whose driver was lost',
      given: {...promoted, scenario: scenario({kind: 'promoted'}, {lostAtShare: 0.1}), driverLost: true},
    },
  ])('$what contradicts nothing', ({given}) => expect(contradictions(given)).toEqual([]))
})

describe('an outcome that is not as told', () => {
  test.each([
    {
      what: 'a rollout that holds',
      given: {...promoted, gates: [...passed, run('rollout', 'inconclusive', 2)]},
      says: 'expected its promotion, but rollout ended with inconclusive (rollout/some-reason)',
    },
    {
      what: 'a block at another gate',
      given: {...blocked, gates: [run('model', 'fail', 1)]},
      says: 'expected the image gate to fail it, but model ended with fail (model/some-reason)',
    },
    {
      what: 'a gate that could not judge',
      given: {...blocked, gates: [run('model', 'pass', 0), run('image', 'error', 3)]},
      says: 'expected the image gate to fail it, but image ended with error (image/some-reason)',
    },
    {
      what: 'a promotion without evidence',
      given: {...blocked, promotedAnyway: result('pass', 0, 'rollout/passed')},
      says: 'promote accepted it without passing evidence',
    },
    {
      what: 'a blocked release that served',
      given: {...blocked, served: {requests: 2, failed: 0, refused: 0}},
      says: '2 requests reached it',
    },
    {
      what: 'a bad release that was promoted',
      given: {...aborted, gates: [...passed, run('rollout', 'pass', 0)]},
      says: 'expected an abort, but rollout ended with pass (rollout/some-reason)',
    },
    {
      what: 'an abort before the first user',
      given: {...aborted, served: {requests: 0, failed: 0, refused: 0}},
      says: 'no request ever reached it',
    },
    {
      what: 'a payload that ran',
      given: {...blocked, payloadExecuted: true},
      says: 'the command inside the release was executed',
    },
    {
      what: 'an interruption that came too late',
      given: {...promoted, scenario: scenario({kind: 'promoted'}, {lostAtShare: 0.1})},
      says: 'the rollout ended before it could be interrupted',
    },
    {
      what: 'a rollback that left users behind',
      given: {...aborted, answeringAfterwards: ['v8', 'v9']},
      says: 'afterwards users were served by v9, not only v8',
    },
    {
      what: 'a promotion that did not reach all users',
      given: {...promoted, answeringAfterwards: ['v8', 'v9']},
      says: 'afterwards users were served by v8, not only v9',
    },
    {what: 'no gate at all', given: {...promoted, gates: []}, says: 'expected its promotion, but nothing judged it'},
  ])('$what is named', ({given, says}) => expect(contradictions(given)).toEqual([says]))
})

describe('the demo’s last words', () => {
  test('tell how many users a canary spared', () => {
    // 6 of 60 failed while 1,200 answers went out: 10 % of 1,200 is 120.
    expect(usersAffected(aborted)).toBe('6 of 60 requests failed; about 120 at 100 %')
    expect(usersAffected(blocked)).toBe('none: it never served')
    expect(usersAffected(promoted)).toBe('0 of 900 requests failed')
  })

  test('are one row for each release, with the gate that it reached', () => {
    const {blocks, verdict, summary} = demoReport([promoted, blocked, aborted], 61_000)
    expect({verdict, summary}).toEqual({
      verdict: 'pass',
      summary: '3 releases in 1m 1s; each ended as its story says.',
    })
    expect(blocks[0]).toMatchObject({
      rows: [
        ['v9', 'rollout', 'pass', 'rollout/some-reason', '0 of 900 requests failed', '1.2s'],
        ['v9', 'image', 'fail', 'image/some-reason', 'none: it never served', '1.2s'],
        ['v9', 'rollout', 'fail', 'rollout/some-reason', '6 of 60 requests failed; about 120 at 100 %', '1.2s'],
      ],
    })
  })

  test('tell that a rollout was resumed after its driver was lost', () => {
    const [table] = demoReport([{...promoted, driverLost: true}], 1000).blocks
    expect(table).toMatchObject({
      rows: [['v9', 'rollout, resumed', 'pass', 'rollout/some-reason', '0 of 900 requests failed', '1.2s']],
    })
  })

  test('are a failure when one release did not end as told, and when none ran', () => {
    const wrong = demoReport([promoted, {...blocked, payloadExecuted: true}], 1000)
    expect(wrong.verdict).toBe('fail')
    expect(wrong.summary).toContain('v9: the command inside the release was executed')
    expect(demoReport([], 1000).verdict).toBe('error')
  })

  test('hold in full what each gate said, and how to repeat it', () => {
    const text = renderMarkdown(fullReport([blocked], 1000))
    expect(text).toContain('slipway image')
    expect(text).toContain('Asked to promote it all the same')
  })
})
