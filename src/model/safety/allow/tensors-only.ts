/**
 * What torch’s own weights-only loader takes (torch/_weights_only_unpickler.py, 2.15): tensors and the plain values
 * around them. Legal only in a file that torch opens: the storages behind the tensors come from its loader.
 */
import {type AllowedNames, maker} from './entry.ts'

const context = 'tensors'
const loader = 'torch'

export const tensorsOnly: readonly AllowedNames[] = [
  {
    context,
    loader,
    reason:
      'Put a tensor together from a storage, sizes and strides. torch compares them with the bytes that are there; the class of a subclass is handed over by name and judged on its own account.',
    uses: ['call', 'state', 'reference'],
    names: {
      'torch._tensor': '_rebuild_from_type_v2',
      'torch._utils': `
        _rebuild_device_tensor_from_cpu_tensor _rebuild_device_tensor_from_numpy _rebuild_meta_tensor_no_storage
        _rebuild_parameter _rebuild_parameter_with_state _rebuild_qtensor _rebuild_sparse_tensor _rebuild_tensor
        _rebuild_tensor_v2 _rebuild_tensor_v3 _rebuild_wrapper_subclass`,
      'torch.serialization': '_get_layout',
    },
  },
  {
    context,
    loader,
    reason:
      'Types of storages: named by the reference to a storage, and made by the loader from the bytes of the file.',
    uses: [...maker, 'new', 'state'],
    names: {
      torch: `
        BFloat16Storage BoolStorage ByteStorage CharStorage ComplexDoubleStorage ComplexFloatStorage
        DoubleStorage FloatStorage HalfStorage IntStorage LongStorage QInt32Storage QInt8Storage QUInt2x4Storage
        QUInt4x2Storage QUInt8Storage ShortStorage`,
      'torch.cuda': `
        BFloat16Storage BoolStorage ByteStorage CharStorage ComplexDoubleStorage ComplexFloatStorage
        DoubleStorage FloatStorage HalfStorage IntStorage LongStorage ShortStorage`,
      'torch.storage': 'TypedStorage UntypedStorage',
    },
  },
  {
    context,
    loader,
    reason: 'Tensors: made from sizes and storages, and given their numbers.',
    uses: [...maker, 'new', 'state'],
    names: {
      torch: `
        BFloat16Tensor BoolTensor ByteTensor CharTensor DoubleTensor FloatTensor HalfTensor IntTensor LongTensor
        ShortTensor Tensor`,
      'torch.cuda': `
        BFloat16Tensor BoolTensor ByteTensor CharTensor DoubleTensor FloatTensor HalfTensor IntTensor LongTensor
        ShortTensor`,
      'torch.cuda.sparse':
        'BFloat16Tensor ByteTensor CharTensor DoubleTensor FloatTensor HalfTensor IntTensor LongTensor ShortTensor',
      'torch.nn.parameter': 'Parameter',
      'torch.sparse':
        'BFloat16Tensor ByteTensor CharTensor DoubleTensor FloatTensor HalfTensor IntTensor LongTensor ShortTensor',
    },
  },
  {
    context,
    loader,
    reason: 'Element types, quantisation schemes, sizes and devices: values without a behaviour of their own.',
    uses: maker,
    names: {
      torch: `
        Size bcomplex32 bfloat16 bits16 bits1x8 bits2x4 bits4x2 bits8 bool complex128 complex32 complex64 device
        float16 float32 float4_e2m1fn_x2 float64 float8_e4m3fn float8_e4m3fnuz float8_e5m2 float8_e5m2fnuz
        float8_e8m0fnu int1 int16 int2 int3 int32 int4 int5 int6 int64 int7 int8 per_channel_affine
        per_channel_affine_float_qparams per_channel_symmetric per_tensor_affine per_tensor_symmetric qint32
        qint8 quint2x4 quint4x2 quint8 uint1 uint16 uint2 uint3 uint32 uint4 uint5 uint6 uint64 uint7 uint8`,
    },
  },
  {
    context,
    loader,
    reason: 'Plain values that a state dict is made of.',
    uses: [...maker, 'new', 'items', 'state'],
    names: {builtins: 'bytearray complex set', collections: 'Counter OrderedDict'},
  },
  {
    context,
    loader,
    reason: 'How protocol 2 writes bytes: a text encoded to latin1.',
    uses: ['call'],
    names: {_codecs: 'encode'},
  },
]
