import {describe, expect, test} from 'vitest'
import {commandResult} from '../../../src/cli/demo/command-result.ts'

const document = {
  schemaVersion: 1,
  gate: 'rollout',
  verdict: 'fail',
  reason: 'rollout/share-above-limit',
  summary: 'v6 was taken back.',
  findings: [
    {
      id: 'rollout/errors',
      verdict: 'fail',
      reason: 'rollout/share-above-limit',
      subject: 'errors',
      what: '8 of 60 requests failed.',
      interval: {low: 0.06, high: null, confidence: 0.95, method: 'Wilson'},
      n: 60,
    },
  ],
  rollout: {phase: 'aborted', weightPercent: 0},
}
const end = {exitCode: 1, signal: null, stdout: JSON.stringify(document), progress: []}

describe('the result of a command', () => {
  test('is what it printed', () => {
    expect(commandResult(end)).toEqual({
      exitCode: 1,
      verdict: 'fail',
      reason: 'rollout/share-above-limit',
      summary: 'v6 was taken back.',
      findings: [{...document.findings[0], interval: {...document.findings[0]?.interval, high: Infinity}}],
      phase: 'aborted',
    })
  })

  test('is an error with the command’s own words when it refused', () => {
    const progress = ['No model evidence is recorded.', 'Run slipway validate --record.', '(rollout/evidence-missing)']
    expect(commandResult({exitCode: 3, signal: null, stdout: '', progress})).toMatchObject({
      exitCode: 3,
      verdict: 'error',
      reason: 'rollout/evidence-missing',
      summary: progress.join(' '),
    })
  })

  test.each([
    {what: 'it was killed', given: {...end, exitCode: null, signal: 'SIGKILL'}},
    {what: 'it printed half of it', given: {...end, stdout: end.stdout.slice(0, 40)}},
    {what: 'it printed another format', given: {...end, stdout: JSON.stringify({...document, schemaVersion: 2})}},
    {what: 'it printed an unknown verdict', given: {...end, stdout: JSON.stringify({...document, verdict: 'fine'})}},
    {what: 'it said nothing', given: {...end, exitCode: 0, stdout: ''}},
  ])('is an error when $what, whatever the exit code', ({given}) => {
    expect(commandResult(given)).toMatchObject({verdict: 'error', reason: 'demo/no-result'})
  })
})
