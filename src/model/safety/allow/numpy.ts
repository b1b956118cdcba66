/** NumPy 1 and 2: the same names stand in numpy.core and numpy._core. */
import {type AllowedNames, handedOn, maker, native, object} from './entry.ts'

const context = 'NumPy'
const rebuilders = '_reconstruct scalar'
const numeric = '_frombuffer'
const ufuncs = `
  absolute add arccos arccosh arcsin arcsinh arctan arctan2 arctanh bitwise_and bitwise_or cbrt ceil conjugate cos cosh
  deg2rad degrees divide equal exp exp2 expm1 fabs floor floor_divide fmax fmin greater greater_equal hypot invert
  isfinite isinf isnan less less_equal log log10 log1p log2 logaddexp logical_and logical_not logical_or logical_xor
  maximum minimum mod multiply negative not_equal positive power rad2deg radians reciprocal remainder rint sign sin
  sinh sqrt square subtract tan tanh true_divide trunc`
const functions = `
  abs all amax amin any argmax argmin argsort around array asarray ascontiguousarray atleast_1d atleast_2d average clip
  column_stack concatenate cumsum diff dot expand_dims fix flip fliplr hstack isclose max mean median min nan_to_num
  nanmax nanmean nanmedian nanmin nanstd nansum ones ones_like percentile prod quantile ravel reshape round squeeze
  stack std sum transpose unique vstack var where zeros zeros_like`
const scalarTypes = `
  bool_ bool8 byte bytes_ cdouble character clongdouble complex64 complex128 complex256 complexfloating csingle datetime64 double
  flexible float_ float16 float32 float64 float128 floating generic half inexact int8 int16 int32 int64 int_ intc
  integer intp long longdouble longlong number object_ short signedinteger single str_ string_ timedelta64 ubyte uint
  uint8 uint16 uint32 uint64 uintc uintp ulong ulonglong unicode_ unsignedinteger ushort`

export const numpy: readonly AllowedNames[] = [
  {
    context,
    reason:
      'Make an array or a single number from its type, shape and bytes. Sizes are compared with the bytes that are there; an array of objects takes objects that the pickle has made already.',
    uses: ['call', 'state'],
    names: {
      'numpy._core.multiarray': rebuilders,
      'numpy._core.numeric': numeric,
      'numpy.core.multiarray': rebuilders,
      'numpy.core.numeric': numeric,
      'numpy.ma.core': '_mareconstruct',
    },
  },
  {
    context,
    reason:
      'An element type, from its name, byte order and fields; a name is parsed, not evaluated. NumPy believes the flags in its state: a crafted one can end the process.',
    uses: ['call', 'state'],
    names: {numpy: 'dtype', 'numpy._core.multiarray': 'dtype', 'numpy.core.multiarray': 'dtype'},
  },
  {
    context,
    reason:
      'Classes of arrays in memory, named to the functions that make them. None of them opens a file; numpy.memmap, which does, is not here. They may not be called: with a buffer, some take its bytes for the addresses of objects.',
    uses: handedOn,
    names: {
      numpy: 'chararray matrix ndarray recarray record void',
      'numpy._core.records': 'recarray record',
      'numpy.core.multiarray': 'ndarray',
      'numpy.core.records': 'recarray record',
      'numpy.ma': 'MaskedArray',
      'numpy.ma.core': 'MaskedArray MaskedConstant mvoid',
      'numpy.matrixlib.defmatrix': 'matrix',
      'numpy.rec': 'recarray record',
    },
  },
  {
    context,
    reason: 'A polynomial: attributes that are arrays of coefficients.',
    uses: object,
    names: {numpy: 'poly1d', 'numpy.lib._polynomial_impl': 'poly1d', 'numpy.lib.polynomial': 'poly1d'},
  },
  {
    context,
    reason: 'Types of single numbers: called, they convert what they are given.',
    uses: maker,
    names: {numpy: `bool ${scalarTypes}`},
  },
  {
    context,
    reason:
      'A generator of random numbers: chosen by a name out of a fixed table, or by a class that stands in this list, then given its numbers.',
    uses: native,
    names: {
      'numpy.random': '__RandomState_ctor',
      'numpy.random._generator': 'Generator',
      'numpy.random._mt19937': 'MT19937',
      'numpy.random._pcg64': 'PCG64 PCG64DXSM',
      'numpy.random._philox': 'Philox',
      'numpy.random._pickle': '__bit_generator_ctor __generator_ctor __randomstate_ctor',
      'numpy.random._sfc64': 'SFC64',
      'numpy.random.bit_generator': 'SeedSequence __pyx_unpickle_SeedSequence',
      'numpy.random.mtrand': 'RandomState',
    },
  },
  {
    context,
    reason:
      'Functions that a transformer calls on its data, handed on by name. Each computes numbers from numbers; none of them calls an argument, or opens a path.',
    uses: handedOn,
    names: {
      numpy: `${ufuncs} ${functions}`,
      'numpy._core._multiarray_umath': ufuncs,
      'numpy.core._multiarray_umath': ufuncs,
    },
  },
]
