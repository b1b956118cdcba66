import {describe, expect, test} from 'vitest'
import {isGated, isOpen} from '../../../src/image/gate/judge.ts'
import type {Judged, RuleOutcome, WaiverState} from '../../../src/image/judgement.ts'
import {fateOf, isOpen as isOpenFate} from '../../../src/image/render/fate.ts'
import {vulnerability} from '../scans.ts'
import {waiver} from '../waivers/waiver.ts'

const outcomes: readonly RuleOutcome[] = [
  {kind: 'rule', verdict: 'fail', rule: 'critical: fail', index: 0},
  {kind: 'rule', verdict: 'warn', rule: 'high: warn', index: 1},
  {kind: 'rule', verdict: 'pass', rule: 'low: pass', index: 2},
  {kind: 'undecided', rule: 'critical: fail', index: 0, unknown: 'severity'},
  {kind: 'no-rule'},
]
const waivers: readonly WaiverState[] = [
  {kind: 'none'},
  {kind: 'holds', waiver: waiver({}), daysLeft: 30, expiresSoon: false},
  {kind: 'expired', waiver: waiver({})},
]
const suppressions = [undefined, {by: 'OpenVEX of vendor.example', reason: 'not reachable'}]

const all: readonly Judged[] = outcomes.flatMap(outcome =>
  waivers.flatMap(state =>
    suppressions.map(suppressed => ({
      flaw: vulnerability(suppressed === undefined ? {} : {suppressed}),
      isNew: null,
      outcome,
      waiver: state,
    })),
  ),
)

describe('what a rendering calls a flaw', () => {
  test.each(all)(
    '$outcome.kind, waiver $waiver.kind, suppressed $flaw.suppressed.by: as the gate counts it',
    judged => {
      expect(isOpenFate(fateOf(judged))).toBe(isOpen(judged))
    },
  )

  test('is waived wherever the gate would have named it, and somebody accepts it', () => {
    const accepted = all.filter(judged => isGated(judged) && judged.waiver.kind === 'holds')
    expect(accepted.map(fateOf)).toEqual(['waived', 'waived', 'waived'])
  })
})
