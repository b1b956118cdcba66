import type {ColumnMetaData, RowGroup, SchemaTree} from 'hyparquet/src/types.js'
import type {Bytes} from '../../runtime/files.ts'
import type {OpenColumn} from './builders/open.ts'
import {listCell, objectCell, type PartFacts} from './cells.ts'
import {encrypted, openParquet, whole} from './parquet/file.ts'
import {shapeOf} from './parquet/leaf.ts'
import {markRows, takerOf} from './parquet/takers.ts'

/**
 * Reads Parquet into columns: one column after the other, one page at a time, so that beside the columns only a column
 * chunk of one row group is in memory. All codecs but LZO, all encodings of the current format. Values that are present
 * keep their type: a text is no number, whatever it holds.
 * @param wanted asked once for each column
 * @throws UserError `model/parquet-…`
 */
export async function readParquetPart(bytes: Bytes, wanted: (column: string) => OpenColumn | null): Promise<PartFacts> {
  const {metadata, fields} = await openParquet(bytes)
  for (const field of fields) {
    const column = wanted(field.element.name)
    if (column !== null) await whole(() => readField(bytes, metadata.row_groups, field, column))
  }
  return {rows: Number(metadata.num_rows), header: fields.map(field => field.element.name)}
}

async function readField(
  bytes: Bytes,
  groups: readonly RowGroup[],
  field: SchemaTree,
  column: OpenColumn,
): Promise<void> {
  const {name} = field.element
  const shape = shapeOf(field)
  const take = takerOf(name, shape, column)
  let ahead = groups.reduce((sum, group) => sum + Number(group.num_rows), 0)
  for (const group of groups) {
    const rows = Number(group.num_rows)
    if (shape.kind === 'nested' || (shape.kind === 'list' && column.kind === 'any')) {
      markRows(column.builder, name, rows, shape.kind === 'list' ? listCell : objectCell)
      continue
    }
    const chunk = group.columns.find(each => each.meta_data?.path_in_schema[0] === name)
    const meta = chunk?.meta_data
    // Of an encrypted column not even the name may be left.
    if (chunk?.crypto_metadata || (!meta && group.columns.some(each => each.crypto_metadata))) {
      throw encrypted(`The column "${name}"`)
    }
    if (!meta) throw new Error(`a row group has no column "${name}"`)
    const read = take(await chunkOf(bytes, meta), meta, ahead)
    ahead -= rows
    if (read !== rows) throw new Error(`"${name}" has ${read} rows in a group of ${rows}`)
  }
}

/** From the dictionary or the first page on. Some writers name a dictionary that is not there by the offset 0. */
async function chunkOf(bytes: Bytes, meta: ColumnMetaData): Promise<Uint8Array> {
  const dictionary = Number(meta.dictionary_page_offset ?? 0)
  const data = Number(meta.data_page_offset)
  const start = dictionary > 0 && dictionary < data ? dictionary : data
  const end = start + Number(meta.total_compressed_size)
  if (end > bytes.size) throw new Error('a column reaches beyond the end of the file')
  return bytes.slice(start, end)
}
