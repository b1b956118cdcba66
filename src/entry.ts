/** Where `dist/` begins. Each entry file calls `start` by its name; what it does not need is not even read. */
import type {ActionName} from './actions/names.ts'
import {assertNever} from './core/assert.ts'

export async function start(what: ActionName | 'cli'): Promise<void> {
  switch (what) {
    case 'validate-model':
      return (await import('./actions/validate-model.ts')).validateModel()
    case 'scan-image':
      return (await import('./actions/scan-image.ts')).scanImage()
    case 'plan-rollout':
      return (await import('./actions/plan-rollout.ts')).planRollout()
    case 'promote-canary':
      return (await import('./actions/promote-canary.ts')).promoteCanary()
    case 'roll-back':
      return (await import('./actions/roll-back.ts')).rollBack()
    case 'cli':
      return (await import('./cli/start.ts')).startCli()
    default:
      return assertNever(what)
  }
}
