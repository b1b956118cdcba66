import type {Bytes} from '../../runtime/files.ts'

/**
 * Who opens it, as far as the container around it says so. The same pickle is legal here and a surprise there:
 * persistent ids are for torch, array bytes between opcodes for joblib. `any` where nobody is known. `torchscript` is
 * torch’s own interpreter: its pickles name classes of the program beside them (`__torch__.…`), and import nothing.
 */
export type Loader = 'any' | 'torch' | 'torchscript' | 'joblib' | 'numpy' | 'raw tensor'

/** Something that a loader would be given: a file of the model, or what is inside one. */
export interface Artifact {
  /** The file, then the members that lead here: `['model.pt', 'archive/data.pkl']`. */
  readonly path: ArtifactPath
  readonly bytes: Bytes
  readonly loader: Loader
  /** The files beside it; null inside a container. */
  readonly siblings: Siblings | null
}

export type ArtifactPath = readonly [file: string, ...members: string[]]

/** What stands in the model folder, for formats that point to other files. */
export interface Siblings {
  /**
   * @param path relative to the artifact's own folder, as the format writes it; may be hostile
   * `outside` where it is absolute or leads out of the model folder, through a symbolic link too.
   */
  find(path: string): Promise<Sibling>
  /**
   * Reads one of them, for formats that spread over several files.
   * @param path as for `find`
   * Null where `find` answers with anything but `file`.
   */
  open<T>(path: string, use: (bytes: Bytes) => Promise<T>): Promise<T | null>
}

export type Sibling =
  | {readonly kind: 'absent' | 'outside' | 'folder' | 'link'}
  /** `hardLinks` counts the names of the file: 1 for a file of its own. */
  | {readonly kind: 'file'; readonly path: string; readonly size: number; readonly hardLinks: number}

/** Where something was seen. Offsets count bytes from the artifact's own beginning. */
export interface Place {
  readonly path: ArtifactPath
  readonly byte?: number
  /** Counted from 0, for pickles. */
  readonly opcode?: number
}

/** Part of a file as a file of its own. */
export function sliceOf(bytes: Bytes, start: number, end: number): Bytes {
  // A container may say that its parts begin before it does.
  const from = Math.max(0, Math.min(start, bytes.size))
  const to = Math.max(from, Math.min(end, bytes.size))
  return {
    size: to - from,
    slice: (a, b, into) => bytes.slice(Math.min(from + a, to), Math.min(from + b, to), into),
  }
}

/** Bytes in memory as a file. */
export function bytesOf(content: Uint8Array): Bytes {
  return {size: content.length, slice: (start, end) => Promise.resolve(content.subarray(start, end))}
}
