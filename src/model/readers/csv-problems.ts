import {UserError} from '../../core/failure.ts'

export interface CsvPosition {
  /** Rows are counted as a spreadsheet shows them: the header is row 1. */
  readonly row: number
  /** Line of the file on which the row starts. */
  readonly line: number
}

export function place({row, line}: CsvPosition): string {
  return `row ${row} (line ${line})`
}

/** @param endsEmpty whether the last field is empty */
export function raggedRow(seen: number, expected: number, endsEmpty: boolean, {row, line}: CsvPosition): UserError {
  const trailing = seen === expected + 1 && endsEmpty
  return new UserError(
    'model/csv-ragged-row',
    `Row ${row} (line ${line}) has ${seen} fields; the header has ${expected}.`,
    {
      hint: trailing
        ? 'The row ends with a delimiter, and the header does not: remove it at the end of the rows.'
        : 'A field that holds a comma, a quote or a line break must stand in quotes.',
    },
  )
}

export function misplacedQuote({row, line}: CsvPosition): UserError {
  return new UserError('model/csv-misplaced-quote', `Row ${row} (line ${line}) has a quote inside or after a field.`, {
    hint: 'A quote in a quoted field is written twice; a field with a quote in it must stand in quotes (RFC 4180).',
  })
}

export function quoteNotClosed({row, line}: CsvPosition): UserError {
  return new UserError(
    'model/csv-quote-not-closed',
    `The file ends inside a quoted field of row ${row} (line ${line}): the file is cut off, or a quote is missing.`,
    {hint: 'Write the file again; a quote in a quoted field is written twice (RFC 4180).'},
  )
}

export function bareReturn({row, line}: CsvPosition): UserError {
  return new UserError(
    'model/csv-bare-carriage-return',
    `Row ${row} (line ${line}) has a carriage return without a line feed.`,
    {hint: 'End lines with LF or CRLF.'},
  )
}

export function fieldTooLong({row, line}: CsvPosition): UserError {
  return new UserError('model/csv-field-too-long', `Row ${row} (line ${line}) has a field of more than 1 MiB.`, {
    hint: 'Is a quote missing, or is the file no CSV?',
  })
}

export function rowTooLong({row, line}: CsvPosition): UserError {
  return new UserError('model/csv-row-too-long', `Row ${row} (line ${line}) is longer than 16 MiB.`, {
    hint: 'Is the file a table, with each row on a line of its own?',
  })
}
