import {describe, expect, test} from 'vitest'
import {alarm} from '../../../src/backtest/competitors/alarm.ts'
import {recordingOfErrors} from '../lines.ts'

const good = [100, 1] as const
const bad = [100, 2] as const

describe('an alarm of 3 out of 5 periods', () => {
  test.each([
    ['three in a row', [bad, bad, bad, good], 'aborted', 2],
    ['three of five', [bad, good, bad, good, bad], 'aborted', 4],
    ['three of six are not enough', [bad, good, good, bad, good, bad], 'promoted', 5],
    ['periods without data are left out: they neither breach nor heal', [bad, null, bad, [0, 0], bad], 'aborted', 4],
    ['nothing but silence', [null, null, null], 'promoted', 2],
  ] as const)('%s', (_, lines, outcome, line) => {
    expect(alarm().judge(recordingOfErrors(lines))).toMatchObject({outcome, line})
  })
})
