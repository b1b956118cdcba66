import {describe, expect, test} from 'vitest'
import {Work} from '../../../../src/model/safety/limits.ts'
import {runPickle} from '../../../../src/model/safety/pickle/run.ts'
import type {Value} from '../../../../src/model/safety/pickle/value.ts'
import type {Bytes} from '../../../../src/runtime/files.ts'
import {frame, importsOf, little, read, rulesOf, run, stream, text} from './streams.ts'

const call = `${text('true')}\x85R.`
const system = 'os.system: call("true")'

// Ways past scanners that disassemble instead of interpreting; each was published, or is one of a published class.
describe('whatever way the two names take', () => {
  test.each([
    ['memo numbers by PUT, not in order', `${text('system')}p5\n0${text('os')}p6\n0g6\ng5\n\x93${call}`],
    ['PUT beside MEMOIZE, which counts entries', `${text('os')}p7\n0${text('system')}\x940g7\nh\x01\x93${call}`],
    [
      'a name that is put, fetched and put again',
      `${text('os')}p5\ng5\np6\n0${text('system')}p5\n0g6\ng5\n\x93${call}`,
    ],
    ['a memo entry that is overwritten', `${text('sys')}q\x010${text('os')}q\x010h\x01${text('system')}\x93${call}`],
    ['DUP and POP', `${text('os')}2${text('x')}00${text('system')}\x93${call}`],
    ['marks that POP takes away', `(0${text('os')}(0${text('system')}\x93${call}`],
    ['a mark with rubbish on it', `${text('os')}(K\x01K\x021${text('system')}\x93${call}`],
    ['numbers with underscores, signs and blanks', `${text('os')}p 1_0 \n0g+10\n${text('system')}\x93${call}`],
    ['a NUL that ends a number early', `${text('os')}p3\x00999\n0g3\n${text('system')}\x93${call}`],
    ['STRING with escapes', `S'\\x6f\\163'\nV\\u0073ystem\n\x93${call}`],
    ['UNICODE and SHORT_BINSTRING', `Vos\nU\x06system\x93${call}`],
    ['names out of the bytes of BINUNICODE8', `\x8d\x02\0\0\0\0\0\0\0os\x8d\x06\0\0\0\0\0\0\0system\x93${call}`],
    ['a persistent id on the way', `K\x01Q0cos\nsystem\n${call}`],
    ['INST', "(S'true'\nios\nsystem\n."],
    ['OBJ', "(cos\nsystem\nS'true'\no."],
    ['a header in the middle', `\x80\x02\x80\x04${text('os')}${text('system')}\x93${call}`],
  ])('%s: the import is resolved', async (_, content) => {
    const {observations, end} = await run(stream(content))
    expect(importsOf(observations)).toEqual([system])
    expect(end.kind).toBe('stop')
  })

  test('a dotted name is kept whole: each part is an attribute of what is before it', async () => {
    const {observations} = await run(stream(`\x80\x04${text('collections')}${text('_sys.modules')}\x93.`))
    expect(importsOf(observations)).toEqual(['collections._sys.modules: reference'])
  })

  test('names of Python 2 are mapped below protocol 3, and only there', async () => {
    const {observations} = await run(stream('c__builtin__\neval\n\x80\x03c__builtin__\neval\n.'))
    expect(importsOf(observations)).toEqual(['builtins.eval: ', '__builtin__.eval: reference'])
    expect(observations[0]?.imported?.written).toBe('__builtin__ eval')
  })

  test('a name that is computed is told apart from a name that is known', async () => {
    const {observations} = await run(stream(`cbuiltins\nstr\n${text('os')}\x85R${text('system')}\x93${call}`))
    expect(rulesOf(observations)).toEqual(['pickle-computed-import', 'pickle-calls-unnamed'])
  })
})

describe('what runs before an error counts', () => {
  test.each([
    ['an unknown opcode', `cos\nsystem\n${text('true')}\x85R\xff`, 'pickle-damaged'],
    ['an empty stack', `cos\nsystem\n${text('true')}\x85R00`, 'pickle-damaged'],
    ['a number that was never kept', `cos\nsystem\n${text('true')}\x85Rh\x63`, 'pickle-damaged'],
    ['the end of the file', `cos\nsystem\n${text('true')}\x85R`, 'pickle-truncated'],
    ['an argument that is not there', `cos\nsystem\n${text('true')}\x85RX\x09\0\0\0abc`, 'pickle-truncated'],
  ])('%s', async (_, content, rule) => {
    const {reading, seen} = await read(stream(content))
    expect(reading?.is).toBe('pickle, 1 import')
    expect(importsOf(seen)).toEqual([system])
    expect(rulesOf(seen)).toEqual([rule])
  })

  test('a line that ends with the file is an import to the unpickler in Python, less its last sign', async () => {
    const {seen} = await read(stream("(S'true'\nios\nsystemX"))
    expect(importsOf(seen)).toEqual([system])
    expect(rulesOf(seen)).toContain('pickle-truncated')
  })
})

