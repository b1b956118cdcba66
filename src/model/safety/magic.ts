/** What the first bytes of a file say it is. Names only; whether that may be promoted is judged elsewhere. */
export interface Recognised {
  readonly name: string
  /** `media`: pictures, sound, documents and tables, which no loader of models runs. */
  readonly kind: 'archive' | 'compressed' | 'native code' | 'other model format' | 'media'
}

/**
 * A format by its magic number, from the first 512 bytes. Null for what has none: text, pickles, unknown bytes.
 * Sources: the formats' own specifications and the `file` database.
 */
export function recogniseFormat(head: Uint8Array): Recognised | null {
  const found = magics.find(({offset = 0, bytes}) => bytes.every((byte, index) => head[offset + index] === byte))
  return found ? {name: found.name, kind: found.kind} : null
}

/**
 * Whether a file ends as a ZIP does (end-of-central-directory record, APPNOTE 4.3.16): ZIP readers look there, so any
 * file with such an end is an archive to them, whatever it starts with.
 * @param tail the last 65,557 bytes or the whole file
 */
export function endsAsZip(tail: Uint8Array): boolean {
  for (let at = tail.length - 22; at >= 0; at--) {
    if (tail[at] !== 0x50 || tail[at + 1] !== 0x4b || tail[at + 2] !== 5 || tail[at + 3] !== 6) continue
    const commentLength = (tail[at + 20] ?? 0) + 256 * (tail[at + 21] ?? 0)
    if (at + 22 + commentLength === tail.length) return true
  }
  return false
}

/** What a name says of bytes without a mark: a hint for the reader of a report, and never a reason to trust them. */
export function formatByName(name: string): string | null {
  return byEnding.get(/\.([a-z0-9]{1,12})$/.exec(name.toLowerCase())?.[1] ?? '') ?? null
}

interface Magic extends Recognised {
  readonly offset?: number
  readonly bytes: readonly number[]
}

const ascii = (text: string) => [...text].map(character => character.charCodeAt(0))

/** FourCCs of `faiss::write_index` (faiss/impl/index_write.cpp): flat, inverted lists, quantisers, graphs, binary. */
const faissMarks =
  `IxF2 IxFI IxFl IxHE IxHe IxPQ IxPq IxPo IxSQ IxSq IxPT IxMp IxM2 IxRF IxAR IxLS IxRQ IxRq IwFl IwFd IwPQ IwQR IwSQ
  IwSq IwPf IwLS IwRQ IHNf IHNp IHNs IHN2 INSf ISL2 IBxF IBwF IBMp IBM2 IBHf IBHh IVFL`.split(/\s+/)

