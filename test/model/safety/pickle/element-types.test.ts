import {describe, expect, test} from 'vitest'
import {importsOf, little, rulesOf, run, stream, text} from './streams.ts'

/** `numpy.dtype(code, False, True)`, and a state where one is given. */
function type(code: string, state?: string): string {
  const made = `cnumpy\ndtype\n${text(code)}\x89\x88\x87R`
  return state === undefined ? made : `${made}${state}b`
}

interface State {
  readonly version?: number
  readonly subArray?: string
  readonly fields?: string
  readonly size?: number
  readonly flags?: number
}

/** `(version, byte order, sub-array, names, fields, size, alignment, flags)`, as NumPy 2.4 writes it. */
function state({version = 3, subArray = 'N', fields = 'N', size = -1, flags = 0}: State): string {
  const numbers = [size, -1, flags].map(each => `J${String.fromCharCode(...little(each >>> 0, 4))}`)
  const names = fields === 'N' ? 'N' : `${text('a')}\x85`
  return `(K${String.fromCharCode(version)}${text('|')}${subArray}${names}${fields}${numbers.join('')}t`
}

/** `{'a': (type, offset)}` */
function field(inner: string, offset = 0): string {
  return `}${text('a')}${inner}K${String.fromCharCode(offset)}\x86s`
}

const objects = type('O8', state({flags: 63}))

async function rulesFor(types: string): Promise<readonly string[]> {
  const {observations} = await run(stream(`\x80\x04${types}.`))
  return rulesOf(observations)
}

describe('a type of NumPy in a pickle', () => {
  // Written by NumPy 2.4: pickle.dumps(numpy.dtype(...)).
  test.each([
    ['numbers', type('f8', state({}))],
    ['objects', objects],
    ['texts', type('U3', state({size: 12, flags: 8}))],
    ['a record', type('V8', state({fields: field(type('f8', state({}))), size: 8, flags: 16}))],
    ['a record of objects', type('V12', state({fields: field(objects, 4), size: 12, flags: 27}))],
    [
      'a record in a record',
      type(
        'V8',
        state({
          fields: field(type('V4', state({fields: field(type('i4')), size: 4, flags: 16})), 4),
          size: 8,
          flags: 16,
        }),
      ),
    ],
    ['a sub-array', type('V24', state({subArray: `${type('f4')}K\x03K\x02\x86\x86`, size: 24}))],
    ['objects in a sub-array', type('V16', state({subArray: `${objects}K\x02\x85\x86`, size: 16, flags: 63}))],
  ])('is taken as NumPy writes it: %s', async (_, types) => {
    expect(await rulesFor(types)).toEqual([])
  })

  test.each([
    ['objects that are said to be none', type('O8', state({flags: 0}))],
    ['numbers that are said to be objects', type('f8', state({flags: 63}))],
    ['objects of which only half is said', type('O8', state({flags: 1}))],
    ['a record that hides its objects', type('V8', state({fields: field(objects), size: 8, flags: 0}))],
    ['a sub-array that hides its objects', type('V16', state({subArray: `${objects}K\x02\x85\x86`, size: 16}))],
    [
      'objects two records deep',
      type('V8', state({fields: field(type('V8', state({fields: field(objects), size: 8, flags: 27}))), size: 8})),
    ],
    ['a field outside of the record', type('V8', state({fields: field(type('f8'), 8), size: 8}))],
    ['a sub-array larger than its type', type('V8', state({subArray: `${type('f8')}K\x64\x85\x86`, size: 8}))],
    ['a state that another call makes', `${type('V8')}cbuiltins\ntuple\n](K\x03Ne\x85Rb`],
    ['fields that another call makes', type('V8', state({fields: `cbuiltins\ndict\n${field(objects)}\x85R`, size: 8}))],
    ['a type by another name of NumPy', type('O8', state({flags: 0})).replace('cnumpy\n', 'cnumpy.core.multiarray\n')],
    ['a state behind an honest one', `${objects}${state({flags: 0})}b`],
  ])('is refused where it contradicts itself: %s', async (_, types) => {
    expect(await rulesFor(types)).toContain('pickle-numpy-type')
  })

  test.each([
    ['is taken', 27, []],
    ['is refused where one of them hides objects', 16, ['pickle-numpy-type']],
  ])('of more fields than a dict keeps %s', async (_, flags, expected) => {
    const numbers = Array.from({length: 99}, (_, index) => `K${String.fromCharCode(index)}${type('f8')}K\x00\x86`)
    const fields = `}(${numbers.join('')}${text('o')}${objects}K\x08\x86u`
    expect(await rulesFor(type('V16', state({fields, size: 16, flags})))).toEqual(expected)
  })

  test('is judged by what its fields are in the end, for they may change behind the state', async () => {
    const dict = `}\x94`
    const types = `${type('V8', state({fields: dict, size: 8}))}h\x00${text('a')}${objects}K\x00\x86s0`
    expect(await rulesFor(types)).toContain('pickle-numpy-type')
  })

  test('has flags that NumPy finds out by itself in the states of its early versions', async () => {
    expect(await rulesFor(type('V8', state({version: 2, fields: field(objects), size: 8})))).toEqual([])
  })

  test('takes no time that grows with the ways through records in records', async () => {
    let types = `${type('V8', state({fields: field(type('f8')), size: 8}))}\x94`
    for (let level = 0; level < 30; level++) {
      const twice = `}(${text('a')}h${String.fromCharCode(level)}K\x00\x86${text('b')}h${String.fromCharCode(level)}K\x00\x86u`
      types += `${type('V8', state({fields: twice, size: 8}))}\x94`
    }
    expect(await rulesFor(types)).toEqual([])
  })
})

