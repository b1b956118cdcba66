import type {Bytes} from '../../../../runtime/files.ts'
import {sliceOf} from '../../artifact.ts'
import type {Scan} from '../../format.ts'
import {Malformed} from '../../malformed.ts'
import {bzip2} from '../codecs/bzip2.ts'
import {type Decoder, NotRead} from '../codecs/codec.ts'
import {deflate, deflate64} from '../codecs/deflate.ts'
import {Feed} from '../codecs/feed.ts'
import {lzma1, lzma2, lzma2Dictionary, reachOf} from '../codecs/lzma2.ts'
import {unpackedBy} from '../codecs/unpacked.ts'
import {zstd} from '../codecs/zstd.ts'
import {unfilterX86} from './bcj-x86.ts'
import type {Coder, Folder, StreamsInfo} from './streams.ts'

type Chunks = AsyncIterable<Uint8Array>

/**
 * What comes out of a folder, while `use` runs.
 * @throws Malformed for coders that do not fit together, NotRead for those that are not read
 */
export async function unpackFolder<T>(
  archive: Bytes,
  streams: StreamsInfo,
  index: number,
  scan: Scan,
  use: (bytes: Bytes, problem: string | null) => Promise<T>,
): Promise<T> {
  const folder = streams.folders[index]
  if (folder === undefined) throw new Malformed(`The header names the folder ${index}, which is not there.`)
  const packed = packedOf(archive, streams, index)
  const chain = chainOf(folder)
  const problems: string[] = []
  let chunks: Chunks | null = null
  for (const {coder, size} of chain) chunks = through(coder, size, chunks ?? packed, problems)
  if (chunks === null) throw new Malformed('A folder has no coder.')
  return scan.unpack(chunks, packed.size, bytes => use(bytes, problems[0] ?? null))
}

function packedOf(archive: Bytes, {packed}: StreamsInfo, index: number): Bytes {
  const span = packed[index]
  if (!span) throw new Malformed(`The folder ${index} has no packed stream.`)
  if (span.end <= archive.size) return sliceOf(archive, span.start, span.end)
  throw new Malformed(`The folder ${index} reaches behind the end of the archive.`)
}

interface Link {
  readonly coder: Coder
  /** Bytes that come out of it. */
  readonly size: number
}

/** Coders from the packed stream to the content. @throws NotRead where they are no chain, as BCJ2 is none */
function chainOf({coders, bonds, packedInputs, sizes}: Folder): readonly Link[] {
  const parts = coders.find(({inputs, outputs}) => inputs !== 1 || outputs !== 1)
  if (parts !== undefined) throw new NotRead(`It is packed with ${nameOf(parts)}, which is not read.`)
  const links: Link[] = []
  let input = packedInputs[0]
  while (input !== undefined && links.length <= coders.length) {
    const coder = coders[input]
    if (coder === undefined) break
    const output = input
    links.push({coder, size: sizes[output] ?? 0})
    input = bonds.find(bond => bond.output === output)?.input
  }
  if (links.length === coders.length) return links
  throw new Malformed('The coders of a folder do not make a chain.')
}

const names = new Map([
  ['030401', 'PPMd'],
  ['03', 'Delta'],
  ['0a', 'BCJ ARM64'],
  ['0b', 'BCJ RISC-V'],
  ['0303011b', 'BCJ2'],
  ['03030205', 'BCJ PowerPC'],
  ['03030401', 'BCJ IA-64'],
  ['03030501', 'BCJ ARM'],
  ['03030701', 'BCJ ARM Thumb'],
  ['03030805', 'BCJ SPARC'],
  ['06f10701', 'AES-256 encryption'],
  ['04f71102', 'Brotli'],
  ['04f71104', 'LZ4'],
])

function nameOf({method}: Coder): string {
  return names.get(method) ?? `the method ${method}`
}

/** @param input the archive's own bytes for a first coder, or what another has unpacked */
function through(coder: Coder, size: number, input: Bytes | Chunks, problems: string[]): Chunks {
  const {method} = coder
  if (method === '03030103' || method === '04') return unfilterX86(chunksOf(input))
  if (method === '00') return chunksOf(input)
  const decoder = decoderOf(coder, size)
  if (!('size' in input)) throw new NotRead(`It is packed with ${nameOf(coder)} twice over.`)
  return remembering(unpackedBy(decoder, input), problems)
}

/** Keeps why a stream ended early. What came before is handed on. */
async function* remembering(
  stream: Chunks & {readonly problem: {readonly what: string} | null},
  problems: string[],
): AsyncGenerator<Uint8Array, void> {
  yield* stream
  if (stream.problem) problems.push(stream.problem.what)
}

function decoderOf(coder: Coder, size: number): Decoder {
  const {method, properties} = coder
  switch (method) {
    case '21':
      return async function* decode(source) {
        yield* lzma2(new Feed(source.bytes, 0), lzma2Dictionary(properties[0] ?? 0, 0))
      }
    case '030101': {
      if (properties.length !== 5) throw new Malformed('The properties of LZMA do not have five bytes.')
      const view = new DataView(properties.buffer, properties.byteOffset)
      const dictionary = reachOf(view.getUint32(1, true))
      return async function* decode(source) {
        yield* lzma1(new Feed(source.bytes, 0), {properties: view.getUint8(0), dictionary, size})
      }
    }
    case '040108':
      return deflate
    case '040109':
      return deflate64
    case '040202':
      return bzip2
    case '04f71101':
      return zstd
    default:
      throw new NotRead(`It is packed with ${nameOf(coder)}, which is not read.`)
  }
}

const copyBytes = 1024 * 1024

function chunksOf(input: Bytes | Chunks): Chunks {
  return 'size' in input ? copied(input) : input
}

async function* copied(bytes: Bytes): AsyncGenerator<Uint8Array, void> {
  for (let at = 0; at < bytes.size; at += copyBytes) yield await bytes.slice(at, at + copyBytes)
}
