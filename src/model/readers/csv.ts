import {UserError} from '../../core/failure.ts'
import {type ColumnRequest, createColumnBuilder, type Table} from './columns.ts'

/**
 * Reads the asked columns of a CSV text: RFC 4180, read strictly. Quoted fields may hold commas, quotes and line
 * breaks; lines end with LF or CRLF; a UTF-8 byte order mark is skipped; blank lines are skipped. Every row must have
 * as many fields as the header.
 * @param chunks the text in order, cut anywhere
 * @throws UserError `model/csv-…` that names the row; never with the content of a cell
 */
export async function readCsv(chunks: AsyncIterable<string>, requests: readonly ColumnRequest[]): Promise<Table> {
  const table = tableBuilder(requests)
  const parser = csvParser(table.record)
  for await (const chunk of chunks) parser.push(chunk)
  parser.end()
  return table.build()
}

interface CsvPosition {
  /** Rows are counted as a spreadsheet shows them: the header is row 1. */
  readonly row: number
  /** Line of the file on which the row starts. */
  readonly line: number
}

/** A field that is longer is an unclosed quote or no table at all. */
const maxFieldLength = 1024 * 1024

const comma = 44
const quote = 34
const lineFeed = 10
const carriageReturn = 13

type State =
  | 'field-start'
  | 'plain'
  | 'quoted'
  /** After a quote inside a quoted field: the end of it, or the first half of an escaped quote. */
  | 'quote-in-quoted'
  | 'after-return'

function csvParser(onRecord: (fields: readonly string[], position: CsvPosition) => void) {
  let state: State = 'field-start'
  let fields: string[] = []
  let field = ''
  let row = 1
  let line = 1
  let startLine = 1

  const at = (): CsvPosition => ({row, line: startLine})
  const endField = (text: string) => {
    fields.push(text)
    field = ''
  }
  const endRecord = () => {
    const blank = fields.length === 1 && fields[0] === ''
    if (!blank) {
      onRecord(fields, at())
      row++
    }
    fields = []
    line++
    startLine = line
    state = 'field-start'
  }

  const push = (chunk: string) => {
    // Start of the part of the current field that lies in this chunk.
    let start = 0
    for (let index = 0; index < chunk.length; index++) {
      const code = chunk.charCodeAt(index)
      switch (state) {
        case 'field-start':
          start = index
          if (code === quote) {
            state = 'quoted'
            start = index + 1
            break
          }
          // Its first character is one of a plain field: it may already end it.
          state = 'plain'
          index--
          break
        case 'plain':
          if (code === comma) {
            endField(field + chunk.slice(start, index))
            state = 'field-start'
          } else if (code === lineFeed) {
            endField(field + chunk.slice(start, index))
            endRecord()
          } else if (code === carriageReturn) {
            endField(field + chunk.slice(start, index))
            state = 'after-return'
          } else if (code === quote) {
            throw misplacedQuote(at())
          }
          break
        case 'quoted':
          if (code === quote) {
            field += chunk.slice(start, index)
            state = 'quote-in-quoted'
          } else if (code === lineFeed) {
            line++
          }
          break
        case 'quote-in-quoted':
          if (code === quote) {
            field += '"'
            start = index + 1
            state = 'quoted'
          } else if (code === comma) {
            endField(field)
            state = 'field-start'
          } else if (code === lineFeed) {
            endField(field)
            endRecord()
          } else if (code === carriageReturn) {
            endField(field)
            state = 'after-return'
          } else {
            throw misplacedQuote(at())
          }
          break
        case 'after-return':
          if (code !== lineFeed) throw bareReturn(at())
          endRecord()
          break
      }
    }
    if (state === 'plain' || state === 'quoted') field += chunk.slice(start)
    if (field.length > maxFieldLength) throw fieldTooLong(at())
  }

  const end = () => {
    if (state === 'quoted') throw quoteNotClosed(at())
    if (state === 'field-start' && fields.length === 0) return
    if (state !== 'after-return') endField(field)
    endRecord()
  }

  return {push, end}
}

function tableBuilder(requests: readonly ColumnRequest[]) {
  const builders = new Map(requests.map(request => [request.name, createColumnBuilder(request.kind)]))
  let header: readonly string[] = []
  let filled: {index: number; push: (cell: string) => void}[] = []
  let rows = 0

  const record = (fields: readonly string[], position: CsvPosition) => {
    if (position.row === 1) {
      header = checkedHeader(fields)
      filled = [...builders].flatMap(([name, builder]) => {
        const index = header.indexOf(name)
        return index === -1 ? [] : [{index, push: builder.push}]
      })
      return
    }
    if (fields.length !== header.length) throw raggedRow(fields.length, header.length, position)
    for (const {index, push} of filled) push(fields[index] ?? '')
    rows++
  }

  const build = (): Table => {
    if (header.length === 0) {
      throw new UserError('model/predictions-empty', 'The file is empty: it has no header line.', {
        hint: 'Expected a header line with the column names, then one line for each row.',
      })
    }
    const present = [...builders].filter(([name]) => header.includes(name))
    return {rows, header, columns: new Map(present.map(([name, builder]) => [name, builder.build()]))}
  }

  return {record, build}
}

function checkedHeader(fields: readonly string[]): readonly string[] {
  const second = fields.findIndex((name, index) => fields.indexOf(name) !== index)
  if (second !== -1) {
    // By number, not by name: where the header line is missing, this is a row.
    const first = fields.indexOf(fields[second] ?? '')
    throw new UserError('model/csv-duplicate-column', `Columns ${first + 1} and ${second + 1} have the same name.`, {
      hint: 'Which of the two is meant cannot be known: rename or remove one. Is the header line missing?',
    })
  }
  return fields
}

function raggedRow(seen: number, expected: number, {row, line}: CsvPosition): UserError {
  return new UserError(
    'model/csv-ragged-row',
    `Row ${row} (line ${line}) has ${seen} fields; the header has ${expected}.`,
    {hint: 'A field that holds a comma, a quote or a line break must stand in quotes.'},
  )
}

function misplacedQuote({row, line}: CsvPosition): UserError {
  return new UserError('model/csv-misplaced-quote', `Row ${row} (line ${line}) has a quote inside or after a field.`, {
    hint: 'A quote in a quoted field is written twice; a field with a quote in it must stand in quotes (RFC 4180).',
  })
}

function quoteNotClosed({row, line}: CsvPosition): UserError {
  return new UserError(
    'model/csv-quote-not-closed',
    `The file ends inside a quoted field of row ${row} (line ${line}): the file is cut off, or a quote is missing.`,
    {hint: 'Write the file again; a quote in a quoted field is written twice (RFC 4180).'},
  )
}

function bareReturn({row, line}: CsvPosition): UserError {
  return new UserError(
    'model/csv-bare-carriage-return',
    `Row ${row} (line ${line}) has a carriage return without a line feed.`,
    {hint: 'End lines with LF or CRLF.'},
  )
}

function fieldTooLong({row, line}: CsvPosition): UserError {
  return new UserError('model/csv-field-too-long', `Row ${row} (line ${line}) has a field of more than 1 MiB.`, {
    hint: 'Is a quote missing, or is the file no CSV?',
  })
}
