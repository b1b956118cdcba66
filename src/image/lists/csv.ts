import {UserError} from '../../core/failure.ts'

/**
 * Rows of a CSV with quoted fields (RFC 4180): commas and line ends may stand within quotes, and `""` is a quote.
 * Empty lines are no rows.
 * @throws UserError `image/list-malformed` where a quote is never closed
 */
export function csvRows(content: string, source: string): readonly (readonly string[])[] {
  const rows: string[][] = []
  let row: string[] = []
  let at = 0
  while (at < content.length) {
    const {field, end} = content[at] === '"' ? quotedField(content, at, source) : plainField(content, at)
    row.push(field)
    at = end + 1
    if (content[end] === ',') {
      if (at >= content.length) row.push('')
      continue
    }
    if (content[end] === '\r' && content[at] === '\n') at++
    if (row.length > 1 || row[0] !== '') rows.push(row)
    row = []
  }
  if (row.length > 0) rows.push(row)
  return rows
}

/** `end`: where the sign behind the field stands. */
function plainField(content: string, start: number): {readonly field: string; readonly end: number} {
  let end = start
  while (end < content.length && !isEnd(content[end])) end++
  return {field: content.slice(start, end), end}
}

function quotedField(content: string, start: number, source: string): {readonly field: string; readonly end: number} {
  let field = ''
  let from = start + 1
  for (;;) {
    const quote = content.indexOf('"', from)
    if (quote < 0) {
      throw new UserError('image/list-malformed', `${source} opens a quote and never closes it: it is cut off.`, {
        hint: 'Download the list again.',
      })
    }
    field += content.slice(from, quote)
    if (content[quote + 1] !== '"') {
      // What stands between a closing quote and the next comma belongs to nobody; RFC 4180 has no such thing.
      let end = quote + 1
      while (end < content.length && !isEnd(content[end])) end++
      return {field: field + content.slice(quote + 1, end), end}
    }
    field += '"'
    from = quote + 2
  }
}

function isEnd(sign: string | undefined): boolean {
  return sign === ',' || sign === '\n' || sign === '\r'
}
