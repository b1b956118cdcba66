import * as fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {usualLimits, Work} from '../../../../src/model/safety/limits.ts'
import {opcodeNames} from '../../../../src/model/safety/pickle/opcodes.ts'
import {importsOf, little, rulesOf, run, stream, text} from './streams.ts'

// Each is an error of CPython's C unpickler: `Modules/_pickle.c`, tried with Python 3.11.
describe('what CPython refuses', () => {
  test.each([
    ['0', 'It takes a value from an empty stack.'],
    ['N(0(\x85', 'It takes a value from below a mark.'],
    ['2', 'It takes a value from an empty stack.'],
    ['.', 'It takes a value from an empty stack.'],
    ['t', 'It closes a mark that nothing opened.'],
    ['h\x05', 'It takes the object of number 5, which was never kept.'],
    ['g-1\n', 'It takes the object of number -1, which was never kept.'],
    ['Np-1\n', 'It keeps an object by the number -1.'],
    ['Npx\n', '"x" is no number of an object.'],
    ['p1\n', 'It takes a value from an empty stack.'],
    ['I\n', 'A number has no digits.'],
    ['I1x\n', '"1x" is no integer.'],
    ['I09\n', '"09" is no integer.'],
    ['L0x\n', '"0x" is no integer.'],
    ['F1e999\n', '"1e999" is no number within the range of a double.'],
    ['F 1\n', '" 1" is no number within the range of a double.'],
    ['Sabc\n', 'The text "abc" stands in no quotes.'],
    ["S'\n", 'The text "\'" stands in no quotes.'],
    ["S'\\x4'\n", 'The text "\'\\\\x4\'" has a broken escape.'],
    ['V\\u12\n', 'The text "\\\\u12" has a broken escape.'],
    ['V\\U00110000\n', 'The text "\\\\U00110000" has a broken escape.'],
    ['\x8c\x02\xc3(', 'A text is not UTF-8.'],
    ['\x8b\xff\xff\xff\xff', 'An integer has -1 bytes.'],
    ['\x8e\0\0\0\0\0\0\0\x80', 'A size is beyond 2^63.'],
    ['c\nsystem\n', 'It imports a name without signs.'],
    ['c\xff\nsystem\n', 'It imports the name "ÿ", which is not UTF-8.'],
    ['(i\xc3\xa9\nsystem\n', 'It imports the name "Ã©", which is not ASCII.'],
    ['NN\x93', 'It imports by None, which is no text.'],
    [`C\x02os${text('system')}\x93`, 'It imports by b"os", which is no text.'],
    ['\x82\0', 'It asks for the extension 0; codes begin with 1.'],
    ['\x84\xff\xff\xff\xff', 'It asks for the extension -1; codes begin with 1.'],
    ['\x80\x06', 'Protocol 6 is not known; 5 is the highest.'],
    ['N)R', 'It calls None, which Python refuses.'],
    ['cos\nsystem\nNR', 'It calls with None for arguments, which are no tuple.'],
    ['N)\x81', 'It makes an object of None, which Python refuses.'],
    ['cos\nsystem\n]\x81', 'It makes an object with [] for arguments, which are no tuple.'],
    ['cos\nsystem\n)N\x92', 'It makes an object with the keywords False, which are no dict.'],
    ['N}b', 'It gives a state to None, which has no attributes.'],
    ['NNa', 'It calls append of None, which Python refuses.'],
    ['N(K\x01\x90', 'It calls add of None, which Python refuses.'],
    ['NNNs', 'It calls __setitem__ of None, which Python refuses.'],
    ['}(Nu', 'A dict has a key without a value.'],
    ['(Nd', 'A dict has a key without a value.'],
    ['}]Ns', 'It takes [] for a key, which Python cannot hash.'],
    ['(]\x91', 'It takes [] for a key, which Python cannot hash.'],
    ['(o', 'It takes a value from an empty stack.'],
    ['Pé\n', 'The persistent id "é" is not ASCII.'],
  ])('%j', async (content, what) => {
    const {end, observations} = await run(stream(content))
    expect(end).toMatchObject({kind: 'refused', what})
    expect(rulesOf(observations)).toContain('pickle-damaged')
  })
})

