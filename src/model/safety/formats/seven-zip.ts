import {formatCount} from '../../../core/quantity.ts'
import {NotRead} from '../archives/codecs/codec.ts'
import {judgeName} from '../archives/member-names.ts'
import {FolderScan} from '../archives/seven-zip/folder-scan.ts'
import {readHeader, type SevenZipHeader} from '../archives/seven-zip/header.ts'
import * as rules from '../archives/seven-zip/rules.ts'
import {signatureBytes} from '../archives/seven-zip/streams.ts'
import {type Artifact, sliceOf} from '../artifact.ts'
import type {Format, Reading, Scan} from '../format.ts'
import {quote, type Rule} from '../observation.ts'

/** 7z archives (7-Zip's DOC/7zFormat.txt): Copy, LZMA, LZMA2, Deflate, Deflate64, BZip2, zstd and BCJ x86 are read. */
export const sevenZip: Format = {
  name: '7z',
  recognise: ({head}) => [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c].every((byte, index) => head[index] === byte),
  read: readSevenZip,
}

/** @throws Malformed, OverLimit */
async function readSevenZip(artifact: Artifact, scan: Scan): Promise<Reading> {
  const {path} = artifact
  const see = (rule: Rule, what: string, byte?: number) =>
    scan.see({rule, what, place: {path, ...(byte === undefined ? {} : {byte})}, sure: 'certain'})
  const header = await headerOf(artifact, scan, see)
  if (header === null) return {is: '7z archive', holds: 'container'}
  if (!header.crcFits) see(rules.damaged, 'A checksum of its headers does not fit.', 8)

  judgeFiles(header, see)
  const folders = new FolderScan(artifact, scan, header, see)
  for (const index of header.streams.folders.keys()) await folders.look(index)
  folders.conclude()
  await lookAtGaps(artifact, scan, header, see)
  const {length} = header.files
  return {is: `7z archive, ${formatCount(length)} ${length === 1 ? 'file' : 'files'}`, holds: 'container'}
}

type See = (rule: Rule, what: string, byte?: number) => void

/** Null where even the list of files cannot be read: it is encrypted, or packed in an unusual way. */
async function headerOf({bytes}: Artifact, scan: Scan, see: See): Promise<SevenZipHeader | null> {
  try {
    return await readHeader(bytes, scan)
  } catch (error) {
    if (!(error instanceof NotRead)) throw error
    see(rules.unread, `Its list of files cannot be read: ${error.message}`, error.byte)
    return null
  }
}

function judgeFiles({files, streams}: SevenZipHeader, see: See): void {
  const known = new Set<string>()
  for (const {name} of files) {
    for (const {rule, what} of judgeName(name)) see(rule, what)
    if (known.has(name)) see(rules.duplicate, `There are several files ${quote(name)}.`)
    known.add(name)
  }
  const named = files.filter(({hasStream}) => hasStream).length
  const there = streams.subStreams.reduce((sum, each) => sum + each.length, 0)
  if (named === there) return
  see(rules.namesDiffer, `It names ${formatCount(named)} files with content, and holds ${formatCount(there)}.`)
}

/** Bytes between the packed streams and the header, and behind it. */
async function lookAtGaps(artifact: Artifact, scan: Scan, {streams, end}: SevenZipHeader, see: See): Promise<void> {
  const {bytes} = artifact
  if (end < bytes.size) {
    see(rules.gap, `${formatCount(bytes.size - end)} bytes follow the archive.`, end)
    await scan.inside(artifact, `(bytes from ${end})`, sliceOf(bytes, end, bytes.size))
  }
  const first = streams.packed.find(span => span !== null)
  if (!first || first.start <= signatureBytes) return
  see(rules.gap, `${formatCount(first.start - signatureBytes)} bytes stand before the packed streams.`, signatureBytes)
  await scan.inside(artifact, `(bytes from ${signatureBytes})`, sliceOf(bytes, signatureBytes, first.start))
}
