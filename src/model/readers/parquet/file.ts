import {parquetMetadataAsync, parquetSchema} from 'hyparquet'
import type {FileMetaData, SchemaTree} from 'hyparquet/src/types.js'
import {messageOf, UserError} from '../../../core/failure.ts'
import type {Bytes} from '../../../runtime/files.ts'

/** Columns are counted with 32 bits. */
const maxRows = 2 ** 31 - 1

export interface ParquetFile {
  readonly metadata: FileMetaData
  /** Columns of the table: the children of the schema's root. */
  readonly fields: readonly SchemaTree[]
}

/** For hyparquet: it asks for a buffer of its own. */
export function asyncBuffer(bytes: Bytes): {
  byteLength: number
  slice(start: number, end?: number): Promise<ArrayBuffer>
} {
  return {
    byteLength: bytes.size,
    slice: async (start, end = bytes.size) => {
      const part = await bytes.slice(start, end)
      const buffer = new ArrayBuffer(part.length)
      new Uint8Array(buffer).set(part)
      return buffer
    },
  }
}

/**
 * Reads the footer of a Parquet file.
 * @throws UserError `model/parquet-encrypted`, `model/parquet-truncated`, `model/parquet-damaged`,
 *   `model/parquet-duplicate-column`, `model/predictions-empty`
 */
export async function openParquet(bytes: Bytes): Promise<ParquetFile> {
  if (bytes.size === 0) {
    throw new UserError('model/predictions-empty', 'The file is empty.', {hint: 'Was it written to the end?'})
  }
  const magic = async (start: number) => String.fromCharCode(...(await bytes.slice(start, start + 4)))
  const [begins, ends] = [await magic(0), await magic(Math.max(0, bytes.size - 4))]
  if (begins === 'PARE' || ends === 'PARE') throw encrypted('The file')
  if (begins !== 'PAR1' || ends !== 'PAR1' || bytes.size < 12) {
    throw new UserError('model/parquet-truncated', 'The Parquet file does not end as one: it is cut off.', {
      hint: 'Write or download it again; a writer that was not closed leaves no footer.',
    })
  }
  const metadata = await whole(() => parquetMetadataAsync(asyncBuffer(bytes), {geoparquet: false}))
  const fields = await whole(async () => parquetSchema(metadata).children)
  const rows = metadata.row_groups.reduce((sum, group) => sum + Number(group.num_rows), 0)
  if (rows !== Number(metadata.num_rows) || rows > maxRows) {
    throw damaged(`it claims ${metadata.num_rows} rows, and ${rows} in its row groups`)
  }
  const names = fields.map(field => field.element.name)
  const second = names.findIndex((name, index) => names.indexOf(name) !== index)
  if (second !== -1) {
    throw new UserError('model/parquet-duplicate-column', `Two columns have the name "${names[second]}".`, {
      hint: 'Which of the two is meant cannot be known: rename or remove one.',
    })
  }
  return {metadata, fields}
}

export function encrypted(what: string): UserError {
  return new UserError('model/parquet-encrypted', `${what} is encrypted.`, {
    hint: 'Write the columns that are judged without encryption.',
  })
}

/** What goes wrong inside of a file is the file's fault, and is said so. */
export async function whole<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof UserError) throw error
    throw damaged(messageOf(error), error)
  }
}

function damaged(why: string, cause?: unknown): UserError {
  return new UserError('model/parquet-damaged', `The Parquet file cannot be read: ${why}.`, {
    hint: 'Is it complete? Write or download it again.',
    cause,
  })
}