describe('frames', () => {
  // python/cpython#154848: an argument that is longer than the rest of its frame.
  test.each([
    // Straight on, the text is "--AAAAAA"; whoever loses the rest of the frame reads "AAAAAAcc".
    ['reads straight on', `\x8c\x08--`, `AAAAAAcos\nsystem\n${call}`],
    // The other way round: straight on, the text swallows the beginning of the call.
    ['loses the rest of the frame', '\x8c\x08--', `AAAAAAAAcos\nsystem\n${call}`],
  ])(
    'an argument beyond its frame is reported, and a call that only a CPython finds that %s',
    async (_, inside, behind) => {
      const {observations} = await run(stream('\x80\x04', frame(inside), behind))
      expect(importsOf(observations)).toContain(system)
      expect(rulesOf(observations)).toContain('pickle-frame')
    },
  )

  test('a frame inside a frame is reported', async () => {
    const {observations} = await run(stream('\x80\x04', frame(`${frame('N')}.`)))
    expect(rulesOf(observations)).toEqual(['pickle-frame'])
  })

  test('a frame that ends between an opcode and its argument is CPython’s own', async () => {
    const {observations, end} = await run(stream('\x80\x04', frame('K'), '\x01.'))
    expect(rulesOf(observations)).toEqual([])
    expect(end.kind).toBe('stop')
  })

  test('bytes may be split over a frame’s end in the C unpickler alone', async () => {
    const {observations, end} = await run(stream('\x80\x04', frame('C\x04ab'), 'cd.'))
    expect(rulesOf(observations)).toEqual(['pickle-frame'])
    expect(end.kind).toBe('stop')
  })

  test('a frame longer than the file is read as far as it goes', async () => {
    const {observations} = await run(stream('\x80\x04', frame(`cos\nsystem\n${call}`, 4000)))
    expect(importsOf(observations)).toEqual([system])
    expect(rulesOf(observations)).toEqual(['pickle-truncated'])
  })
})

describe('bombs', () => {
  test('keys of tuples that lead to the same tuples again and again', async () => {
    const doubled = '2\x86'.repeat(60)
    const {observations} = await run(stream('}', 'K\x01', doubled, 'Ns.'))
    expect(rulesOf(observations)).toEqual(['pickle-hash-bomb', 'pickle-expansion'])
  })

  test('lists that unfold into more than any memory holds', async () => {
    const laughs = `]q\x00${Array.from({length: 50}, (_, level) => `](${`h${String.fromCharCode(level)}`.repeat(10)}eq${String.fromCharCode(level + 1)}`).join('')}.`
    const {observations, end} = await run(stream(laughs))
    expect(end.kind).toBe('stop')
    expect(rulesOf(observations)).toEqual(['pickle-expansion'])
  })

  test('a number so large that CPython’s table of numbers fills the memory', async () => {
    const {observations} = await run(stream('Nr\xff\xff\xff\xff.'))
    expect(rulesOf(observations)).toEqual(['pickle-memo-bomb'])
  })

  test('sharing, as honest files do it, is none', async () => {
    const {observations} = await run(stream(']q\x00(', 'h\x00'.repeat(5000), 'e.'))
    expect(rulesOf(observations)).toEqual([])
  })
})

describe('several pickles in one file', () => {
  test('each is read, and a name of both is one import with all its uses', async () => {
    const {reading, seen} = await read(stream(`cos\nsystem\n.cos\nsystem\n${call}`))
    expect(reading?.is).toBe('2 pickles, 1 import')
    expect(importsOf(seen)).toEqual(['os.system: reference, call("true")'])
  })

  test('what stands behind the last is reported with its place', async () => {
    const {seen} = await read(stream('\x80\x02N.', [0, 1, 2, 3]))
    expect(rulesOf(seen)).toEqual(['pickle-trailing-bytes'])
    expect(seen[0]?.place.byte).toBe(4)
    expect(seen[0]?.what).toBe('4 B stand behind its end at byte 4: 00 01 02 03 …, 2.0 bits of entropy a byte.')
  })
})

