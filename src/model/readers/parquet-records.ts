import {UserError} from '../../core/failure.ts'
import type {Files} from '../../runtime/files.ts'

/** Rows of a Parquet file as JSON values. */
export async function* readParquetRecords(
  _files: Files,
  path: string,
  _batch: number,
): AsyncGenerator<readonly Readonly<Record<string, unknown>>[]> {
  yield []
  throw new UserError('model/predictions-format', `"${path}" is Parquet, which is not read yet.`)
}
