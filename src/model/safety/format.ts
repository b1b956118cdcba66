import type {TensorShape} from '../../core/tensor-shape.ts'
import type {Bytes} from '../../runtime/files.ts'
import type {Artifact, ArtifactPath, Loader} from './artifact.ts'
import type {Work} from './limits.ts'
import type {Observation} from './observation.ts'

/** A format of files: how it is known by its content, and what is seen inside. One file each, one line in `formats.ts`. */
export interface Format {
  /** For a person: `GGUF`, `safetensors`. */
  readonly name: string
  /** It reads the pickles of the file itself, from its first byte on, and at least as much of them as CPython would. */
  readonly pickles?: true
  /** Formats that an honest file may have at the same time, by name; `pickle` among them. Any other makes a polyglot. */
  readonly with?: readonly string[]
  /** Whether some loader would take the bytes for this format. Several may say yes: all of them read. */
  recognise(sample: Sample): boolean
  /**
   * Says everything that is seen, to `scan.see`.
   * @throws Malformed, OverLimit: what was seen before counts, and the scan adds why it ended
   */
  read(artifact: Artifact, scan: Scan): Promise<Reading>
}

/** The ends of a file: enough to recognise a format. */
export interface Sample {
  readonly path: ArtifactPath
  /** Name of the file or member itself, in lower case: a hint for the few formats without a mark of their own. */
  readonly name: string
  readonly size: number
  /** The first 64 KiB. */
  readonly head: Uint8Array
  /** The last 66 KiB: enough for the end of a ZIP with the longest comment. */
  readonly tail: Uint8Array
  /**
   * Eight bytes at 128 KiB, 256 KiB and so on, behind the head: readers of HDF5 look for their mark at each power of two.
   * None of what is known to be bare numbers.
   */
  readonly marks?: readonly Uint8Array[]
  readonly loader: Loader
}

/** What a file turned out to be. */
export interface Reading {
  /** For a person: `safetensors, 12 tensors`. */
  readonly is: string
  /** What it brings to the model; a model of nothing but `text` and `container` has no weights that were checked. */
  readonly holds: 'weights' | 'program' | 'container' | 'text'
  /**
   * Files beside it in which it keeps nothing but numbers, relative to the model folder (`Sibling.path`): raw bytes
   * without a mark of their own, such as ONNX external data, that need not be known as anything else.
   */
  readonly dataFiles?: readonly string[]
}

/** What a reader of a format may do beside reading. */
export interface Scan {
  readonly work: Work
  see(observation: Observation): void
  /**
   * Looks at something inside the artifact: by its content, with every interpretation, as if it were a file.
   * @param member its name inside, as the container writes it
   */
  inside(artifact: Artifact, member: string, bytes: Bytes, loader?: Loader): Promise<void>
  /**
   * Unpacks a stream to where it can be read at random (memory, then a temporary file), within the limits.
   * @param packed bytes that it is unpacked from
   */
  unpack<T>(chunks: AsyncIterable<Uint8Array>, packed: number, use: (bytes: Bytes) => Promise<T>): Promise<T>
  /** Tensors that the artifact holds, for the checks of weights. `bytes` are the artifact's own. */
  tensors(artifact: Artifact, tensors: readonly TensorEntry[]): Promise<void>
}

/** One tensor of a file. */
export interface TensorEntry extends TensorShape {
  /** Where its elements lie in the artifact, little-endian and in one piece; null where they do not. */
  readonly data: {readonly begin: number; readonly end: number; readonly bytes: Bytes} | null
}
