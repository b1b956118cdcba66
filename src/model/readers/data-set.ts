import {createHash} from 'node:crypto'
import type {Digest} from '../../core/digest.ts'
import {UserError} from '../../core/failure.ts'
import type {Files} from '../../runtime/files.ts'
import type {OpenColumn} from './builders/open.ts'
import {type CellSink, fieldCell, type PartFacts} from './cells.ts'
import {readCsvPart} from './csv.ts'
import {readJsonlPart} from './jsonl.ts'
import {readParquetPart} from './parquet.ts'
import {type OpenedPart, openPart, textOf} from './part.ts'
import {findParts} from './parts.ts'

/** Parts of one format that are read as one table. */
export interface DataSet {
  readonly parts: readonly OpenedPart[]
  readonly notes: readonly string[]
}

/** What was read: rows and columns of all parts together, and the sha256 of each. */
export interface DataSetFacts extends PartFacts {
  readonly digests: readonly Digest[]
}

/** Whether and how a column is wanted; asked once for each column of each part. */
export type Wanted = (column: string) => OpenColumn | null

/**
 * Finds the parts of a path and tells their format.
 * @throws UserError `file/…`, `model/predictions-…`
 */
export async function openDataSet(files: Files, path: string): Promise<DataSet> {
  const found = await findParts(files, path)
  const parts: OpenedPart[] = []
  for (const part of found.parts) parts.push(await openPart(files, part))
  const [first] = parts
  const other = parts.find(part => part.form.format !== first?.form.format)
  if (first && other) {
    throw new UserError(
      'model/predictions-mixed-formats',
      `"${first.name}" is ${first.form.format}, and "${other.name}" is ${other.form.format}.`,
      {hint: 'Keep the parts of one data set in one format, in a folder of their own.'},
    )
  }
  return {parts, notes: found.notes}
}

/**
 * Reads all parts in order, each row once.
 * @param afterPart is told how many rows there are so far, so that columns that a part lacks can be filled
 * @throws UserError as the readers do, with the part's name where there are several; `model/predictions-parts-differ`
 */
export async function readParts(
  files: Files,
  {parts}: DataSet,
  wanted: Wanted,
  afterPart: (rows: number) => void,
): Promise<DataSetFacts> {
  const header = new Set<string>()
  const digests: Digest[] = []
  let rows = 0
  let first: {part: OpenedPart; columns: readonly string[]} | null = null
  for (const part of parts) {
    const facts = await inPart(part, parts.length > 1, () => readPart(files, part, wanted))
    const columns = [...facts.header, ...addKeys(part, facts, wanted)]
    first ??= {part, columns}
    refuseDifference(first, {part, columns})
    for (const name of columns) header.add(name)
    digests.push(facts.digest)
    rows += facts.rows
    afterPart(rows)
  }
  return {rows, header: [...header], digests}
}

/** Reads one part. Text streams; of Parquet one page of one column at a time. */
async function readPart(
  files: Files,
  part: OpenedPart,
  wanted: Wanted,
): Promise<PartFacts & {readonly digest: Digest}> {
  const sinks = (column: string) => wanted(column)?.builder ?? null
  const {format, compression} = part.form
  if (format === 'parquet') {
    const facts = await files.open(part.path, bytes => readParquetPart(bytes, wanted))
    return {...facts, digest: await files.sha256(part.path)}
  }
  // The digest names the very bytes that were read, and they are read once.
  const hash = createHash('sha256')
  const text = textOf(files, part.path, compression, chunk => hash.update(chunk))
  const size = compression === null ? part.size : 0
  const facts = await (format === 'jsonl'
    ? readJsonlPart(text, sinks, {size})
    : readCsvPart(text, sinks, {size, delimiter: format === 'tsv' ? '\t' : ','}))
  return {...facts, digest: `sha256:${hash.digest('hex')}`}
}

/** Columns that the folders of a part add. */
function addKeys(part: OpenedPart, facts: PartFacts, wanted: Wanted): string[] {
  const names = [...part.keys.keys()]
  for (const [name, value] of part.keys) {
    if (facts.header.includes(name)) {
      throw new UserError(
        'model/predictions-partition-column',
        `"${part.name}" has the column "${name}", which its folder "${name}=…" adds as well.`,
        {hint: 'Which of the two is meant cannot be known: rename the column or the folder.'},
      )
    }
    fill(wanted(name)?.builder ?? null, name, value, facts.rows)
  }
  return names
}

/** The same value for all rows of a part. */
function fill(sink: CellSink | null, column: string, value: string | null, rows: number): void {
  if (value === null) {
    sink?.appendAbsent(rows)
    return
  }
  const bytes = new TextEncoder().encode(`${value}\n`)
  const block = Math.min(rows, 4096)
  const starts = new Int32Array(block)
  const ends = new Int32Array(block).fill(bytes.length - 1)
  for (let done = 0; done < rows; done += block) {
    const types = new Uint8Array(block).fill(fieldCell)
    const count = Math.min(block, rows - done)
    sink?.append({
      bytes,
      starts,
      ends,
      types,
      from: 0,
      count,
      ahead: rows - done,
      first: false,
      column,
      place: () => `the folder "${column}=…"`,
    })
  }
}

/** A JSON object may lack a key that has no value; everywhere else a column is there or is not. */
function refuseDifference(
  first: {readonly part: OpenedPart; readonly columns: readonly string[]},
  other: {readonly part: OpenedPart; readonly columns: readonly string[]},
): void {
  if (other.part.form.format === 'jsonl') return
  const [known, seen] = [new Set(first.columns), new Set(other.columns)]
  const missing = first.columns.filter(name => !seen.has(name))
  const added = other.columns.filter(name => !known.has(name))
  if (missing.length + added.length === 0) return
  const differences = [
    ...(missing.length > 0 ? [`lacks ${quoted(missing)}`] : []),
    ...(added.length > 0 ? [`has ${quoted(added)} besides`] : []),
  ]
  throw new UserError(
    'model/predictions-parts-differ',
    `"${other.part.name}" ${differences.join(' and ')}, compared with "${first.part.name}".`,
    {hint: 'All parts of a data set have the same columns. Is a file of another run among them?'},
  )
}

function quoted(names: readonly string[]): string {
  const shown = names.slice(0, 5).map(name => `"${name.slice(0, 40)}"`)
  return names.length > 5 ? `${shown.join(', ')} and ${names.length - 5} more` : shown.join(', ')
}

/** Says in which of several parts it went wrong. */
async function inPart<T>(part: OpenedPart, several: boolean, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (!several || !(error instanceof UserError)) throw error
    const {code, message, hint} = error
    throw new UserError(code, `In "${part.name}": ${message}`, {...(hint === undefined ? {} : {hint}), cause: error})
  }
}
