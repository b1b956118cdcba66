import {describe, expect, test} from 'vitest'
import {opcodeNames} from '../../../../src/model/safety/pickle/opcodes.ts'
import {importsOf, little, rulesOf, run, stream, text} from './streams.ts'

const code = (name: string) => String.fromCharCode([...opcodeNames].find(([, known]) => known === name)?.[0] ?? 0)
/** Calls os.system with whatever stands before, as the only argument: the value that is under test is what it shows. */
const shown = (value: string) => `cos\nsystem\n${value}\x85R.`
const number = (value: number, width: number) => String.fromCharCode(...little(value, width))

// Written by hand after Lib/pickletools.py. Every opcode stands in a stream where it decides what is called, and with what.
const table: [opcode: string, stream: string, imports: readonly string[], rules?: readonly string[]][] = [
  ['NONE', shown('N'), ['os.system: call(None)']],
  ['NEWTRUE', shown('\x88'), ['os.system: call(True)']],
  ['NEWFALSE', shown('\x89'), ['os.system: call(False)']],
  ['BININT1', shown('K\xff'), ['os.system: call(255)']],
  ['BININT2', shown('M\x01\xff'), ['os.system: call(65281)']],
  ['BININT', shown('J\xfe\xff\xff\xff'), ['os.system: call(-2)']],
  ['INT', shown('I010\n'), ['os.system: call(8)']],
  ['LONG', shown('L-12345678901234567890L\n'), ['os.system: call(-12345678901234567890)']],
  ['LONG1', shown('\x8a\x02\x00\xff'), ['os.system: call(-256)']],
  [
    'LONG4',
    shown('\x8b\x09\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01'),
    ['os.system: call(18446744073709551616)'],
  ],
  ['FLOAT', shown('F-1.5e3\n'), ['os.system: call(-1500.0)']],
  ['BINFLOAT', shown('G\x3f\xe0\x00\x00\x00\x00\x00\x00'), ['os.system: call(0.5)']],
  ['STRING', shown("S'a\\x62\\143'\n"), ['os.system: call("abc")']],
  ['BINSTRING', shown('T\x02\x00\x00\x00hi'), ['os.system: call("hi")']],
  ['SHORT_BINSTRING', shown('U\x02hi'), ['os.system: call("hi")']],
  ['UNICODE', shown('V\\u00e9\\U0001f600\n'), ['os.system: call("é😀")']],
  ['BINUNICODE', shown('X\x02\x00\x00\x00\xc3\xa9'), ['os.system: call("é")']],
  ['SHORT_BINUNICODE', shown(text('hi')), ['os.system: call("hi")']],
  ['BINUNICODE8', shown(`\x8d${number(2, 8)}hi`), ['os.system: call("hi")']],
  ['BINBYTES', shown('B\x02\x00\x00\x00hi'), ['os.system: call(b"hi")']],
  ['SHORT_BINBYTES', shown('C\x02hi'), ['os.system: call(b"hi")']],
  ['BINBYTES8', shown(`\x8e${number(2, 8)}hi`), ['os.system: call(b"hi")']],
  ['BYTEARRAY8', shown(`\x96${number(2, 8)}hi`), ['os.system: call(bytearray b"hi")']],
  ['NEXT_BUFFER', shown('\x97'), ['os.system: call(<buffer>)'], ['pickle-out-of-band-buffer']],
  ['READONLY_BUFFER', shown('\x97\x98'), ['os.system: call(<buffer>)'], ['pickle-out-of-band-buffer']],

  ['EMPTY_TUPLE', 'cos\nsystem\n)R.', ['os.system: call()']],
  ['TUPLE1', 'cos\nsystem\nK\x01\x85R.', ['os.system: call(1)']],
  ['TUPLE2', 'cos\nsystem\nK\x01K\x02\x86R.', ['os.system: call(1, 2)']],
  ['TUPLE3', 'cos\nsystem\nK\x01K\x02K\x03\x87R.', ['os.system: call(1, 2, 3)']],
  ['TUPLE', 'cos\nsystem\n(K\x01K\x02K\x03K\x04tR.', ['os.system: call(1, 2, 3, 4)']],
  ['MARK', 'cos\nsystem\n((K\x01ttR.', ['os.system: call((1,))']],
  ['EMPTY_LIST', shown(']'), ['os.system: call([])']],
  ['LIST', shown('(K\x01K\x02l'), ['os.system: call([1, 2])']],
  ['APPEND', shown(']K\x01a'), ['os.system: call([1])']],
  ['APPENDS', shown('](K\x01K\x02e'), ['os.system: call([1, 2])']],
  ['EMPTY_DICT', shown('}'), ['os.system: call({})']],
  ['DICT', shown('(K\x01K\x02d'), ['os.system: call({1: 2})']],
  ['SETITEM', shown('}K\x01K\x02s'), ['os.system: call({1: 2})']],
  ['SETITEMS', shown('}(K\x01K\x02K\x03K\x04u'), ['os.system: call({1: 2, 3: 4})']],
  ['EMPTY_SET', shown('\x8f'), ['os.system: call({})']],
  ['ADDITEMS', shown('\x8f(K\x01K\x02\x90'), ['os.system: call({1, 2})']],
  ['FROZENSET', shown('(K\x01\x91'), ['os.system: call(frozenset({1}))']],

  ['POP', shown('K\x01K\x020'), ['os.system: call(1)']],
  ['POP_MARK', shown('K\x01(K\x02K\x031'), ['os.system: call(1)']],
  ['DUP', 'cos\nsystem\nK\x012\x86R.', ['os.system: call(1, 1)']],
  ['PUT', shown('K\x07p300\n0g300\n'), ['os.system: call(7)']],
  ['BINPUT', shown('K\x07q\x050h\x05'), ['os.system: call(7)']],
  ['LONG_BINPUT', shown('K\x07r\x05\x01\x00\x000j\x05\x01\x00\x00'), ['os.system: call(7)']],
  ['MEMOIZE', shown('K\x07\x940h\x00'), ['os.system: call(7)']],
  ['GET', shown('K\x07q\x000g0\n'), ['os.system: call(7)']],
  ['BINGET', shown('K\x07p0\n0h\x00'), ['os.system: call(7)']],
  ['LONG_BINGET', shown('K\x07q\x000j\x00\x00\x00\x00'), ['os.system: call(7)']],

  ['GLOBAL', 'cos\nsystem\n.', ['os.system: reference']],
  ['STACK_GLOBAL', `${text('os')}${text('system')}\x93.`, ['os.system: reference']],
  ['INST', '(K\x01ios\nsystem\n.', ['os.system: call(1)']],
  ['OBJ', '(cos\nsystem\nK\x01o.', ['os.system: call(1)']],
  ['REDUCE', 'cos\nsystem\nK\x01\x85R.', ['os.system: call(1)']],
  ['NEWOBJ', 'cos\nsystem\n)\x81.', ['os.system: new']],
  ['NEWOBJ_EX', 'cos\nsystem\n)}\x92.', ['os.system: new']],
  ['BUILD', 'cos\nsystem\n)\x81}b.', ['os.system: new, state']],
  ['EXT1', '\x82\x05)R.', [], ['pickle-extension-code', 'pickle-calls-unnamed']],
  ['EXT2', '\x83\x05\x01.', [], ['pickle-extension-code']],
  ['EXT4', '\x84\x05\x01\x00\x00.', [], ['pickle-extension-code']],
  ['PERSID', shown('Pweights/0\n'), ['os.system: call(<persistent id>)'], ['pickle-persistent-id']],
  ['BINPERSID', shown('K\x01Q'), ['os.system: call(<persistent id>)'], ['pickle-persistent-id']],
  ['PROTO', '\x80\x04c__builtin__\neval\n.', ['__builtin__.eval: reference']],
  ['FRAME', '\x80\x04\x95\x0b\x00\x00\x00\x00\x00\x00\x00cos\nsystem\n.', ['os.system: reference']],
  ['STOP', 'cos\nsystem\n.cos\nabort\n.', ['os.system: reference']],
]

describe('an opcode', () => {
  test.each(table)('%s does what CPython does', async (opcode, content, imports, rules = []) => {
    expect(content).toContain(code(opcode))
    const {observations, end} = await run(stream(content))
    expect(end.kind).toBe('stop')
    expect(importsOf(observations)).toEqual(imports)
    expect(rulesOf(observations)).toEqual(rules)
  })

  test('no opcode is left out', () => {
    expect(opcodeNames.size).toBe(68)
    expect(new Set(table.map(([opcode]) => opcode))).toEqual(new Set(opcodeNames.values()))
  })

  test('any other byte ends it', async () => {
    for (let byte = 0; byte < 256; byte++) {
      if (opcodeNames.has(byte)) continue
      const {end} = await run(stream('cos\nsystem\n', [byte]))
      expect(end).toMatchObject({kind: 'refused', at: 11})
    }
  })
})
