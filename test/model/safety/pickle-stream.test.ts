import {describe, expect, test} from 'vitest'
import {walkPickle} from '../../../src/model/safety/pickle-stream.ts'

/** One character, one byte. */
const bytes = (text: string) => Uint8Array.from(text, character => character.charCodeAt(0))

describe('walkPickle', () => {
  // Streams in the form that CPython's pickletools documents; each would import or call when loaded. None is ever run.
  test.each([
    ['protocol 0: import, argument, call', "cos\nsystem\n(S'true'\ntR."],
    ['protocol 0: INST imports and calls at once', "(S'true'\nios\nsystem\n."],
    ['protocol 1: OBJ', "(cos\nsystem\nS'true'\no."],
    ['protocol 2 with its header', '\x80\x02cos\nsystem\nX\x04\x00\x00\x00true\x85R.'],
    ['protocol 4 without a header: names from the stack', '\x8c\x02os\x8c\x06system\x93\x8c\x04true\x85R.'],
    [
      'protocol 4 with a frame',
      '\x80\x04\x95\x1a\x00\x00\x00\x00\x00\x00\x00\x8c\x02os\x94\x8c\x06system\x94\x93\x94\x8c\x04true\x94\x85\x94R\x94.',
    ],
    ['BUILD instead of a call', 'cos\nsystem\n}b'],
    ['a registered extension code', '\x82\x01)R.'],
    ['the call comes first, garbage later', "cos\nsystem\n(S'true'\ntR\xff\xff\xff"],
    ['a mark that POP takes away', "(0cos\nsystem\n(S'true'\ntR."],
    ['a carriage return in a string', "cos\nsystem\n(S'tr\rue'\ntR."],
    ['the file ends instead of a line', "(S'true'\nios\nsystemX"],
    ['an import, and the end', 'cantigravity\nfly\n.'],
    ['a second stream behind a harmless one', "I1\n.cos\nsystem\n(S'true'\ntR."],
  ])('%s', (_, stream) => {
    expect(walkPickle(bytes(stream))).toBe('acts')
  })

  test.each([
    ['a list of protocol 0', "(lp0\nI1\naS'x'\np1\na."],
    ['a dict of protocol 2 without header', '}q\x00X\x01\x00\x00\x00aq\x01K\x01s.'],
    ['two streams', 'I1\n.I2\n.'],
  ])('%s: data, nothing runs', (_, stream) => {
    expect(walkPickle(bytes(stream))).toBe('data')
  })

  test.each([
    ['Markdown', '# Credit model\n\nWeights of a logistic regression.\n'],
    ['JSON', '{"architectures": ["LogisticRegression"]}\n'],
    ['a JSON list', '[1, 2, 3]\n'],
    ['a table that starts with i', 'id,label,score\na1,good,0.1\n'],
    ['a table that starts with c', 'class,score\ngood,0.1\nbad,0.9\n'],
    ['requirements', 'click\nnumpy\nrequests\n'],
    ['a licence', '                                 Apache License\n'],
    ['prose that starts with I', 'In this folder are weights.\n'],
    ['prose that starts with V', 'Version 3\nTrained on 2026-01-01\n'],
    ['prose that starts with S', 'Some weights.\nMore.\n'],
    ['prose that starts with N', 'Notes\n'],
    ['prose that starts with a bracket', '(see README)\nfor more\n'],
    ['release notes: to Python a number, its end, and then nonsense', 'Git v2.31.7 Release Notes\n===\n'],
    ['YAML', 'license: apache-2.0\ntags:\n  - tabular\n'],
    ['a call without anything imported', ')R'],
    ['a mark that was never set', 'Nt.'],
    ['an end with nothing on the stack', '.'],
  ])('%s is no pickle', (_, text) => {
    expect(['stops', 'undecided']).toContain(walkPickle(bytes(text)))
  })

  test('a stream that goes on beyond what was given is undecided', () => {
    expect(walkPickle(bytes('X\xff\xff\xff\x00abc'), 2 ** 30)).toBe('undecided')
    expect(walkPickle(bytes('NNN'))).toBe('undecided')
    expect(walkPickle(bytes('\x8d\xff\xff'))).toBe('undecided')
  })

  test('a length that leads beyond the end of the file is one that Python refuses', () => {
    expect(walkPickle(bytes('X\xff\xff\xff\x00abc'))).toBe('stops')
  })
})
