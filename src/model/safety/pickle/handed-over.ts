/** Which arguments of a function it calls by itself, or makes an object of. */
export interface HandedOver {
  readonly index: number
  readonly how: 'call' | 'new' | 'keywords'
}

/**
 * Functions that pickles call and that call one of their arguments, with others of them: what they are given is then
 * called as by the pickle itself. Null for any other function. Sources: `torch/_tensor.py`, `numpy/random/_pickle.py`,
 * `pandas/core/indexes/base.py` and its kin.
 */
export function handedOver({
  module,
  name,
}: {
  readonly module: string
  readonly name: string
}): readonly HandedOver[] | null {
  return callers.get(name)?.get(module) ?? null
}

const first: readonly HandedOver[] = [{index: 0, how: 'call'}]
const second: readonly HandedOver[] = [{index: 1, how: 'call'}]
const firstClass: readonly HandedOver[] = [{index: 0, how: 'new'}]
/** `cls.__new__(cls, **dict)` */
const byKeywords: readonly HandedOver[] = [...firstClass, {index: 0, how: 'keywords'}]

const callers: ReadonlyMap<string, ReadonlyMap<string, readonly HandedOver[]>> = new Map([
  ['partial', new Map([['functools', first]])],
  ['_rebuild_from_type_v2', new Map([['torch._tensor', first]])],
  ['__generator_ctor', new Map([['numpy.random._pickle', second]])],
  ['__randomstate_ctor', new Map([['numpy.random._pickle', second]])],
  ['_new_Index', new Map([['pandas.core.indexes.base', byKeywords]])],
  ['_new_DatetimeIndex', new Map([['pandas.core.indexes.datetimes', byKeywords]])],
  ['_new_IntervalIndex', new Map([['pandas.core.indexes.interval', byKeywords]])],
  ['_new_PeriodIndex', new Map([['pandas.core.indexes.period', byKeywords]])],
  ['_new_TimedeltaIndex', new Map([['pandas.core.indexes.timedeltas', byKeywords]])],
  ['__pyx_unpickle_NDArrayBacked', new Map([['pandas._libs.arrays', firstClass]])],
])
