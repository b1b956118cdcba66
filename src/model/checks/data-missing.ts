import type {Finding} from '../../core/finding.ts'
import {missingIn} from '../data/column-form.ts'
import type {Table} from '../readers/columns.ts'
import {advice, formatValue} from './check.ts'

const check = {
  why: 'Values that got lost on the way are filled in by whoever reads the data, each in his own way.',
  remedy: 'Find the step that loses the values: a join without a partner, a type that could not be converted.',
}

/** In no column the share of missing values grew by more percentage points than the limit. */
export function judgeMissing(fresh: Table, old: Table, mayGrow: number): Finding {
  const base = {
    id: 'model/data-missing-may-grow',
    subject: 'missing values',
    limit: `may grow by ${pointsText(mayGrow)}`,
  } as const
  const growths = old.header
    .flatMap(name => {
      const [now, before] = [fresh.columns.get(name), old.columns.get(name)]
      if (!now || !before) return []
      const share = (missingIn(now) / fresh.rows) * 100
      const earlier = (missingIn(before) / old.rows) * 100
      return [{name, share, earlier, growth: share - earlier}]
    })
    .sort((a, b) => b.growth - a.growth)
  const [worst] = growths
  if (!worst) {
    return {
      ...base,
      verdict: 'error',
      reason: 'model/data-no-shared-column',
      what: 'The two data sets have no column in common.',
      why: 'Nothing was compared, so nothing was shown.',
      remedy: 'Check that the gate names the right two data sets.',
    }
  }
  // Two shares of 0.1 and 0.3 differ by 0.19999999999999998: what a double cannot hold must not decide.
  const grown = growths.filter(({growth}) => growth > mayGrow + 1e-9)
  const verdict = grown.length === 0 ? 'pass' : 'fail'
  const seen = `Missing in "${worst.name}": ${formatValue(worst.share)} %, ${formatValue(worst.earlier)} % before`
  const others =
    grown.length > 1 ? ` ${grown.length - 1} more ${grown.length === 2 ? 'column' : 'columns'} grew too much.` : ''
  return {
    ...base,
    verdict,
    reason: verdict === 'pass' ? 'model/data-missing-kept' : 'model/data-missing-grew',
    what:
      verdict === 'pass'
        ? `${seen}: no column of ${growths.length} grew by more.`
        : `${seen}: grown by more than ${pointsText(mayGrow)}.${others}`,
    value: worst.growth,
    n: fresh.rows,
    details: {
      column: worst.name,
      ...(grown.length === 0
        ? {}
        : {
            grown: grown.map(
              ({name, share, earlier}) => `${name}: ${formatValue(earlier)} % to ${formatValue(share)} %`,
            ),
          }),
    },
    ...advice(verdict, check),
  }
}

function pointsText(points: number): string {
  return `${points} percentage ${points === 1 ? 'point' : 'points'}`
}