describe('a pickle that no unpickler reaches by itself', () => {
  test.each([
    ['behind padding', `\0\0\0\0cos\nsystem\n${call}`, 8],
    ['behind numbers', `\x01\x02\x03\x80\x02cos\nsystem\n${call}`, 7],
  ])('%s: what it would import counts', async (_, behind, at) => {
    const {seen} = await read(stream('\x80\x02N.', behind))
    expect(importsOf(seen)).toEqual([system])
    expect(seen.at(-1)?.what).toContain(`another pickle at byte ${at}`)
  })

  test('is not seen in numbers that begin like one', async () => {
    const {seen} = await read(stream('\x80\x02N.', '\x01\x80\x02]\x80\x03}\x80\x04\x95 ]\0\0'))
    expect(rulesOf(seen)).toEqual(['pickle-trailing-bytes'])
    expect(importsOf(seen)).toEqual([])
  })
})

describe('what a loader does itself', () => {
  test('array bytes behind a BUILD are passed over', async () => {
    const seen: Value[] = []
    const content = stream(
      'cjoblib.numpy_pickle\nNumpyArrayWrapper\n)\x81}b',
      [0xff, 0xff, 0xff],
      `0cos\nsystem\n${call}`,
    )
    const {observations, end} = await run(content, {
      loader: 'joblib',
      afterBuild: (object, at) => {
        seen.push(object)
        return Promise.resolve(at + 3)
      },
    })
    expect(end.kind).toBe('stop')
    expect(seen).toHaveLength(1)
    expect(importsOf(observations)).toContain(system)
  })

  test('persistent ids are torch’s own, and a surprise elsewhere', async () => {
    const content = stream(`(${text('storage')}ctorch\nFloatStorage\n${text('0')}${text('cpu')}K\x04tQ.`)
    const torch = await run(content, {loader: 'torch'})
    expect(rulesOf(torch.observations)).toEqual([])
    expect(torch.persistentIds).toHaveLength(1)
    expect(importsOf(torch.observations)).toEqual(['torch.FloatStorage: reference'])
    expect(rulesOf((await run(content)).observations)).toEqual(['pickle-persistent-id'])
  })
})

describe('constructors by another name', () => {
  test('copyreg._reconstructor makes an object, and runs the constructor of its base', async () => {
    const {observations} = await run(stream('ccopy_reg\n_reconstructor\n(cfoo\nA\ncbar\nB\nNtR}b.'))
    expect(importsOf(observations)).toEqual([
      'copyreg._reconstructor: call(foo.A, bar.B, None)',
      'foo.A: new, state',
      'bar.B: call(None)',
    ])
  })

  test('copyreg.__newobj__ makes an object of its first argument', async () => {
    const {observations} = await run(stream('ccopyreg\n__newobj__\n(cfoo\nA\ncbar\nB\ntR.'))
    expect(importsOf(observations)).toEqual([
      'copyreg.__newobj__: call(foo.A, bar.B)',
      'foo.A: new',
      'bar.B: reference',
    ])
  })

  test('items and attributes are given to what was made, or to what was imported', async () => {
    const made = await run(stream('ccollections\ndeque\n)R(K\x01e(K\x01K\x02u(K\x01\x90.'))
    expect(importsOf(made.observations)).toEqual(['collections.deque: call(), items ×3'])
    const imported = await run(stream('cos\nsystem\n}b(K\x01K\x02u.'))
    expect(importsOf(imported.observations)).toEqual(['os.system: rewrite ×2, reference'])
  })
})

describe('constants', () => {
  test.each([
    ['as it is', 'C\x10\x80\x04]\x94.0123456789a'],
    ['in Base64', `${text('gASVIAAAAAAAAACM')}`],
    ['in hexadecimal', `${text('80049520000000000000008c')}`],
    ['in Base64', `${text('Y29zCnN5c3RlbQooUyd0cnVlJwp0Ui4=')}`],
  ])('that hold a pickle %s deserve a look', async (form, constant) => {
    const {observations} = await run(stream(`${constant}.`))
    expect(observations.map(({what}) => what)).toEqual([expect.stringContaining(`another pickle ${form}: `)])
    expect(observations[0]?.sure).toBe('possible')
  })

  test('are passed over, not read, where they are long', async () => {
    const payload = 2 ** 31
    const head = stream('\x8e', little(payload, 8))
    const tail = stream('.')
    let read = 0
    const bytes: Bytes = {
      size: head.length + payload + tail.length,
      slice: (from, to) => {
        const part = new Uint8Array(Math.min(to, head.length + payload + tail.length) - from)
        read += part.length
        if (from === 0) part.set(head)
        if (from + part.length > head.length + payload) part.set(tail, part.length - tail.length)
        return Promise.resolve(part)
      },
    }
    const {end} = await runPickle(bytes, 0, {path: ['model.pkl'], loader: 'any', work: new Work()})
    expect(end).toMatchObject({kind: 'stop', at: bytes.size, value: {length: payload}})
    expect(read).toBeLessThan(2 ** 20)
  })
})
