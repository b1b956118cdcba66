import type {TargetConfig} from '../config/schema.ts'
import {assertNever} from '../core/assert.ts'
import type {Runtime} from '../runtime/runtime.ts'
import {openCommand} from './command.ts'
import {openLocal} from './local.ts'
import type {Target} from './target.ts'

/** The target that the config names. @throws UserError when it cannot be used as it is configured. */
export function openTarget(config: TargetConfig, runtime: Pick<Runtime, 'http' | 'exec' | 'env'>): Target {
  switch (config.kind) {
    case 'local':
      return openLocal(config, runtime.http)
    case 'command':
      return openCommand(config, runtime)
    default:
      return assertNever(config)
  }
}
