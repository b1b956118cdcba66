import {parseStrictJson} from '../../../readers/strict-json.ts'
import {quote} from '../../observation.ts'
import {knownOps} from '../tensorflow/known-ops.ts'
import {outsideOps} from '../tensorflow/ops.ts'
import type {Judged} from './resolve.ts'
import {kerasTensorflow, kerasUnknown} from './rules.ts'
import {type Entries, isEntries, textOf} from './sight.ts'

/**
 * Layers of Keras 2 that stand for a function of TensorFlow: it is looked up by its public name, whatever it is, and
 * called while the model is put together (tf_keras/src/layers/core/tf_op_layer.py). Null for other classes.
 */
export function judgeTensorflowLayer(className: string, config: Entries | null): readonly Judged[] | null {
  switch (className) {
    case 'TFOpLambda':
    case 'SlicingOpLambda':
      return judgeSymbol(textOf(config?.get('function')) ?? '')
    case 'ClassMethod':
      return judgeClassMethod(textOf(config?.get('cls_symbol')) ?? '')
    case 'TensorFlowOpLayer':
      return judgeNode(config?.get('node_def'))
    default:
      return null
  }
}

function judgeSymbol(symbol: string): readonly Judged[] {
  const name = symbol.replace(/^compat\.v[12]\./, '')
  const raw = /^raw_ops\.(\w{1,200})$/.exec(name)?.[1]
  if (raw !== undefined) return judgeOp(raw)
  if (functions.has(name) || computing.test(name)) return []
  if (reaching.test(name)) return [{rule: kerasTensorflow, what: `It calls the TensorFlow function ${quote(symbol)}`}]
  return [{rule: kerasUnknown, what: `It calls the TensorFlow function ${quote(symbol)}`}]
}

function judgeClassMethod(symbol: string): readonly Judged[] {
  if (/^(?:RaggedTensor|SparseTensor|sparse\.SparseTensor|IndexedSlices|TensorArray)$/.test(symbol)) return []
  return [{rule: kerasUnknown, what: `It calls a method of the TensorFlow class ${quote(symbol)}`}]
}

/** A NodeDef in JSON: one op of a graph. */
function judgeNode(definition: unknown): readonly Judged[] {
  const parsed = typeof definition === 'string' ? parseStrictJson(definition) : null
  const node = parsed?.kind === 'value' ? parsed.value : definition
  const op = isEntries(node) ? textOf(node.get('op')) : null
  if (op === null) return [{rule: kerasUnknown, what: 'It holds an op of TensorFlow in a form that is not read'}]
  return judgeOp(op)
}

function judgeOp(op: string): readonly Judged[] {
  const outside = outsideOps.get(op)
  if (outside) return [{rule: kerasTensorflow, what: `It runs the op ${op}, which ${outside.does} that is named to it`}]
  return knownOps.has(op) ? [] : [{rule: kerasUnknown, what: `It runs the op ${quote(op)}`}]
}

/** Modules of TensorFlow whose functions compute on tensors, and nothing else. */
const computing =
  /^(?:__operators__|bitwise|image|linalg|math|nn|quantization|ragged|random|sets|signal|sparse|strings)\.[\w.]{1,100}$/

/** Those that read, write, load, connect or change settings. */
const reaching =
  /^(?:config|data|debugging|distribute|experimental|io|lite|lookup|mlir|profiler|queue|saved_model|summary|sysconfig|test|tpu|train|import_graph_def|load_library|load_op_library|numpy_function|print|py_func|py_function|rpc_\w+|xla_\w+|keras\.(?:utils|models|saving|datasets|preprocessing))(?:\.|$)/

/** Functions of the outermost module that compute on tensors. */
const functions = new Set(
  [
    'abs acos acosh add add_n argmax argmin argsort as_string asin asinh atan atan2 atanh batch_to_space bitcast',
    'boolean_mask broadcast_to cast clip_by_global_norm clip_by_norm clip_by_value complex concat constant',
    'convert_to_tensor cos cosh cumsum divide dynamic_partition dynamic_stitch edit_distance eig eigvals einsum',
    'ensure_shape equal exp expand_dims extract_volume_patches eye fill fingerprint floor gather gather_nd greater',
    'greater_equal histogram_fixed_width identity identity_n less less_equal linspace logical_and logical_not',
    'logical_or matmul maximum meshgrid minimum multiply negative norm not_equal one_hot ones ones_like pad',
    'parallel_stack pow range rank realdiv reduce_all reduce_any reduce_logsumexp reduce_max reduce_mean reduce_min',
    'reduce_prod reduce_sum repeat reshape reverse reverse_sequence roll round saturate_cast scalar_mul scatter_nd',
    'searchsorted sequence_mask shape shape_n sigmoid sign sin sinh size slice sort space_to_batch split sqrt square',
    'squeeze stack stop_gradient strided_slice subtract tan tanh tensor_scatter_nd_add tensor_scatter_nd_max',
    'tensor_scatter_nd_min tensor_scatter_nd_sub tensor_scatter_nd_update tensordot tile transpose truediv',
    'truncatediv truncatemod unique unique_with_counts unravel_index unstack where zeros zeros_like',
  ].flatMap(line => line.split(' ')),
)
