/** Which release a rollout begins beside: what the ledger knows, held against what the target says. Pure. */
import {UserError} from '../../core/failure.ts'
import type {Release} from '../../core/release.ts'
import type {TargetState} from '../../traffic/target.ts'

export interface ServingInput {
  /** What serves by the ledger. */
  readonly current: Release | null
  /** What the caller says is in production, for an environment that was served before it had a ledger. */
  readonly named: Release | null
  readonly candidate: Release
  readonly target: Pick<TargetState, 'stable'>
}

/**
 * The release that a rollback would restore: from the ledger, else as the caller names it; never guessed from the target.
 * Null where the candidate is the first release.
 *
 * @throws UserError `rollout/stable-unknown`, `rollout/target-changed-by-someone-else`
 */
export function servingRelease({current, named, candidate, target}: ServingInput): Release | null {
  const stable = current ?? named
  if (stable === null) {
    if (target.stable === null || target.stable === candidate.version) return null
    throw new UserError(
      'rollout/stable-unknown',
      `${target.stable} serves, and the ledger does not know its digests.`,
      {
        hint: `Name the release in production, so that a rollback can restore exactly it: --stable-version ${target.stable}, --stable-model-digest and, where it has an image, --stable-image-digest; in an action the inputs of these names.`,
      },
    )
  }
  if (target.stable === stable.version) return stable
  if (current === null) {
    throw new UserError(
      'rollout/target-changed-by-someone-else',
      `The target serves ${target.stable ?? 'nothing'}, not ${stable.version}, which was named as the release in production.`,
      {hint: 'Name the release that serves, with its digests.'},
    )
  }
  throw new UserError(
    'rollout/target-changed-by-someone-else',
    `The target serves ${target.stable ?? 'nothing'}, the ledger says ${stable.version}.`,
    {hint: `Bring ${stable.version} back with roll-back, or find out who changed it.`},
  )
}
