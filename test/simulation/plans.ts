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

export const plans: readonly SimulatedPlan[] = [
  {name: 'canary', rollout: {stages}},
  {name: 'canary with little traffic, hold', rollout: {stages}, perSecond: 0.3},
  {
    name: 'canary with little traffic, extend',
    rollout: {stages, 'when-evidence-is-short': 'extend'},
    perSecond: 0.3,
  },
  {
    name: 'canary with little traffic, continue',
    rollout: {stages, 'when-evidence-is-short': 'continue'},
    perSecond: 0.3,
  },
  {name: 'canary with approvals', rollout: {stages}, environment: {approvals: [{team: 'risk'}, {team: 'owners'}]}},
  {
    name: 'canary against stable',
    rollout: {
      stages,
      guards: [
        {name: 'errors', share: {of: 'requests_total', bad: 'code="500"'}, 'at-most': '1%', 'at-most-times-stable': 3},
      ],
    },
  },
]
