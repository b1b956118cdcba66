/** What test suites of data report: how many questions were answered in which way. */
import {type Undefined, undefinedBecause} from '../inference/estimate.ts'

/**
 * A count of what did not hold; 0 only where something was asked and all of it was answered. A suite that asks nothing,
 * or could not run, has shown nothing.
 */
export function failuresAmong(asked: number, failed: number, unanswered: number, what: string): number | Undefined {
  if (failed > 0) return failed
  if (asked === 0) return undefinedBecause('model/reported-no-samples', `the file has no ${what}: nothing was asked.`)
  if (unanswered === 0) return 0
  return undefinedBecause(
    'model/reported-no-samples',
    `${unanswered} of its ${what}s could not run: nobody knows their answer.`,
  )
}
