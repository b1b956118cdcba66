import type {Finding} from '../../core/finding.ts'
import {formatCount} from '../../core/quantity.ts'
import {asNumberColumn, formOf} from '../data/column-form.ts'
import type {Column, Table} from '../readers/columns.ts'
import {advice} from './check.ts'

const check = {
  why: 'A column that is gone, new or of another kind breaks what reads the data, or changes what it means.',
  remedy: 'Write the columns as before, or set same-columns to false and name what must stay.',
}

/** Both data sets have the same columns, of the same kinds; their order does not count. */
export function judgeColumns(fresh: Table, old: Table): Finding {
  const gone = old.header.filter(name => !fresh.header.includes(name))
  const added = fresh.header.filter(name => !old.header.includes(name))
  const changed = old.header.flatMap(name => {
    if (!fresh.header.includes(name)) return []
    const [now, before] = [fresh.columns.get(name), old.columns.get(name)]
    return alike(now, before) ? [] : [`${name} (${wordFor(before)}, now ${wordFor(now)})`]
  })
  const holds = gone.length + added.length + changed.length === 0
  const verdict = holds ? 'pass' : 'fail'
  const parts = [
    ...(gone.length > 0 ? [`gone: ${list(gone)}`] : []),
    ...(added.length > 0 ? [`new: ${list(added)}`] : []),
    ...(changed.length > 0 ? [`of another kind: ${list(changed)}`] : []),
  ]
  return {
    id: 'model/data-same-columns',
    subject: 'columns',
    verdict,
    reason: holds ? 'model/data-columns-same' : 'model/data-columns-differ',
    what: holds
      ? `The same ${formatCount(old.header.length)} ${old.header.length === 1 ? 'column' : 'columns'}, of the same kinds.`
      : `Columns ${parts.join('; ')}.`,
    limit: 'same columns',
    ...(holds ? {} : {details: {gone, added, changed}}),
    ...advice(verdict, check),
  }
}

/** A column of a file that was not read as one holds objects. */
type ReadColumn = Column | undefined

/** A column without a value is of any kind. */
function alike(now: ReadColumn, before: ReadColumn): boolean {
  if (!now || !before) return now === before
  if (formOf(now) === formOf(before)) return true
  if (isEmpty(now) || isEmpty(before)) return true
  return asNumberColumn(now) !== null && asNumberColumn(before) !== null
}

function isEmpty(column: Column): boolean {
  switch (column.kind) {
    case 'number':
    case 'instant':
      return column.values.every(Number.isNaN)
    case 'text':
      return column.empty === column.offsets.length - 1
    case 'category':
      return column.empty === column.codes.length
    case 'list':
      return column.empty === column.offsets.length - 1
  }
}

function wordFor(column: ReadColumn): string {
  if (!column) return 'objects'
  switch (formOf(column)) {
    case 'number':
      return 'numbers'
    case 'instant':
      return 'points in time'
    case 'words':
      return 'words'
    case 'list':
      return 'lists'
  }
}

function list(names: readonly string[]): string {
  return names.length > 10 ? `${names.slice(0, 10).join(', ')} and ${names.length - 10} more` : names.join(', ')
}
