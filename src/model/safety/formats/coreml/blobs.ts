import type {Bytes} from '../../../../runtime/files.ts'
import type {Artifact} from '../../artifact.ts'
import type {Scan, TensorEntry} from '../../format.ts'
import {quote, type Rule} from '../../observation.ts'
import {Cursor} from '../cursor.ts'
import {whyLeadsOut} from '../pointed-path.ts'
import {rules} from './rules.ts'

/** Weights in a file of the package, as an operation points to them. */
export interface Blob {
  /** As written: `@model_path/weights/weight.bin`. */
  readonly file: string
  /** Of the description of the weights in that file. */
  readonly offset: number
  /** Offset of the message that says so, in the model. */
  readonly at: number
}

/** `BlobDataType` of MILBlob: names of safetensors, and bits of one element. */
const types = new Map<number, readonly [dtype: string, bits: number]>([
  [1, ['F16', 16]],
  [2, ['F32', 32]],
  [3, ['U8', 8]],
  [4, ['I8', 8]],
  [5, ['BF16', 16]],
  [6, ['I16', 16]],
  [7, ['U16', 16]],
  [14, ['I32', 32]],
  [15, ['U32', 32]],
])

type See = (rule: Rule, what: string, at: number) => void

/**
 * Looks up the weights that a program points to. @returns paths of the files that hold them, relative to the model
 * folder
 */
export async function checkBlobs(blobs: readonly Blob[], artifact: Artifact, scan: Scan): Promise<readonly string[]> {
  const see: See = (rule, what, byte) => scan.see({rule, what, place: {path: artifact.path, byte}, sure: 'certain'})
  const dataFiles: string[] = []
  for (const [file, group] of Map.groupBy(blobs, blob => blob.file)) {
    const at = group[0]?.at ?? 0
    const path = file.startsWith('@model_path/') ? file.slice('@model_path/'.length) : file
    const why = whyLeadsOut(path)
    if (why !== null) {
      see(rules.outside, `Its weights are in ${quote(file)}: ${why}.`, at)
      continue
    }
    const sibling = await artifact.siblings?.find(path)
    switch (sibling?.kind) {
      case undefined:
        see(rules.unchecked, `Its weights are in ${quote(file)}.`, at)
        break
      case 'outside':
      case 'link':
        see(rules.outside, `Its weights are in ${quote(file)}, which leads out of the model folder or is a link.`, at)
        break
      case 'absent':
      case 'folder':
        see(rules.missing, `Its weights are in ${quote(file)}, which is not there.`, at)
        break
      case 'file':
        dataFiles.push(sibling.path)
        await artifact.siblings?.open(path, bytes => checkGroup(group, bytes, {artifact, scan, see}))
    }
  }
  return dataFiles
}

async function checkGroup(
  group: readonly Blob[],
  bytes: Bytes,
  {artifact, scan, see}: {artifact: Artifact; scan: Scan; see: See},
): Promise<void> {
  const tensors: TensorEntry[] = []
  for (const {file, offset, at} of group) {
    scan.work.step()
    const found = await readDescription(bytes, offset)
    if (typeof found === 'string') {
      see(rules.weights, `Weights at byte ${offset} of ${quote(file)} ${found}.`, at)
      continue
    }
    const {type, size, start} = found
    const [dtype, bits] = types.get(type) ?? [`type ${type}`, 8]
    const data = {begin: start, end: start + size, bytes}
    tensors.push({name: `${file} at ${offset}`, dtype, shape: [Math.floor((size * 8) / bits)], data})
  }
  await scan.tensors(artifact, tensors)
}

/** `blob_metadata` of MILBlob: 0xDEADBEEF, type, size and offset of the data. A text says what is wrong with it. */
async function readDescription(
  bytes: Bytes,
  offset: number,
): Promise<{readonly type: number; readonly size: number; readonly start: number} | string> {
  if (offset + 24 > bytes.size) return `lie behind its end, at byte ${bytes.size}`
  const cursor = new Cursor(bytes, offset, offset + 24)
  await cursor.need(24)
  if (cursor.u32() !== 0xdeadbeef) return 'are not described there'
  const type = cursor.u32()
  const size = Number(cursor.u64())
  const start = Number(cursor.u64())
  if (start + size > bytes.size) return `claim bytes ${start} to ${start + size} of ${bytes.size}`
  return {type, size, start}
}
