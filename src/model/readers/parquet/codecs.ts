import {brotliDecompressSync, gunzipSync, zstdDecompressSync} from 'node:zlib'
import {snappyUncompress} from 'hyparquet'
import type {CompressionCodec} from 'hyparquet/src/types.js'
import {decompressHadoopLz4, decompressLz4Block} from './lz4.ts'

/** A page is about a megabyte; nobody writes one of a gigabyte. */
const maxPageBytes = 2 ** 30

/**
 * The bytes of a page, by all codecs of the format but LZO, which no current writer offers.
 * @param length what the page header says the result has
 * @throws Error where the data is damaged or the result has another length
 */
export function decompressPage(input: Uint8Array, length: number, codec: CompressionCodec): Uint8Array {
  if (!(length >= 0 && length <= maxPageBytes)) throw new Error(`a page claims ${length} bytes`)
  const output = decompress(input, length, codec)
  if (output.length !== length) throw new Error('a page has another length than its header says')
  return output
}

function decompress(input: Uint8Array, length: number, codec: CompressionCodec): Uint8Array {
  if (length === 0) return new Uint8Array(0)
  const limit = {maxOutputLength: length}
  switch (codec) {
    case 'UNCOMPRESSED':
      return input
    case 'SNAPPY': {
      const output = new Uint8Array(length)
      snappyUncompress(input, output)
      return output
    }
    case 'GZIP':
      return gunzipSync(input, limit)
    case 'BROTLI':
      return brotliDecompressSync(input, limit)
    case 'ZSTD':
      return zstdDecompressSync(input, limit)
    case 'LZ4':
      return decompressHadoopLz4(input, length)
    case 'LZ4_RAW':
      return decompressLz4Block(input, length)
    case 'LZO':
      throw new Error('it is compressed with LZO, which is not read')
  }
}
