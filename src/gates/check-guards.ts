import type {GuardConfig} from '../config/guard-schema.ts'
import type {EnvironmentConfig} from '../config/schema.ts'
import {assertNever} from '../core/assert.ts'
import {isFailure, UserError} from '../core/failure.ts'
import type {Runtime} from '../runtime/runtime.ts'
import {parseMatchers} from '../telemetry/matchers.ts'
import {openSource} from '../telemetry/open.ts'

/**
 * Whether every guard of an environment can be asked at all. A source would say so only when it is read, with the
 * candidate among the users already. Asked before a plan and a start; not before a rollback, which needs no guard.
 * @throws UserError `config/guard-malformed`, `config/guard-needs-prometheus` with the key in the config; what
 *   `openSource` refuses
 */
export function checkGuards(
  environmentName: string,
  {rollout, telemetry}: EnvironmentConfig,
  runtime: Pick<Runtime, 'http' | 'env'>,
): void {
  openSource(telemetry, runtime)
  for (const [index, guard] of rollout.guards.entries()) {
    const place = `environments.${environmentName}.rollout.guards[${index}]`
    for (const {key, text} of matchersOf(guard)) checkMatchers(text, `${place}.${key}`)
    if ('alert' in guard && telemetry.kind !== 'prometheus') {
      throw new UserError(
        'config/guard-needs-prometheus',
        `${place}.alert: a metrics page knows no alerts, and telemetry is of the kind ${telemetry.kind}.`,
        {
          hint: 'Let telemetry be of the kind prometheus, or remove the guard: an alert from outside can abort by the request abort.',
        },
      )
    }
  }
}

interface WrittenMatchers {
  readonly key: string
  readonly text: string
}

/** Which key makes a guard what it is. */
function matchersOf(guard: GuardConfig): readonly WrittenMatchers[] {
  if ('share' in guard) return [{key: 'share.bad', text: guard.share.bad}]
  if ('count' in guard) return guard.count.where === undefined ? [] : [{key: 'count.where', text: guard.count.where}]
  if ('alert' in guard) return [{key: 'alert', text: guard.alert}]
  if ('histogram' in guard || 'mean' in guard || 'distribution' in guard) return []
  return assertNever(guard)
}

function checkMatchers(text: string, place: string): void {
  try {
    parseMatchers(text)
  } catch (error) {
    if (!isFailure(error)) throw error
    throw new UserError('config/guard-malformed', `${place}: ${error.message}`, {
      ...(error.hint === undefined ? {} : {hint: error.hint}),
      cause: error,
    })
  }
}
