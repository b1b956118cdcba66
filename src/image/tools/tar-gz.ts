/**
 * The files of a tar archive that gzip has packed, as they come: enough for the archives in which scanners and their
 * databases are published, and strict with everything else. Nothing is written here, and no name leads anywhere: the
 * caller takes the names that it knows. Format: POSIX.1-1988 (ustar), with GNU's and pax's long names passed over.
 */
import {Readable} from 'node:stream'
import {pipeline} from 'node:stream/promises'
import {createGunzip} from 'node:zlib'
import {messageOf, UserError} from '../../core/failure.ts'
import type {ReasonCode} from '../../core/finding.ts'

export interface TarFile {
  /** As it stands in the archive, without `./` at its start. */
  readonly name: string
  readonly size: number
  /** To be read before the next file is asked for; what is left is passed over. */
  readonly content: AsyncIterable<Uint8Array>
}

/** What to say of an archive that is none. */
export interface Archive {
  /** `The layer sha256:… of database/`, for messages. */
  readonly name: string
  readonly code: ReasonCode
  readonly hint: string
  /** More unpacked bytes than this are no archive that anybody wants. */
  readonly maxBytes: number
}

/** @throws UserError with the code of `archive` */
export async function* readTarGz(chunks: AsyncIterable<Uint8Array>, archive: Archive): AsyncGenerator<TarFile> {
  const bytes = new Bytes(gunzip(chunks, archive), archive)
  try {
    for (;;) {
      const header = await bytes.take(blockSize)
      if (header.every(byte => byte === 0)) return
      checkSum(header, archive)
      const size = sizeOf(header, archive)
      const type = String.fromCharCode(header[156] ?? 0)
      const rest = new Content(bytes, size)
      if (type === '0' || type === '\0') yield {name: nameOf(header), size, content: rest}
      for await (const _ of rest);
      await bytes.take((blockSize - (size % blockSize)) % blockSize)
    }
  } finally {
    await bytes.close()
  }
}

const blockSize = 512

async function* gunzip(chunks: AsyncIterable<Uint8Array>, archive: Archive): AsyncGenerator<Uint8Array> {
  const unpacked = createGunzip()
  const feeding = pipeline(Readable.from(chunks), unpacked)
  // What breaks the one breaks the other: it is thrown below.
  feeding.catch(() => {})
  let size = 0
  try {
    for await (const chunk of unpacked) {
      size += chunk.length
      if (size > archive.maxBytes) throw refused(archive, `holds more than ${archive.maxBytes} bytes`)
      yield chunk
    }
  } catch (error) {
    throw isZlibError(error) ? refused(archive, `cannot be unpacked (${messageOf(error)})`) : error
  }
}

/** Codes of zlib, as Node names them: `Z_DATA_ERROR`, `Z_BUF_ERROR` where it ends too early. */
function isZlibError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')
}

/** The stream, in pieces of the size that is asked for. */
class Bytes {
  private readonly source: AsyncIterator<Uint8Array>
  private readonly archive: Archive
  private current: Uint8Array = new Uint8Array(0)

  constructor(source: AsyncIterable<Uint8Array>, archive: Archive) {
    this.source = source[Symbol.asyncIterator]()
    this.archive = archive
  }

  /** Lets go of the file or the connection that the bytes come from. */
  async close(): Promise<void> {
    await this.source.return?.()
  }

  /** At least one byte and at most `most`. */
  async some(most: number): Promise<Uint8Array> {
    while (this.current.length === 0) {
      const next = await this.source.next()
      if (next.done) throw refused(this.archive, 'is cut off')
      this.current = next.value
    }
    const piece = this.current.subarray(0, most)
    this.current = this.current.subarray(piece.length)
    return piece
  }

  /** Exactly `count` bytes, which are few. */
  async take(count: number): Promise<Uint8Array> {
    const taken = new Uint8Array(count)
    for (let filled = 0; filled < count; ) {
      const piece = await this.some(count - filled)
      taken.set(piece, filled)
      filled += piece.length
    }
    return taken
  }
}

/** The bytes of one file. Whoever iterates twice goes on where the first one stopped. */
class Content implements AsyncIterable<Uint8Array> {
  private readonly bytes: Bytes
  private left: number

  constructor(bytes: Bytes, size: number) {
    this.bytes = bytes
    this.left = size
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    while (this.left > 0) {
      const piece = await this.bytes.some(this.left)
      this.left -= piece.length
      yield piece
    }
  }
}

/** The sum of all bytes of the header, with its own eight taken for blanks. */
function checkSum(header: Uint8Array, archive: Archive): void {
  const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 0x20 : byte), 0)
  if (octal(header.subarray(148, 156)) !== sum) throw refused(archive, 'is not a tar archive')
}

/** Octal digits; sizes above 8 GiB have another form, and no scanner and no database is that large. */
function sizeOf(header: Uint8Array, archive: Archive): number {
  const size = octal(header.subarray(124, 136))
  if (size === undefined) throw refused(archive, 'has a file whose size cannot be read')
  return size
}

function octal(field: Uint8Array): number | undefined {
  const text = Buffer.from(field).toString('latin1').split('\0', 1)[0]?.trim() ?? ''
  return /^[0-7]{1,12}$/.test(text) ? Number.parseInt(text, 8) : undefined
}

function nameOf(header: Uint8Array): string {
  const text = (start: number, end: number) =>
    Buffer.from(header.subarray(start, end)).toString('utf8').split('\0', 1)[0] ?? ''
  const isUstar = text(257, 262) === 'ustar'
  const prefix = isUstar && text(257, 265) !== 'ustar  ' ? text(345, 500) : ''
  return (prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`).replace(/^(?:\.\/)+/, '')
}

function refused(archive: Archive, what: string): UserError {
  return new UserError(archive.code, `${archive.name} ${what}.`, {hint: archive.hint})
}
