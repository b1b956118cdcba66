import type {Bytes} from '../../../runtime/files.ts'
import type {ArtifactPath, Loader} from '../artifact.ts'
import type {Work} from '../limits.ts'
import type {Observation} from '../observation.ts'
import type {Value} from './value.ts'

export interface PickleOptions {
  readonly path: ArtifactPath
  readonly loader: Loader
  readonly work: Work
  /**
   * Asked behind every BUILD: where the stream goes on, when the loader reads something of its own between the opcodes
   * (joblib: the bytes of an array). Null: right behind.
   * @param at offset behind the BUILD
   */
  readonly afterBuild?: (object: Value, at: number) => Promise<number | null>
  /** Told of every object that REDUCE, OBJ, INST, NEWOBJ or NEWOBJ_EX makes: torch’s tensors, of which dicts keep few. */
  readonly afterCall?: (object: Value) => void
  /** Told of every key and value that SETITEM or SETITEMS puts into a dict, or into an object: the names of tensors. */
  readonly afterItem?: (key: Value, value: Value) => void
}

export interface PickleRun {
  /** One for each import, by the rule `pickleImport`; and everything else that was seen. */
  readonly observations: readonly Observation[]
  readonly end: PickleEnd
  readonly opcodes: number
  /** What BINPERSID and PERSID ask the loader for, in order. */
  readonly persistentIds: readonly Value[]
  /** Distinct names that are imported. */
  readonly imports: number
}

export type PickleEnd =
  /** `at`: behind STOP. */
  | {readonly kind: 'stop'; readonly at: number; readonly value: Value}
  /** CPython would refuse to go on. */
  | {readonly kind: 'refused'; readonly at: number; readonly what: string}
  | {readonly kind: 'truncated'; readonly at: number}

export async function runPickle(_bytes: Bytes, start: number, _options: PickleOptions): Promise<PickleRun> {
  return {observations: [], end: {kind: 'truncated', at: start}, opcodes: 0, persistentIds: [], imports: 0}
}