describe('what CPython allows, odd as it is', () => {
  test.each([
    ['nothing to add to what takes no items', 'N(e(u(\x90.'],
    ['a state of None for what has no attributes', 'NNb.'],
    ['an integer of no bytes', '\x8a\0.'],
    ['an integer that ends at a NUL', 'I\0\n.'],
    ['an octal integer', 'I017\n.'],
    ['an integer with blanks and underscores', 'I 0x_f_f \n.'],
    ['a long integer without L', 'L12\n.'],
    ['not a number', 'F-nan\n.'],
    ['a lone surrogate', '\x8c\x03\xed\xa0\x80.'],
    ['marks that are left behind', '(((N.'],
    ['values that are left behind', 'NNN.'],
    ['a key that is a tuple of a list, which only fails later', '})Ns.'],
    ['a text of Python 2 beyond ASCII, where the loader’s encoding allows it', 'U\x02\xe9\xe9.'],
  ])('%s', async (_, content) => {
    const {end, observations} = await run(stream(content))
    expect(end.kind).toBe('stop')
    expect(observations).toEqual([])
  })
})

describe('any bytes at all', () => {
  const anyOpcode = fc.constantFrom(...opcodeNames.keys())
  const near = fc.oneof(
    {weight: 6, arbitrary: anyOpcode.map(code => [code])},
    {weight: 2, arbitrary: fc.array(fc.nat(255), {maxLength: 9})},
    {
      weight: 2,
      arbitrary: fc.constantFrom('os\nsystem\n', '\x02os', '1\n', "'a'\n", '\x01').map(part => [...stream(part)]),
    },
    {weight: 1, arbitrary: fc.nat(64).map(length => little(length, 8))},
  )

  test('end with a reason, in bounded work and with bounded observations', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(near, {maxLength: 120}), async parts => {
        const content = Uint8Array.from(parts.flat())
        const work = new Work({...usualLimits, steps: 100_000})
        const {end, opcodes, observations} = await run(content, {work})
        expect(opcodes).toBeLessThanOrEqual(content.length)
        expect(observations.length).toBeLessThan(400)
        if (end.kind !== 'stop') expect(rulesOf(observations).length).toBeGreaterThan(0)
      }),
      {numRuns: 400},
    )
  })

  test('with one byte changed end with a reason too, and what was called before the change still counts', async () => {
    const benign = `\x80\x02]q\x01(K\x01U\x03abcq\x02}q\x03X\x01\0\0\0kG\0\0\0\0\0\0\0\0se`
    const content = stream(`\x80\x04cos\nsystem\n${text('true')}\x85R0`, benign, '.')
    const called = content.length - benign.length - 1
    await fc.assert(
      fc.asyncProperty(fc.integer({min: called, max: content.length - 1}), fc.nat(255), async (at, byte) => {
        const changed = Uint8Array.from(content)
        changed[at] = byte
        const {observations} = await run(changed)
        expect(importsOf(observations)[0]).toContain('call("true")')
      }),
      {numRuns: 300},
    )
  })
})

describe('limits', () => {
  test('a stream beyond the limit on work ends in an observation, and what was seen before counts', async () => {
    const work = new Work({...usualLimits, steps: 1000})
    const content = stream(`cos\nsystem\n${text('true')}\x85R`, 'N0'.repeat(200_000), '.')
    const {end, observations} = await run(content, {work})
    expect(end.kind).toBe('refused')
    expect(rulesOf(observations)).toEqual(['too-much-work'])
    expect(importsOf(observations)).toEqual(['os.system: call("true")'])
  })

  test('a stream that imports more names than any program ends too', async () => {
    const names = Array.from({length: 100_001}, (_, index) => `ca\nn${index}\n0`)
    const {end, observations} = await run(stream(...names, 'N.'))
    expect(end.kind).toBe('refused')
    expect(rulesOf(observations)).toEqual(['too-much-work'])
  })

  test('of one rule so many are named, and the others counted', async () => {
    const {observations} = await run(stream('P1\n0'.repeat(25), 'N.'))
    expect(observations).toHaveLength(10)
    expect(observations.at(-1)?.what).toBe('It asks its loader for the object "1". And 15 more.')
  })
})

test('an opcode may stand anywhere on the edge of what is read at once', async () => {
  // Windows of 256 KiB; the stream is moved over the edge byte by byte.
  const edge = 256 * 1024
  const tail = stream("0Vos\nS'system'\n\x93\x8c\x04true\x85R.")
  for (let pad = edge - 48; pad < edge + 4; pad++) {
    const content = new Uint8Array(5 + pad + tail.length)
    content.set(stream('B', little(pad, 4)))
    content.set(tail, 5 + pad)
    const {observations} = await run(content)
    expect(importsOf(observations)).toEqual(['os.system: call("true")'])
  }
})

test('a line longer than any window is passed over', async () => {
  const long = 'a'.repeat(3 * 1024 * 1024)
  const {observations, end} = await run(stream(`S'${long}'\n0cos\nsystem\n(V${long}\ntR.`))
  expect(end.kind).toBe('stop')
  expect(importsOf(observations)[0]).toMatch(/^os\.system: call\("a+…?"\)$/)
})
