import type {Format} from './format.ts'
import {catboost, catboostJson} from './formats/catboost.ts'
import {compressedFormats} from './formats/compressed.ts'
import {coreml, coremlManifest, coremlWeights} from './formats/coreml.ts'
import {fastText} from './formats/fasttext.ts'
import {gguf} from './formats/gguf.ts'
import {gitLfs} from './formats/git-lfs.ts'
import {hdf5} from './formats/hdf5.ts'
import {joblibZFile} from './formats/joblib/z-file.ts'
import {kerasJson} from './formats/keras.ts'
import {lightgbm} from './formats/lightgbm.ts'
import {msgpack} from './formats/msgpack.ts'
import {numpy} from './formats/numpy.ts'
import {onnx, onnxTensor, ortFormat} from './formats/onnx.ts'
import {openvino} from './formats/openvino.ts'
import {pmml} from './formats/pmml.ts'
import {safetensors, shardIndex} from './formats/safetensors.ts'
import {sentencePiece} from './formats/sentencepiece.ts'
import {sevenZip} from './formats/seven-zip.ts'
import {skopsByName} from './formats/skops.ts'
import {tar} from './formats/tar.ts'
import {checkpointIndex} from './formats/tensorflow/checkpoint.ts'
import {fingerprint, graphDef, kerasMetadata, metaGraph, otherSavedModel, savedModel} from './formats/tensorflow.ts'
import {repositoryText} from './formats/text.ts'
import {tfjs} from './formats/tfjs.ts'
import {tflite} from './formats/tflite.ts'
import {executorch} from './formats/torch/executorch.ts'
import {torchLegacy} from './formats/torch/legacy.ts'
import {torchScriptPickle} from './formats/torch/script-pickle.ts'
import {torchTarPart} from './formats/torch/tar.ts'
import {word2vec} from './formats/word2vec.ts'
import {xgboostBinary, xgboostJson, xgboostUbjson} from './formats/xgboost.ts'
import {zip} from './formats/zip.ts'

/** Every format that is known by its content. Pickles are tried on every file (`scan.ts`): any bytes may be one. */
export const formats: readonly Format[] = [
  // In the place of a file that is somewhere else.
  gitLfs,
  // Archives and compressed files.
  zip,
  tar,
  sevenZip,
  ...compressedFormats,
  // Tensors, arrays and vocabularies.
  safetensors,
  shardIndex,
  gguf,
  numpy,
  msgpack,
  fastText,
  word2vec,
  sentencePiece,
  // torch.
  torchLegacy,
  torchTarPart,
  torchScriptPickle,
  executorch,
  // joblib and skops.
  joblibZFile,
  skopsByName,
  // Graphs of operators.
  onnx,
  onnxTensor,
  ortFormat,
  openvino,
  coreml,
  coremlManifest,
  coremlWeights,
  tflite,
  // Keras and TensorFlow.
  hdf5,
  kerasJson,
  kerasMetadata,
  tfjs,
  savedModel,
  otherSavedModel,
  metaGraph,
  graphDef,
  checkpointIndex,
  fingerprint,
  // Trees.
  xgboostJson,
  xgboostUbjson,
  xgboostBinary,
  lightgbm,
  catboost,
  catboostJson,
  pmml,
  // Texts that loaders read by their names.
  repositoryText,
]
