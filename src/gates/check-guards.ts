import type {GuardConfig, ShareGuard} from '../config/rollout-schema.ts'
import type {EnvironmentConfig} from '../config/schema.ts'
import {isFailure, UserError} from '../core/failure.ts'
import type {Runtime} from '../runtime/runtime.ts'
import {parseMatchers} from '../telemetry/matchers.ts'
import {openSource} from '../telemetry/open.ts'

/**
 * Whether every guard of an environment can be asked at all. A source would say so only when it is read, with the
 * candidate among the users already. Asked before a plan and a start; not before a rollback, which needs no guard.
 * @throws UserError `config/guard-malformed` with the key in the config; what `openSource` refuses
 */
export function checkGuards(
  environmentName: string,
  {rollout, telemetry}: EnvironmentConfig,
  runtime: Pick<Runtime, 'http' | 'env'>,
): void {
  openSource(telemetry, runtime)
  for (const [index, guard] of rollout.guards.entries()) {
    if (isShareGuard(guard)) checkMatchers(guard.share.bad, `environments.${environmentName}.rollout.guards[${index}]`)
  }
}

function checkMatchers(text: string, guard: string): void {
  try {
    parseMatchers(text)
  } catch (error) {
    if (!isFailure(error)) throw error
    throw new UserError('config/guard-malformed', `${guard}.share.bad: ${error.message}`, {
      ...(error.hint === undefined ? {} : {hint: error.hint}),
      cause: error,
    })
  }
}

function isShareGuard(guard: GuardConfig): guard is ShareGuard {
  return 'share' in guard
}
