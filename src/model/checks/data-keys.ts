import type {DataGate} from '../../config/model-gate-schema.ts'
import type {Finding} from '../../core/finding.ts'
import {formatCount} from '../../core/quantity.ts'
import {countUnknown, indexKeys, type KeyColumns} from '../data/key-index.ts'
import type {Table, TextColumn} from '../readers/columns.ts'

type Reference = DataGate['references'][number]

/** No two rows have the same key, and every row has one. Values are compared as they are written. */
export function judgeUnique(table: Table, key: readonly string[]): Finding {
  const base = {id: 'model/data-unique', subject: `key ${key.join(', ')}`, limit: 'unique', n: table.rows} as const
  const columns = textColumns(table, key)
  if (columns.absent.length > 0) return columnAbsent(base, columns.absent, 'the new data set')
  const {repeated, incomplete, distinct} = indexKeys(columns.found, table.rows)
  const why = 'Whoever joins by the key gets rows twice, or loses them.'
  const details = {repeated, incomplete, distinct}
  if (repeated > 0) {
    return {
      ...base,
      verdict: 'fail',
      reason: 'model/data-key-repeated',
      what: `${rowsOf(repeated)} of ${formatCount(table.rows)} repeat the key of another${incomplete > 0 ? `, and in ${formatCount(incomplete)} a part of it is missing` : ''}.`,
      value: repeated,
      why,
      remedy: 'Find the step that doubles rows: a join with several partners, a retry, an append that ran twice.',
      details,
    }
  }
  if (incomplete > 0) {
    return {
      ...base,
      verdict: 'fail',
      reason: 'model/data-key-missing',
      what: `In ${rowsOf(incomplete)} of ${formatCount(table.rows)} a part of the key is missing.`,
      value: incomplete,
      why: 'A row without a key can be neither found nor told apart from another.',
      remedy: 'Write the key in every row, or name columns that identify one.',
      details,
    }
  }
  return {
    ...base,
    verdict: 'pass',
    reason: 'model/data-key-unique',
    what: `${formatCount(distinct)} rows, ${formatCount(distinct)} different keys.`,
    details,
  }
}

/** Every value exists in the other data set. A missing value points nowhere, and is counted apart, as databases do. */
export function judgeReference(table: Table, parent: Table, reference: Reference): Finding {
  const theirs = reference['its-column'] ?? reference.column
  const base = {
    id: 'model/data-references',
    subject: `${reference.column} in ${reference.in}`,
    limit: 'every value exists there',
    n: table.rows,
  } as const
  const ours = textColumns(table, [reference.column])
  if (ours.absent.length > 0) return columnAbsent(base, ours.absent, 'the new data set')
  const there = textColumns(parent, [theirs])
  if (there.absent.length > 0) return columnAbsent(base, there.absent, reference.in)

  const index = indexKeys(there.found, parent.rows)
  const {unknown, missing} = countUnknown(index, ours.found, table.rows)
  const details = {unknown, missing, distinctThere: index.distinct}
  const without = missing === 0 ? '' : ` ${rowsOf(missing)} ${missing === 1 ? 'has' : 'have'} no value.`
  if (unknown > 0) {
    return {
      ...base,
      verdict: 'fail',
      reason: 'model/data-reference-broken',
      what: `${rowsOf(unknown)} of ${formatCount(table.rows)} ${unknown === 1 ? 'has' : 'have'} a "${reference.column}" that "${theirs}" of ${reference.in} does not have.${without}`,
      value: unknown,
      why: 'A join loses these rows without a word.',
      remedy: 'Migrate the data set that is pointed to first, and compare how both write the key: "007" is not "7".',
      details,
    }
  }
  if (missing === table.rows) {
    return {
      ...base,
      verdict: 'error',
      reason: 'model/data-reference-empty',
      what: `No row has a value of "${reference.column}".`,
      why: 'Where nothing points anywhere, nothing was shown.',
      remedy: 'Check the name of the column, and the job that writes it.',
      details,
    }
  }
  return {
    ...base,
    verdict: 'pass',
    reason: 'model/data-references-kept',
    what: `Every value of "${reference.column}" exists there (${formatCount(index.distinct)} distinct).${without}`,
    details,
  }
}

function textColumns(table: Table, names: readonly string[]): {found: KeyColumns; absent: readonly string[]} {
  const found: TextColumn[] = []
  const absent: string[] = []
  for (const name of names) {
    const column = table.columns.get(name)
    if (column?.kind === 'text') found.push(column)
    else absent.push(name)
  }
  return {found, absent}
}

function columnAbsent(
  base: Pick<Finding, 'id' | 'subject' | 'limit'>,
  absent: readonly string[],
  where: string,
): Finding {
  return {
    ...base,
    verdict: 'error',
    reason: 'model/data-column-missing',
    what: `There is no column ${absent.map(name => `"${name}"`).join(', ')} in ${where}.`,
    why: 'Nothing was compared, so nothing was shown.',
    remedy: 'Name columns that the data set has.',
  }
}

function rowsOf(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'row' : 'rows'}`
}
