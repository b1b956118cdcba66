import {UserError} from '../../core/failure.ts'
import {parseNumber} from './number-cell.ts'

/**
 * Refuses a header that cannot name columns.
 * @param known whether it holds a column that was asked for
 * @throws UserError `model/csv-duplicate-column`, `model/csv-column-without-name`, `model/csv-header-missing`
 */
export function checkedHeader(header: readonly string[], known: boolean): void {
  const numbers = header.filter(name => typeof parseNumber(name) === 'number')
  // Column numbers as names are not unusual, fractions are.
  if (numbers.some(name => /[.eE]/.test(name)) || (!known && numbers.length > 0)) {
    const field = header.findIndex(name => typeof parseNumber(name) === 'number') + 1
    throw new UserError('model/csv-header-missing', `Row 1 holds a number in field ${field}: the header is missing.`, {
      hint: 'Write a header line with the column names (pandas: header=True).',
    })
  }
  const firstOf = new Map<string, number>()
  for (const [second, name] of header.entries()) {
    const first = firstOf.get(name)
    if (first === undefined) {
      firstOf.set(name, second)
      continue
    }
    // By number, not by name: where the header line is missing, this is a row.
    throw new UserError('model/csv-duplicate-column', `Columns ${first + 1} and ${second + 1} have the same name.`, {
      hint: 'Which of the two is meant cannot be known: rename or remove one. Is the header line missing?',
    })
  }
  // pandas leaves the name of the index empty, which is the first column.
  const blank = header.findIndex((name, index) => index > 0 && name.trim() === '')
  if (blank === -1) return
  const hint =
    blank === header.length - 1
      ? 'The header line ends with a delimiter: remove it, here and at the end of the rows.'
      : 'Give every column a name.'
  throw new UserError('model/csv-column-without-name', `Column ${blank + 1} of row 1 has no name.`, {hint})
}

const delimiterNames: readonly (readonly [string, string])[] = [
  [';', 'a semicolon'],
  ['\t', 'a tab'],
  ['|', 'a vertical bar'],
  [',', 'a comma'],
]

/**
 * A header of one field that holds another usual delimiter is of another dialect. Which one is not guessed: a guess that
 * is wrong once reads other columns than the ones that were judged.
 * @throws UserError `model/csv-delimiter`
 */
export function refuseOtherDialect(header: readonly string[], delimiter: number, known: boolean): void {
  const [only = ''] = header
  if (header.length !== 1 || known) return
  const seen = delimiterNames.find(([mark]) => mark.charCodeAt(0) !== delimiter && only.includes(mark))
  if (!seen) return
  const [mark, name] = seen
  const expected = delimiterNames.find(([each]) => each.charCodeAt(0) === delimiter)?.[1] ?? 'a comma'
  const hint =
    mark === '\t'
      ? 'Write commas, or name the file .tsv.'
      : mark === ','
        ? 'Write tabs, or name the file .csv.'
        : 'Write the file with commas (pandas: to_csv without sep).'
  throw new UserError(
    'model/csv-delimiter',
    `The fields of row 1 seem to be separated by ${name}${mark === '\t' ? '' : ` (${mark})`}, not by ${expected}.`,
    {hint},
  )
}
