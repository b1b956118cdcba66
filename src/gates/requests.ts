/** What a person or a workflow can ask of a rollout. */
export const rolloutRequests = [
  'start',
  'retry',
  'continue',
  'approve',
  'pause',
  'hold',
  'resume',
  'promote',
  'abort',
] as const

export type RolloutRequestName = (typeof rolloutRequests)[number]
