/** What every target refuses before anything moves. Pure. */
import {UserError} from '../core/failure.ts'

/**
 * A version becomes an argument, a path, a label and a header.
 * @throws UserError `traffic/version-malformed`
 */
export function checkVersion(version: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._+-]{0,127}$/.test(version)) return version
  throw new UserError('traffic/version-malformed', `"${version}" cannot be the version of a release.`, {
    hint: 'Expected letters, digits and . _ + -, starting with a letter or a digit, at most 128 characters.',
  })
}

/**
 * Nothing and everything can be sent by every target, also where its steps do not divide 100.
 * @throws UserError `traffic/weight-out-of-range` outside 0 to 100, `traffic/weight-too-fine` when the target cannot
 * route it exactly: a rounded weight would not be the one that was planned and approved.
 */
export function checkWeight(weightPercent: number, granularityPercent: number): number {
  if (!(weightPercent >= 0 && weightPercent <= 100)) {
    throw new UserError('traffic/weight-out-of-range', `A weight of ${weightPercent} % is not between 0 and 100 %.`)
  }
  if (weightPercent === 0 || weightPercent === 100) return weightPercent
  const steps = weightPercent / granularityPercent
  if (Math.abs(steps - Math.round(steps)) < 1e-9) return weightPercent
  throw new UserError(
    'traffic/weight-too-fine',
    `A weight of ${weightPercent} % is finer than the target's steps of ${granularityPercent} %.`,
    {
      hint: `Choose a multiple of ${granularityPercent} % in rollout.stages: ${nearest(weightPercent, granularityPercent)}.`,
    },
  )
}

/** `3 % or 6 %`: the two weights around one that cannot be set. */
function nearest(weightPercent: number, granularityPercent: number): string {
  const below = Math.floor(weightPercent / granularityPercent) * granularityPercent
  const around = [below, Math.min(100, below + granularityPercent)].filter(each => each > 0)
  // Twelve digits: 0.1 * 3 is 0.30000000000000004.
  return around.map(each => `${Number(each.toPrecision(12))} %`).join(' or ')
}

/** @throws UserError `traffic/cannot-mirror`: a rehearsal that copies nothing would look like one without a difference. */
export function refuseMirroring(kind: string, hint: string): never {
  throw new UserError('traffic/cannot-mirror', `The target ${kind} cannot mirror requests as it is configured.`, {hint})
}
