/** Allowances that need somebody’s eye: those that end soon, and those that nobody needs. */
import {type Day, formatDay} from '../../../core/day.ts'
import type {Finding} from '../../../core/finding.ts'
import {daysLeft, warningDays} from '../allow/allowances.ts'
import type {Allowance} from '../policy.ts'
import {shownPath} from './words.ts'

/** @param used those that covered something */
export function allowanceFindings(
  allowances: readonly Allowance[],
  used: ReadonlySet<Allowance>,
  today: Day,
): readonly Finding[] {
  return allowances.flatMap(allowance => {
    if (!used.has(allowance)) return [unused(allowance)]
    const left = daysLeft(allowance, today)
    return left >= 0 && left <= warningDays ? [endsSoon(allowance, left)] : []
  })
}

function endsSoon(allowance: Allowance, left: number): Finding {
  return {
    id: 'model/allowances-hold',
    subject: subjectOf(allowance),
    verdict: 'warn',
    reason: 'model/allowance-expires-soon',
    what: `${allowance.owner} takes responsibility for ${covered(allowance)} until ${formatDay(allowance.expires)}. ${
      left === 0 ? 'Its last day is today' : `${left} ${left === 1 ? 'day' : 'days'} left`
    }.`,
    why: 'From the day after its last one it counts no more, and the model fails.',
    remedy: 'Renew the allowance with a new day and reason, or promote a model that needs none.',
  }
}

function unused(allowance: Allowance): Finding {
  return {
    id: 'model/allowances-are-needed',
    subject: subjectOf(allowance),
    verdict: 'warn',
    reason: 'model/allowance-unused',
    what: `The allowance of ${allowance.owner} for ${covered(allowance)} covers nothing in this model.`,
    why: 'An allowance that nobody needs lets through what comes back under the same name.',
    remedy: 'Remove it, or correct its name: names are matched exactly, those on the allow-list need none.',
  }
}

function subjectOf(allowance: Allowance): string {
  return 'import' in allowance ? `allowance of import ${allowance.import}` : `allowance of file ${allowance.file}`
}

function covered(allowance: Allowance): string {
  return 'import' in allowance ? `the import ${allowance.import}` : `the file ${shownPath(allowance.file)}`
}
