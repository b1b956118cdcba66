/** The story of the demo, as data: which releases come, in which order, and how each must end. */

export interface Scenario {
  readonly version: string
  /** What its author would say of it. */
  readonly story: string
  /** How it must end; the demo fails when it does not. */
  readonly ending:
    | {readonly kind: 'promoted'}
    /** Stopped before any user meets it. */
    | {readonly kind: 'blocked'; readonly at: 'model' | 'image'}
    /** Met some users, and was taken back. */
    | {readonly kind: 'aborted'}
  /** The process that drives the rollout is lost (SIGKILL) once users see at least this share of answers from it. */
  readonly lostAtShare?: number
}

/** In production when the story begins. */
export const firstRelease: Scenario = {
  version: 'v1',
  story: 'the first release: modest, and better than nothing',
  ending: {kind: 'promoted'},
}

export const scenarios: readonly Scenario[] = [
  {version: 'v2', story: 'sees the whole form', ending: {kind: 'promoted'}},
  {
    version: 'v3',
    story: 'trained after dropping every row with an unknown account',
    ending: {kind: 'blocked', at: 'model'},
  },
  {version: 'v4', story: 'its weights are a pickle that runs a command', ending: {kind: 'blocked', at: 'model'}},
  {version: 'v5', story: 'its image has a critical vulnerability', ending: {kind: 'blocked', at: 'image'}},
  {version: 'v6', story: 'its encoder raises on values that it has never seen', ending: {kind: 'aborted'}},
  {
    version: 'v7',
    story: 'v6 mended; the process that drives its rollout is killed half-way',
    ending: {kind: 'promoted'},
    lostAtShare: 0.15,
  },
]
