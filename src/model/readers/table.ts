import {invariant} from '../../core/assert.ts'
import type {Digest} from '../../core/digest.ts'
import type {Files} from '../../runtime/files.ts'
import {digestOf} from '../digest.ts'
import {type OpenColumn, openColumn} from './builders/open.ts'
import type {Column, ColumnRequest, Table} from './columns.ts'
import {type DataSet, openDataSet, readParts} from './data-set.ts'
import {createInferenceSink, type InferenceSink, type InferredColumn, withNumberNames} from './infer.ts'

/** A table, and what names exactly its bytes. */
export interface DataFile {
  readonly path: string
  /** In the order in which they were read: sorted by path. */
  readonly parts: readonly {readonly path: string; readonly size: number; readonly digest: Digest}[]
  /** One part: the sha256 of the file. Several: the digest of their manifest, as for a model of several files. */
  readonly digest: Digest
  readonly table: Table
  /** What was seen and left out, in sentences for the report. */
  readonly notes: readonly string[]
}

/**
 * Reads columns of a data set: a file (CSV, TSV, JSON Lines, Parquet; text also as gzip or zstd), a folder of parts, or a
 * glob. Only what is asked for is kept. `'all'`: every column, its kind inferred as `infer.ts` says, which reads the
 * data twice; whole-number categories have the names that JSON gives these numbers.
 * @throws UserError `file/…`, `model/predictions-…`, or a reader's own
 */
export async function readTable(
  files: Files,
  path: string,
  requests: readonly ColumnRequest[] | 'all',
): Promise<DataFile> {
  const dataSet = await openDataSet(files, path)
  const {table, digests} =
    requests === 'all' ? await readAll(files, dataSet) : await readColumns(files, dataSet, requests)
  const parts = dataSet.parts.map(({name, size}, index) => ({path: name, size, digest: digestAt(digests, index)}))
  const [only] = parts
  const digest = only && parts.length === 1 ? only.digest : digestOf(parts)
  return {path, parts, digest, table, notes: dataSet.notes}
}

function digestAt(digests: readonly Digest[], index: number): Digest {
  const digest = digests[index]
  invariant(digest !== undefined, 'a part has no digest')
  return digest
}

interface ReadTable {
  readonly table: Table
  /** Of each part. */
  readonly digests: readonly Digest[]
}

/** The kinds of all columns, by looking at every cell. */
export async function inferColumns(files: Files, dataSet: DataSet): Promise<readonly InferredColumn[]> {
  const sinks = new Map<string, InferenceSink>()
  const wanted = (name: string): OpenColumn => {
    const sink = sinks.get(name) ?? createInferenceSink()
    sinks.set(name, sink)
    return {kind: 'any', builder: sink}
  }
  await readParts(files, dataSet, wanted, () => undefined)
  return [...sinks].map(([name, sink]) => sink.infer(name)).filter(column => column !== null)
}

async function readAll(files: Files, dataSet: DataSet): Promise<ReadTable> {
  const inferred = await inferColumns(files, dataSet)
  const {table, digests} = await readColumns(
    files,
    dataSet,
    inferred.map(({request}) => request),
  )
  const numeric = new Set(inferred.filter(column => column.numeric).map(({request}) => request.name))
  const renamed = [...table.columns].map(([name, column]): [string, Column] => [
    name,
    column.kind === 'category' && numeric.has(name) ? withNumberNames(column) : column,
  ])
  return {table: {...table, columns: new Map(renamed)}, digests}
}

async function readColumns(files: Files, dataSet: DataSet, requests: readonly ColumnRequest[]): Promise<ReadTable> {
  const columns = new Map(requests.map(request => [request.name, openColumn(request)]))
  /** Rows that each column has. */
  const filled = new Map<string, number>()
  let rows = 0
  const wanted = (name: string): OpenColumn | null => {
    const column = columns.get(name)
    if (!column) return null
    // Parts before this one lacked it.
    column.builder.appendAbsent(rows - (filled.get(name) ?? 0))
    filled.set(name, rows)
    touched.add(name)
    return column
  }
  const touched = new Set<string>()
  const facts = await readParts(files, dataSet, wanted, rowsSoFar => {
    rows = rowsSoFar
    for (const name of touched) filled.set(name, rows)
    touched.clear()
  })
  const present = [...columns].filter(([name]) => facts.header.includes(name))
  for (const [name, {builder}] of present) builder.appendAbsent(rows - (filled.get(name) ?? 0))
  const built = new Map(present.map(([name, column]) => [name, builtColumn(column)]))
  return {table: {rows: facts.rows, header: facts.header, columns: built}, digests: facts.digests}
}

function builtColumn(column: OpenColumn): Column {
  if (column.kind === 'any') throw new TypeError('a column without a kind cannot be built')
  return column.builder.build()
}
