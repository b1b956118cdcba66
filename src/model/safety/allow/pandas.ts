/** pandas 1, 2 and 3: tables, their columns, and how they pickle themselves. */
import {type AllowedNames, handedOn, maker, native, object} from './entry.ts'

const context = 'pandas'

export const pandas: readonly AllowedNames[] = [
  {
    context,
    reason:
      'Tables, columns and what they are made of: attributes that are arrays and labels. Nothing in a table is evaluated before somebody asks for it by an expression of their own; a time zone is looked up by its name among the files of the machine, and one that is named “dateutil/” and a path is read from there: what is no time zone is refused, and nothing of it is kept.',
    uses: [...object, 'keywords'],
    names: {
      pandas: `
        Categorical CategoricalIndex DataFrame DatetimeIndex Index IntervalIndex MultiIndex PeriodIndex
        RangeIndex Series Timedelta TimedeltaIndex Timestamp`,
      'pandas._libs.internals': 'BlockPlacement BlockManager SharedBlock',
      'pandas._libs.tslibs.timedeltas': 'Timedelta',
      'pandas._libs.tslibs.timestamps': 'Timestamp',
      'pandas.arrays': `
        ArrowExtensionArray ArrowStringArray BooleanArray DatetimeArray FloatingArray IntegerArray IntervalArray
        NumpyExtensionArray PeriodArray SparseArray StringArray TimedeltaArray`,
      'pandas.core.arrays.arrow.array': 'ArrowExtensionArray',
      'pandas.core.arrays.arrow.dtype': 'ArrowDtype',
      'pandas.core.arrays.boolean': 'BooleanArray',
      'pandas.core.arrays.categorical': 'Categorical',
      'pandas.core.arrays.datetimes': 'DatetimeArray',
      'pandas.core.arrays.floating': 'FloatingArray',
      'pandas.core.arrays.integer': 'IntegerArray',
      'pandas.core.arrays.interval': 'IntervalArray',
      'pandas.core.arrays.numpy_': 'NumpyExtensionArray PandasArray',
      'pandas.core.arrays.period': 'PeriodArray',
      'pandas.core.arrays.sparse.array': 'SparseArray',
      'pandas.core.arrays.string_': 'StringArray',
      'pandas.core.arrays.string_arrow': 'ArrowStringArray ArrowStringArrayNumpySemantics',
      'pandas.core.arrays.timedeltas': 'TimedeltaArray',
      'pandas.core.dtypes.dtypes': 'ArrowDtype',
      'pandas.core.flags': 'Flags',
      'pandas.core.frame': 'DataFrame',
      'pandas.core.indexes.base': 'Index',
      'pandas.core.indexes.category': 'CategoricalIndex',
      'pandas.core.indexes.datetimes': 'DatetimeIndex',
      'pandas.core.indexes.frozen': 'FrozenList',
      'pandas.core.indexes.interval': 'IntervalIndex',
      'pandas.core.indexes.multi': 'MultiIndex',
      'pandas.core.indexes.numeric': 'Float64Index Int64Index UInt64Index',
      'pandas.core.indexes.period': 'PeriodIndex',
      'pandas.core.indexes.range': 'RangeIndex',
      'pandas.core.indexes.timedeltas': 'TimedeltaIndex',
      'pandas.core.internals.blocks': `
        Block BoolBlock CategoricalBlock ComplexBlock DatetimeBlock DatetimeTZBlock ExtensionBlock FloatBlock
        IntBlock NumericBlock ObjectBlock TimeDeltaBlock`,
      'pandas.core.series': 'Series',
    },
  },
  {
    context,
    reason:
      'Types of columns, spans and steps of time, the index of a sparse column, and the blocks of a table: made by call from plain values and arrays.',
    uses: native,
    names: {
      pandas: `
        BooleanDtype CategoricalDtype DatetimeTZDtype Float32Dtype Float64Dtype Int16Dtype Int32Dtype Int64Dtype
        Int8Dtype Interval IntervalDtype Period PeriodDtype SparseDtype StringDtype UInt16Dtype UInt32Dtype
        UInt64Dtype UInt8Dtype`,
      'pandas._libs.interval': 'Interval',
      'pandas._libs.sparse': 'BlockIndex IntIndex',
      'pandas._libs.tslibs.offsets': `
        BDay BMonthEnd BYearEnd BusinessDay Day DateOffset Easter Hour Micro Milli Minute MonthBegin MonthEnd Nano
        QuarterBegin QuarterEnd Second Week YearBegin YearEnd`,
      'pandas._libs.tslibs.period': 'Period',
      'pandas.core.arrays.boolean': 'BooleanDtype',
      'pandas.core.arrays.floating': 'Float32Dtype Float64Dtype',
      'pandas.core.arrays.integer':
        'Int16Dtype Int32Dtype Int64Dtype Int8Dtype UInt16Dtype UInt32Dtype UInt64Dtype UInt8Dtype',
      'pandas.core.arrays.sparse.dtype': 'SparseDtype',
      'pandas.core.arrays.string_': 'StringDtype',
      'pandas.core.dtypes.dtypes': 'CategoricalDtype DatetimeTZDtype IntervalDtype PandasDtype PeriodDtype SparseDtype',
      'pandas.core.internals.managers': 'BlockManager SingleBlockManager',
    },
  },
  {
    context,
    reason:
      'How pandas pickles itself: an object of a class of this list from its own parts. The class is handed over by name and judged on its own account.',
    uses: ['call', 'state', 'reference'],
    names: {
      'pandas._libs.arrays': '__pyx_unpickle_NDArrayBacked',
      'pandas._libs.internals': '_unpickle_block',
      'pandas._libs.tslibs.nattype': '__nat_unpickle _nat_unpickle',
      'pandas._libs.tslibs.timedeltas': '_timedelta_unpickle',
      'pandas._libs.tslibs.timestamps': '_unpickle_timestamp',
      'pandas.core.indexes.base': '_new_Index',
      'pandas.core.indexes.datetimes': '_new_DatetimeIndex',
      'pandas.core.indexes.interval': '_new_IntervalIndex',
      'pandas.core.indexes.period': '_new_PeriodIndex',
      'pandas.core.indexes.timedeltas': '_new_TimedeltaIndex',
      'pandas.core.internals.blocks': 'new_block',
    },
  },
  {
    context,
    reason: 'The missing value: one object, and its class.',
    uses: [...handedOn, 'call'],
    names: {pandas: 'NA NaT', 'pandas._libs.missing': 'NA NAType', 'pandas._libs.tslibs.nattype': 'NaTType'},
  },
  {
    context: 'Arrow',
    reason:
      'Columns of text in pandas 3: an array from its type, lengths and buffers. Arrow trusts the lengths: a crafted one can end the process.',
    uses: maker,
    names: {'pyarrow.lib': '_restore_array py_buffer type_for_alias'},
  },
  {
    context: 'time zones',
    reason: 'A time zone by its name: a file of the package itself, for names that lead out of it are refused.',
    uses: maker,
    names: {pytz: '_UTC _p'},
  },
]
