import {UserError} from '../../core/failure.ts'
import type {Files} from '../../runtime/files.ts'
import type {ColumnRequest, Table} from './columns.ts'
import {readCsv} from './csv.ts'
import {readJsonl} from './jsonl.ts'

/** Text formats of evaluation files, by the end of the file's name. A reader is added by one file and one line here. */
const readers = {'.csv': readCsv, '.jsonl': readJsonl} as const

/**
 * Reads the asked columns of an evaluation file.
 * @throws UserError `file/not-found`, `model/predictions-format`, `model/predictions-not-utf8`, or a reader's own
 */
export async function readTable(files: Files, path: string, requests: readonly ColumnRequest[]): Promise<Table> {
  const found = Object.entries(readers).find(([ending]) => path.toLowerCase().endsWith(ending))
  if (!found) {
    throw new UserError('model/predictions-format', `"${path}" is of no kind that can be read.`, {
      hint: `Expected a file that ends with ${Object.keys(readers).join(' or ')}.`,
    })
  }
  if (!(await files.exists(path)) || (await files.isFolder(path))) {
    throw new UserError('file/not-found', `"${path}" is not a file.`, {
      hint: 'Check the path; relative paths start at the working directory.',
    })
  }
  const [, read] = found
  return read(decodeUtf8(files.stream(path), path), requests)
}

async function* decodeUtf8(chunks: AsyncIterable<Uint8Array>, path: string): AsyncIterable<string> {
  // Removes a byte order mark; refuses what is not UTF-8 instead of replacing it by question marks.
  const decoder = new TextDecoder('utf-8', {fatal: true})
  const decode = (chunk?: Uint8Array) => {
    try {
      return chunk ? decoder.decode(chunk, {stream: true}) : decoder.decode()
    } catch (cause) {
      throw new UserError('model/predictions-not-utf8', `"${path}" is not UTF-8 text.`, {
        hint: 'Write the file as UTF-8, and not compressed.',
        cause,
      })
    }
  }
  for await (const chunk of chunks) yield decode(chunk)
  yield decode()
}
