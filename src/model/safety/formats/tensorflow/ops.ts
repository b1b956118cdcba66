import type {Rule} from '../../observation.ts'
import {tfNetwork, tfPython, tfReads, tfSaverPath, tfWrites} from './rules.ts'

/** An op that reaches outside of the graph. */
export interface OutsideOp {
  readonly rule: Rule
  /** `reads the file`: its path, where it is known, follows. */
  readonly does: string
  /** Where its path stands: an input (counted from 0), or an attribute. */
  readonly path: {readonly input: number} | {readonly attribute: string} | null
  /**
   * - `always`: seen whatever its path is
   * - `own path`: part of what every loader runs (savers, tables from assets): seen where the path is the graph's own
   * - `url`: seen where its attribute names a file or an address
   */
  readonly when: 'always' | 'own path' | 'url'
}

type Row = readonly [names: string, does: string, path?: number | string]

const always = (rule: Rule, rows: readonly Row[]) => list(rule, 'always', rows)

function list(rule: Rule, when: OutsideOp['when'], rows: readonly Row[]): [string, OutsideOp][] {
  return rows.flatMap(([names, does, path]) =>
    names.split(' ').map((name): [string, OutsideOp] => [name, {rule, does, path: placeOf(path), when}]),
  )
}

function placeOf(path: number | string | undefined): OutsideOp['path'] {
  if (path === undefined) return null
  return typeof path === 'number' ? {input: path} : {attribute: path}
}

/**
 * By name; everything else computes, or keeps state inside of the process. Inputs are counted as the op definitions of
 * TensorFlow 2.21 order them.
 */
export const outsideOps: ReadonlyMap<string, OutsideOp> = new Map([
  ...always(tfPython, [['PyFunc PyFuncStateless EagerPyFunc', 'calls the Python function', 'token']]),
  ...always(tfReads, [
    ['ReadFile', 'reads the file', 0],
    ['MatchingFiles MatchingFilesDataset ExperimentalMatchingFilesDataset', 'lists the files', 0],
    ['ImmutableConst', 'maps the file', 'memory_region_name'],
    ['TextLineDataset TFRecordDataset TFRecordDatasetV2 FixedLengthRecordDataset', 'reads the file', 0],
    ['FixedLengthRecordDatasetV2 CSVDataset CSVDatasetV2 ExperimentalCSVDataset', 'reads the file', 0],
    ['LMDBDataset ExperimentalLMDBDataset LoadDataset', 'reads the file', 0],
    ['SnapshotDatasetReader SnapshotNestedDatasetReader ListSnapshotChunksDataset', 'reads the file', 0],
    ['SnapshotChunkDataset', 'reads the file', 0],
    ['RecordInput', 'reads the files', 'file_pattern'],
    ['Skipgram', 'reads the file', 'filename'],
    ['GenerateVocabRemapping', 'reads the file', 0],
    ['LoadAndRemapMatrix', 'reads the file', 0],
    ['ReaderRead ReaderReadV2 ReaderReadUpTo ReaderReadUpToV2', 'reads files'],
    ['WholeFileReader WholeFileReaderV2 TextLineReader TextLineReaderV2 LMDBReader', 'reads files'],
    ['FixedLengthRecordReader FixedLengthRecordReaderV2 TFRecordReader TFRecordReaderV2', 'reads files'],
  ]),
  ...always(tfWrites, [
    ['WriteFile', 'writes the file', 0],
    ['DatasetToTFRecord ExperimentalDatasetToTFRecord', 'writes the file', 1],
    ['SaveDataset SaveDatasetV2 SnapshotDataset SnapshotDatasetV2 DistributedSave', 'writes files below', 1],
    ['CreateSummaryFileWriter', 'writes files below', 1],
    ['CreateSummaryDbWriter', 'writes the database', 1],
    ['CalibrationStatisticsSaver', 'writes the file', 'output_file_path'],
    ['DumpTensor', 'writes files below', 'log_dir_path'],
  ]),
  ...always(tfNetwork, [
    ['SqlDataset ExperimentalSqlDataset', 'opens the database', 1],
    ['DataServiceDataset DataServiceDatasetV2 DataServiceDatasetV3 DataServiceDatasetV4', 'connects to', 2],
    ['RegisterDataset RegisterDatasetV2', 'connects to', 1],
    ['RpcClient', 'connects to', 0],
    ['RpcServer', 'listens on', 0],
    ['FileSystemSetConfiguration', 'configures the file system', 0],
  ]),
  ...list(tfWrites, 'own path', [['CacheDataset CacheDatasetV2', 'writes files below', 1]]),
  ...list(tfReads, 'own path', [
    ['InitializeTableFromTextFile InitializeTableFromTextFileV2', 'reads the file', 1],
    ['FixedUnigramCandidateSampler', 'reads the file', 'vocab_file'],
  ]),
  ...list(tfSaverPath, 'own path', [
    ['Save SaveV2 SaveSlices', 'writes', 0],
    ['Restore RestoreV2 RestoreSlice DTensorRestoreV2', 'reads', 0],
    ['MergeV2Checkpoints', 'writes, and deletes what it merges,', 1],
  ]),
  ...list(tfWrites, 'url', [
    ['PrintV2', 'prints to', 'output_stream'],
    ['DebugIdentity DebugIdentityV2 DebugIdentityV3 DebugNanCount DebugNumericSummary', 'writes to', 'debug_urls'],
  ]),
])
