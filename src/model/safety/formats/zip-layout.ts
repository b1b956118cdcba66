import type {Bytes} from '../../../runtime/files.ts'
import type {Artifact, Loader} from '../artifact.ts'
import type {Reading, Scan} from '../format.ts'

/** What a ZIP archive is used for: a torch checkpoint, an .npz, a .keras file. One file each, a line in `zip-layouts.ts`. */
export interface ZipLayout {
  /** For a person: `PyTorch checkpoint`. */
  readonly name: string
  /** By the names of members alone. Several layouts may say yes: all of them read. */
  matches(zip: ZipContents): boolean
  /** Who opens a member, where this layout knows it; every member is scanned by its content in any case. */
  loaderOf?(member: ZipMember): Loader | undefined
  /** Called after all members have been scanned. @throws Malformed, OverLimit */
  read(zip: ZipContents, artifact: Artifact, scan: Scan): Promise<Reading>
}

/** What some reader of ZIP archives finds inside one. */
export interface ZipContents {
  /**
   * In the order of the file: those of every directory that some reader would take, then those that stand in no
   * directory. Folders are not among them.
   */
  readonly members: readonly ZipMember[]
  /** The member of exactly this name that Python's zipfile would open: the last one. */
  find(name: string): ZipMember | undefined
  /**
   * Every member that some loader may take for this name: duplicates, and other cases of letters (miniz, so torch,
   * compares names without regard to case).
   */
  named(name: string): readonly ZipMember[]
  /**
   * The unpacked content, while `use` runs. Stored members are ranges of the archive; others are unpacked each time.
   * @throws Malformed where its codec is not read
   */
  open<T>(member: ZipMember, use: (bytes: Bytes) => Promise<T>): Promise<T>
}

/** A member as the central directory (or, for one that it does not list, the local header) describes it. */
export interface ZipMember {
  readonly name: string
  /** APPNOTE 4.4.5: 0 stored, 8 deflate, 12 bzip2, 14 LZMA, 93 zstd, 95 xz … */
  readonly method: number
  /** APPNOTE 4.4.4. */
  readonly flags: number
  /** Unpacked, as written: nothing has checked it. */
  readonly size: number
  readonly packedSize: number
  readonly crc: number
  /** Offset of its local header in the archive. */
  readonly offset: number
  /** Offset of its packed data in the archive: for a stored member the data itself. */
  readonly dataOffset: number
  /** Whether the directory lists it; one that only a streaming reader sees is not listed. */
  readonly listed: boolean
}