const magics: readonly Magic[] = [
  {name: 'ZIP', kind: 'archive', bytes: [0x50, 0x4b, 3, 4]},
  {name: 'ZIP', kind: 'archive', bytes: [0x50, 0x4b, 5, 6]},
  {name: 'ZIP', kind: 'archive', bytes: [0x50, 0x4b, 7, 8]},
  {name: 'tar', kind: 'archive', offset: 257, bytes: ascii('ustar')},
  {name: '7z', kind: 'archive', bytes: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]},
  {name: 'gzip', kind: 'compressed', bytes: [0x1f, 0x8b]},
  {name: 'bzip2', kind: 'compressed', bytes: [...ascii('BZh'), 0x39, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59]},
  {name: 'xz', kind: 'compressed', bytes: [0xfd, ...ascii('7zXZ'), 0]},
  {name: 'zstd', kind: 'compressed', bytes: [0x28, 0xb5, 0x2f, 0xfd]},
  {name: 'lz4', kind: 'compressed', bytes: [0x04, 0x22, 0x4d, 0x18]},
  {name: 'zlib', kind: 'compressed', bytes: [0x78, 0x01]},
  {name: 'zlib', kind: 'compressed', bytes: [0x78, 0x5e]},
  {name: 'zlib', kind: 'compressed', bytes: [0x78, 0x9c]},
  {name: 'zlib', kind: 'compressed', bytes: [0x78, 0xda]},
  {name: 'ELF', kind: 'native code', bytes: [0x7f, ...ascii('ELF')]},
  {name: 'Mach-O', kind: 'native code', bytes: [0xcf, 0xfa, 0xed, 0xfe]},
  {name: 'Mach-O', kind: 'native code', bytes: [0xce, 0xfa, 0xed, 0xfe]},
  {name: 'Mach-O or Java class', kind: 'native code', bytes: [0xca, 0xfe, 0xba, 0xbe]},
  {name: 'WebAssembly', kind: 'native code', bytes: [0, ...ascii('asm')]},
  {name: 'Windows program', kind: 'native code', bytes: [...ascii('MZ'), 0x90, 0]},
  {name: 'GGUF', kind: 'other model format', bytes: ascii('GGUF')},
  {name: 'HDF5 (Keras)', kind: 'other model format', bytes: [0x89, ...ascii('HDF'), 0x0d, 0x0a, 0x1a, 0x0a]},
  {name: 'NumPy', kind: 'other model format', bytes: [0x93, ...ascii('NUMPY')]},
  {name: 'TFLite', kind: 'other model format', offset: 4, bytes: ascii('TFL3')},
  {name: 'TensorRT engine', kind: 'other model format', bytes: ascii('ftrt')},
  {name: 'TensorRT engine', kind: 'other model format', bytes: ascii('ptrt')},
  {name: 'RKNN', kind: 'other model format', bytes: ascii('RKNN')},
  {name: 'Hailo HEF', kind: 'other model format', bytes: [1, ...ascii('HEF')]},
  {name: 'ncnn', kind: 'other model format', bytes: ascii('7767517\n')},
  {name: 'MXNet parameters', kind: 'other model format', bytes: [0x12, 1, 0, 0, 0, 0, 0, 0]},
  {name: 'MATLAB', kind: 'other model format', bytes: ascii('MATLAB ')},
  {name: 'R data', kind: 'other model format', bytes: ascii('RDX3\n')},
  {name: 'R data', kind: 'other model format', bytes: ascii('RDX2\n')},
  {name: 'R data', kind: 'other model format', bytes: [...ascii('X\n'), 0, 0, 0]},
  {name: 'Java objects', kind: 'other model format', bytes: [0xac, 0xed, 0, 5]},
  {name: 'GGML of 2023', kind: 'other model format', bytes: ascii('lmgg')},
  {name: 'GGML of 2023', kind: 'other model format', bytes: ascii('fmgg')},
  {name: 'GGML of 2023', kind: 'other model format', bytes: ascii('tjgg')},
  {name: 'GGML of 2023', kind: 'other model format', bytes: ascii('algg')},
  ...faissMarks.map(mark => ({name: 'FAISS index', kind: 'other model format' as const, bytes: ascii(mark)})),
  {name: 'CRFsuite', kind: 'other model format', bytes: ascii('lCRF')},
  {name: 'KenLM', kind: 'other model format', bytes: ascii('mmap lm http://kheafield.com/code')},
  {name: 'OpenFst', kind: 'other model format', bytes: [0xd6, 0xfd, 0xb2, 0x7e]},
  ...['<', 'FM ', 'FV ', 'DM ', 'DV ', 'CM ', 'CM2 ', 'CM3 '].map(mark => ({
    name: 'Kaldi',
    kind: 'other model format' as const,
    bytes: ascii(`\0B${mark}`),
  })),
  // A torch object of Lua: it may hold functions, as byte code.
  {name: 'Torch 7', kind: 'other model format', bytes: [4, 0, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0, ...ascii('V 1')]},
  {name: 'Lua program', kind: 'native code', bytes: [0x1b, ...ascii('Lua')]},
  {name: 'PNG picture', kind: 'media', bytes: [0x89, ...ascii('PNG'), 0x0d, 0x0a, 0x1a, 0x0a]},
  {name: 'JPEG picture', kind: 'media', bytes: [0xff, 0xd8, 0xff]},
  {name: 'GIF picture', kind: 'media', bytes: ascii('GIF87a')},
  {name: 'GIF picture', kind: 'media', bytes: ascii('GIF89a')},
  {name: 'WebP picture', kind: 'media', offset: 8, bytes: ascii('WEBPVP8')},
  {name: 'WAV sound', kind: 'media', offset: 8, bytes: ascii('WAVEfmt ')},
  {name: 'FLAC sound', kind: 'media', bytes: ascii('fLaC')},
  {name: 'Ogg sound', kind: 'media', bytes: ascii('OggS')},
  {name: 'MP4 video', kind: 'media', offset: 4, bytes: ascii('ftyp')},
  {name: 'PDF document', kind: 'media', bytes: ascii('%PDF-')},
  {name: 'Parquet table', kind: 'media', bytes: ascii('PAR1')},
  {name: 'Arrow table', kind: 'media', bytes: ascii('ARROW1')},
]

const byEnding: ReadonlyMap<string, string> = new Map([
  ['ann', 'Annoy index'],
  ['annoy', 'Annoy index'],
  ['axmodel', 'AXERA model'],
  ['caffemodel', 'Caffe model'],
  ['dlc', 'Qualcomm DLC model'],
  ['engine', 'TensorRT engine'],
  ['hnsw', 'hnswlib index'],
  ['kmodel', 'Kendryte model'],
  ['mdl', 'Kaldi model'],
  ['mnn', 'MNN model'],
  ['om', 'Ascend model'],
  ['pdiparams', 'PaddlePaddle parameters'],
  ['pdmodel', 'PaddlePaddle program'],
  ['plan', 'TensorRT engine'],
  ['tnnmodel', 'TNN model'],
  ['trt', 'TensorRT engine'],
  ['uff', 'UFF model'],
  ['vw', 'Vowpal Wabbit model'],
  ['weights', 'Darknet weights'],
])
