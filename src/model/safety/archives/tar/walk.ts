import {formatCount} from '../../../../core/quantity.ts'
import type {Bytes} from '../../../../runtime/files.ts'
import type {Work} from '../../limits.ts'
import {Malformed, OverLimit} from '../../malformed.ts'
import {quote, type Rule} from '../../observation.ts'
import {blockBytes, isTarHeader, parseTarHeader, type TarHeader, textOf} from './header.ts'
import {type PaxRecords, parsePax} from './pax.ts'
import * as rules from './rules.ts'

/** A member as most readers see it. */
export interface TarMember {
  readonly name: string
  /** `0` a file, `1` a hard link, `2` a symbolic link, `3` and `4` devices, `5` a folder, `6` a pipe. */
  readonly type: string
  readonly linkName: string
  /** Of the header, in the archive. */
  readonly offset: number
  readonly dataOffset: number
  readonly size: number
}

export interface TarSight {
  readonly rule: Rule
  readonly what: string
  readonly byte: number
}

/** Everything in an archive, also behind its end and behind damaged headers. */
export interface TarWalk {
  readonly members: readonly TarMember[]
  readonly sights: readonly TarSight[]
  /** Where nothing of an archive follows any more. */
  readonly end: number
}

/** Extended headers are names; nobody writes a name of a megabyte. */
const extendedBytes = 1024 * 1024
/** Sizes that octal digits of a header can hold: an extended header may say more. */
const octalLimit = 8 ** 11

/** Goes from header to header. */
export async function walkTar(bytes: Bytes, work: Work): Promise<TarWalk> {
  const walk = new Walk(bytes, work)
  let at = 0
  while (at + blockBytes <= bytes.size) {
    work.step(8)
    const block = await bytes.slice(at, at + blockBytes)
    if (isTarHeader(block)) {
      at = await walk.member(block, at)
      continue
    }
    const isEnd = block.every(byte => byte === 0)
    const next = await nextHeader(bytes, at + blockBytes, work)
    if (!isEnd) walk.see(rules.headerDamaged, `The block at byte ${at} is no header.`, at)
    if (next === null) return {...walk, end: isEnd ? at : at + blockBytes}
    if (isEnd) walk.see(rules.hiddenMembers, `Members follow at byte ${next}, behind the end of the archive.`, next)
    at = next
  }
  if (at > bytes.size)
    walk.see(rules.cutOff, `It ends ${at - bytes.size} bytes before its last member does.`, bytes.size)
  return {...walk, end: Math.min(at, bytes.size)}
}

class Walk {
  readonly members: TarMember[] = []
  readonly sights: TarSight[] = []
  readonly #bytes: Bytes
  readonly #work: Work
  #longName: string | null = null
  #longLink: string | null = null
  #pax: PaxRecords = {}

  constructor(bytes: Bytes, work: Work) {
    this.#bytes = bytes
    this.#work = work
  }

  see(rule: Rule, what: string, byte: number): void {
    this.sights.push({rule, what, byte})
  }

