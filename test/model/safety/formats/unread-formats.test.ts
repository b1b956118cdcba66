import {describe, expect, test} from 'vitest'
import {bytesOf} from '../../../../src/model/safety/artifact.ts'
import {Work} from '../../../../src/model/safety/limits.ts'
import {scanArtifact} from '../../../../src/model/safety/scan.ts'

const text = (content: string) => new TextEncoder().encode(content)

describe('formats that are known and not read', () => {
  test.each<[string, readonly number[] | string]>([
    ['TensorRT engine', 'ftrt\0\0\0\0'],
    ['RKNN', 'RKNN\0\0\0\0'],
    ['Hailo HEF', '\x01HEF\0\0\0\0'],
    ['ncnn', '7767517\n75 83\nInput data 0 1 data\n'],
    ['MXNet parameters', [0x12, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
    ['MATLAB', 'MATLAB 5.0 MAT-file, Platform: GLNXA64'],
    ['R data', 'RDX3\nX\n\0\0\0\x03'],
    ['Java objects', [0xac, 0xed, 0, 5, 0x73, 0x72]],
    // As faiss 1.15 and CRFsuite of python-crfsuite 0.9.12 begin their files.
    ['FAISS index', 'IwFl\x10\0\0\0'],
    ['FAISS index', 'IxHe\x10\0\0\0'],
    ['CRFsuite', 'lCRF\0\x12\0\0FOMCd\0\0\0'],
    ['Kaldi', '\0B<TransitionModel> '],
    ['Kaldi', '\0BFM \x04\0\0\0\0'],
    ['OpenFst', [0xd6, 0xfd, 0xb2, 0x7e, 6, 0, 0, 0]],
    ['KenLM', 'mmap lm http://kheafield.com/code format version 5\n\0'],
    ['Torch 7', '\x04\0\0\0\x01\0\0\0\x03\0\0\0V 1\x0f\0\0\0nn.Sequential'],
    ['GGML of 2023', 'tjgg\x03\0\0\0'],
  ])('%s is named, and nothing is said about its content', async (name, content) => {
    const bytes = bytesOf(typeof content === 'string' ? text(content) : Uint8Array.from(content))
    const {readings, observations} = await scanArtifact(
      {path: ['model.bin'], bytes, loader: 'any', siblings: null},
      {work: new Work(), scratch: () => Promise.reject(new Error('Nothing here is packed.'))},
    )
    expect(readings.map(({is}) => is)).toEqual([name])
    expect(observations.map(({rule, what}) => `${rule.means}: ${what}`)).toEqual([
      `unread: It is a ${name} file, which is not read.`,
    ])
  })

  test.each([
    ['yolo.weights', 'Darknet weights'],
    ['det.PDIPARAMS', 'PaddlePaddle parameters'],
    ['index.ann', 'Annoy index'],
  ])('%s without a mark is named by its ending, and is as little read', async (name, kind) => {
    const {readings, observations} = await scanArtifact(
      {path: [name], bytes: bytesOf(Uint8Array.from([0, 0xff, 0xfe, 0x80, 0, 3])), loader: 'any', siblings: null},
      {work: new Work(), scratch: () => Promise.reject(new Error('Nothing here is packed.'))},
    )
    expect(readings.map(({is}) => is)).toEqual([kind])
    expect(observations.map(({rule}) => `${rule.means} ${rule.id}`)).toEqual(['unread format-not-read'])
  })
})

describe('the first bytes of a picture, and a name', () => {
  const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 1, 0x7a, 0xff, 0xff, 0xff, 0x0f])
  const seen = async (name: string, content: Uint8Array) => {
    const {readings, observations} = await scanArtifact(
      {path: [name], bytes: bytesOf(content), loader: 'any', siblings: null},
      {work: new Work(), scratch: () => Promise.reject(new Error('Nothing here is packed.'))},
    )
    return [...readings.map(({is}) => is), ...observations.map(({rule, what}) => `${rule.means}: ${what}`)]
  }

  test('are a picture where the name says so too', async () => {
    expect(await seen('logo.png', png)).toEqual(['PNG picture'])
  })

  // To protobuf, the mark of PNG is an unknown field of eight bytes: onnx.load reads on behind it.
  test('are nothing that is known under the name of a model', async () => {
    expect(await seen('model.onnx', png)).toEqual([
      'PNG picture',
      'unread: It begins as a PNG picture, and its name is that of something else.',
    ])
  })

  // A message of protobuf that is UTF-8 from end to end: onnx.load takes it.
  test('a text under the name of weights is not read as they are', async () => {
    const message = `z\xc4\x80\x06${'words\n'.repeat(16_397)}`
    expect(await seen('model.onnx', Uint8Array.from([...message].map(sign => sign.charCodeAt(0))))).toEqual([
      'text',
      'unread: It is text, and its name is that of weights.',
    ])
    expect(await seen('vocab.txt', text('one\ntwo\n'))).toEqual(['text'])
  })
})
