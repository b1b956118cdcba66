/** The actions of this pack. Each has `actions/<name>/action.yml`, `dist/<name>.js` and a file here by its name. */
export const actionNames = ['validate-model', 'scan-image', 'plan-rollout', 'promote-canary', 'roll-back'] as const

export type ActionName = (typeof actionNames)[number]
