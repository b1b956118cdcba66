/** What an operator of TorchScript reaches beyond the tensors that it is given; null where it is known to reach nothing. */
export type Reach = 'files' | 'network' | 'python' | 'unknown library' | null

/**
 * @param operator `namespace::name`
 */
export function reachOf(operator: string): Reach {
  const [namespace = '', name = ''] = operator.split('::')
  const [base = ''] = name.split('.')
  if (fileOperators.has(`${namespace}::${base}`)) return 'files'
  if (networkOperators.has(`${namespace}::${base}`) || networkNamespaces.has(namespace)) return 'network'
  if (pythonOperators.has(`${namespace}::${base}`)) return 'python'
  return knownNamespaces.has(namespace) ? null : 'unknown library'
}

/** Whether torch itself brings the class, given as `namespace.Class`. */
export function isKnownClass(name: string): boolean {
  return knownClassNamespaces.has(name.split('.')[0] ?? '')
}

/**
 * `aten::save(t item, str filename)` writes a file; `aten::from_file(str filename, bool? shared, …)` maps one into
 * memory, and with `shared` writes through to it and creates it (the gadgets of CVE-2025-32434); the others are
 * torchvision’s and torch’s own. From the schemas of torch 2.15 that take a file’s name, and torchvision 0.2x `image.cpp`.
 */
const fileOperators: ReadonlySet<string> = new Set([
  'aten::save',
  'aten::from_file',
  'debugprims::load_tensor',
  'image::read_file',
  'image::write_file',
  'video_reader::read_video_from_file',
  'video_reader::probe_video_from_file',
  'torchaudio::sox_io_get_info',
  'torchaudio::sox_io_load_audio_file',
  'torchaudio::sox_io_save_audio_file',
  'torchaudio::sox_effects_apply_effects_file',
])

const networkOperators: ReadonlySet<string> = new Set(['prim::rpc_async', 'prim::rpc_sync', 'prim::rpc_remote'])
const networkNamespaces: ReadonlySet<string> = new Set([
  'c10d',
  '_c10d_functional',
  '_c10d_functional_autograd',
  'symm_mem',
])
const pythonOperators: ReadonlySet<string> = new Set(['prim::PythonOp', 'prim::IgnoredPythonOp'])

/** Of torch 2.15 without any other library, by `torch._C._jit_get_all_schemas`, and torchvision’s own. */
const knownNamespaces: ReadonlySet<string> = new Set([
  'aten',
  'prim',
  'prims',
  'cuda',
  'onnx',
  'quantized',
  '_quantized',
  'quantization',
  'mkldnn',
  'mkldnn_prepacked',
  'mkl',
  'onednn',
  'sparse',
  'xnnpack',
  'prepacked',
  'profiler',
  'torchvision',
  'image',
])

const knownClassNamespaces: ReadonlySet<string> = new Set([
  'quantized',
  'sparse',
  'xnnpack',
  'rnn',
  'mkldnn',
  'profiler',
])
