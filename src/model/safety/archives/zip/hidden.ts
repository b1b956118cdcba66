import type {Bytes} from '../../../../runtime/files.ts'
import type {Work} from '../../limits.ts'
import type {Span} from './coverage.ts'
import {readLocal} from './members.ts'
import {flag, type LocalHeader, localBytes, localSignature, signatureAt} from './records.ts'

/** A local header, with what follows it, that no directory lists. */
export interface HiddenMember {
  readonly local: LocalHeader
  readonly offset: number
  readonly dataOffset: number
  readonly dataEnd: number
}

/** Each is a finding; nobody needs more of them. */
const maxHidden = 1000
const firstWindow = 4096
const largestWindow = 1024 * 1024
/** Beyond, a gap is looked at as a file of its own. */
const searchedBytes = 64 * 1024 * 1024

/**
 * Local headers in bytes that no directory speaks of. A streaming reader goes from header to header and unpacks them;
 * a tool that repairs archives looks for the signature anywhere.
 */
export async function findHidden(bytes: Bytes, gaps: readonly Span[], work: Work): Promise<readonly HiddenMember[]> {
  const found: HiddenMember[] = []
  for (const {start, end: gapEnd} of gaps) {
    const end = Math.min(gapEnd, start + searchedBytes)
    for (let at = start; at < end; ) {
      const offset = await nextSignature(bytes, at, end, work)
      if (offset === null) break
      work.step(8)
      const member = await hiddenAt(bytes, offset, gapEnd, work)
      if (member) found.push(member)
      if (found.length === maxHidden) return found
      at = member ? member.dataEnd : offset + 4
    }
  }
  return found
}

async function hiddenAt(bytes: Bytes, offset: number, end: number, work: Work): Promise<HiddenMember | null> {
  // Four bytes by chance: a header would have a method that exists, and a name.
  const [method, nameLength] = u16sOf(await bytes.slice(offset, offset + localBytes))
  if (method > 99 || nameLength === 0) return null
  const local = await readLocal(bytes, offset, work)
  if (local === null) return null
  const dataOffset = offset + local.length
  if (dataOffset > end) return null
  const open = (local.flags & flag.descriptor) !== 0 && local.packedSize === 0
  const dataEnd = open ? await dataEndBefore(bytes, dataOffset, end, work) : dataOffset + local.packedSize
  return {local, offset, dataOffset, dataEnd: Math.min(end, dataEnd)}
}

function u16sOf(header: Uint8Array): readonly [method: number, nameLength: number] {
  const at = (index: number) => (header[index] ?? 0) + 256 * (header[index + 1] ?? 0)
  return [at(8), at(26)]
}

/** Where the next local header begins: the size stands behind the data, so its end is not known before. */
async function dataEndBefore(bytes: Bytes, start: number, end: number, work: Work): Promise<number> {
  return (await nextSignature(bytes, start, end, work)) ?? end
}

async function nextSignature(bytes: Bytes, start: number, end: number, work: Work): Promise<number | null> {
  // Headers may stand close together: a first look is short.
  let length = firstWindow
  for (let at = start; at < end; at += length, length = Math.min(2 * length, largestWindow)) {
    const window = await bytes.slice(at, Math.min(end, at + length + 3))
    work.step(1 + (window.length >> 6))
    for (let index = window.indexOf(0x50); index >= 0; index = window.indexOf(0x50, index + 1)) {
      if (signatureAt(window, index) === localSignature) return at + index
    }
  }
  return null
}
