import type {Sample} from '../../format.ts'
import {isTarHeader} from '../tar/header.ts'
import {
  centralSignature,
  endBytes,
  endSignature,
  localSignature,
  locator64Bytes,
  locator64Signature,
  parseEnd,
  signatureAt,
} from './records.ts'

/**
 * Whether some reader takes a file for a ZIP archive: it begins like one, or a directory stands before an end record in
 * its last 64 KiB, whatever it begins with and whatever follows.
 */
export function looksLikeZip(sample: Sample): boolean {
  const {head, tail, size} = sample
  const first = signatureAt(head, 0)
  if (first === localSignature || first === endSignature || first === spanningMarker) return true
  for (let at = tail.length - endBytes; at >= 0; at--) {
    if (tail[at] !== 0x50 || signatureAt(tail, at) !== endSignature) continue
    if (endsAnArchive(tail, at, size)) return !isLastMemberOfTar(sample, at)
  }
  return false
}

/** APPNOTE 8.5.5: the first four bytes of an archive that was written for several disks. */
const spanningMarker = 0x08074b50

function endsAnArchive(tail: Uint8Array, at: number, size: number): boolean {
  const tailStart = size - tail.length
  const {directorySize, directoryOffset, entries} = parseEnd(tail.subarray(at), tailStart + at)
  // The records of ZIP64 stand between the directory and the end record: `read` follows them.
  if (at >= locator64Bytes && signatureAt(tail, at - locator64Bytes) === locator64Signature) return true
  const starts = [tailStart + at - directorySize, directoryOffset]
  if (entries === 0 && directorySize === 0) return directoryOffset <= tailStart + at
  return starts.some(start => {
    if (start < 0 || start >= tailStart + at) return directorySize === 0xffffffff || directoryOffset === 0xffffffff
    // A directory that is longer than what is known of the file: `read` will tell.
    if (start < tailStart) return entries * 46 <= directorySize
    return signatureAt(tail, start - tailStart) === centralSignature
  })
}

/** An archive that is the last member of a tar is found there, and looked at as what it is: a file of its own. */
function isLastMemberOfTar({head, tail}: Sample, at: number): boolean {
  if (!isTarHeader(head)) return false
  const {commentLength} = parseEnd(tail.subarray(at), 0)
  return tail.subarray(at + endBytes + commentLength).every(byte => byte === 0)
}
