import {UserError} from '../../core/failure.ts'
import type {Bytes} from '../../runtime/files.ts'
import type {OpenColumn} from './builders/open.ts'
import type {PartFacts} from './cells.ts'

export async function readParquetPart(
  _bytes: Bytes,
  _wanted: (column: string) => OpenColumn | null,
): Promise<PartFacts> {
  throw new UserError('model/predictions-format', 'Parquet is not read yet.', {})
}
