/** What a person or a workflow can ask of a rollout. */
export const rolloutRequests = ['start', 'continue', 'approve', 'pause', 'resume', 'promote', 'abort'] as const

export type RolloutRequestName = (typeof rolloutRequests)[number]
