import {describe, expect, test} from 'vitest'
import {planGuards} from '../../src/rollout/guards.ts'
import {environment} from './world.ts'

const share = {name: 'errors', share: {of: 'requests_total', bad: 'code="500"'}}
const mean = {name: 'revenue', mean: {of: 'value', between: [0, 10]}}

function planned(guards: readonly object[], rate = '1%') {
  return planGuards(environment({guards, 'false-abort-rate': rate}).rollout)
}

function codeOf(act: () => unknown): unknown {
  try {
    act()
  } catch (error) {
    return error
  }
  return 'accepted'
}

describe('the guards of a plan', () => {
  test('share the false-abort rate evenly, and rules and thresholds take nothing of it', () => {
    const guards = planned([
      {...share, 'at-most': '1%', 'at-most-times-stable': 1.5},
      {...share, name: 'fallbacks', 'at-most': '5%', statistics: 'none'},
      {...mean, 'may-lose': '5%'},
      {name: 'complaints', count: {of: 'complaints_total'}, 'at-most': 3, 'at-most-times-stable': 2},
      {name: 'security', alert: 'severity="critical"'},
    ])
    const alphas = guards.flatMap(({tests}) => tests.map(each => ('alpha' in each ? each.alpha : null)))
    expect(alphas).toEqual([0.0025, 0.0025, 0, 0.0025, null, 0.0025, null])
  })

  test.each([
    ['a share of 0 %', [{...share, 'at-most': '0%'}], 'rollout/limit-without-room'],
    ['a share of 100 %', [{...share, 'at-most': '100%'}], 'rollout/limit-without-room'],
    ['a mean that may lose nothing', [{...mean, 'may-lose': '0%'}], 'rollout/limit-without-room'],
    ['a mean that may lose everything', [{...mean, 'may-lose': '100%'}], 'rollout/limit-without-room'],
    ['a mean outside of its bounds', [{...mean, 'at-least': 10}], 'rollout/limit-without-room'],
    [
      'a distribution that may not shift at all',
      [{name: 'scores', distribution: 'score', 'may-shift': '0%'}],
      'rollout/limit-without-room',
    ],
    [
      'a share of a mean that may be negative',
      [{name: 'profit', mean: {of: 'profit', between: [-5, 5]}, 'may-lose': '5%'}],
      'rollout/share-of-a-signed-mean',
    ],
  ])('%s is refused, since nothing could ever be shown', (_, guards, code) => {
    expect(codeOf(() => planned(guards))).toMatchObject({code})
  })

  test('a cost that may double is a limit like any other', () => {
    expect(planned([{...mean, 'may-grow': '100%'}])[0]?.tests).toMatchObject([{kind: 'mean-may-grow', fraction: 1}])
  })

  test('a false-abort rate that no evidence could ever reach is refused, instead of a guard that only seems to watch', () => {
    const tiny = `0.${'0'.repeat(310)}1%`
    expect(codeOf(() => planned([{...share, 'at-most': '1%'}], tiny))).toMatchObject({
      code: 'rollout/false-abort-rate-too-small',
    })
  })
})
