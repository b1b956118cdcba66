import {crc32} from 'node:zlib'
import {formatCount, formatSize} from '../../../../core/quantity.ts'
import type {Bytes} from '../../../../runtime/files.ts'
import type {Artifact, Loader} from '../../artifact.ts'
import type {Scan} from '../../format.ts'
import type {ZipMember} from '../../formats/zip-layout.ts'
import {quote, type Rule} from '../../observation.ts'
import {Handed, sharedTooOften} from '../handed.ts'
import {foreignLink, linkInside, linkOutside} from '../links.ts'
import {hex} from './compare.ts'
import {isRead, methodName, openPacked, type Packed, type Unpacked} from './content.ts'
import type {PlacedMember} from './members.ts'
import {flag} from './records.ts'
import * as rules from './rules.ts'

/** A checksum of stored data is computed up to here: a torch archive stores gigabytes, and they are read once already. */
const checkedMemberBytes = 1024 * 1024
const checkedBytes = 64 * 1024 * 1024

/** Looks at the members of one archive by their content, and compares what comes out with what the headers say. */
export class MemberScan {
  readonly #artifact: Artifact
  readonly #scan: Scan
  readonly #handed: Handed
  #isFull = false
  #checked = 0
  #unchecked = 0
  #uncheckedBytes = 0

  constructor(artifact: Artifact, scan: Scan) {
    this.#artifact = artifact
    this.#scan = scan
    this.#handed = new Handed(artifact.bytes.size)
  }

  /** @param placed where a directory lists it */
  async look(member: ZipMember, loaders: readonly Loader[], placed: PlacedMember | null): Promise<void> {
    const flags = member.flags | (placed?.local?.flags ?? 0)
    if (!isRead(member.method)) {
      const what = `${quote(member.name)} is compressed with ${methodName(member.method)}.`
      this.#see(member.method === 99 ? rules.encrypted : rules.methodUnread, what, member.offset)
      // Its bytes as they stand: a reader that knows two methods only may take them so.
      await this.#inside({...member, method: 0}, `${member.name} (packed)`, loaders)
      return
    }
    const plain = await this.#inside(member, member.name, loaders)
    if (isLink(placed)) await this.#link(member)
    if ((flags & (flag.encrypted | flag.strong)) !== 0) this.#encrypted(member, plain)
    else if (plain !== null) this.#compare(member, plain)
    await this.#byLocalHeader(member, loaders, placed)
  }

  /** Says what was left out. */
  conclude(): void {
    if (this.#unchecked === 0) return
    const what = `The checksums of ${formatCount(this.#unchecked)} stored members of ${formatSize(this.#uncheckedBytes)} are not computed.`
    this.#see(rules.crcUnchecked, what, undefined)
  }

  /** What came out; of stored data its size and, up to a limit, its checksum. Null where it was not read. */
  async #inside(member: ZipMember, name: string, loaders: readonly Loader[]): Promise<Unpacked | null> {
    const {bytes} = this.#artifact
    const packed = packedOf(member)
    if (!this.#handed.allows(Math.max(0, Math.min(packed.end, bytes.size) - packed.start))) {
      this.#full(member)
      return null
    }
    return openPacked(bytes, packed, this.#scan, async (content, unpacked) => {
      const answer = unpacked ?? (await this.#stored(content, member))
      for (const loader of loaders) await this.#scan.inside(this.#artifact, name, content, loader)
      return answer
    })
  }

  #full({name, offset}: ZipMember): void {
    if (this.#isFull) return
    this.#isFull = true
    this.#see(sharedTooOften, `From ${quote(name)} on, members are not looked at: they share their bytes.`, offset)
  }

  async #stored(bytes: Bytes, {packedSize}: ZipMember): Promise<Unpacked | null> {
    if (packedSize > checkedMemberBytes || this.#checked + packedSize > checkedBytes) {
      this.#unchecked++
      this.#uncheckedBytes += packedSize
      return null
    }
    this.#checked += packedSize
    const content = await bytes.slice(0, packedSize)
    return {size: content.length, crc: crc32(content), problem: null}
  }

  #compare(member: ZipMember, {size, crc, problem}: Unpacked): void {
    const name = quote(member.name)
    // A member that no directory lists tells its size behind its data, if at all.
    if (!member.listed) return
    if (problem) {
      this.#see(rules.memberDamaged, `${name}: ${problem.what}`, member.dataOffset + problem.byte)
      return
    }
    if (size !== member.size) {
      const what = `${name} unpacks to ${formatCount(size)} bytes, and says ${formatCount(member.size)}.`
      this.#see(rules.sizeWrong, what, member.offset)
    } else if (crc !== member.crc) {
      this.#see(rules.crcWrong, `The CRC-32 of ${name} is ${hex(crc)}, and it says ${hex(member.crc)}.`, member.offset)
    }
  }

  /** Data that fits its checksum is plain whatever its flag says, and stored data is taken as it stands. */
  #encrypted(member: ZipMember, plain: Unpacked | null): void {
    const fits = plain !== null && plain.problem === null && plain.size === member.size && plain.crc === member.crc
    // The classic cipher puts twelve bytes before the data (APPNOTE 6.1.3).
    const sameSize = member.method === 0 && member.packedSize === member.size
    const name = quote(member.name)
    if (fits || sameSize) {
      this.#see(rules.encryptedFlag, `${name} is marked as encrypted, and its data is plain.`, member.offset)
    } else this.#see(rules.encrypted, `${name} is encrypted.`, member.offset)
  }

  /** What a reader that believes the local header gets, where that is something else. */
  async #byLocalHeader(member: ZipMember, loaders: readonly Loader[], placed: PlacedMember | null): Promise<void> {
    const local = placed?.local
    if (!local) return
    const unknown = (local.flags & flag.descriptor) !== 0 && local.packedSize === 0
    const packedSize = unknown ? member.packedSize : local.packedSize
    if (local.method === member.method && packedSize === member.packedSize) return
    if (!isRead(local.method)) return
    const other = {...member, method: local.method, packedSize, size: local.size, listed: false}
    await this.#inside(other, `${member.name} (by its local header)`, loaders)
  }

  async #link(member: ZipMember): Promise<void> {
    const target = await openPacked(this.#artifact.bytes, packedOf(member), this.#scan, async bytes =>
      new TextDecoder().decode(await bytes.slice(0, 4096)),
    )
    const outside = linkOutside(member.name, target)
    const what = `${quote(member.name)} is a symbolic link to ${quote(target)}`
    if (outside === null) this.#see(linkInside, `${what}.`, member.offset)
    else this.#see(foreignLink, `${what}, which ${outside}.`, member.offset)
  }

  #see(rule: Rule, what: string, byte: number | undefined): void {
    const {path} = this.#artifact
    this.#scan.see({rule, what, place: {path, ...(byte === undefined ? {} : {byte})}, sure: 'certain'})
  }
}

export function packedOf({method, dataOffset: start, packedSize, size, flags, listed}: ZipMember): Packed {
  // Of a stored member miniz reads as many bytes as it says it has unpacked, others as many as it says are packed.
  const length = method === 0 && listed ? Math.max(packedSize, size) : packedSize
  return {method, start, end: start + length, size, endsByMarker: (flags & 2) !== 0}
}

/** The kind of file that a writer on Unix or macOS notes (4.4.2 and 4.4.15): the upper half of the external attributes. */
function isLink(placed: PlacedMember | null): boolean {
  if (placed === null) return false
  const system = placed.central.madeBy >> 8
  return (system === 3 || system === 19) && ((placed.central.external >>> 16) & 0o170000) === 0o120000
}
