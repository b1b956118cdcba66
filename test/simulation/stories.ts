/** A story from a seed: a plan, a release that is well or sick, people, faults. */
import {assertNever} from '../../src/core/assert.ts'
import {type Dice, diceOf} from './dice.ts'
import {faultKinds} from './faults.ts'
import {plans} from './plans.ts'
import type {Conduct} from './router.ts'
import {minuteMs, noTroubles, quietStory, type Story, type TelemetryTroubles, type Word} from './story.ts'

const stablest: Conduct = {readyAfterMs: 0, badShare: 0.001}

export function storyOf(seed: number): Story {
  const dice = diceOf(seed, 'story')
  const plan = dice.pick(plans)
  const isCalm = dice.chance(0.2)
  const sampled = dice.chance(0.5)
  return {
    ...quietStory,
    seed,
    plan: plan.name,
    rollout: plan.rollout,
    environment: plan.environment ?? {},
    hadRelease: !dice.chance(0.1),
    perSecond: plan.perSecond ?? dice.pick([10, 40, 200]),
    candidate: conductOf(dice),
    rival: dice.chance(0.2) ? {at: dice.between(0, 50) * minuteMs, conduct: stablest} : null,
    words: wordsOf(dice),
    hands: dice.chance(0.15)
      ? [
          {
            at: dice.between(1, 40) * minuteMs,
            does: dice.pick(['set-weight', 'mirror', 'remove-candidate']),
            weightPercent: dice.pick([0, 5, 30, 80]),
          },
        ]
      : [],
    evidenceFailsAt: dice.chance(0.05) ? dice.between(0, 30) * minuteMs : null,
    pods: dice.between(1, 3),
    podsTellStart: !dice.chance(0.2),
    sampled,
    alertFiresAt: dice.chance(0.4) ? dice.between(-1, 40) * minuteMs : null,
    telemetry: isCalm ? noTroubles : troublesOf(dice),
    faults: isCalm ? {rate: 0, kinds: []} : {rate: dice.pick([0.01, 0.03, 0.08, 0.15]), kinds: kindsOf(dice)},
    dispatch: {
      lost: dice.pick([0, 0, 0.2, 1]),
      doubled: dice.pick([0, 0.3]),
      delayedMs: dice.pick([1000, 15 * minuteMs]),
    },
    skewMs: dice.pick([0, 500, 5000, 90_000]),
    jobMs: dice.pick([6, 20, 60, 350]) * minuteMs,
    watchdogMs: dice.pick([15, 30, 90]) * minuteMs,
    exclusive: dice.chance(0.5),
    followsAfterMs: dice.pick([0, 0, 2000, 90_000]),
  }
}

function conductOf(dice: Dice): Conduct {
  switch (dice.pick(['well', 'well', 'well', 'harmful', 'harmful', 'late', 'crashing', 'never ready'])) {
    case 'harmful':
      return {readyAfterMs: 0, badShare: dice.pick([0.1, 0.3, 1])}
    case 'late':
      return {readyAfterMs: dice.between(1, 8) * minuteMs, badShare: 0.001}
    case 'crashing':
      return {readyAfterMs: 0, badShare: 0.001, crashesAfterMs: dice.between(1, 30) * minuteMs}
    case 'never ready':
      return {readyAfterMs: Number.MAX_SAFE_INTEGER, badShare: 0.001}
    default:
      return stablest
  }
}

const sayings = ['pause', 'resume', 'hold', 'promote', 'abort', 'roll-back', 'approve', 'retry'] as const

function wordsOf(dice: Dice): Word[] {
  const count = dice.pick([0, 0, 0, 1, 1, 2, 4])
  return Array.from({length: count}, (): Word => {
    const at = dice.between(1, 60 * 60) * 1000
    const say = dice.pick(sayings)
    const isStale = dice.chance(0.2)
    switch (say) {
      case 'approve':
        return {at, say, as: 'risk'}
      case 'promote':
        return {at, say, despiteFreeze: dice.chance(0.5)}
      case 'roll-back':
        return dice.chance(0.3) ? {at, say, to: dice.pick(['v1', 'v2'])} : {at, say}
      case 'retry':
        return {at, say}
      case 'pause':
      case 'resume':
      case 'hold':
      case 'abort':
        return isStale ? {at, say, expect: 'another rollout'} : {at, say}
      default:
        return assertNever(say)
    }
  })
}

function kindsOf(dice: Dice): Story['faults']['kinds'] {
  if (dice.chance(0.5)) return faultKinds
  return [dice.pick(faultKinds), dice.pick(faultKinds)]
}

function troublesOf(dice: Dice): TelemetryTroubles {
  const rare = () => dice.pick([0, 0, 0.05, 0.3])
  return {failed: rare(), empty: rare(), partial: rare(), repeated: rare(), late: rare(), restart: rare()}
}
