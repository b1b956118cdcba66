import type {Finding} from '../../core/finding.ts'
import {formatCount} from '../../core/quantity.ts'
import {checksumOf, countDifferences} from '../data/checksum.ts'
import {asNumberColumn, formOf, missingIn, unusableIn} from '../data/column-form.ts'
import type {Column, Table} from '../readers/columns.ts'

const why = 'A migration moves values; it does not change them.'

/**
 * The column holds the same values in both data sets, each as often, whatever the order of rows. Numbers and instants are
 * compared by value (1.0 equals 1, 2e0 equals 2), everything else byte by byte.
 */
export function judgeValues(fresh: Table, old: Table, name: string): Finding {
  const base = {
    id: 'model/data-same-values',
    subject: `values of ${name}`,
    limit: 'same values',
    n: fresh.rows,
  } as const
  const [given, before] = [fresh.columns.get(name), old.columns.get(name)]
  if ((!given && fresh.header.includes(name)) || (!before && old.header.includes(name))) {
    return {
      ...base,
      verdict: 'error',
      reason: 'model/data-column-nested',
      what: `"${name}" holds objects, whose values are not compared.`,
      why: 'Nothing was compared, so nothing was shown.',
      remedy: 'Write the values inside as columns.',
    }
  }
  if (!given || !before) {
    const where = [...(given ? [] : ['the new data set']), ...(before ? [] : ['the old one'])]
    return {
      ...base,
      verdict: 'error',
      reason: 'model/data-column-missing',
      what: `There is no column "${name}" in ${where.join(', nor in ')}.`,
      why: 'Nothing was compared, so nothing was shown.',
      remedy: 'Name a column that both data sets have.',
    }
  }
  const [left, right] = comparable(given, before)
  const unclear = notComparable(left) ?? notComparable(right)
  if (unclear) return {...base, verdict: 'error', ...unclear, why}
  if (missingIn(left) === fresh.rows && missingIn(right) === old.rows) {
    return {
      ...base,
      verdict: 'error',
      reason: 'model/data-column-empty',
      what: `"${name}" has no value at all in either data set.`,
      why: 'Where there is no value, none was compared.',
      remedy: 'Check the name of the column, and the job that writes it.',
    }
  }
  if (formOf(left) !== formOf(right)) {
    return {
      ...base,
      verdict: 'fail',
      reason: 'model/data-values-differ',
      what: `"${name}" is of another kind than before: ${formOf(right)}, now ${formOf(left)}.`,
      why,
      remedy: 'Write it as before.',
    }
  }
  const [ours, theirs] = [checksumOf(left), checksumOf(right)]
  const details = {
    checksum: ours.text,
    checksumBefore: theirs.text,
    missing: ours.missing,
    missingBefore: theirs.missing,
  }
  if (ours.text === theirs.text && ours.rows === theirs.rows && ours.missing === theirs.missing) {
    return {
      ...base,
      verdict: 'pass',
      reason: 'model/data-values-same',
      what: `${formatCount(ours.rows)} rows with the same values in both.`,
      details,
    }
  }
  const {onlyLeft, onlyRight} = countDifferences(left, right)
  return {
    ...base,
    verdict: 'fail',
    reason: 'model/data-values-differ',
    what:
      `${formatCount(onlyLeft)} ${onlyLeft === 1 ? 'value is' : 'values are'} only in the new data set, ` +
      `${formatCount(onlyRight)} only in the old one; missing in ${formatCount(ours.missing)} rows, ${formatCount(theirs.missing)} before.`,
    why,
    remedy: 'Look for a changed unit, encoding, rounding or time zone, and for lost or doubled rows.',
    details: {...details, onlyNew: onlyLeft, onlyOld: onlyRight},
  }
}

/** By value where both hold numbers, though one of them may have been read as categories. */
function comparable(left: Column, right: Column): readonly [Column, Column] {
  const [ours, theirs] = [asNumberColumn(left), asNumberColumn(right)]
  return ours && theirs ? [ours, theirs] : [left, right]
}

function notComparable(column: Column): Pick<Finding, 'reason' | 'what' | 'remedy'> | null {
  if (column.kind === 'number' && column.rounded > 0) {
    return {
      reason: 'model/data-numbers-rounded',
      what: `${formatCount(column.rounded)} whole ${column.rounded === 1 ? 'number is' : 'numbers are'} beyond 2^53, where different numbers become one.`,
      remedy: 'Write them as text.',
    }
  }
  const count = unusableIn(column)
  if (count === 0) return null
  return {
    reason: 'model/data-cells-unusable',
    what: `${formatCount(count)} ${count === 1 ? 'cell is' : 'cells are'} infinite, or text among numbers, and cannot be compared.`,
    remedy: 'Write what is unknown as an empty cell.',
  }
}
