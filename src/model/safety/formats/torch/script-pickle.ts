import type {Artifact} from '../../artifact.ts'
import type {Format, Reading, Scan} from '../../format.ts'
import {Malformed} from '../../malformed.ts'
import type {Observation} from '../../observation.ts'
import {runPickle} from '../../pickle/run.ts'

/**
 * Pickles of TorchScript, in the archives that it writes. Its own unpickler, in C++, imports nothing: it has a short list
 * of names that it builds itself, and takes everything below `__torch__` from the program in the archive (torch
 * `torch/csrc/jit/serialization/unpickler.cpp`, `readGlobal`). Any other name is one that it refuses and that Python
 * would import: it stays an import like that of any pickle.
 */
export const torchScriptPickle: Format = {
  name: 'TorchScript pickle',
  pickles: true,
  recognise: ({loader, head}) => loader === 'torchscript' && head[0] === 0x80,
  read: readPickle,
}

async function readPickle({bytes, path}: Artifact, scan: Scan): Promise<Reading> {
  const {observations, end} = await runPickle(bytes, 0, {path, loader: 'torchscript', work: scan.work})
  for (const observation of observations) if (!isOwn(observation)) scan.see(observation)
  if (end.kind === 'stop' && end.at < bytes.size) {
    throw new Malformed('More bytes follow the pickle; TorchScript writes none.', end.at)
  }
  return {is: 'TorchScript pickle', holds: 'weights'}
}

/** Whether it is a name that the unpickler of TorchScript resolves without Python. */
function isOwn({imported}: Observation): boolean {
  if (imported === undefined || imported.uses.some(({how}) => how === 'rewrite')) return false
  const {module, name} = imported
  return module === '__torch__' || module.startsWith('__torch__.') || ownNames.get(module)?.has(name) === true
}

const ownNames: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  [
    'torch.jit._pickle',
    new Set([
      'build_tensor_from_id',
      'build_intlist',
      'build_tensorlist',
      'build_doublelist',
      'build_boollist',
      'restore_type_tag',
    ]),
  ],
  [
    'torch._utils',
    new Set([
      '_rebuild_tensor',
      '_rebuild_tensor_v2',
      '_rebuild_tensor_v3',
      '_rebuild_qtensor',
      '_rebuild_sparse_tensor',
      '_rebuild_sparse_csr_tensor',
      '_rebuild_parameter',
    ]),
  ],
  ['collections', new Set(['OrderedDict'])],
  ['builtins', new Set(['complex'])],
  [
    'torch',
    new Set([
      'device',
      'Size',
      'Generator',
      ...['per_tensor_affine', 'per_channel_affine', 'per_channel_affine_float_qparams'],
      ...['Double', 'Float', 'Half', 'BFloat16', 'Long', 'Int', 'Short', 'Char', 'Byte', 'Bool'].map(storage),
      ...['ComplexDouble', 'ComplexFloat', 'QInt8', 'QUInt8', 'QInt32', 'QUInt4x2', 'QUInt2x4'].map(storage),
    ]),
  ],
])

function storage(type: string): string {
  return `${type}Storage`
}