describe('what a function is given to call', () => {
  test.each([
    [
      'ctorch._tensor\n_rebuild_from_type_v2\n(cos\nsystem\nctorch\nTensor\n)}tR',
      'os.system: call(undefined), reference',
    ],
    ['cfunctools\npartial\ncos\nsystem\n\x85R', 'os.system: call(undefined), reference'],
    ['cnumpy.random._pickle\n__generator_ctor\nK\x05cos\nsystem\n\x86R', 'os.system: call(undefined), reference'],
    ['cpandas.core.indexes.base\n_new_Index\ncnumpy\nndarray\n}\x86R', 'numpy.ndarray: new, keywords, reference'],
  ])('is called: %j', async (calls, expected) => {
    const {observations} = await run(stream(`\x80\x04${calls}.`))
    expect(importsOf(observations)).toContain(expected)
  })

  test('is called, too, where it stands in the state of a partial', async () => {
    const {observations} = await run(stream('\x80\x04cfunctools\npartial\ncfoo\nbar\n\x85R(cos\nsystem\n)NNtb.'))
    expect(importsOf(observations)).toContain('os.system: reference, call(undefined)')
  })

  test('is not known where the arguments are the result of another call', async () => {
    const {observations} = await run(stream('\x80\x04cfunctools\npartial\ncbuiltins\ntuple\n](cos\nsystem\ne\x85RR.'))
    expect(rulesOf(observations)).toEqual(['pickle-calls-unnamed'])
  })
})

describe('arguments by name', () => {
  // torch.Tensor(cdata=address) takes the object at that address: torch 2.15 ends there.
  test('are a use of their own, for they reach what no position does', async () => {
    const {observations} = await run(stream(`\x80\x04ctorch\nTensor\n)}${text('cdata')}K\x01s\x92.`))
    expect(importsOf(observations)).toEqual(['torch.Tensor: new, keywords'])
  })

  test('are none where the dict is empty', async () => {
    const {observations} = await run(stream('\x80\x04ctorch\nTensor\n)}\x92.'))
    expect(importsOf(observations)).toEqual(['torch.Tensor: new'])
  })

  test('are what copyreg.__newobj_ex__ and functools.partial hand on', async () => {
    const keywords = `}${text('cdata')}K\x01s`
    const made = await run(stream(`\x80\x04ccopyreg\n__newobj_ex__\n(ctorch\nTensor\n)${keywords}tR.`))
    expect(importsOf(made.observations)).toContain('torch.Tensor: new, keywords')
    const bound = await run(
      stream(`\x80\x04cfunctools\npartial\nctorch\nTensor\n\x85R(ctorch\nTensor\n)${keywords}Ntb.`),
    )
    expect(importsOf(bound.observations)).toContain('torch.Tensor: call(undefined) ×2, reference ×2, keywords')
  })
})
