import {formatCount} from '../../../../core/quantity.ts'
import type {Bytes} from '../../../../runtime/files.ts'
import {Cursor} from '../../formats/cursor.ts'
import type {Work} from '../../limits.ts'
import {OverLimit} from '../../malformed.ts'
import {
  type CentralHeader,
  centralBytes,
  centralLength,
  centralSignature,
  type EndRecord,
  end64Bytes,
  end64Signature,
  endBytes,
  endSignature,
  locator64Bytes,
  locator64Signature,
  parseCentral,
  parseEnd,
  parseEnd64,
  signatureAt,
} from './records.ts'

/** A central directory that some reader would take for the archive's own. */
export interface Directory {
  readonly end: EndRecord
  /** Where it begins, and where the end record that leads to it begins (with the ZIP64 records before that). */
  readonly start: number
  readonly recordsStart: number
  /** Behind its last header. */
  readonly stop: number
  /** To be added to every offset: bytes that stand before the archive, as Python's zipfile counts them. */
  readonly shift: number
  readonly entries: readonly CentralHeader[]
  /** Offset of bytes inside the directory that are no header, where there are some. */
  readonly brokenAt: number | null
}

/** How many end records are followed. An archive with two is refused in any case. */
const maxEnds = 16

/**
 * Every directory that a reader may take, the one of Python's zipfile and of miniz (torch) first: both take the last end
 * record. Others demand that the comment reaches the end of the file exactly, or prefer the record that is most
 * consistent. Where bytes stand before the archive, Python counts offsets from the end and miniz from the beginning.
 */
export async function findDirectories(bytes: Bytes, work: Work): Promise<readonly Directory[]> {
  const tailStart = Math.max(0, bytes.size - (0xffff + endBytes))
  const tail = await bytes.slice(tailStart, bytes.size)
  const found: Directory[] = []
  let followed = 0
  for (let at = tail.length - endBytes; at >= 0 && followed < maxEnds; at--) {
    if (tail[at] !== 0x50 || signatureAt(tail, at) !== endSignature) continue
    followed++
    for (const candidate of await candidatesOf(bytes, parseEnd(tail.subarray(at), tailStart + at))) {
      if (found.some(other => other.start === candidate.start && other.shift === candidate.shift)) continue
      const directory = await readDirectory(bytes, candidate, work)
      if (directory) found.push(directory)
    }
  }
  return found
}

interface Candidate {
  readonly end: EndRecord
  readonly start: number
  readonly shift: number
  readonly recordsStart: number
}

/** Where the directory of one end record may begin: by its offset, and by its size counted back from the records. */
async function candidatesOf(bytes: Bytes, end: EndRecord): Promise<readonly Candidate[]> {
  const found: Candidate[] = []
  const add = (record: EndRecord, recordsStart: number) => {
    const {directorySize, directoryOffset} = record
    const counted = recordsStart - directorySize
    for (const start of [counted, directoryOffset]) {
      if (!(start >= 0 && start <= recordsStart)) continue
      if (found.some(each => each.start === start && each.end.entries === record.entries)) continue
      found.push({end: record, start, shift: start - directoryOffset, recordsStart})
    }
  }
  const end64 = await findEnd64(bytes, end)
  if (end64) {
    add(end64.record, end64.at)
    add(merged(end, end64.record), end64.at)
  }
  add(end, end64 ? end64.at : end.at)
  if (end64) add(end, end.at)
  return found
}

/** Readers replace either every value or those that are all ones. */
function merged(end: EndRecord, wide: EndRecord): EndRecord {
  return {
    ...end,
    entries: end.entries === 0xffff ? wide.entries : end.entries,
    directorySize: end.directorySize === 0xffffffff ? wide.directorySize : end.directorySize,
    directoryOffset: end.directoryOffset === 0xffffffff ? wide.directoryOffset : end.directoryOffset,
  }
}

/** By the locator before the end record: at the offset that it names, or, as Python has it, right before the locator. */
async function findEnd64(bytes: Bytes, end: EndRecord): Promise<{record: EndRecord; at: number} | null> {
  const locatorAt = end.at - locator64Bytes
  if (locatorAt < 0) return null
  const locator = await bytes.slice(locatorAt, end.at)
  if (signatureAt(locator, 0) !== locator64Signature) return null
  const named = Number(new DataView(locator.buffer, locator.byteOffset).getBigUint64(8, true))
  for (const at of [locatorAt - end64Bytes, named]) {
    if (!(at >= 0 && at <= locatorAt - end64Bytes)) continue
    const record = await bytes.slice(at, at + end64Bytes)
    if (signatureAt(record, 0) === end64Signature) return {record: parseEnd64(record, end), at}
  }
  return null
}

/** Null where no header stands at its beginning, although there should be some. */
async function readDirectory(bytes: Bytes, candidate: Candidate, work: Work): Promise<Directory | null> {
  const {start, end, recordsStart, shift} = candidate
  const entries: CentralHeader[] = []
  const cursor = new Cursor(bytes, start, recordsStart)
  let brokenAt: number | null = null
  const bySize = start + end.directorySize
  // Python reads as many bytes as the record says, miniz as many headers: the longer of both.
  while (cursor.left >= centralBytes && (cursor.at < bySize || entries.length < end.entries)) {
    await cursor.need(centralBytes)
    const fixed = cursor.take(centralBytes)
    const length = centralLength(fixed)
    cursor.seek(cursor.at - centralBytes)
    if (signatureAt(fixed, 0) !== centralSignature || length > cursor.left) {
      brokenAt = cursor.at
      break
    }
    await cursor.need(length)
    const entry = parseCentral(cursor.take(length))
    if (entry === null) break
    work.step(8)
    entries.push(entry)
    if (entries.length > work.limits.members) {
      throw new OverLimit('members', `The directory lists more than ${formatCount(work.limits.members)} members.`)
    }
  }
  const isEmpty = end.entries === 0 && end.directorySize === 0
  if (entries.length === 0 && !isEmpty) return null
  return {end, start, recordsStart, stop: cursor.at, shift, entries, brokenAt}
}
