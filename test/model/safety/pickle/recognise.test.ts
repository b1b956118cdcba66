import * as fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {importsOf, little, read, stream, text} from './streams.ts'

const call = `${text('true')}\x85R.`

describe('a pickle is known by what it does', () => {
  test.each([
    ['protocol 0: import, argument, call', "cos\nsystem\n(S'true'\ntR."],
    ['protocol 0: INST imports and calls at once', "(S'true'\nios\nsystem\n."],
    ['protocol 1: OBJ', "(cos\nsystem\nS'true'\no."],
    ['protocol 2 with its header', '\x80\x02cos\nsystem\nX\x04\x00\x00\x00true\x85R.'],
    ['protocol 4 without a header: names from the stack', `${text('os')}${text('system')}\x93${call}`],
    ['BUILD instead of a call', 'cos\nsystem\n}b'],
    ['a registered extension code', '\x82\x01)R.'],
    ['the call comes first, rubbish later', "cos\nsystem\n(S'true'\ntR\xff\xff\xff"],
    ['a mark that POP takes away', "(0cos\nsystem\n(S'true'\ntR."],
    ['a carriage return in a text', "cos\nsystem\n(S'tr\rue'\ntR."],
    ['the file ends instead of a line', "(S'true'\nios\nsystemX"],
    ['an import that acts by itself, and the end', 'cantigravity\nfly\n.'],
    ['an import of a main module, which runs, and prose', 'cunittest.__main__\nmain\n.and so on\n'],
    ['an import of a main module for a name that it cannot have', 'cunittest.__main__\n}ain\n.and so on\n'],
    ['an import of a module that hardly exists, and the end', 'cuni]ttest\nmain\n.\n'],
    ['an import, and the line end that an editor puts behind it', 'cmy_package.layers\nBucketizer\n.\n'],
    ['an import that acts by itself, and nonsense', 'cantigravity\nfly\n# a poem\n'],
    ['a second stream behind a harmless one', "I1\n.cos\nsystem\n(S'true'\ntR."],
    ['an import in a file that is no text', '\x89cos\nsystem\n.'],
    ['an import of an odd name in a file that is no text', `N0${text('x y')}${text('a-b')}\x93.`],
  ])('%s', async (_, content) => {
    expect((await read(stream(content))).reading?.is).toMatch(/^(?:2 )?pickles?[ ,]/)
  })

  test.each([
    ['a list of protocol 0', "(lp0\nI1\naS'x'\np1\na.", 'pickle of plain data'],
    ['a dict of protocol 2 without header', '}q\x00X\x01\x00\x00\x00aq\x01K\x01s.', 'pickle of plain data'],
    ['two streams', 'I1\n.I2\n.', '2 pickles of plain data'],
    ['data that ends too early', '\x80\x04\x95\x20\0\0\0\0\0\0\0]', 'pickle of plain data'],
    ['data with a header, and bytes behind it', '\x80\x04N.abc', 'pickle of plain data'],
  ])('%s: nothing runs', async (_, content, is) => {
    const {reading, seen} = await read(stream(content))
    expect(reading?.is).toBe(is)
    expect(importsOf(seen)).toEqual([])
  })
})

describe('what merely begins like one', () => {
  test.each([
    ['Markdown', '# Credit model\n\nWeights of a logistic regression.\n'],
    ['JSON', '{"architectures": ["LogisticRegression"]}\n'],
    ['a JSON list', '[1, 2, 3]\n'],
    ['a table that starts with i', 'id,label,score\na1,good,0.1\n'],
    ['a table that starts with c', 'class,score\ngood,0.1\nbad,0.9\n'],
    ['requirements', 'click\nnumpy\nrequests\n'],
    ['a list of files to ignore', 'cache\ncoverage\n.env\nnode_modules\n'],
    ['a licence', '                                 Apache License\n'],
    ['prose that starts with c', 'cats and dogs\nare nice.\nBirds too.\n'],
    ['prose that starts with I', 'In this folder are weights.\n'],
    ['prose that starts with V', 'Version 3\nTrained on 2026-01-01\n'],
    ['prose that starts with S', 'Some weights.\nMore.\n'],
    ['prose that starts with N', 'Notes\n'],
    ['prose that starts with P', 'Please read this.\nThen that.\n'],
    ['prose that starts with a bracket', '(see README)\nfor more\n'],
    ['release notes: to Python a number, its end, and then nonsense', 'Git v2.31.7 Release Notes\n===\n'],
    ['YAML', 'license: apache-2.0\ntags:\n  - tabular\n'],
    ['a call without anything imported', ')R'],
    ['a mark that was never set', 'Nt.'],
    ['an end with nothing on the stack', '.'],
    ['letters', 'NNNNNNNNNNNNNNNN\n'],
    ['a PNG', '\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0'],
    ['GGUF', 'GGUF\x03\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0'],
    ['safetensors with a header of 640 bytes', '\x80\x02\0\0\0\0\0\0{"__metadata__":{}}'],
    ['a ZIP', 'PK\x03\x04\x14\0\0\0\x08\0'],
    ['an ELF file', '\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0'],
  ])('%s is no pickle', async (_, content) => {
    const {reading, seen} = await read(stream(content))
    expect(reading).toBeNull()
    expect(seen).toEqual([])
  })

  test('random bytes are no pickles', async () => {
    let seed = 1
    for (let file = 0; file < 4000; file++) {
      const bytes = new Uint8Array(512)
      for (let at = 0; at < bytes.length; at++) {
        seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
        bytes[at] = seed >>> 24
      }
      expect((await read(bytes)).reading).toBeNull()
    }
  })

  test('weights are no pickles: floats around zero, small integers, zeros', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc
            .array(fc.float({min: -1, max: 1, noNaN: true}), {minLength: 64, maxLength: 128})
            .map(values => Float32Array.from(values)),
          fc
            .array(fc.integer({min: -8, max: 8}), {minLength: 64, maxLength: 128})
            .map(values => Int8Array.from(values)),
        ),
        async weights => {
          const bytes = new Uint8Array(weights.buffer)
          expect((await read(bytes, 'raw tensor')).reading).toBeNull()
        },
      ),
      {numRuns: 300},
    )
  })

  test('words are no pickles', async () => {
    const word = fc.constantFrom(
      ..."a batch of cats (in Italy) sits, Paris; 12.5 % I see: 'Lara' {x} ]y[ .end The Next Moon Q&A Run".split(' '),
    )
    const prose = fc.array(
      fc.array(word, {minLength: 2, maxLength: 9}).map(words => words.join(' ')),
      {minLength: 2, maxLength: 9},
    )
    await fc.assert(
      fc.asyncProperty(prose, async lines => {
        expect((await read(stream(`${lines.join('\n')}\n`))).reading).toBeNull()
      }),
      {numRuns: 1000},
    )
  })
})

describe('a storage that no loader unpickles', () => {
  test('of bytes that happen to be opcodes is numbers', async () => {
    expect((await read(stream('N'.repeat(4096)), 'raw tensor')).reading).toBeNull()
    expect((await read(stream('K\x01.'), 'raw tensor')).reading).toBeNull()
    expect((await read(stream('\x80\x02K\x01.', [0, 1, 2]), 'raw tensor')).reading).toBeNull()
  })

  test('is a pickle where it calls something by name', async () => {
    const {reading, seen} = await read(stream(`\x80\x02cos\nsystem\n${call}`, little(0, 100)), 'raw tensor')
    expect(reading?.is).toBe('pickle, 1 import')
    expect(importsOf(seen)).toEqual(['os.system: call("true")'])
  })
})
