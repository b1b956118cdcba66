/** A small table of metrics: RFC 4180, with blanks around cells taken off. */
import {UserError} from '../../core/failure.ts'

export interface MetricsTable {
  /** Trimmed: Ultralytics once padded its headers. */
  readonly header: readonly string[]
  /** Cells as they are written, trimmed; as many as the header. */
  readonly rows: readonly (readonly string[])[]
}

export const writeAgain = 'Write the file again with the tool that made it.'

/** A first line of several cells, none of which is a YAML key. */
export function isTable(text: string): boolean {
  const [first = '', second = ''] = text.split(/\r?\n/, 2)
  return first.includes(',') && !/^[^,"]*:\s/.test(first) && (second === '' || second.includes(','))
}

/** RFC 4180 of a small file. */
export function parseTable(path: string, text: string): MetricsTable {
  const records = recordsOf(path, text).filter(cells => cells.length > 1 || (cells[0] ?? '') !== '')
  const [header = [], ...rows] = records
  const repeated = header.find((name, index) => header.indexOf(name) !== index)
  if (repeated !== undefined) {
    throw new UserError('model/metrics-duplicate-key', `${path} has the column "${repeated}" twice.`, {
      hint: 'Remove one of the two: readers differ in which of them counts.',
    })
  }
  const ragged = rows.findIndex(row => row.length !== header.length)
  if (ragged >= 0) {
    const seen = `${rows[ragged]?.length} cells in row ${ragged + 2}, and ${header.length} in the header`
    throw new UserError('model/metrics-malformed', `${path} is no table: ${seen}.`, {hint: writeAgain})
  }
  if (rows.length === 0) {
    throw new UserError('model/metrics-empty', `${path} has a header and no row.`, {
      hint: 'Check that the training ran to the end of an epoch.',
    })
  }
  return {header, rows}
}

function recordsOf(path: string, text: string): string[][] {
  const cell = /(?:[ \t]*"([^"]*(?:""[^"]*)*)"[ \t]*|([^,\r\n"]*))(,|\r?\n|$)/y
  const records: string[][] = [[]]
  while (cell.lastIndex < text.length) {
    const at = cell.lastIndex
    const found = cell.exec(text)
    if (!found) {
      const line = text.slice(0, at).split('\n').length
      throw new UserError('model/metrics-malformed', `${path} begins as CSV, and stops being it in line ${line}.`, {
        hint: writeAgain,
      })
    }
    const [, quoted, plain = '', end = ''] = found
    records.at(-1)?.push(quoted === undefined ? plain.trim() : quoted.replaceAll('""', '"'))
    if (end === '') break
    if (end === ',' && cell.lastIndex === text.length) records.at(-1)?.push('')
    if (end !== ',') records.push([])
  }
  return records
}