  /** Takes a header and what belongs to it. @returns where the next one begins */
  async member(block: Uint8Array, at: number): Promise<number> {
    const header = parsed(block, at)
    if (header === null) {
      this.see(rules.headerDamaged, 'The size of a member is no number.', at)
      return at + blockBytes
    }
    const behind = at + blockBytes + padded(header.size)
    switch (header.type) {
      case 'L':
        this.#longName = textOf(await this.#extended(header, at))
        return behind
      case 'K':
        this.#longLink = textOf(await this.#extended(header, at))
        return behind
      case 'x':
      case 'X':
        this.#pax = parsePax(await this.#extended(header, at))
        if (this.#pax.brokenAt !== undefined) this.see(rules.headerDamaged, 'An extended header breaks off.', at)
        return behind
      case 'g':
        this.#global(parsePax(await this.#extended(header, at)), at)
        return behind
      default:
        return this.#plain(header, at)
    }
  }

  async #plain(header: TarHeader, at: number): Promise<number> {
    const {path, linkpath, size: paxSize, sparse} = this.#pax
    const name = path ?? this.#longName ?? header.name
    const linkName = linkpath ?? this.#longLink ?? header.linkName
    const size = this.#sizeOf(header, paxSize, at)
    if (path !== undefined && this.#longName !== null && path !== this.#longName) {
      const what = `Extended headers call a member ${quote(path)}, and ${quote(this.#longName)}.`
      this.see(rules.namesDiffer, what, at)
    } else if (header.name !== header.shortName && path === undefined && this.#longName === null) {
      const what = `Some readers call a member ${quote(header.name)}, others ${quote(header.shortName)}.`
      this.see(rules.namesDiffer, what, at)
    }
    this.#pax = {}
    this.#longName = this.#longLink = null
    const {type} = header
    if (sparse === true || type === 'S') this.see(rules.sparse, `${quote(name)} is a sparse file.`, at)
    if (type === 'M') this.see(rules.severalVolumes, `${quote(name)} goes on from another part.`, at)
    if (!/^[\0 -~]$/.test(type) || !'\x000123456789DMSVN'.includes(type)) {
      this.see(rules.unknownType, `${quote(name)} has the type ${quote(type)}.`, at)
    }
    const dataOffset = at + blockBytes
    this.#add({name, type: type === '\0' || type === '7' ? '0' : type, linkName, offset: at, dataOffset, size})
    if (!'123456'.includes(type) || size === 0) return dataOffset + padded(size)
    this.see(rules.sizeOfNothing, `${quote(name)} is no file, and has ${formatCount(size)} bytes of data.`, at)
    // As Python goes on, where that is a header; else as GNU tar does.
    return isTarHeader(await this.#bytes.slice(dataOffset, dataOffset + blockBytes))
      ? dataOffset
      : dataOffset + padded(size)
  }

  #sizeOf({size}: TarHeader, paxSize: number | undefined, at: number): number {
    if (paxSize === undefined) return size
    if (!Number.isSafeInteger(paxSize)) {
      this.see(rules.headerDamaged, 'An extended header gives a size that is no number.', at)
      return size
    }
    if (paxSize !== size && paxSize < octalLimit) {
      const what = `An extended header says that the member has ${formatCount(paxSize)} bytes, its own says ${formatCount(size)}.`
      this.see(rules.sizesDiffer, what, at)
    }
    return paxSize
  }

  #global({path, linkpath, size}: PaxRecords, at: number): void {
    if (path === undefined && linkpath === undefined && size === undefined) return
    this.see(rules.globalOverride, 'A global header gives a name, a link or a size to all members behind it.', at)
  }

  #add(member: TarMember): void {
    this.members.push(member)
    const {members} = this.#work.limits
    if (this.members.length <= members) return
    throw new OverLimit('members', `The archive has more than ${formatCount(members)} members.`)
  }

  async #extended({size, type}: TarHeader, at: number): Promise<Uint8Array> {
    if (size > extendedBytes) {
      throw new Malformed(`An extended header of the type ${type} has ${formatCount(size)} bytes.`, at)
    }
    this.#work.step(1 + (size >> 6))
    return this.#bytes.slice(at + blockBytes, at + blockBytes + size)
  }
}

function parsed(block: Uint8Array, at: number): TarHeader | null {
  try {
    return parseTarHeader(block, at)
  } catch (error) {
    if (error instanceof Malformed) return null
    throw error
  }
}

function padded(size: number): number {
  return Math.ceil(size / blockBytes) * blockBytes
}

const firstWindow = 4 * blockBytes
const largestWindow = 1024 * blockBytes
/** Beyond, nothing is looked for: what is there is looked at as a file of its own. */
const searchedBytes = 64 * 1024 * 1024

/** The next block that is a header. */
async function nextHeader(bytes: Bytes, start: number, work: Work): Promise<number | null> {
  const end = Math.min(bytes.size, start + searchedBytes)
  let length = firstWindow
  for (let at = start; at + blockBytes <= end; at += length, length = Math.min(2 * length, largestWindow)) {
    const window = await bytes.slice(at, at + length)
    work.step(1 + (window.length >> 4))
    for (let offset = 0; offset + blockBytes <= window.length; offset += blockBytes) {
      if (isTarHeader(window.subarray(offset, offset + blockBytes))) return at + offset
    }
  }
  return null
}
