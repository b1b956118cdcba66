import type {Finding} from '../../core/finding.ts'
import {formatCount} from '../../core/quantity.ts'
import type {Table} from '../readers/columns.ts'
import {advice, formatValue} from './check.ts'

const check = {
  why: 'Rows that are lost or doubled on the way change every number that is computed from them.',
  remedy: 'Find the step that drops or doubles rows, or widen rows-within with a reason.',
}

/** The new data set has as many rows as the old one, give or take. */
export function judgeRows(fresh: Table, old: Table, within: number): Finding {
  const change = (fresh.rows - old.rows) / old.rows
  const holds = Math.abs(fresh.rows - old.rows) * 100 <= within * old.rows
  const verdict = holds ? 'pass' : 'fail'
  const sign = change > 0 ? '+' : ''
  const seen = `${formatCount(fresh.rows)} rows, ${formatCount(old.rows)} before (${sign}${formatValue(change * 100)}%)`
  return {
    id: 'model/data-rows-within',
    subject: 'rows',
    verdict,
    reason: holds ? 'model/data-rows-kept' : 'model/data-rows-differ',
    what: holds ? `${seen}.` : `${seen}: further apart than ${within}%.`,
    value: change,
    limit: `within ${within}%`,
    n: fresh.rows,
    ...advice(verdict, check),
  }
}
