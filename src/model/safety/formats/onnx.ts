import {formatCount} from '../../../core/quantity.ts'
import type {Artifact} from '../artifact.ts'
import type {Format, Reading, Scan} from '../format.ts'
import {Cursor} from './cursor.ts'
import {checkFiles} from './onnx/external-data.ts'
import {judgeOperators} from './onnx/judge-operators.ts'
import {looksLikeOnnx} from './onnx/recognise.ts'
import {rules} from './onnx/rules.ts'
import {looksLikeTensorFile} from './onnx/tensor-file.ts'
import {walkModel, walkTensor} from './onnx/walk.ts'
import {Message} from './protobuf.ts'

/**
 * ONNX: a graph of operators in protobuf, whose tensors may lie in files beside it. What it can do beyond computing is
 * to name files (external data) and operators that a library or Python brings.
 */
export const onnx: Format = {name: 'ONNX', recognise: looksLikeOnnx, read: readOnnx}

async function readOnnx(artifact: Artifact, scan: Scan): Promise<Reading> {
  const {bytes, path} = artifact
  const {walked, ended} = await walkModel(new Message(new Cursor(bytes), scan.work), artifact, scan)
  const {graphs, tensors, external, nodes} = walked
  if (graphs.length === 0 && ended === null)
    scan.see({rule: rules.noGraph, what: 'It has no graph.', place: {path}, sure: 'certain'})
  if (graphs.length > 1) {
    const place = {path, byte: graphs[1] ?? 0}
    scan.see({
      rule: rules.graphs,
      what: `It has ${graphs.length} graphs, one behind the other.`,
      place,
      sure: 'certain',
    })
  }
  for (const {rule, what, at} of judgeOperators(walked)) {
    scan.see({rule, what, place: {path, byte: at}, sure: 'certain'})
  }
  await scan.tensors(artifact, tensors)
  const dataFiles = await checkFiles(external, artifact, scan)
  if (ended !== null) throw ended
  const count = tensors.length + external.length
  const is = `ONNX, ${formatCount(nodes)} operator${nodes === 1 ? '' : 's'}, ${formatCount(count)} tensor${count === 1 ? '' : 's'}`
  return {is, holds: 'weights', ...(dataFiles.length === 0 ? {} : {dataFiles})}
}

/** A tensor as a file of its own, in the test data beside a model: `test_data_set_0/input_0.pb`. */
export const onnxTensor: Format = {
  name: 'ONNX tensor',
  recognise: looksLikeTensorFile,
  async read(artifact, scan) {
    const {tensors, external} = await walkTensor(new Message(new Cursor(artifact.bytes), scan.work), artifact, scan)
    await scan.tensors(artifact, tensors)
    const dataFiles = await checkFiles(external, artifact, scan)
    return {is: 'ONNX tensor', holds: 'weights', ...(dataFiles.length === 0 ? {} : {dataFiles})}
  },
}

/** ONNX Runtime's own flatbuffer: `ORTM` at byte 4. Recognised, not read. */
export const ortFormat: Format = {
  name: 'ORT',
  recognise: ({head}) => head[4] === 0x4f && head[5] === 0x52 && head[6] === 0x54 && head[7] === 0x4d,
  read: async ({path}, scan) => {
    scan.see({rule: rules.ort, what: 'It is a model in the format of ONNX Runtime.', place: {path}, sure: 'certain'})
    return {is: 'ORT', holds: 'program'}
  },
}
