import type {Artifact} from '../artifact.ts'
import type {Reading, Sample, Scan} from '../format.ts'
import {formatByName, recogniseFormat} from '../magic.ts'
import type {Rule} from '../observation.ts'
import {readText} from './text.ts'

const nativeCode: Rule = {
  id: 'native-code',
  title: 'Machine code beside weights',
  means: 'code',
  why: 'Code beside weights is run by some loaders, and is not what was validated.',
  remedy: 'Ship code in the image, where it is scanned.',
}

const formatNotRead: Rule = {
  id: 'format-not-read',
  title: 'A format that is not read',
  means: 'unread',
  why: 'A format that cannot be read cannot be shown to hold nothing but weights.',
  remedy: 'Promote the weights as safetensors.',
}

export const unknownFormat: Rule = {
  id: 'unknown-format',
  title: 'An unknown format',
  means: 'unread',
  why: 'A format that cannot be read cannot be shown to hold nothing but weights.',
  remedy: 'Remove it from the model folder, write it as UTF-8 if it is a text, or promote the weights as safetensors.',
}

const emptyFile: Rule = {
  id: 'empty-file',
  title: 'A file of weights is empty',
  means: 'damaged',
  why: 'It was not written or not uploaded whole, so the service that loads it fails.',
  remedy: 'Upload it again, and compare its sha256 with the original; or remove it.',
}

export const plainRules: readonly Rule[] = [nativeCode, formatNotRead, unknownFormat, emptyFile]

/** The one case in which a name counts: there are no bytes to go by. OpenVINO writes an empty .bin for a model without numbers. */
const namesOfWeights =
  /(\.(safetensors|gguf|ggml|onnx|ort|tflite|keras|h5|hdf5|pt|pth|pt2|ptl|pte|ckpt|mar|pkl|pickle|dill|joblib|npy|npz|skops|ubj|cbm|pmml|mlmodel|msgpack)|^pytorch_model.*\.bin|^saved_model\.pb)$/

/**
 * Names of files that no loader of models opens. Under any other name the first bytes of a picture prove nothing: a reader
 * of protobuf passes over those of most of them.
 */
const mediaName =
  /\.(a?png|jpe?g|jfif|gif|webp|wav|flac|og[ga]|opus|m4[av]|mp4|mov|hei[cf]|avif|pdf|ai|parquet|arrow|feather)$/

/** What no format recognises: nothing at all, text, pictures, machine code, or unknown bytes. */
export async function readPlain(artifact: Artifact, sample: Sample, scan: Scan): Promise<Reading> {
  const {path} = artifact
  if (sample.size === 0) {
    if (namesOfWeights.test(sample.name)) {
      scan.see({rule: emptyFile, what: 'It is empty.', place: {path}, sure: 'certain'})
    }
    return {is: 'empty', holds: 'text'}
  }
  // Tensors of a container have no mark: any bytes are numbers.
  if (sample.loader === 'raw tensor') return {is: 'raw tensor', holds: 'weights'}
  const format = recogniseFormat(sample.head)
  if (format?.kind === 'native code') {
    const what = `It is machine code (${format.name}).`
    scan.see({rule: nativeCode, what, place: {path}, sure: 'certain'})
    return {is: format.name, holds: 'program'}
  }
  // Read for what it calls by the reader of its archive.
  if (sample.loader === 'torchscript' && sample.name.endsWith('.py'))
    return {is: 'TorchScript source', holds: 'program'}
  if (format?.kind === 'media' && mediaName.test(sample.name)) return {is: format.name, holds: 'text'}
  if (format) {
    const what =
      format.kind === 'media'
        ? `It begins as a ${format.name}, and its name is that of something else.`
        : `It is a ${format.name} file, which is not read.`
    scan.see({rule: formatNotRead, what, place: {path}, sure: 'certain'})
    return {is: format.name, holds: 'container'}
  }
  const text = await readText(artifact, scan)
  if (text) {
    // A message of protobuf may be text from its first byte to its last, and still be read as a model.
    if (text.holds === 'text' && namesOfWeights.test(sample.name) && !sample.name.endsWith('.pmml')) {
      const what = 'It is text, and its name is that of weights.'
      scan.see({rule: formatNotRead, what, place: {path}, sure: 'certain'})
    }
    return text
  }
  const named = formatByName(sample.name)
  if (named !== null) {
    const what = `By its name it is a file of the kind “${named}”, which is not read.`
    scan.see({rule: formatNotRead, what, place: {path}, sure: 'certain'})
    return {is: named, holds: 'container'}
  }
  const first = [...sample.head.subarray(0, 8)].map(byte => byte.toString(16).padStart(2, '0')).join(' ')
  const what = `Its format is unknown; it starts with the bytes ${first}.`
  scan.see({rule: unknownFormat, what, place: {path}, sure: 'certain'})
  return {is: 'unknown', holds: 'container'}
}
