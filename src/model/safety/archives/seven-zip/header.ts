import {crc32} from 'node:zlib'
import type {Bytes} from '../../../../runtime/files.ts'
import type {Scan} from '../../format.ts'
import {Malformed} from '../../malformed.ts'
import {NotRead} from '../codecs/codec.ts'
import {Fields} from './fields.ts'
import {type FileEntry, readFiles} from './files.ts'
import {unpackFolder} from './folder.ts'
import {readStreams, type StreamsInfo, signatureBytes} from './streams.ts'

export interface SevenZipHeader {
  readonly streams: StreamsInfo
  readonly files: readonly FileEntry[]
  /** Where the header ends in the archive, and what of it is written in the clear. */
  readonly end: number
  readonly crcFits: boolean
}

/** A name and its attributes take about a hundred bytes: this is for hundreds of thousands of files. */
const largestHeader = 64 * 1024 * 1024
/** A header that is packed is a header of a header; 7-Zip writes one, and follows any number. */
const maxNested = 4

const id = {header: 1, archiveProperties: 2, additionalStreams: 3, mainStreams: 4, files: 5, encoded: 0x17}

const noStreams: StreamsInfo = {folders: [], packed: [], subStreams: []}

/** Reads the list of files, unpacking it where it is packed. @throws Malformed, NotRead */
export async function readHeader(bytes: Bytes, scan: Scan): Promise<SevenZipHeader> {
  const start = await bytes.slice(0, signatureBytes)
  if (start.length < signatureBytes) throw new Malformed('It ends within its first header.', 0)
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength)
  const offset = Number(view.getBigUint64(12, true))
  const size = Number(view.getBigUint64(20, true))
  const end = signatureBytes + offset + size
  if (!(end <= bytes.size)) throw new Malformed(`Its header should end at byte ${end}, behind its end.`, 12)
  let crcFits = view.getUint32(8, true) === crc32(start.subarray(12))
  let content = await partOf(bytes, end - size, end)
  crcFits &&= view.getUint32(28, true) === crc32(content)
  if (size === 0) return {streams: noStreams, files: [], end, crcFits}
  for (let nested = 0; ; nested++) {
    scan.work.step(1 + (content.length >> 3))
    const fields = new Fields(content)
    const type = fields.byte()
    if (type === id.header) return {...readMain(fields), end, crcFits}
    if (type !== id.encoded || nested === maxNested) throw new Malformed(`Its header begins with ${type}.`, end - size)
    const streams = readStreams(fields)
    content = await unpackFolder(bytes, streams, 0, scan, list => {
      if (list.size > largestHeader) throw new NotRead(`Its list of files has ${list.size} bytes.`, end - size)
      return list.slice(0, list.size)
    })
    const crc = streams.folders[0]?.crc ?? null
    crcFits &&= crc === null || crc === crc32(content)
  }
}

async function partOf(bytes: Bytes, start: number, end: number): Promise<Uint8Array> {
  if (end - start <= largestHeader) return bytes.slice(start, end)
  throw new NotRead(`Its list of files has ${end - start} bytes.`, start)
}

function readMain(fields: Fields): {streams: StreamsInfo; files: readonly FileEntry[]} {
  let streams = noStreams
  let files: readonly FileEntry[] = []
  for (let type = fields.byte(); type !== 0; type = fields.byte()) {
    switch (type) {
      case id.archiveProperties:
        for (let property = fields.byte(); property !== 0; property = fields.byte()) fields.take(fields.number())
        break
      case id.additionalStreams:
        readStreams(fields)
        break
      case id.mainStreams:
        streams = readStreams(fields)
        break
      case id.files:
        files = readFiles(fields)
        break
      default:
        throw new Malformed(`The header has the unknown part ${type}.`)
    }
  }
  return {streams, files}
}
