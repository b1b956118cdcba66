import {crc32} from 'node:zlib'
import {formatCount, formatSize} from '../../../../core/quantity.ts'
import type {Bytes} from '../../../../runtime/files.ts'
import {type Artifact, sliceOf} from '../../artifact.ts'
import type {Scan} from '../../format.ts'
import {Malformed} from '../../malformed.ts'
import {quote, type Rule} from '../../observation.ts'
import {NotRead} from '../codecs/codec.ts'
import {foreignLink, linkInside, linkOutside} from '../links.ts'
import type {FileEntry} from './files.ts'
import {unpackFolder} from './folder.ts'
import type {SevenZipHeader} from './header.ts'
import * as rules from './rules.ts'
import type {SubStream} from './streams.ts'

/** Checksums are computed up to here. */
const checkedFileBytes = 1024 * 1024
const checkedBytes = 64 * 1024 * 1024

/** Looks at the files of an archive by their content, folder by folder. */
export class FolderScan {
  readonly #artifact: Artifact
  readonly #scan: Scan
  readonly #header: SevenZipHeader
  readonly #see: (rule: Rule, what: string, byte?: number) => void
  /** Those with content, in the order of the folders. */
  readonly #named: readonly FileEntry[]
  #next = 0
  #checked = 0
  #unchecked = 0
  #uncheckedBytes = 0

  constructor(
    artifact: Artifact,
    scan: Scan,
    header: SevenZipHeader,
    see: (rule: Rule, what: string, byte?: number) => void,
  ) {
    this.#artifact = artifact
    this.#scan = scan
    this.#header = header
    this.#see = see
    this.#named = header.files.filter(({hasStream}) => hasStream)
  }

  /** @throws OverLimit */
  async look(index: number): Promise<void> {
    const {streams} = this.#header
    const files = (streams.subStreams[index] ?? []).map(part => ({part, file: this.#named[this.#next++]}))
    const byte = streams.packed[index]?.start
    try {
      await unpackFolder(this.#artifact.bytes, streams, index, this.#scan, async (content, problem) => {
        if (problem !== null) this.#see(rules.damaged, `The folder ${index} breaks off: ${problem}`, byte)
        let at = 0
        for (const {part, file} of files) {
          await this.#file(sliceOf(content, at, at + part.size), part, file)
          at += part.size
        }
        if (content.size === at || problem !== null) return
        const what = `The folder ${index} unpacks to ${formatCount(content.size)} bytes, and its files have ${formatCount(at)}.`
        this.#see(rules.damaged, what, byte)
        if (content.size > at) await this.#inside(`(rest of folder ${index})`, sliceOf(content, at, content.size))
      })
    } catch (error) {
      if (!(error instanceof Malformed)) throw error
      const [first] = files
      const more = files.length > 1 ? ` and ${formatCount(files.length - 1)} more` : ''
      this.#see(
        error instanceof NotRead ? rules.unread : rules.damaged,
        `${quote(first?.file?.name ?? '')}${more}: ${error.message}`,
        byte,
      )
    }
  }

  /** Says what was left out. */
  conclude(): void {
    if (this.#unchecked === 0) return
    const size = formatSize(this.#uncheckedBytes)
    this.#see(rules.crcUnchecked, `The checksums of ${formatCount(this.#unchecked)} files of ${size} are not computed.`)
  }

  async #file(content: Bytes, {size, crc}: SubStream, file: FileEntry | undefined): Promise<void> {
    const name = file?.name ?? `(file ${this.#next})`
    if (file && isLink(file)) await this.#link(name, content)
    await this.#inside(name, content)
    if (crc === null) return
    if (size > checkedFileBytes || this.#checked + size > checkedBytes) {
      this.#unchecked++
      this.#uncheckedBytes += size
      return
    }
    this.#checked += size
    if (crc32(await content.slice(0, content.size)) === crc) return
    this.#see(rules.crcWrong, `The CRC-32 of ${quote(name)} does not fit.`)
  }

  async #link(name: string, content: Bytes): Promise<void> {
    const target = new TextDecoder().decode(await content.slice(0, 4096))
    const outside = linkOutside(name, target)
    const what = `${quote(name)} is a symbolic link to ${quote(target)}`
    if (outside === null) this.#see(linkInside, `${what}.`)
    else this.#see(foreignLink, `${what}, which ${outside}.`)
  }

  async #inside(name: string, content: Bytes): Promise<void> {
    await this.#scan.inside(this.#artifact, name, content)
  }
}

/** A mode of Unix stands in the upper half where the bit 0x8000 says so; Windows has a bit for reparse points. */
function isLink({attributes}: FileEntry): boolean {
  if (attributes === null) return false
  if ((attributes & 0x8000) !== 0 && ((attributes >>> 16) & 0o170000) === 0o120000) return true
  return (attributes & 0x400) !== 0
}
