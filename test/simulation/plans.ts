/** The plans that simulated rollouts follow, as `slipway.yml` would say them: every preset, and every rule about time. */

export interface SimulatedPlan {
  readonly name: string
  /** The part `rollout`. */
  readonly rollout: Readonly<Record<string, unknown>>
  /** Other keys of the environment. */
  readonly environment?: Readonly<Record<string, unknown>>
  /** Requests of users per second; default: enough for a verdict at each look. */
  readonly perSecond?: number
}

const stages = [
  {weight: '10%', for: '15m'},
  {weight: '50%', for: '10m'},
]
const errors = {name: 'errors', share: {of: 'requests_total', bad: 'code="500"'}, 'at-most': '1%'}

/** Guards of every kind, each of which a good release keeps and a harmful one breaks. */
const everyGuard = [
  {...errors, 'at-most-times-stable': 3},
  {name: 'latency', histogram: 'request_duration_seconds', p95: '120ms'},
  {name: 'quality', mean: {of: 'quality', squares: 'quality_squares_total', between: [0, 1]}, 'may-lose': '5%'},
  {name: 'complaints', count: {of: 'complaints_total', per: 'requests_total'}, 'at-most-times-stable': 3},
  {name: 'answers', distribution: 'score', 'may-shift': '5%'},
  {name: 'incidents', alert: 'severity="critical"'},
]

export const plans: readonly SimulatedPlan[] = [
  {name: 'canary', rollout: {stages}},
  {name: 'canary that holds where evidence is short', rollout: {stages}, perSecond: 0.3},
  {
    name: 'canary that is extended where evidence is short',
    rollout: {stages, 'when-evidence-is-short': 'extend'},
    perSecond: 0.3,
  },
  {
    name: 'canary that goes on where evidence is short',
    rollout: {stages, 'when-evidence-is-short': 'continue'},
    perSecond: 0.3,
  },
  {name: 'canary with approvals', rollout: {stages}, environment: {approvals: [{team: 'risk'}, {team: 'owners'}]}},
  {name: 'canary with guards of every kind', rollout: {stages, guards: everyGuard}},
  {
    name: 'canary whose stages end early',
    rollout: {
      stages: [
        {weight: '10%', for: '40m', 'at-least': '10m'},
        {weight: '50%', for: '40m', 'at-least': '5m'},
      ],
    },
  },
  {
    name: 'canary that asks before its second stage',
    rollout: {
      stages: [
        {weight: '10%', for: '10m'},
        {weight: '50%', for: '10m', 'ask-first': true},
      ],
    },
  },
  {name: 'canary with a bake', rollout: {stages, bake: '15m'}},
  {
    name: 'canary in a freeze',
    rollout: {stages},
    environment: {freeze: [{from: 'Thu 00:10', to: 'Thu 00:50', why: 'the quarter ends'}]},
  },
  {
    name: 'canary in office hours',
    rollout: {
      stages,
      'only-during': [
        {from: '00:20', to: '00:35'},
        {from: '01:00', to: '23:00'},
      ],
    },
  },
  {name: 'canary with a deadline', rollout: {stages, deadline: '50m'}},
  {name: 'canary that is held when late', rollout: {stages, deadline: '30m', 'when-late': 'hold'}},
  {name: 'canary that may die', rollout: {stages, 'stale-after': '20m', 'dead-after': '70m'}},
  {
    name: 'blue-green',
    rollout: {
      preset: 'blue-green',
      stages: [
        {weight: '10%', for: '10m'},
        {weight: '50%', for: '10m'},
      ],
      bake: '20m',
    },
  },
  {name: 'all at once', rollout: {preset: 'all-at-once', stages: undefined, bake: '20m'}},
  {name: 'shadow', rollout: {preset: 'shadow', stages: [{mirror: '100%', for: '20m'}]}},
  {name: 'shadow before a canary', rollout: {stages: [{mirror: '50%', for: '10m'}, ...stages], bake: '10m'}},
]
