/**
 * The answer of a check, and of many checks together.
 *
 * - `pass`: shown to hold. `warn`: holds, but somebody should look.
 * - `inconclusive`: the data cannot tell. Blocks unless the config says otherwise.
 * - `fail`: shown not to hold. `error`: could not be judged at all.
 * - `not-applicable`: the question does not arise. It never turns into a pass by itself.
 */
export type Verdict = 'pass' | 'warn' | 'inconclusive' | 'fail' | 'error' | 'not-applicable'

export const verdicts = ['not-applicable', 'pass', 'warn', 'inconclusive', 'fail', 'error'] as const satisfies Verdict[]

/** Worst wins: error > fail > inconclusive > warn > pass. Nothing judged at all is `error`: absence is never a pass. */
export function worstOf(all: Iterable<Verdict>): Verdict {
  let worst = 0
  for (const verdict of all) worst = Math.max(worst, verdicts.indexOf(verdict))
  return worst === 0 ? 'error' : (verdicts[worst] ?? 'error')
}

/** Whether what was judged may go on. `warn` may; everything that is not shown to hold may not. */
export function mayProceed(verdict: Verdict): boolean {
  return verdict === 'pass' || verdict === 'warn'
}

/** Process exit code: 0 pass or warn, 1 fail, 2 inconclusive, 3 error (or nothing judged). */
export function exitCodeOf(verdict: Verdict): 0 | 1 | 2 | 3 {
  switch (verdict) {
    case 'pass':
    case 'warn':
      return 0
    case 'fail':
      return 1
    case 'inconclusive':
      return 2
    case 'error':
    case 'not-applicable':
      return 3
  }
}
