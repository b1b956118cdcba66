import {describe, expect, test} from 'vitest'
import {readModelFile} from '../../../src/model/readers/model-file.ts'
import {safetensorsOf, weights} from '../safetensors-file.ts'

const bytes = (text: string) => Uint8Array.from(text, character => character.charCodeAt(0))

function look(path: string, content: string | Uint8Array) {
  const file = typeof content === 'string' ? bytes(content) : content
  return readModelFile(path, {size: file.length, slice: async (start, end) => file.slice(start, end)})
}

const zipEnd = `PK\x05\x06${'\x00'.repeat(18)}`

function join(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap(part => [...part]))
}

describe('readModelFile', () => {
  test.each([
    ['model.safetensors', weights, 'safetensors'],
    ['weights.bin', weights, 'safetensors'],
    ['model.safetensors', '', 'safetensors'],
    // A header of 128 bytes: the file begins with 80 00, as a pickle's PROTO opcode does.
    [
      'model.safetensors',
      safetensorsOf('{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}'.padEnd(128), 1),
      'safetensors',
    ],
    // The same trick in earnest: the length is a BINFLOAT to Python, and the header goes on with code.
    ['model.safetensors', "\x80\x02G\x00\x00\x00\x00\x00{  cos\nsystem\n(S'true'\ntR.", 'pickle'],
    ['model.safetensors', 'version https://git-lfs.github.com/spec/v1\n', 'safetensors'],
    ['README.md', '# Model\n\n```python\nimport torch\n```\n', 'text'],
    ['config.json', '{"hidden": 3}', 'text'],
    ['data.csv', 'id,label\na,b\n', 'text'],
    ['NOTES', 'Größe: 3\n'.replace('ö', '\xc3\xb6').replace('ß', '\xc3\x9f'), 'text'],
    ['.gitkeep', '', 'empty'],
    ['model.pkl', '\x80\x04N.', 'pickle'],
    ['RelNotes.txt', 'Git v2.31.7 Release Notes\n', 'text'],
    ['model.bin', '}q\x00X\x01\x00\x00\x00aq\x01K\x01s.', 'pickle'],
    ['README.md', "cos\nsystem\n(S'true'\ntR.", 'pickle'],
    ['model.safetensors', '\x80\x02N.', 'pickle'],
    ['model.pt', `PK\x03\x04${'\x00'.repeat(26)}archive/data.pkl...${zipEnd}`, 'pickle'],
    ['model.keras', `PK\x03\x04${'\x00'.repeat(26)}config.json...${zipEnd}`, 'archive'],
    ['x.tar', `${'a'.repeat(257)}ustar`, 'archive'],
    ['model.joblib', '\x78\x9c\x01\x02', 'compressed'],
    ['model.gz', '\x1f\x8b\x08', 'compressed'],
    ['op.bin', '\x7fELF\x02', 'native code'],
    ['op.bin', 'MZ\x90\x00\x03', 'native code'],
    ['handler.py', 'x = 1\n', 'source code'],
    ['handler.PY', 'x = 1\n', 'source code'],
    ['handler', '#!/bin/sh\ntrue\n', 'source code'],
    ['handler.txt', '# Copyright\n\nimport os\nos.system("true")\n', 'source code'],
    ['handler.txt', 'from os import system\n', 'source code'],
    ['ext.so', '\x00\x01\x02', 'source code'],
    ['model.gguf', 'GGUF\x03\x00', 'other model format'],
    ['model.h5', '\x89HDF\r\n\x1a\n', 'other model format'],
    ['array.npy', '\x93NUMPY\x01\x00', 'other model format'],
    ['weights.onnx', '\x08\x07\x12\x07pytorch\x00', 'unknown'],
    ['weights', '\x00\x01\x02\x03', 'unknown'],
    ['latin1.txt', 'Gr\xf6\xdfe\n', 'unknown'],
    ['late.txt', `${'a\n'.repeat(600_000)}\x00`, 'unknown'],
    ['README.md', `# Model\n${zipEnd}`, 'polyglot'],
    [
      'model.safetensors',
      join(safetensorsOf('{"a":{"dtype":"U8","shape":[22],"data_offsets":[0,22]}}', 0), bytes(zipEnd)),
      'polyglot',
    ],
  ])('%s: %#', async (path, content, kind) => {
    expect((await look(path, content)).kind).toBe(kind)
  })

  test('an unknown file shows its first bytes, so that somebody may know it', async () => {
    expect(await look('x', '\x00\x01\xfe\xff56789')).toEqual({kind: 'unknown', firstBytes: '00 01 fe ff 35 36 37 38'})
  })

  test('a safetensors file that was cut off is damaged, whatever is left of it', async () => {
    for (let end = 0; end < weights.length; end++) {
      const content = await look('model.safetensors', weights.slice(0, end))
      expect(content).toMatchObject({kind: 'safetensors', answer: {kind: 'malformed'}})
    }
  })

  test('weights that Python would run are found, however far behind the header they stand', async () => {
    // 0x56 is the opcode V: to pickle the length and the header are one line of text, and the weights are the program.
    const program = "cos\nsystem\n(S'true'\ntR."
    for (const rest of [0, 5000 * 256]) {
      const header = `{"a":{"dtype":"U8","shape":[${program.length}],"data_offsets":[0,${program.length}]}`
      const length = 0x56 + 256 + rest
      const file = join(safetensorsOf(`${header.padEnd(length - 2)}\n}`, 0), bytes(program))
      expect(file[0]).toBe(0x56)
      expect(['pickle', 'polyglot']).toContain((await look('model.safetensors', file)).kind)
    }
  })
})
