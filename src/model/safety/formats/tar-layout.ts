import type {Bytes} from '../../../runtime/files.ts'
import type {TarMember} from '../archives/tar/walk.ts'
import type {Artifact, Loader} from '../artifact.ts'
import type {Reading, Scan} from '../format.ts'

/** What a tar archive is used for, as `ZipLayout` is for ZIP. */
export interface TarLayout {
  readonly name: string
  /** By the names of members alone. */
  matches(tar: TarContents): boolean
  loaderOf?(member: TarMember): Loader | undefined
  /** Called after all members have been scanned. @throws Malformed, OverLimit */
  read(tar: TarContents, artifact: Artifact, scan: Scan): Promise<Reading>
}

export interface TarContents {
  /** Everything that has data, in the order of the file. */
  readonly members: readonly TarMember[]
  open<T>(member: TarMember, use: (bytes: Bytes) => Promise<T>): Promise<T>
}
